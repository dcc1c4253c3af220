"""Phones, and a small server with the routes of rooms alone."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVER = (
    "import sys, uvicorn\nfrom starlette.applications import Starlette\n"
    "from app.voting.routes import ROUTES\n"
    "uvicorn.run(Starlette(routes=ROUTES), host='127.0.0.1', port=int(sys.argv[1]), log_level='critical')"
)


class Phone:
    """One browser: it keeps its cookie."""

    def __init__(self, base: str):
        self.base = base
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def ask(
        self, path: str, body: bytes | None = None, kind: str = "application/json"
    ) -> tuple[int, bytes, dict]:
        """Status, body and headers of an answer."""
        headers = {} if body is None else {"content-type": kind}
        request = urllib.request.Request(f"{self.base}{path}", body, headers)
        try:
            with self.opener.open(request, timeout=30) as answer:
                return answer.status, answer.read(), dict(answer.headers)
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read(), dict(refused.headers)

    def vote(self, code: str, pair: list[int], choice: int) -> tuple[int, dict]:
        """Send a vote."""
        status, body, _ = self.ask(
            f"/room/{code}/vote", json.dumps({"pair": pair, "choice": choice}).encode()
        )
        return status, json.loads(body)


def server(port: int) -> subprocess.Popen:
    """A process with the routes, once it answers; with the environment of this one."""
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(port)], cwd=ROOT)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/room/voter.js", timeout=5).read()
            return process
        except OSError:
            time.sleep(0.05)
    process.kill()
    raise TimeoutError("the server does not answer")
