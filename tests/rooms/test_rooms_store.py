"""Rooms and votes as they are kept, on SQLite and on PostgreSQL alike."""

import threading
import time

import pytest

from app.voting.store import ALPHABET, LENGTH, MOST_OWN, Refused, new_code, store, url, voter_of, well_formed

KIND = "digits by PixelCNN"
pytestmark = pytest.mark.usefixtures("database")


def test_it_speaks_to_the_database_that_was_named(database: str) -> None:
    """Killed: DATABASE_URL not read."""
    assert store().dialect == ("postgresql" if database else "sqlite")
    if not database:
        with store().engine.connect() as db:
            assert db.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert db.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # full: acknowledged means written


def test_postgres_urls_of_hosts_get_our_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed: `postgres://` handed on, which SQLAlchemy does not know."""
    for scheme in ("postgres", "postgresql"):
        monkeypatch.setenv("DATABASE_URL", f"{scheme}://u:p@h/d")
        assert url() == "postgresql+psycopg://u:p@h/d"


def test_a_vote_counts_once_a_pair_however_often_it_is_sent() -> None:
    """Killed: the pair kept in the order shown, so that it counts from either side; the last vote taken."""
    room = store().open("me", KIND, "random")
    assert store().vote(room.code, "a", (3, 1), 3)
    assert not store().vote(room.code, "a", (3, 1), 3)
    assert not store().vote(room.code, "a", (1, 3), 1)
    assert store().vote(room.code, "b", (1, 3), 1)
    assert [(v.low, v.high, v.choice) for v in store().votes(room.code)] == [(1, 3, 3), (1, 3, 1)]


def test_the_same_vote_from_many_threads_at_once_counts_once() -> None:
    """Killed: look first, then insert."""
    room = store().open("me", KIND, "random")
    counted: list[bool] = []

    def send(n: int) -> None:
        for pair in range(5):
            counted.append(store().vote(room.code, f"v{n % 4}", (pair, pair + 1), pair))

    threads = [threading.Thread(target=send, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counted) == len(store().votes(room.code)) == 4 * 5


def test_a_choice_that_is_none_of_the_pair_is_refused() -> None:
    """Killed: choices not looked at."""
    room = store().open("me", KIND, "random")
    for pair, choice in (((1, 2), 3), ((1, 2), -3), ((2, 2), 2)):
        with pytest.raises(Refused):
            store().vote(room.code, "a", pair, choice)
    assert store().votes(room.code) == []


def test_a_voter_is_a_hash_that_differs_from_room_to_room_and_shows_no_cookie() -> None:
    """Killed: the cookie itself kept; one hash for all rooms."""
    one, two = store().open("me", KIND, "random"), store().open("me", KIND, "random")
    for room in (one, two):
        store().vote(room.code, "c" * 32, (0, 1), 0)
    names = {v.voter for room in (one, two) for v in store().votes(room.code)}
    assert len(names) == 2
    assert not any("cccc" in name for name in names)
    assert voter_of(one.code, "x") != voter_of(two.code, "x")


def test_only_who_opened_a_room_deletes_it_and_its_votes_go_too() -> None:
    """Killed: the owner not asked; votes left behind."""
    room, other = store().open("me", KIND, "random"), store().open("you", KIND, "random")
    for one in (room, other):
        store().vote(one.code, "a", (0, 1), 0)
    assert not store().delete(room.code, "you")
    assert store().find(room.code) is not None
    assert store().delete(room.code, "me")
    assert store().find(room.code) is None
    assert store().votes(room.code) == []
    assert len(store().votes(other.code)) == 1
    assert [r.code for r in store().of("you")] == [other.code]


def test_an_expired_room_is_gone_for_everybody_and_swept_with_its_votes() -> None:
    """Killed: expiry looked at by the sweep alone; votes left behind."""
    room = store().open("me", KIND, "random", hours=1e-4)  # 0.36 seconds
    store().vote(room.code, "a", (0, 1), 0)
    time.sleep(0.5)
    assert store().find(room.code) is None
    assert store().of("me") == []
    assert store().sweep() == 1
    assert store().votes(room.code) == []


def test_one_browser_has_few_rooms() -> None:
    """Killed: no limit."""
    for _ in range(MOST_OWN):
        store().open("me", KIND, "random")
    with pytest.raises(Refused, match=str(MOST_OWN)):
        store().open("me", KIND, "random")
    store().open("you", KIND, "random")


def test_codes_are_long_unlike_each_other_and_of_letters_that_nobody_mistakes() -> None:
    """Killed: four letters."""
    codes = {new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert len(ALPHABET) ** LENGTH > 10**11
    assert all(map(well_formed, codes))
    assert not any(map(well_formed, ("", "short", "' OR 1=1", "ABCDEFGH", "0o1liiii", "../../..")))
