"""Who is let into a room: newcomers at the pace of a class, so that one machine with a thousand made-up
voters does not fill it while others stand outside; and what its lecturer can do: close the door, take a
burst back.

A code cannot be found by trying: a thousand tries a second for all the hours that a room lives find it once
in ten thousand days. So wrong codes are not counted, and nobody's wrong codes lock others out.
"""

import ipaddress
import secrets
import time
from dataclasses import dataclass

import sqlalchemy as sa

from app.voting.store import Refused, guests, hashed, shut, store, voter_of

MINUTE_S = 60.0
PACE, PACE_FROM_ONE = 300, 120  # newcomers a minute, in all and from one address: a lecture hall has one
MOST, MOST_FROM_ONE = 1000, 500  # voters of a room
LATELY_S = 600.0  # how far back a burst may lie
OUT = "Your votes in this room were taken back by its lecturer."
SHUT = "The lecturer has closed the door of this room. Who is in goes on voting."
WAIT = "Many are coming in at once. You are let in within a minute or two; leave this page open."
SALT = secrets.token_bytes(16)  # never written down: what stands for an address cannot be turned back


class Wait(Refused):
    """Not now: ask again."""


@dataclass(frozen=True)
class Guests:
    """How many are in, came of late, came of late from the address `place` that most came from; were taken
    back."""

    inside: int
    lately: int
    together: int
    place: str
    out: int


def let_in(code: str, voter: str, address: str) -> None:
    """This browser is a guest of the room from now on. Whoever is one comes in at any time.

    Raises Wait when too many came within a minute, Refused when the door is closed, the room full, or this
    guest's votes were taken back.
    """
    me, place, now = voter_of(code, voter), _place(code, address), time.time()
    count, fresh, near = sa.func.count, guests.c.came > now - MINUTE_S, guests.c.place == place
    counts = sa.select(
        count(), count().filter(near), count().filter(fresh), count().filter(sa.and_(fresh, near))
    ).where(guests.c.room == code, sa.not_(guests.c.out))
    with store().engine.connect() as db:
        known = db.execute(sa.select(guests.c.out).where(guests.c.room == code, guests.c.voter == me)).first()
        if known is not None:
            if known.out:
                raise Refused(OUT)
            return
        if _closed(db, code):
            raise Refused(SHUT)
        inside, from_here, lately, lately_from_here = db.execute(counts).one()
    if inside >= MOST:
        raise Refused(f"This room is full: {MOST} are in.")
    if from_here >= MOST_FROM_ONE:
        raise Refused(f"This room takes {MOST_FROM_ONE} from one address, and they are in.")
    if lately >= PACE or lately_from_here >= PACE_FROM_ONE:
        raise Wait(WAIT)
    row = {"room": code, "voter": me, "place": place, "came": now, "out": False}
    with store().engine.begin() as db:
        db.execute(store().insert(guests).values(row).on_conflict_do_nothing())


def closed(code: str) -> bool:
    """Newcomers stay outside."""
    with store().engine.connect() as db:
        return _closed(db, code)


def close(code: str, now: bool = True) -> None:
    """Close the door of a room to newcomers, or open it."""
    change = (
        store().insert(shut).values(room=code).on_conflict_do_nothing()
        if now
        else sa.delete(shut).where(shut.c.room == code)
    )
    with store().engine.begin() as db:
        db.execute(change)


def seen(code: str) -> Guests:
    """The guests of a room."""
    mine, count = guests.c.room == code, sa.func.count
    late = sa.and_(mine, sa.not_(guests.c.out), guests.c.came > time.time() - LATELY_S)
    places = sa.select(guests.c.place, count().label("n")).where(late).group_by(guests.c.place)
    with store().engine.connect() as db:
        inside, out = db.execute(
            sa.select(count().filter(sa.not_(guests.c.out)), count().filter(guests.c.out)).where(mine)
        ).one()
        found = sorted(((row.n, row.place) for row in db.execute(places)), reverse=True)
    together, place = found[0] if found else (0, "")
    return Guests(inside, sum(n for n, _ in found), together, place, out)


def take_back(code: str, place: str) -> None:
    """The votes of who came of late from this address do not count any more; and the door is closed, or they
    would be back."""
    late = sa.and_(guests.c.place == place, guests.c.came > time.time() - LATELY_S)
    with store().engine.begin() as db:
        db.execute(sa.update(guests).where(guests.c.room == code, late).values(out=True))
    close(code)


def bring_back(code: str) -> None:
    """Whoever was taken back is a guest again, and the votes count."""
    with store().engine.begin() as db:
        db.execute(sa.update(guests).where(guests.c.room == code).values(out=False))


def _closed(db: sa.Connection, code: str) -> bool:
    return db.scalar(sa.select(shut.c.room).where(shut.c.room == code)) is not None


def _place(code: str, address: str) -> str:
    """What stands for an address in one room. An IPv6 network counts as one: a house has as many addresses in
    it as it likes."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return hashed(f"{SALT.hex()}:{code}:{address}")[:24]
    if isinstance(found, ipaddress.IPv6Address):
        found = found.ipv4_mapped or ipaddress.ip_network((int(found), 64), strict=False)
    return hashed(f"{SALT.hex()}:{code}:{found}")[:24]
