"""Streamlit's own scripts and styles, compressed once and kept: its server sends them as they are.

Their names hold a hash of what is in them, so what was kept under a name stays right.
"""

import asyncio
import gzip
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TEXT = re.compile(r"/static/(js|css)/[\w.-]+\.(js|css)", re.ASCII)
GONE = ("accept-ranges", "content-length", "etag")  # they told of the bytes as they were


class Packed:
    """Answers for a script or style from memory, compressed, once somebody has asked for it."""

    def __init__(self, app: ASGIApp):
        self.app = app
        self.kept: dict[str, tuple[list[tuple[bytes, bytes]], bytes]] = {}  # path -> headers, body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on all that is no such file, and whoever does not take gzip, or asks for a part."""
        path = scope.get("path", "")
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        takes = "gzip" in headers.get("accept-encoding", "") and "range" not in headers
        if not takes or scope.get("method") != "GET" or not TEXT.fullmatch(path):
            return await self.app(scope, receive, send)
        if path not in self.kept and not await self._keep(path, scope, receive):
            return await self.app(scope, receive, send)
        told, body = self.kept[path]
        await send({"type": "http.response.start", "status": 200, "headers": told})
        await send({"type": "http.response.body", "body": body})
        return None

    async def _keep(self, path: str, scope: Scope, receive: Receive) -> bool:
        """Ask for the file and keep it; whether it is there."""
        parts: list[Message] = []

        async def take(message: Message) -> None:
            parts.append(message)

        plain = [(name, value) for name, value in scope["headers"] if not name.startswith(b"if-")]
        await self.app({**scope, "headers": plain, "extensions": {}}, receive, take)
        if parts[0]["status"] != 200:
            return False
        body = b"".join(part.get("body", b"") for part in parts[1:])
        small = await asyncio.to_thread(gzip.compress, body, 6)
        headers = MutableHeaders(raw=list(parts[0]["headers"]))
        for name in GONE:
            del headers[name]
        headers.update({"content-encoding": "gzip", "content-length": str(len(small))})
        headers.add_vary_header("accept-encoding")
        self.kept[path] = headers.raw, small
        return True
