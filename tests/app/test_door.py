"""The front door, before a small app that tells what reached it: each attack as a stranger would try it."""

import http.client
import logging
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from app import door

Log = pytest.LogCaptureFixture
Answer = http.client.HTTPResponse
OWN = "default-src 'none'"


@dataclass
class House:
    """The app behind the door: where it listens, and what has come in."""

    port: int = 0
    came: list[str] = field(default_factory=list)

    @property
    def host(self) -> str:
        """As a browser on this machine calls it."""
        return f"localhost:{self.port}"

    def ask(self, host: str, path: str = "/page", method: str = "GET", **headers: str) -> Answer:
        """An answer, read to its end."""
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        wire.request(method, path, headers={"Host": host, **headers})
        answer = wire.getresponse()
        answer.read()
        wire.close()
        return answer

    def socket(self, sent: str) -> socket.socket:
        """A connection on which this much of a request was sent."""
        wire = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        wire.sendall(sent.encode())
        return wire

    def stream(self, origin: str | None, host: str = "localhost") -> ClientConnection:
        """A websocket, from a page of this origin. Raises InvalidStatus where it is refused."""
        wire = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        given = Origin(origin) if origin is not None else None
        return connect(f"ws://{host}:{self.port}/stream", sock=wire, origin=given)


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(door, "SILENT_S", 0.4)
    monkeypatch.setattr(door, "WHOLE_S", 1.5)
    inside = House()

    async def page(request: Request) -> Response:
        inside.came.append(f"{request.method} {request.url.path}")
        async for chunk in request.stream():
            inside.came.append(chunk.decode()) if chunk else None
        own = {"content-security-policy": OWN} if request.url.path == "/own" else {}
        return HTMLResponse("hello", headers=own)

    async def stream(wire: WebSocket) -> None:
        await wire.accept()
        async for data in wire.iter_bytes():
            inside.came.append(BackMsg.FromString(data).WhichOneof("type") or "nothing")
            await wire.send_text("seen")

    async def script(_request: Request) -> Response:
        return PlainTextResponse("1", media_type="text/javascript")

    routes = [
        Route("/script.js", script),
        WebSocketRoute("/stream", stream),
        Route("/{path:path}", page, methods=["GET", "POST", "PUT"]),
    ]
    layers = [Middleware(door.Door, served=door.LOCAL | {"glass.example.org"})]
    inner = Starlette(routes=routes, middleware=layers)
    config = uvicorn.Config(inner, port=0, http=door.Patient, log_level="warning", log_config=None)
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        thread.join(0.02)
    inside.port = running.servers[0].sockets[0].getsockname()[1]
    yield inside
    running.should_exit = True
    thread.join(10)


STRANGERS = (
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.nip.io",
    "a@localhost",
    "localhost:x",
    "[::1",
    "192.0.2.7",
)


@pytest.mark.parametrize("host", STRANGERS)
def test_under_a_name_that_is_not_ours_nothing_is_answered(house: House, host: str) -> None:
    """A name of the attacker's that points here: DNS rebinding. Killed: no look at Host; names that begin or
    end like ours taken."""
    assert house.ask(host).status == 421
    assert house.ask(host, method="POST", Origin=f"http://{host}").status == 421
    assert house.came == []


def test_a_websocket_under_a_name_that_is_not_ours_is_refused(house: House) -> None:
    """Killed: only pages looked at."""
    with pytest.raises(InvalidStatus) as refused:
        house.stream(f"http://evil.example:{house.port}", "evil.example")
    assert refused.value.response.status_code == 421


def test_under_our_own_names_it_answers_on_any_port(house: House) -> None:
    """Killed: the port taken for a part of the name; upper case refused; the public name forgotten."""
    for host in ("localhost", "LOCALHOST:1", "127.0.0.1:8501", "[::1]:80", "localhost.", "glass.example.org"):
        assert house.ask(host).status == 200


FOREIGN = ("http://evil.example", "http://localhost:1", "http://127.0.0.1:{port}", "null", "//evil/://localhost:{port}",
           "http://LOCALHOST:{port}", "http://[")  # fmt: skip


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_page_from_elsewhere_opens_no_websocket_and_sends_nothing(house: House, origin: str) -> None:
    """Another site, another port of this machine, a sandboxed frame; and what Streamlit would look up in the
    network, which freezes all. Killed: Origin not asked; names compared without ports; all behind the first
    :// taken for the host."""
    origin = origin.format(port=house.port)
    with pytest.raises(InvalidStatus) as refused:
        house.stream(origin)
    assert refused.value.response.status_code == 403
    assert house.ask(house.host, method="POST", Origin=origin).status == 403
    assert house.came == []


def test_our_own_pages_and_programs_that_are_no_pages_come_in(house: House) -> None:
    """Killed: every Origin refused; none taken for another."""
    for origin in (f"http://{house.host}", None):
        with house.stream(origin) as wire:
            wire.send(BackMsg(stop_script=True).SerializeToString())
            assert wire.recv(5) == "seen"
    assert house.ask(house.host, method="POST", Origin=f"http://{house.host}").status == 200
    assert house.ask(house.host, Origin="http://evil.example").status == 200  # it may look, and cannot read


