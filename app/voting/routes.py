"""What a phone asks for: `/room/<code>` (the page), `/room/<code>/pair`, `/room/<code>/vote`.

No session of Streamlit, no login, no name: a random cookie says that two votes come from one browser.
"""

import json
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from app.voting.exhibits import exhibit
from app.voting.standing import next_pair
from app.voting.store import LEFT_OUT, MOST_VOTERS, Refused, Room, Unkept, store

COOKIE = "glassbox_voter"
WEB = Path(__file__).parents[1] / "web" / "phone"
WRONG, WINDOW_S = 12, 60.0  # wrong codes that one address may try in so many seconds
WRONG_IN_ALL = 240
BODY = 400  # bytes of a vote, at most
POLICY = (  # nothing from elsewhere, no script but ours, framed by nobody
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Guesses:
    """Counts wrong codes, of one address and of all. Whoever tries too many waits."""

    def __init__(self) -> None:
        self._of: dict[str, deque[float]] = {}

    def wrong(self, address: str) -> None:
        """One more wrong code."""
        if len(self._of) > 10_000:
            self._of.clear()
        for who in (address, "*"):
            self._of.setdefault(who, deque(maxlen=WRONG_IN_ALL)).append(time.monotonic())

    def too_many(self, address: str) -> bool:
        """This address, or all together, tried too many of late."""
        return self._recent(address) >= WRONG or self._recent("*") >= WRONG_IN_ALL

    def _recent(self, who: str) -> int:
        times = self._of.get(who, deque())
        while times and time.monotonic() - times[0] > WINDOW_S:
            times.popleft()
        return len(times)


guesses = Guesses()


def _room(code: str, voter: str, address: str) -> Room | int:
    """The room, or the status that says why not. Who has voted in it comes in whatever others try."""
    if guesses.too_many(address) and not (voter and store().known(code, voter)):
        return 429
    room = store().find(code)
    if room is None:
        guesses.wrong(address)
        return 404
    return room


WORDS = {
    404: "There is no room with this code. It may have been closed.",
    429: "Too many wrong codes from here. Wait a minute, then try again.",
}


def _asked(request: Request) -> tuple[str, str, str]:
    address = request.client.host if request.client else "?"
    return request.path_params["code"].lower()[:40], _voter(request), address


def _voter(request: Request) -> str:
    given = request.cookies.get(COOKIE, "")
    return given if len(given) == 32 and all(c in "0123456789abcdef" for c in given) else ""


def _headed(response: Response, voter: str = "") -> Response:
    response.headers.update(
        {
            "content-security-policy": POLICY,
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
        }
    )
    response.headers.setdefault("cache-control", "no-store")
    if voter:
        response.set_cookie(COOKIE, voter, max_age=7 * 86_400, httponly=True, samesite="lax", path="/room")
    return response


async def page(request: Request) -> Response:
    """The voter's page: the same file for every room."""
    code, voter, address = _asked(request)
    room = await anyio.to_thread.run_sync(_room, code, voter, address)
    if isinstance(room, int):
        return _headed(PlainTextResponse(WORDS[room], status_code=room))
    return _headed(FileResponse(WEB / "voter.html", media_type="text/html"), voter or secrets.token_hex(16))


async def pair(request: Request) -> Response:
    """The next two things for this voter."""
    code, voter, address = _asked(request)
    room = await anyio.to_thread.run_sync(_room, code, voter, address)
    if isinstance(room, int):
        return _headed(JSONResponse({"error": WORDS[room]}, status_code=room))
    if not voter:
        return _headed(JSONResponse({"error": "Cookies are off: your votes cannot be told apart."}, 403))
    return _headed(JSONResponse(await anyio.to_thread.run_sync(_next, room, voter)))


async def vote(request: Request) -> Response:
    """Take in `{"pair": [i, j], "choice": i | j | -1 | -2}`; the answer brings the next pair."""
    code, voter, address = _asked(request)
    if not request.headers.get("content-type", "").startswith("application/json"):
        return _headed(JSONResponse({"error": "A vote is sent as JSON."}, 415))  # no form of another site can
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY:
            return _headed(JSONResponse({"error": f"A vote has {BODY} bytes at most."}, 413))
    room = await anyio.to_thread.run_sync(_room, code, voter, address)
    if isinstance(room, int):
        return _headed(JSONResponse({"error": WORDS[room]}, status_code=room))
    if not voter:
        return _headed(JSONResponse({"error": "Cookies are off: your votes cannot be told apart."}, 403))
    try:
        chosen, choice = _parsed(body, len(exhibit(room.kind).svg))
        counted = await anyio.to_thread.run_sync(_count, room, voter, chosen, choice)
    except Unkept:
        raise
    except Refused as refusal:
        return _headed(JSONResponse({"error": str(refusal)}, 400))
    following = await anyio.to_thread.run_sync(_next, room, voter)
    return _headed(JSONResponse({"counted": counted, **following}))


_seen: set[tuple[str, str]] = set()  # who is known to have voted: saves two questions a vote


def _count(room: Room, voter: str, chosen: tuple[int, int], choice: int) -> bool:
    if (room.code, voter) not in _seen:
        if not store().known(room.code, voter) and store().voters(room.code) >= MOST_VOTERS:
            raise Refused(f"This room is full: {MOST_VOTERS} have voted.")
        if len(_seen) > 50_000:
            _seen.clear()
        _seen.add((room.code, voter))
    return store().vote(room.code, voter, chosen, choice)


def _parsed(body: bytes, n: int) -> tuple[tuple[int, int], int]:
    """A vote on two of n things. Raises Refused, by name, bound and value."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused("A vote is JSON.") from None
    pair, choice = (told.get("pair"), told.get("choice")) if isinstance(told, dict) else (None, None)
    pair = pair if isinstance(pair, list) else []
    if len(pair) != 2 or not all(type(i) is int and 0 <= i < n for i in pair) or pair[0] == pair[1]:
        raise Refused(f"pair must be two different whole numbers in [0, {n - 1}], got {str(pair)[:40]}")
    if type(choice) is not int or choice not in (*pair, *LEFT_OUT):
        raise Refused(
            f"choice must be one of the pair, -1 (equal) or -2 (cannot tell), got {str(choice)[:40]}"
        )
    return (pair[0], pair[1]), choice


def _next(room: Room, voter: str) -> dict:
    shown = exhibit(room.kind)
    found, done = next_pair(room, voter)
    if found is None:
        return {"done": done, "pair": None, "question": shown.question}
    sides = [{"item": i, "image": shown.image(i), "said": shown.said[i]} for i in found]
    return {"done": done, "pair": list(found), "question": shown.question, "sides": sides}


def file(name: str, kind: str) -> Route:
    """A file of the voter's page."""

    async def answer(_request: Request) -> Response:
        response = FileResponse(WEB / name, media_type=kind)
        response.headers["cache-control"] = "public, max-age=300"
        return _headed(response)

    return Route(f"/room/{name}", answer)


def told(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """The same; where the database fails it says so."""

    async def safe(request: Request) -> Response:
        try:
            return await answer(request)
        except Unkept as refusal:
            return _headed(JSONResponse({"error": str(refusal)}, 503))

    return safe


ROUTES = [
    file("voter.js", "text/javascript"),
    file("voter.css", "text/css"),
    Route("/room/{code}", told(page)),
    Route("/room/{code}/pair", told(pair)),
    Route("/room/{code}/vote", told(vote), methods=["POST"]),
]
