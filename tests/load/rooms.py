"""A room under load: `python -m tests.load.rooms --voters 200 --every 4 --seconds 40 [--postgresql]`.

Starts the whole server on a home of its own, opens a room, lets voters vote, kills nothing, and compares what
was acknowledged with what is kept. Prints the times of a vote, from sent to acknowledged.
"""

import argparse
import asyncio
import json
import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import nullcontext
from pathlib import Path

from tests.rooms.postgres import running

ROOT = Path(__file__).parents[2]


class Voter:
    """A phone with an address of its own, and one connection that stays open."""

    def __init__(self, port: int, code: str, address: str):
        from app.visitor import issued

        self.port, self.code, self.cookie, self.address = port, code, issued("glassbox_voter"), address
        self.reader: asyncio.StreamReader
        self.writer: asyncio.StreamWriter
        self.seconds: list[float] = []
        self.counted: dict[tuple[int, int], int] = {}
        self.errors = 0

    async def ask(self, path: str, body: bytes | None = None) -> dict:
        """Send a request, read the answer, as JSON."""
        head = f"{'GET' if body is None else 'POST'} /room/{self.code}/{path} HTTP/1.1\r\nhost: localhost\r\n"
        head += f"cookie: glassbox_voter={self.cookie}\r\nx-forwarded-for: {self.address}\r\n"
        if body is not None:
            head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
        self.writer.write(head.encode() + b"\r\n" + (body or b""))
        status = int((await self.reader.readline()).split()[1])
        length = 0
        while (line := await self.reader.readline()).strip():
            name, _, value = line.decode().partition(":")
            if name.lower() == "content-length":
                length = int(value)
        answer = json.loads(await self.reader.readexactly(length))
        if status != 200:
            self.errors += 1
        return answer

    async def run(self, every: float, until: float) -> None:
        """Vote now and then until the time is up."""
        await asyncio.sleep(random.random() * every)
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 20)
        told = await self.ask("pair")
        while time.monotonic() < until and told.get("pair"):
            pair = told["pair"]
            choice, began = random.choice(pair), time.perf_counter()
            told = await self.ask("vote", json.dumps({"pair": pair, "choice": choice}).encode())
            self.seconds.append(time.perf_counter() - began)
            if told.get("counted"):
                self.counted[min(pair), max(pair)] = choice
            await asyncio.sleep(max(0.0, every - self.seconds[-1]))
        self.writer.close()


async def crowd(voters: list[Voter], every: float, seconds: float) -> None:
    """All of them at once."""
    until = time.monotonic() + seconds
    await asyncio.gather(*(voter.run(every, until) for voter in voters))


def main() -> None:
    """Run it, print the table, exit 1 when a vote was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.rooms", description=__doc__)
    parser.add_argument("--voters", type=int, default=200)
    parser.add_argument("--every", type=float, default=4.0, help="seconds between two votes of one voter")
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--url", default="", help="DATABASE_URL; default: SQLite")
    parser.add_argument("--postgresql", action="store_true", help="start one, as the tests do")
    parser.add_argument("--port", type=int, default=8699)
    asked = parser.parse_args()
    with running() if asked.postgresql else nullcontext(asked.url) as url:
        sys.exit(measure(asked, url))


def measure(asked: argparse.Namespace, url: str) -> int:
    """Open a room on this database, let the crowd vote, print the table."""
    home = tempfile.mkdtemp(prefix="gb-load-")
    os.environ.update(GLASSBOX_HOME=home, DATABASE_URL=url)
    from app.voting.exhibits import KINDS
    from app.voting.store import store, voter_of

    room = store().open(f"load-{secrets.token_hex(4)}", KINDS[0], "information")
    server = subprocess.Popen([sys.executable, "-m", "app.serve", "--port", str(asked.port)], cwd=ROOT)
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{asked.port}/room/{room.code}/pair", timeout=5)
            except urllib.error.HTTPError:
                break  # it answers: without a cookie it refuses
            except OSError:
                time.sleep(0.2)
        voters = [Voter(asked.port, room.code, f"10.0.{n // 250}.{n % 250}") for n in range(asked.voters)]
        asyncio.run(crowd(voters, asked.every, asked.seconds))
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)
    kept = {(v.voter, v.low, v.high): v.choice for v in store().votes(room.code)}
    mine = {v: voter_of(room.code, v.cookie.partition(".")[0]) for v in voters}
    sent = {(mine[v], *pair): c for v in voters for pair, c in v.counted.items()}
    times = sorted(second for voter in voters for second in voter.seconds)
    at = {q: 1000 * times[min(len(times) - 1, int(q / 100 * len(times)))] for q in (50, 95, 99)}
    errors = sum(voter.errors for voter in voters)
    print(f"{store().dialect}: {asked.voters} voters, a vote each {asked.every:g} s, {asked.seconds:g} s")
    print(f"load average {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores")
    print(f"votes acknowledged {len(sent)}, kept {len(kept)}, alike {kept == sent}, errors {errors}")
    worst = 1000 * times[-1]
    print(f"a vote: p50 {at[50]:.0f} ms, p95 {at[95]:.0f} ms, p99 {at[99]:.0f} ms, worst {worst:.0f} ms")
    return 0 if kept == sent else 1


if __name__ == "__main__":
    main()
