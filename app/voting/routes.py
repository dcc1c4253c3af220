"""What a phone asks for: `/room/<code>` (the page), `/room/<code>/pair`, `/room/<code>/vote`.

No session of Streamlit, no login, no name: a random cookie says that two votes come from one browser.
"""

import functools
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from app.visitor import issued, read
from app.voting.exhibits import exhibit
from app.voting.guests import Wait, let_in
from app.voting.standing import next_pair
from app.voting.store import FAULTS, LEFT_OUT, Refused, Room, store, unreachable

COOKIE = "glassbox_voter"
WEB = Path(__file__).parents[1] / "web" / "phone"
BODY = 400  # bytes of a vote, at most
POLICY = (  # nothing from elsewhere, no script but ours, framed by nobody
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
COOKIES = "Cookies are off: your votes cannot be told apart."


class Gone(Refused):
    """There is no such room."""


STATUS = {Gone: 404, Wait: 429, Refused: 403}


def _room(code: str) -> Room:
    """The room. Raises Gone."""
    room = store().find(code)
    if room is None:
        raise Gone("There is no room with this code. It may have been closed.")
    return room


def _let_in(code: str, voter: str, address: str) -> Room:
    """The room, with this voter in it. Raises Refused, see STATUS."""
    room = _room(code)
    if not voter:
        raise Refused(COOKIES)
    let_in(room.code, voter, address)
    return room


def _told(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """With what went wrong in words, as a phone takes it: it asks again after 429 and 503."""

    @functools.wraps(answer)
    async def told(request: Request) -> Response:
        try:
            return await answer(request)
        except Refused as refusal:
            said, status = str(refusal), STATUS[type(refusal)]
        except FAULTS as wrong:
            said, status = unreachable(wrong), 503
        if answer is page:
            return _headed(PlainTextResponse(said, status))
        return _headed(JSONResponse({"error": said}, status))

    return told


def _asked(request: Request) -> tuple[str, str, str]:
    address = request.client.host if request.client else "?"
    return request.path_params["code"].lower()[:40], _voter(request), address


def _voter(request: Request) -> str:
    return read(request.cookies.get(COOKIE, ""), COOKIE)


def _headed(response: Response) -> Response:
    response.headers.update(
        {
            "content-security-policy": POLICY,
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
        }
    )
    response.headers.setdefault("cache-control", "no-store")
    return response


async def page(request: Request) -> Response:
    """The voter's page: the same file for every room."""
    code, voter, _ = _asked(request)
    await anyio.to_thread.run_sync(_room, code)
    html = FileResponse(WEB / "voter.html", media_type="text/html")
    if not voter:
        week, safe = 7 * 86_400, request.url.scheme == "https"
        html.set_cookie(
            COOKIE, issued(COOKIE), week, httponly=True, samesite="lax", path="/room", secure=safe
        )
    return _headed(html)


async def pair(request: Request) -> Response:
    """The next two things for this voter."""
    code, voter, address = _asked(request)
    room = await anyio.to_thread.run_sync(_let_in, code, voter, address)
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
    room = await anyio.to_thread.run_sync(_let_in, code, voter, address)
    try:
        chosen, choice = _parsed(body, len(exhibit(room.kind).svg))
        counted = await anyio.to_thread.run_sync(store().vote, room.code, voter, chosen, choice)
    except Refused as refusal:
        return _headed(JSONResponse({"error": str(refusal)}, 400))
    following = await anyio.to_thread.run_sync(_next, room, voter)
    return _headed(JSONResponse({"counted": counted, **following}))


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


ROUTES = [
    file("voter.js", "text/javascript"),
    file("voter.css", "text/css"),
    Route("/room/{code}", _told(page)),
    Route("/room/{code}/pair", _told(pair)),
    Route("/room/{code}/vote", _told(vote), methods=["POST"]),
]
