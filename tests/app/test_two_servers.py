"""Two servers, one home, rooms in one PostgreSQL, and before them nginx as the README says.

A visitor stays with one server; what one server's visitor trains, the other's watches, in the same pictures.
"""

import asyncio
import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pytest
import websockets
from proxied import NAME, nginx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from engine.autoregressive.pixelcnn_lab import PixelCNNSpec
from engine.runs.client import Client
from engine.runs.store import run_key
from tests.benchmarks.servers import end
from tests.browser.conftest import ROOT, free_port, until
from tests.load.client import PATIENCE_S, Answer, Session
from tests.rooms import postgres

LAB, SLUG = "autoregressive.pixelcnn", "pixelcnn"
SPEC = PixelCNNSpec(layers=4, channels=48, steps=3000, seed=7)  # longer than the test takes
QUERY = urlencode({f"{SLUG}.{name}": value for name, value in vars(SPEC).items()})
TRUSTED = ssl.create_default_context()
TRUSTED.check_hostname, TRUSTED.verify_mode = False, ssl.CERT_NONE  # the certificate is the test's own


@dataclass
class House:
    """Where it answers, where its runs are, and its servers by their address as nginx names it."""

    port: int
    home: Path
    servers: dict[str, subprocess.Popen]

    def asked(self, path: str, cookie: str = "") -> tuple[str, str, bytes]:
        """One request through nginx: the server that answered, the cookie that it set, what it said."""
        line = HTTPConnection(NAME, self.port)
        line.sock = TRUSTED.wrap_socket(
            socket.create_connection(("127.0.0.1", self.port), 60), server_hostname=NAME
        )
        line.request("GET", path, headers={"Cookie": cookie})
        answer = line.getresponse()
        body = answer.read()
        line.close()
        assert answer.status == 200, (path, answer.status, body[:300])
        return answer.headers["X-Served-By"], answer.headers.get("Set-Cookie", "").partition(";")[0], body


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gb-two-")))
        home, port = folder / "home", free_port()
        home.mkdir(mode=0o700)
        database = stack.enter_context(postgres.running())
        around = {"GLASSBOX_HOME": str(home), "GLASSBOX_PUBLIC_URL": f"https://{NAME}:{port}"}
        env = {**os.environ, **around, "PYTHONPATH": str(ROOT), "DATABASE_URL": database}
        servers = {}
        for _ in range(2):
            one = free_port()
            command = [sys.executable, "-m", "app.serve", "--port", str(one)]
            log = stack.enter_context(open(folder / f"{one}.log", "wb"))
            servers[f"127.0.0.1:{one}"] = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        stack.callback(_ended, home, servers)
        ports = [int(address.partition(":")[2]) for address in servers]
        stack.enter_context(nginx(port, free_port(), ports))
        found = House(port, home, servers)
        # asked through nginx only then: whoever asks too often is refused for a while
        until(lambda: all(map(_listens, servers)), "two servers", 180)
        until(lambda: {_server(found) for _ in range(40)} >= set(servers), "both behind nginx", 60)
        yield found


def _ended(home: Path, servers: dict[str, subprocess.Popen]) -> None:
    """All of it; the supervisor of this home, too, whose server may be gone."""
    for one in servers.values():
        if one.poll() is None:
            end(psutil.Process(one.pid))
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if "engine.runs.supervisor" in process.cmdline() and str(home) in process.cmdline():
                end(process)


def _listens(address: str) -> bool:
    """Whether a server takes calls."""
    host, _, port = address.partition(":")
    with suppress(OSError), socket.create_connection((host, int(port)), 5):
        return True
    return False


def _server(house: House) -> str:
    """The server of a visitor with a cookie of any kind; empty where it does not answer yet."""
    try:
        return house.asked("/_stcore/health", f"glassbox={os.urandom(8).hex()}")[0]
    except (OSError, AssertionError):
        return ""


