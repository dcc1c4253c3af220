"""Rooms and votes in a database: SQLite in GLASSBOX_HOME (WAL), or what DATABASE_URL names (PostgreSQL).

A vote is a row whose key is room, voter and pair: whoever sends one twice finds the first one there. A call
that returns has committed, so that a killed server loses no vote that was acknowledged.
"""

import hashlib
import os
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import OperationalError

from engine.runs.store import home

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that can be read as another
LENGTH = 8  # 31 ** 8: 850 billion codes
HOURS = 24
MOST_ROOMS, MOST_OWN, MOST_VOTERS = 500, 5, 1000
UNKEPT = {  # what the database says -> what people are told
    "readonly": "their file can only be read",
    "unable to open": "their file cannot be opened",
    "full": "the disk is full",
    "locked": "others write too much at once. Try again",
}
LEFT_OUT = (-1, -2)  # equal, cannot tell: kept, so that they are asked but once

meta = sa.MetaData()
rooms = sa.Table(
    "rooms",
    meta,
    sa.Column("code", sa.String(16), primary_key=True),
    sa.Column("owner", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("rule", sa.String(32), nullable=False),
    sa.Column("opened", sa.Float, nullable=False),
    sa.Column("expires", sa.Float, nullable=False),
)
votes = sa.Table(
    "votes",
    meta,
    sa.Column("room", sa.ForeignKey("rooms.code", ondelete="CASCADE"), primary_key=True),
    sa.Column("voter", sa.String(32), primary_key=True),
    sa.Column("low", sa.Integer, primary_key=True),
    sa.Column("high", sa.Integer, primary_key=True),
    sa.Column("choice", sa.Integer, nullable=False),  # the item that was preferred, or one of LEFT_OUT
    sa.Column("at", sa.Float, nullable=False),
)


class Refused(ValueError):
    """A room or a vote that cannot be, in words for people."""


class Unkept(Refused):
    """The database cannot be used: it is full, can only be read, or is not there."""


def _unkept(context: ExceptionContext) -> None:
    """Every failure of the database itself, in a sentence; what is told to visitors names no path."""
    if not isinstance(context.sqlalchemy_exception, OperationalError):
        return
    said = str(context.original_exception)
    for sign, words in UNKEPT.items():
        if sign in said:
            raise Unkept(f"Rooms and votes cannot be kept: {words}.") from context.original_exception
    raise Unkept("Rooms and votes cannot be kept: their database does not answer.") from None


@dataclass(frozen=True)
class Room:
    """An open room."""

    code: str
    kind: str  # what is compared: a name of app.voting.exhibits
    rule: str  # how the next pair is chosen: random or information
    opened: float
    expires: float


@dataclass(frozen=True)
class Vote:
    """One answer: `voter` is a hash that means nothing outside this room."""

    voter: str
    low: int
    high: int
    choice: int


class Rooms:
    """All rooms of one database. Safe to be called from many threads and processes."""

    def __init__(self, url: str):
        self.engine = sa.create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20)
        event.listen(self.engine, "handle_error", _unkept)
        self.dialect = self.engine.dialect.name
        if self.dialect == "sqlite":
            event.listen(self.engine, "connect", _sqlite_settings)
        meta.create_all(self.engine)

    def open(self, owner: str, kind: str, rule: str, hours: float = HOURS) -> Room:
        """A new room with a code that nobody can guess. Raises Refused when there are too many."""
        now = time.time()
        self.sweep(now)
        with self.engine.begin() as db:
            count = sa.select(sa.func.count()).select_from(rooms)
            if (db.scalar(count.where(rooms.c.owner == _hash(owner))) or 0) >= MOST_OWN:
                raise Refused(f"One browser may have {MOST_OWN} rooms at once. Delete one first.")
            if (db.scalar(count) or 0) >= MOST_ROOMS:
                raise Refused(f"There are {MOST_ROOMS} rooms open here, as many as there may be.")
            room = Room(new_code(), kind, rule, now, now + 3600 * hours)
            db.execute(sa.insert(rooms).values(owner=_hash(owner), **vars(room)))
        return room

    def find(self, code: str) -> Room | None:
        """The room with this code, unless it has expired."""
        if not well_formed(code):
            return None
        with self.engine.connect() as db:
            row = db.execute(sa.select(rooms).where(rooms.c.code == code)).mappings().first()
        if row is None or row["expires"] < time.time():
            return None
        return Room(row["code"], row["kind"], row["rule"], row["opened"], row["expires"])

    def of(self, owner: str) -> list[Room]:
        """The rooms that this browser opened, newest first."""
        mine = sa.select(rooms).where(rooms.c.owner == _hash(owner), rooms.c.expires >= time.time())
        with self.engine.connect() as db:
            found = db.execute(mine.order_by(rooms.c.opened.desc())).mappings().all()
        return [Room(r["code"], r["kind"], r["rule"], r["opened"], r["expires"]) for r in found]

    def delete(self, code: str, owner: str) -> bool:
        """Forget a room and its votes for ever; only who opened it may."""
        mine = sa.and_(rooms.c.code == code, rooms.c.owner == _hash(owner))
        with self.engine.begin() as db:
            if not db.scalar(sa.select(sa.func.count()).select_from(rooms).where(mine)):
                return False
            db.execute(sa.delete(votes).where(votes.c.room == code))
            db.execute(sa.delete(rooms).where(mine))
        return True

    def sweep(self, now: float | None = None) -> int:
        """Forget what has expired. Returns how many rooms went."""
        old = sa.select(rooms.c.code).where(rooms.c.expires < (time.time() if now is None else now))
        with self.engine.begin() as db:
            codes = list(db.scalars(old))
            db.execute(sa.delete(votes).where(votes.c.room.in_(codes)))
            db.execute(sa.delete(rooms).where(rooms.c.code.in_(codes)))
        return len(codes)

    def vote(self, code: str, voter: str, pair: tuple[int, int], choice: int) -> bool:
        """Write a vote down for good. False where this voter has judged this pair already: the first counts.

        Raises Refused for a choice that is none of the pair's, and for a room that is full.
        """
        low, high = sorted(pair)
        if low == high or choice not in (low, high, *LEFT_OUT):
            raise Refused(f"choice must be one of the pair, or {LEFT_OUT}, got {choice}")
        make = postgresql.insert if self.dialect == "postgresql" else sqlite.insert
        row = {"room": code, "voter": voter_of(code, voter), "low": low, "high": high, "choice": choice}
        with self.engine.begin() as db:
            line = make(votes).values(at=time.time(), **row).on_conflict_do_nothing()
            done = db.execute(line.returning(votes.c.low)).first()  # not every driver counts inserted rows
        return done is not None

    def known(self, code: str, voter: str) -> bool:
        """This browser has voted in this room."""
        with self.engine.connect() as db:
            mine = sa.and_(votes.c.room == code, votes.c.voter == voter_of(code, voter))
            return bool(db.scalar(sa.select(sa.func.count()).select_from(votes).where(mine)))

    def voters(self, code: str) -> int:
        """How many have voted in a room."""
        with self.engine.connect() as db:
            return (
                db.scalar(sa.select(sa.func.count(votes.c.voter.distinct())).where(votes.c.room == code)) or 0
            )

    def votes(self, code: str, voter: str | None = None) -> Sequence[Vote]:
        """The votes of a room in the order in which they came, or those of one voter."""
        these = sa.select(votes.c.voter, votes.c.low, votes.c.high, votes.c.choice).where(
            votes.c.room == code
        )
        if voter is not None:
            these = these.where(votes.c.voter == voter_of(code, voter))
        with self.engine.connect() as db:
            return [Vote(*row) for row in db.execute(these.order_by(votes.c.at, votes.c.voter))]


def _sqlite_settings(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for line in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {line}")
    cursor.close()


def new_code() -> str:
    """A code that cannot be guessed by trying."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def well_formed(code: str) -> bool:
    """It could be a code."""
    return len(code) == LENGTH and set(code) <= set(ALPHABET)


def voter_of(code: str, cookie: str) -> str:
    """What is kept of a browser: a hash that is another one in every room."""
    return _hash(f"{code}:{cookie}")[:24]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def url() -> str:
    """Where rooms are kept: DATABASE_URL, with our driver for PostgreSQL, else a file in GLASSBOX_HOME."""
    given = os.environ.get("DATABASE_URL", "")
    if not given:
        return f"sqlite:///{home() / 'rooms.sqlite'}"
    scheme, _, rest = given.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in ("postgres", "postgresql") else given


@lru_cache(maxsize=1)
def store() -> Rooms:
    """The rooms of this server."""
    return Rooms(url())
