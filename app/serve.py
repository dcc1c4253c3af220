"""The server: `python -m app.serve` (what `make app` runs) or `streamlit run app/serve.py`."""

import argparse
import asyncio
import contextlib
import gc
import os
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
import uvicorn
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app import door, faults
from app.catalogue import SLUGS
from app.components import film
from app.packed import Packed
from app.page import computing, covers, moments, standing
from app.uploads import Uploads
from app.visitor import COOKIE, issued, read
from app.voting.routes import ROUTES
from app.voting.store import trouble
from engine.runs import own
from engine.runs.store import fit

ROOT = Path(__file__).parent.parent
SERVED = set(door.LOCAL)  # names under which there is an answer; more of them once it is known who may come


def links(path: str) -> str:
    """The header that asks for the scripts of a page's films; empty where there is no film."""
    if (slug := path.strip("/")) not in SLUGS:
        return ""
    base = "/_stcore/bidi-components/glassbox.film"
    return ", ".join(f"<{base}/{name}>; rel=modulepreload" for name in film.modules(film.kinds(slug)))


class FirstAnswer(BaseHTTPMiddleware):
    """What goes with a page's HTML: a random name for the browser, which says nothing of the person and is
    shown to nobody; and which scripts a film is made of, so that they are fetched beside Streamlit's own.
    Else the browser learns of each only from the one that imports it, six round trips deep.

    A voter's phone gets neither: it has a number for its room, and no film.
    """

    async def dispatch(
        self, request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        response = await call_next(request)
        html = response.headers.get("content-type", "").startswith("text/html")
        if not html or request.url.path.startswith("/room/"):
            return response
        if asked := links(request.url.path):
            response.headers["link"] = asked
        if not read(request.cookies.get(COOKIE, "")):
            safe = request.url.scheme == "https"
            response.set_cookie(
                COOKIE, issued(), max_age=31_536_000, httponly=True, samesite="lax", secure=safe
            )
        return response


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Import what pages need before the first visitor comes; then keep the collector away from it."""
    import pandas  # noqa: F401
    import pyarrow  # noqa: F401
    import sklearn.datasets  # noqa: F401
    import torch

    SERVED.update(door.names(st.get_option("server.address") or "0.0.0.0"))  # with `streamlit run`
    torch.set_num_threads(1)
    faults.told_once()
    os.umask(0o077)  # what people bring is written for this user alone
    gc.collect()
    gc.freeze()
    tasks = [asyncio.create_task(_sweep()), asyncio.create_task(asyncio.to_thread(_warm))]
    yield
    for task in tasks:
        task.cancel()
    computing.beside().close()


async def _sweep() -> None:
    while True:
        await asyncio.sleep(30)
        gc.collect()


def _warm() -> None:
    """What visitors of a server that is gone brought goes. And the first press of "Train" should not wait for
    a supervisor; where none starts, the press says why."""
    with contextlib.suppress(OSError):
        own.sweep(moments.store().home)
        own.drop_orphans(moments.store())
        said = standing.cluster(os.environ.get("GLASSBOX_RAY", ""))
        computing.beside().warm()
        if said:
            print(f"  {said}\n", flush=True)


MIDDLEWARE = [
    Middleware(door.Door, served=SERVED, framed_by=door.framers()),
    Middleware(Uploads),
    Middleware(Packed),
    Middleware(FirstAnswer),
]
moments.served = True
os.chdir(ROOT)  # static files and .streamlit/config.toml are found from here
app = st.App(
    ROOT / "app" / "main.py",
    lifespan=lifespan,
    routes=[
        Route("/moments/{lab}/{key}/{attempt}", moments.answer),
        Route("/cover/{slug}", covers.answer),
        *ROUTES,
    ],
    middleware=MIDDLEWARE,
)


class Server(uvicorn.Server):
    """Says where it listens once it does: who clicks at once is not refused."""

    def __init__(self, config: uvicorn.Config, address: str):
        super().__init__(config)
        self.address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's own, and then a line."""
        await super().startup(sockets)
        if self.started:
            print(f"\n  Glassbox is at {self.address}\n", flush=True)


def in_network() -> str:
    """This machine's address as its neighbours see it; an empty text where there is no network. No packet is
    sent: an address kept for documents is only looked up in the table of routes."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return str(probe.getsockname()[0])
    return ""


def main() -> None:
    """Serve until interrupted. The address is printed once the server listens."""
    parser = argparse.ArgumentParser(prog="python -m app.serve", description="Serve Glassbox.")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    parser.add_argument("--port", type=int, default=8501)
    chosen = parser.parse_args()
    os.umask(0o077)  # before anything is written
    if unfit := fit():
        sys.exit(f"Glassbox does not start: {unfit}")
    if chosen.host in ("0.0.0.0", "::") and (found := in_network()):
        os.environ.setdefault("GLASSBOX_NETWORK_URL", f"http://{found}:{chosen.port}")
    shown = "localhost" if chosen.host == "127.0.0.1" else chosen.host
    SERVED.update(door.names(chosen.host))
    if said := trouble():
        print(f"\n  {said}", flush=True)
    config = uvicorn.Config(
        app,
        host=chosen.host,
        port=chosen.port,
        http=door.Patient,
        log_level="warning",
        ws_per_message_deflate=False,
    )
    Server(config, f"http://{shown}:{chosen.port}").run()


if __name__ == "__main__":
    main()
