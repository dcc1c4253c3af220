"""Who comes into a room, on SQLite and on PostgreSQL alike: a class, and no thousand made-up voters."""

import time

import pytest
import sqlalchemy as sa

from app.voting import guests
from app.voting.guests import Wait, let_in
from app.voting.store import Refused, Room, store

pytestmark = pytest.mark.usefixtures("database")
table = guests.guests
HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def room() -> Room:
    return store().open("me", "digits by PixelCNN", "random")


def crowd(room: Room, count: int, address: str = HERE, name: str = "v") -> int:
    """So many made-up voters try, each votes if it can. Returns how many got in."""
    inside = 0
    for n in range(count):
        try:
            let_in(room.code, f"{name}{n}", address)
        except Wait:
            continue
        store().vote(room.code, f"{name}{n}", (0, 1), 0)
        inside += 1
    return inside


def later(room: Room, seconds: float) -> None:
    """As if all of them had come so much earlier."""
    with store().engine.begin() as db:
        mine = sa.update(table).where(table.c.room == room.code)
        db.execute(mine.values(came=table.c.came - seconds))


def test_a_thousand_made_up_voters_come_at_the_pace_of_a_class_and_others_are_let_in(room: Room) -> None:
    """Killed: no pace; a pace for the room alone, so that one address takes it all."""
    assert crowd(room, 300) == guests.PACE_FROM_ONE
    let_in(room.code, "honest", ELSEWHERE)
    later(room, guests.MINUTE_S)
    let_in(room.code, "honest too", HERE)


def test_one_address_does_not_fill_a_room(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed: the room's bound alone, as it was: full of made-up voters after a minute."""
    monkeypatch.setattr(guests, "MOST_FROM_ONE", 10)
    monkeypatch.setattr(guests, "MOST", 15)
    crowd(room, 10)
    with pytest.raises(Refused, match="takes 10 from one address"):
        let_in(room.code, "one more", HERE)
    assert crowd(room, 5, ELSEWHERE, "w") == 5
    with pytest.raises(Refused, match="full: 15"):
        let_in(room.code, "one more", "192.0.2.3")


def test_a_room_has_a_pace_in_all(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many addresses. Killed: a pace for each address alone."""
    monkeypatch.setattr(guests, "PACE", 7)
    assert sum(crowd(room, 2, f"192.0.2.{n}", f"{n}-") for n in range(5)) == 7


def test_who_is_in_comes_in_at_any_time(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed: a guest counted anew with every vote; the door closed to guests."""
    let_in(room.code, "a", HERE)
    for _ in range(3):
        let_in(room.code, "a", HERE)
    assert guests.seen(room.code).inside == 1
    monkeypatch.setattr(guests, "PACE", 0)
    guests.close(room.code)
    let_in(room.code, "a", ELSEWHERE)


def test_behind_a_closed_door_newcomers_wait_and_another_room_is_open(room: Room) -> None:
    """Killed: the door not asked; one door for all rooms; a door that does not open again."""
    other = store().open("you", "digits by PixelCNN", "random")
    guests.close(room.code)
    guests.close(room.code)  # pressed twice
    with pytest.raises(Refused, match="closed the door"):
        let_in(room.code, "a", HERE)
    let_in(other.code, "a", HERE)
    guests.close(room.code, False)
    let_in(room.code, "a", HERE)


def test_a_burst_is_taken_back_with_its_votes_and_can_be_let_in_again(room: Room) -> None:
    """Killed: votes of all taken back; of all times; the votes still counted; the door left open; votes
    deleted for good."""
    crowd(room, 3, HERE, "early")
    later(room, guests.LATELY_S)
    crowd(room, 5, ELSEWHERE, "honest")
    crowd(room, 30)
    came = guests.seen(room.code)
    assert (came.inside, came.lately, came.together, came.out) == (38, 35, 30, 0)
    guests.take_back(room.code, came.place)
    assert len(store().votes(room.code)) == 8
    assert guests.seen(room.code).out == 30
    assert guests.closed(room.code)
    with pytest.raises(Refused, match="taken back"):
        let_in(room.code, "v0", HERE)
    guests.bring_back(room.code)
    assert len(store().votes(room.code)) == 38
    let_in(room.code, "v0", HERE)


def test_taken_back_guests_take_nobodys_place(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed: bounds that count who was taken back."""
    monkeypatch.setattr(guests, "MOST", 10)
    monkeypatch.setattr(guests, "PACE", 10)
    crowd(room, 10)
    guests.take_back(room.code, guests.seen(room.code).place)
    guests.close(room.code, False)
    let_in(room.code, "honest", HERE)


def test_an_address_is_not_kept_and_a_network_counts_as_one(room: Room) -> None:
    """A house has as many IPv6 addresses as it likes. Killed: addresses as they are; each of a network alone;
    an IPv4 address in IPv6's dress taken for another."""
    for address in ("2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1", "::ffff:192.0.2.1", HERE):
        let_in(room.code, address, address)
    with store().engine.connect() as db:
        places = list(db.scalars(sa.select(table.c.place).order_by(table.c.came)))
    assert places[0] == places[1] != places[2]
    assert places[3] == places[4]
    assert not any("2001" in place or "192" in place for place in places)
    assert guests._place("another", HERE) != guests._place(room.code, HERE)


def test_guests_go_with_their_room(room: Room) -> None:
    """Killed: tables without CASCADE; SQLite without its foreign keys."""
    crowd(room, 2)
    guests.close(room.code)
    store().delete(room.code, "me")
    assert guests.seen(room.code).inside == 0
    assert not guests.closed(room.code)
    short = store().open("me", "digits by PixelCNN", "random", hours=1e-6)
    let_in(short.code, "a", HERE)
    time.sleep(0.05)
    store().sweep()
    assert guests.seen(short.code).inside == 0
