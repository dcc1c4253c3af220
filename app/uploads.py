"""What visitors may have uploaded at once: Streamlit keeps files in memory while a session lasts, and takes
them without an uploader on any page.
"""

from collections import Counter
from collections.abc import Callable, Mapping

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

PATH = "/_stcore/upload_file/"
OF_ONE, OF_ALL = 64_000_000, 512_000_000  # bytes


def held() -> dict[str, int]:
    """Bytes that are kept for each session."""
    files = Runtime.instance().uploaded_file_mgr
    assert isinstance(files, MemoryUploadedFileManager)
    return {
        who: sum(len(one.data) for one in list(kept.values()))
        for who, kept in list(files.file_storage.items())
    }


class Uploads:
    """Refuses, before it is read, a file for which there is no room."""

    def __init__(self, app: ASGIApp, kept: Callable[[], Mapping[str, int]] = held):
        self.app, self.kept = app, kept
        self.coming: Counter[str] = Counter()  # bytes on their way, by session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on all but a file too many: 411 of unknown length, 413 for one session, 507 for all."""
        upload = scope["type"] == "http" and scope["method"] == "PUT" and scope["path"].startswith(PATH)
        if not upload:
            return await self.app(scope, receive, send)
        session = scope["path"].removeprefix(PATH).partition("/")[0]
        told = Headers(scope=scope).get("content-length", "")
        size = int(told) if told.isdecimal() and len(told) < 12 else -1
        if refusal := self.refusal(session, size):
            return await refusal(scope, receive, send)
        self.coming[session] += size
        try:
            await self.app(scope, receive, send)
        finally:
            self.coming[session] -= size
            self.coming += Counter()  # forgets who is at zero
        return None

    def refusal(self, session: str, size: int) -> PlainTextResponse | None:
        """Why a file of this size is not taken."""
        if size < 0:
            return PlainTextResponse("A file says how long it is.", 411)
        kept = Counter(self.kept()) + self.coming
        if kept[session] + size > OF_ONE:
            words = f"Files of one visitor may take {OF_ONE // 10**6} MB together, got"
            return PlainTextResponse(f"{words} {(kept[session] + size) / 1e6:.0f}: remove some.", 413)
        if kept.total() + size > OF_ALL:
            return PlainTextResponse("Others have filled the room for files: try again in some minutes.", 507)
        return None