class Visitor(Session):
    """A visitor's websocket, through nginx."""

    def __init__(self, house: House, cookie: str):
        super().__init__(house.port, QUERY)
        self.cookie = cookie

    async def __aenter__(self) -> "Visitor":
        origin = f"{NAME}:{self.port}"
        self._socket = await websockets.connect(
            f"wss://{origin}/_stcore/stream",
            host="127.0.0.1",
            port=self.port,
            ssl=TRUSTED,
            subprotocols=[websockets.Subprotocol(name) for name in ("streamlit", "PLACEHOLDER_AUTH_TOKEN")],
            origin=websockets.Origin(f"https://{origin}"),
            additional_headers={"Cookie": self.cookie},
            max_size=None,
            compression=None,
            open_timeout=PATIENCE_S,
        )
        return self

    async def press(self, button: str) -> Answer:
        """A button, by its id."""
        message = BackMsg()
        message.rerun_script.page_script_hash = self.page_hash
        message.rerun_script.widget_states.widgets.append(WidgetState(id=button, trigger_value=True))
        return await self._rerun(message)


def button(answer: Answer, label: str) -> str:
    """The id of a button whose words begin so; empty where there is none."""
    buttons = (message.delta.new_element.button for message in answer.messages)
    return next((one.id for one in buttons if one.label.startswith(label)), "")


def words(answer: Answer) -> str:
    """All that was said in Markdown and HTML."""
    elements = [message.delta.new_element for message in answer.messages]
    return "\n".join(one.markdown.body + one.html.body for one in elements)


def of_each(house: House) -> dict[str, str]:
    """For each server the cookie of a visitor whom it has; the cookie is any server's."""
    found: dict[str, str] = {}
    until(lambda: found.update([_newcomer(house)]) or len(found) == 2, "a visitor of each server")
    return found


def _newcomer(house: House) -> tuple[str, str]:
    cookie = house.asked(f"/{SLUG}")[1]
    return house.asked("/_stcore/health", cookie)[0], cookie


def test_a_visitor_stays_with_one_server_for_all_that_is_asked(house):
    for server, cookie in of_each(house).items():
        paths = ["/_stcore/health", f"/{SLUG}", "/_stcore/host-config"] * 5
        assert {house.asked(path, cookie)[0] for path in paths} == {server}


def test_a_run_started_on_one_server_is_watched_on_the_other(house):
    (one, ann), (other, ben) = of_each(house).items()
    key = run_key(LAB, SPEC)

    async def both() -> tuple[Answer, Answer]:
        async with Visitor(house, ann) as first, Visitor(house, ben) as second:
            train = button(await first.open(SLUG), "Train")
            await first.press(train)
            client = Client(house.home)
            while not ((run := client.store.find(LAB, key)) and run.moments()):
                await asyncio.sleep(0.1)
            return await first.open(SLUG), await second.open(SLUG)

    hers, his = asyncio.run(both())
    assert button(hers, "Pause"), "her run obeys her"
    assert "Somebody else trains this very setting; you watch." in words(his)
    assert button(his, "Leave")
    path = f"/moments/{LAB}/{key}/0001?from=0&to=1"
    (server, _, first), (another, _, second) = house.asked(path, ann), house.asked(path, ben)
    assert (server, another) == (one, other)
    assert json.loads(first[4 : 4 + int.from_bytes(first[:4], "little")])["moments"]
    assert first == second


def test_when_a_server_is_gone_its_visitors_go_on_with_the_other(house):
    """Goes on from the test before: the run and who started it are known there."""
    (one, ann), (other, ben) = of_each(house).items()
    house.servers[one].kill()
    house.servers[one].wait()
    assert house.asked(f"/{SLUG}", ann)[0].endswith(other), (
        "nginx tells both: who was asked, and who answered"
    )
    assert house.asked("/_stcore/health", ben)[0].endswith(other)
    run = Client(house.home).store.find(LAB, run_key(LAB, SPEC))
    assert run is not None
    assert run.state in ("running", "paused"), "its supervisor is nobody's child"