def test_what_no_page_needs_to_say_does_not_reach_the_app(house: House) -> None:
    """Emptying everybody's cache, writing files, the code's repository. Killed: messages passed unread; a
    list of what is refused, without the files."""
    install = BackMsg()
    install.backend_operation_request.install_skills.SetInParent()
    rows = BackMsg()
    rows.backend_operation_request.dataframe_chunk.SetInParent()
    no = [
        BackMsg(clear_cache=True),
        BackMsg(load_git_info=True),
        BackMsg(set_run_on_save=True),
        install,
        BackMsg(),
    ]
    with house.stream(f"http://{house.host}") as wire:
        for message in [*no, BackMsg(), rows, BackMsg(app_heartbeat=True)]:
            wire.send(message.SerializeToString())
        assert [wire.recv(5), wire.recv(5)] == ["seen", "seen"]
    assert house.came == ["backend_operation_request", "app_heartbeat"]


@pytest.mark.parametrize("sent", ["hello", b"\xff\xff\xff"])
def test_who_sends_no_message_is_let_go_without_a_line_in_the_log(
    house: House, sent: str | bytes, caplog: Log
) -> None:
    """Streamlit writes a traceback for each. Killed: texts passed on; what cannot be read passed on."""
    with house.stream(f"http://{house.host}") as wire:
        wire.send(sent)
        with pytest.raises(ConnectionClosed) as closed:
            wire.recv(5)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1002
    assert caplog.records == []


def test_nobody_shows_our_pages_in_a_frame_unless_named(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed: no policy; a page's own policy replaced; the names not looked at."""
    assert house.ask(house.host).headers["content-security-policy"] == "frame-ancestors 'none'"
    assert house.ask(house.host, "/own").headers["content-security-policy"] == OWN
    assert "content-security-policy" not in house.ask(house.host, "/script.js").headers
    monkeypatch.setenv("GLASSBOX_FRAMED_BY", "https://moodle.example.org http://localhost:8080")
    assert door.framers() == "https://moodle.example.org http://localhost:8080"
    for wrong in ("*", "moodle.example.org", "https://a.org; script-src *", "https://a.org/course"):
        monkeypatch.setenv("GLASSBOX_FRAMED_BY", wrong)
        with pytest.raises(SystemExit, match="GLASSBOX_FRAMED_BY must be"):
            door.framers()


def test_counts_of_the_server_are_nobodys_business(house: House) -> None:
    """Killed: the path asked for with a stroke at its end."""
    assert house.ask(house.host, "/_stcore/metrics").status == 404
    assert house.ask(house.host, "/_stcore/metrics/").status == 404
    assert house.came == []


def test_names_follow_where_it_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed: this machine's names served where it listens to itself alone; only one of its addresses."""
    monkeypatch.setenv("GLASSBOX_PUBLIC_URL", "")
    own = socket.gethostname().lower()
    assert door.names("127.0.0.1") == door.LOCAL
    assert door.names("192.0.2.1") == door.LOCAL | {"192.0.2.1", own, f"{own}.local"}
    cards = [one for card in door.psutil.net_if_addrs().values() for one in card]
    assert {one.address for one in cards if one.family == socket.AF_INET} < door.names("0.0.0.0")
    monkeypatch.setenv("GLASSBOX_PUBLIC_URL", "https://Glass.example.org:8443/lab/")
    assert door.names("127.0.0.1") == door.LOCAL | {"glass.example.org"}
    for wrong in ("glass.example.org", "ftp://glass.example.org", "https://"):
        monkeypatch.setenv("GLASSBOX_PUBLIC_URL", wrong)
        with pytest.raises(SystemExit, match="GLASSBOX_PUBLIC_URL must begin"):
            door.names("127.0.0.1")


def closed(wires: list[socket.socket], seconds: float) -> int:
    """How many the server has closed within this time."""
    end = time.monotonic() + seconds
    for wire in wires:
        wire.settimeout(max(0.01, end - time.monotonic()))
    return sum(over(wire) for wire in wires)


def over(wire: socket.socket) -> bool:
    """It was closed before its time-out."""
    try:
        while wire.recv(4096):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


HEAD = "POST /page HTTP/1.1\r\nHost: localhost\r\n"


HALF = ("", HEAD, f"{HEAD}content-length: 9\r\n\r\n", f"{HEAD}content-length: 9\r\n\r\n123")


@pytest.mark.parametrize("half", HALF)
def test_requests_that_stop_half_way_are_closed(house: House, half: str, caplog: Log) -> None:
    """Killed: bodies waited for without end; heads; connections that say nothing."""
    wires = [house.socket(half) for _ in range(20)]
    assert closed(wires, 5) == 20
    assert caplog.records == []


def test_a_slow_request_is_heard_to_its_end_and_an_endless_one_is_not(house: House) -> None:
    """Killed: one time-out from the start; the time-out begun anew by each byte, without end."""
    wire = house.socket(f"{HEAD}content-length: 6\r\n\r\n")
    for sign in "abcdef":
        time.sleep(0.15)
        wire.sendall(sign.encode())
    assert wire.recv(4096).startswith(b"HTTP/1.1 200")
    endless, began = house.socket(f"{HEAD}content-length: 999\r\n\r\n"), time.monotonic()
    endless.settimeout(0.1)
    while not over(endless) and time.monotonic() - began < 6:
        endless.sendall(b".")
    assert time.monotonic() - began < 4


def test_a_websocket_is_not_hurried(house: House) -> None:
    """Killed: the time-out left standing when a request has become a websocket."""
    with house.stream(f"http://{house.host}") as wire:
        time.sleep(1)
        wire.send(BackMsg(app_heartbeat=True).SerializeToString())
        assert wire.recv(5) == "seen"


def test_who_leaves_before_the_end_leaves_no_traceback(house: House, caplog: Log) -> None:
    """Killed: ClientDisconnect passed on to the server's log."""
    for _ in range(5):
        house.socket(HALF[-1]).close()
    assert house.ask(house.host).status == 200
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
