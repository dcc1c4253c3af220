"""The front door, before Streamlit: who is spoken to under which name, from which page, and for how long.

A page that any site serves can talk to a server on the reader's machine: through a name of its own that it
points here, from another port, or by a websocket, to which no rule of the browser applies. Left to itself,
Streamlit asks the network for this machine's address when a websocket comes from elsewhere, and nobody else
is answered meanwhile.
"""

import asyncio
import os
import re
import socket
from collections.abc import Set
from contextlib import suppress
from urllib.parse import urlsplit

import h11
import psutil
from google.protobuf.message import DecodeError
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.utils import ClientDisconnected

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
SILENT_S, WHOLE_S = 10.0, 60.0  # a request that stands still for so long, or is not whole after so long
SAFE = ("GET", "HEAD", "OPTIONS")
HIDDEN = frozenset({"/_stcore/metrics"})  # counts of sessions, runs and memory
WELCOME = frozenset({"rerun_script", "stop_script", "file_urls_request", "app_heartbeat"})
ANSWERED = frozenset({"deferred_file", "dataframe_chunk"})  # a download, the rows of a long table
STRANGE = "This server does not go by that name. GLASSBOX_PUBLIC_URL says by which address others reach it."


def names(address: str) -> frozenset[str]:
    """What a server that listens on `address` may be called: localhost, its own name and addresses where it
    listens to more than this machine, and the name in GLASSBOX_PUBLIC_URL. Raises SystemExit where that is no
    address."""
    found = set(LOCAL)
    if public := os.environ.get("GLASSBOX_PUBLIC_URL", ""):
        parts = urlsplit(public)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SystemExit(f"GLASSBOX_PUBLIC_URL must begin with http:// or https://, got {public!r}")
        found.add(parts.hostname)
    if address not in LOCAL:
        own = socket.gethostname().lower()
        found |= {address.lower(), own, f"{own}.local"}
    if address in ("0.0.0.0", "::"):
        cards = psutil.net_if_addrs().values()
        found |= {one.address.partition("%")[0].lower() for card in cards for one in card}
    return frozenset(found)


def framers() -> str:
    """Which pages may show ours in a frame: none, or those in GLASSBOX_FRAMED_BY, parted by spaces.

    Raises SystemExit for what is no `https://name`.
    """
    told = os.environ.get("GLASSBOX_FRAMED_BY", "").split()
    for one in told:
        if not re.fullmatch(r"https?://[\w.-]+(:\d+)?", one, re.ASCII):
            raise SystemExit(f"GLASSBOX_FRAMED_BY must be addresses like https://example.org, got {one!r}")
    return " ".join(told) or "'none'"


def called(host: str) -> str:
    """The name in a Host header, without its port; empty where it is no name."""
    try:
        parts = urlsplit(f"//{host}")
        whole = parts.netloc == host and "@" not in host and parts.port != 0
    except ValueError:  # the port is none, or brackets do not close
        return ""
    return (parts.hostname or "").rstrip(".") if whole else ""


def same(origin: str, host: str) -> bool:
    """The page comes from here. Compared letter by letter, as Streamlit does it, which asks the network about
    what is only meant alike."""
    try:
        return urlsplit(origin).netloc == host
    except ValueError:
        return False


def kept(data: bytes) -> bool:
    """A browser's message is one of those that a page needs: not one that empties everybody's cache, changes
    files, or tells of the code's repository. Raises DecodeError for what is no message."""
    message = BackMsg.FromString(data)
    kind = message.WhichOneof("type")
    if kind == "backend_operation_request":
        return message.backend_operation_request.WhichOneof("payload") in ANSWERED
    return kind in WELCOME


class Door:
    """The outermost layer. `served`: names under which there is an answer, see `names`."""

    def __init__(self, app: ASGIApp, served: Set[str], framed_by: str = "'none'"):
        self.app, self.served, self.framed_by = app, served, framed_by

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on: 421 another name, 403 another origin, 404 what is nobody's business."""
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        if refusal := self.refusal(scope):
            await refusal(scope, receive, send)
            if scope["type"] == "websocket":
                raise ClientDisconnected  # a refused handshake is no fault, and uvicorn would log it as one
            return None
        if scope["type"] == "websocket":
            return await self.app(scope, messages(receive, send), send)

        async def framed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.setdefault("content-security-policy", f"frame-ancestors {self.framed_by}")
            await send(message)

        with suppress(ClientDisconnect):  # who asked has left: nobody to answer, and nothing to report
            await self.app(scope, receive, framed)

    def refusal(self, scope: Scope) -> PlainTextResponse | None:
        """Why this request is not passed on. Without an Origin it comes from no page, but from a program."""
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if called(host) not in self.served:
            return PlainTextResponse(STRANGE, 421)
        writes = scope["type"] == "websocket" or scope["method"] not in SAFE
        if writes and origin is not None and not same(origin, host):
            return PlainTextResponse("Another site's page cannot do this here.", 403)
        if scope["path"].rstrip("/") in HIDDEN:
            return PlainTextResponse("Not Found", 404)
        return None


def messages(receive: Receive, send: Send) -> Receive:
    """A websocket's messages, without those that no page needs; whoever sends no message at all is let go."""

    async def following() -> Message:
        while (message := await receive())["type"] == "websocket.receive":
            data = message.get("bytes")
            try:
                if data is None:
                    raise DecodeError("a text")
                if kept(data):
                    return message
            except DecodeError:
                await send({"type": "websocket.close", "code": 1002})
                return {"type": "websocket.disconnect", "code": 1002}
        return message

    return following


class Patient(H11Protocol):
    """A connection that does not stay open for a request that never comes whole."""

    _due: asyncio.TimerHandle | None = None
    _end = 0.0  # when the request that comes has to be whole

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody is there: a request has to follow."""
        super().connection_made(transport)
        self._watch()

    def handle_events(self) -> None:
        """Some of it has come."""
        super().handle_events()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        super().connection_lost(exc)
        self._rest()

    def _rest(self) -> None:
        if self._due is not None:
            self._due.cancel()
        self._due = None

    def _watch(self) -> None:
        """Wait for more of a request, or for nothing when it is whole or has become a websocket."""
        waiting, now = self._due is not None, self.loop.time()
        self._rest()
        if self.transport.get_protocol() is not self or self.transport.is_closing():
            return
        if self.conn.their_state in (h11.IDLE, h11.SEND_BODY):
            self._end = self._end if waiting else now + WHOLE_S
            self._due = self.loop.call_at(min(now + SILENT_S, self._end), self._late)

    def _late(self) -> None:
        self._due = None
        if not self.transport.is_reading():  # the server has not caught up: not the sender's fault
            self._watch()
        elif self.conn.our_state is h11.SEND_RESPONSE:
            self.send_400_response(
                f"A request comes whole within {WHOLE_S:g} s, and never rests for {SILENT_S:g} s."
            )
        else:
            self.transport.close()
