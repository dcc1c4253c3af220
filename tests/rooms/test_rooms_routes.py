"""What a phone may ask of a room, over a real socket, on both databases."""

import json
import re
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from phones import Phone
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette

from app import visitor
from app.voting import guests, routes
from app.voting.exhibits import KINDS, exhibit
from app.voting.standing import standing
from app.voting.store import ALPHABET, HOURS, LENGTH, Room, store

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    config = uvicorn.Config(Starlette(routes=routes.ROUTES), host="127.0.0.1", port=0, log_level="critical")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        thread.join(0.02)
    yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    running.should_exit = True
    thread.join(10)


@pytest.fixture
def room() -> Room:
    return store().open("me", KINDS[0], "information")


def came_in(base: str, room: Room) -> tuple[Phone, dict]:
    phone = Phone(base)
    assert phone.ask(f"/room/{room.code}")[0] == 200
    status, body, _ = phone.ask(f"/room/{room.code}/pair")
    assert status == 200
    return phone, json.loads(body)


def test_a_phone_votes_through_all_pairs_and_each_comes_once(base: str) -> None:
    """Killed: judged pairs asked again; the pair drawn anew at a reload."""
    room = store().open("me", KINDS[1], "information")
    phone, told = came_in(base, room)
    assert json.loads(phone.ask(f"/room/{room.code}/pair")[1])["pair"] == told["pair"]
    n, seen = len(exhibit(room.kind).svg), set()
    while told["pair"]:
        seen.add(tuple(sorted(told["pair"])))
        status, told = phone.vote(room.code, told["pair"], told["pair"][0])
        assert status == 200
        assert told["counted"]
    assert len(seen) == told["done"] == len(store().votes(room.code)) == n * (n - 1) // 2


def test_a_vote_sent_twice_is_acknowledged_and_counts_once(base: str, room: Room) -> None:
    """Killed: an error for what was counted already, so that a phone would send for ever."""
    phone, told = came_in(base, room)
    pair = told["pair"]
    assert phone.vote(room.code, pair, pair[0])[1]["counted"] is True
    status, again = phone.vote(room.code, pair, pair[1])
    assert (status, again["counted"], again["done"]) == (200, False, 1)
    assert store().votes(room.code)[0].choice == pair[0]


def test_equal_and_no_answer_are_kept_apart_from_votes(base: str, room: Room) -> None:
    """Killed: an equal answer counted as a win."""
    phone, told = came_in(base, room)
    _, told = phone.vote(room.code, told["pair"], -1)
    _, told = phone.vote(room.code, told["pair"], -2)
    phone.vote(room.code, told["pair"], told["pair"][1])
    now = standing(room, 0)
    assert (len(now.votes), now.left_out, now.voters) == (1, 2, 1)
    assert now.votes[0].tolist() == [told["pair"][1], told["pair"][0]]


def test_what_is_no_vote_is_refused_and_nothing_is_kept(base: str, room: Room) -> None:
    """Killed: true taken for 1; bodies of any length read; a form of another site taken."""
    phone, _ = came_in(base, room)
    path = f"/room/{room.code}/vote"
    bad: list[object] = [
        None, [], {}, {"pair": [0, 1]}, {"pair": [0, 0], "choice": 0}, {"pair": [0, 99], "choice": 0},
        {"pair": [0, -1], "choice": 0}, {"pair": [0, True], "choice": 0}, {"pair": "01", "choice": 0},
        {"pair": [0, 1], "choice": 2}, {"pair": [0, 1], "choice": "<b>"}, {"pair": [0, 1], "choice": False},
    ]  # fmt: skip
    for one in bad:
        assert phone.ask(path, json.dumps(one).encode())[0] == 400
    assert phone.ask(path, b"{")[0] == 400
    assert phone.ask(path, b"[" * 300)[0] == 400
    assert phone.ask(path, b" " * 5000)[0] == 413
    assert phone.ask(path, b'{"pair":[0,1],"choice":0}', "text/plain")[0] == 415
    assert Phone(base).vote(room.code, [0, 1], 0)[0] == 403  # no cookie
    assert store().votes(room.code) == []


def test_what_was_sent_comes_back_as_json_alone(base: str, room: Room) -> None:
    """Nothing sent is ever markup. Killed: the refusal as HTML."""
    phone, _ = came_in(base, room)
    body = json.dumps({"pair": [0, 1], "choice": "<script>alert(1)</script>"}).encode()
    status, _, headers = phone.ask(f"/room/{room.code}/vote", body)
    assert status == 400
    assert headers["content-type"] == "application/json"
    assert headers["x-content-type-options"] == "nosniff"
    assert "script-src 'self'" in headers["content-security-policy"]
    status, text, headers = phone.ask("/room/%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert status == 404
    assert headers["content-type"].startswith("text/plain")
    assert b"script" not in text


def test_wrong_codes_lock_nobody_out(base: str, room: Room) -> None:
    """Not even newcomers from the address that tried them. Killed: wrong codes counted, and everybody refused
    when they are many."""
    stranger = Phone(base)
    tried = (f"/room/abcdefg{a}" for a in ALPHABET[:25])
    assert {stranger.ask(path)[0] for path in tried} == {404}
    _, told = came_in(base, room)
    assert told["pair"]


def test_a_code_is_not_found_by_a_day_of_trying() -> None:
    """A thousand tries a second while a room lives. Killed: seven letters."""
    assert 1000 * 3600 * HOURS / len(ALPHABET) ** LENGTH < 2e-4


def test_a_deleted_room_says_so(base: str, room: Room) -> None:
    phone, told = came_in(base, room)
    store().delete(room.code, "me")
    status, said = phone.vote(room.code, told["pair"], told["pair"][0])
    assert status == 404
    assert "no room" in said["error"]


def test_the_page_loads_nothing_from_elsewhere_and_its_cookie_is_for_rooms_alone(
    base: str, room: Room
) -> None:
    """Killed: the cookie readable by scripts; sent back without TLS where it came with it."""
    _, body, headers = Phone(base).ask(f"/room/{room.code}")
    assert not re.search(rb"https?://", body)
    cookie = headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "path=/room" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie
    behind = Phone(base)
    behind.opener.addheaders = [("X-Forwarded-Proto", "https")]  # as a proxy on this machine says it
    assert "secure" in behind.ask(f"/room/{room.code}")[2]["set-cookie"].lower()


def test_by_information_the_pair_asked_tells_at_least_half_of_the_best(base: str, room: Room) -> None:
    """Killed: pairs by lot whatever the room's rule says."""
    for voter in range(6):  # an order that all agree on, so that far pairs tell nothing any more
        for low, high in ((a, b) for b in range(16) for a in range(b)):
            store().vote(room.code, f"v{voter}", (low, high), high)
    phone, told = came_in(base, room)
    for _ in range(12):
        bits = standing(room, 0).bits
        i, j = json.loads(phone.ask(f"/room/{room.code}/pair")[1])["pair"]
        done = {(v.low, v.high) for v in store().votes(room.code, cookie_of(phone))}
        left = [bits[a, b] for a in range(len(bits)) for b in range(a + 1, len(bits)) if (a, b) not in done]
        assert bits[i, j] >= 0.5 * max(left) - 1e-9
        _, told = phone.vote(room.code, [i, j], max(i, j))
    assert told["done"] == 12


def cookie_of(phone: Phone) -> str:
    """The random name that this phone was given, without its seal."""
    cookie = next(c.value or "" for h in phone.opener.handlers for c in getattr(h, "cookiejar", ()))
    return cookie.partition(".")[0]


def test_a_made_up_name_is_no_voter(base: str, room: Room) -> None:
    """A thousand of them filled a room. Killed: any 32 digits taken; a page's cookie taken for a voter's."""
    for cookie in ("0" * 32, "0" * 32 + "." + "0" * 32, visitor.issued()):
        phone = Phone(base)
        phone.opener.addheaders = [("Cookie", f"glassbox_voter={cookie}")]
        assert phone.vote(room.code, [0, 1], 0)[0] == 403
    phone = Phone(base)
    phone.opener.addheaders = [("Cookie", f"glassbox_voter={visitor.issued('glassbox_voter')}")]
    assert phone.vote(room.code, [0, 1], 0)[0] == 200


def test_who_must_wait_is_told_so_and_asks_again(
    base: str, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """429: the phone asks again by itself; 403: it does not. Killed: one status for both; votes let in."""
    phone = Phone(base)
    phone.ask(f"/room/{room.code}")
    monkeypatch.setattr(guests, "PACE", 0)
    assert phone.ask(f"/room/{room.code}/pair")[0] == 429
    assert phone.vote(room.code, [0, 1], 0) == (429, {"error": guests.WAIT})
    monkeypatch.undo()
    guests.close(room.code)
    assert phone.vote(room.code, [0, 1], 0) == (403, {"error": guests.SHUT})
    assert store().votes(room.code) == []


def test_a_database_that_fails_is_told_in_a_sentence_and_nothing_is_lost(
    base: str, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503: the phone sends its vote again. Killed: the fault passed on, as a traceback and a 500."""
    phone, told = came_in(base, room)

    def fails(*_: object) -> None:
        raise OperationalError("insert", {}, OSError("disk is full"))

    with monkeypatch.context() as broken:
        broken.setattr(store(), "vote", fails)
        status, said = phone.vote(room.code, told["pair"], told["pair"][0])
        assert status == 503
        assert "No vote that was taken is lost" in said["error"]
    assert phone.vote(room.code, told["pair"], told["pair"][0])[0] == 200
