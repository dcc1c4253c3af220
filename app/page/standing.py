"""Where trainings run, how many at once, how many wait: for the foot of the home page and the terminal."""

import contextlib
import time

from app.page import live
from engine.runs.client import Refused, Standing, Unavailable

ASKED_S = 0.5  # between two looks whether a cluster has answered


def cluster(named: str) -> str:
    """Have trainings run on a cluster, and say in a line where they do; empty where none is named.

    Raises Unavailable. It waits until the cluster has answered, or has been given up.
    """
    try:
        now = live.client().warm(named)
        while named and now is not None and now.asked:
            time.sleep(ASKED_S)
            now = live.client().standing()
    except Refused as refusal:
        return f"{refusal}: trainings run on this machine."
    return words(now) if named and now is not None else ""


def told() -> str:
    """Where trainings run, how many and how many wait, in a sentence for a page's foot; empty where that
    is not known."""
    with contextlib.suppress(Refused, Unavailable):
        if (now := live.client().standing()) is not None:
            return words(now)
    return ""


def words(now: Standing) -> str:
    """The same of what a supervisor says; who is asked yet has said nothing."""
    if now.asked:
        return "The cluster is being asked."
    waiting = "nobody waits" if not now.waiting else "1 waits" if now.waiting == 1 else f"{now.waiting} wait"
    train = f"Trainings run {now.where}: {now.taken} of {now.places} places taken, {waiting}."
    return " ".join([train, *(f"{one[:1].upper()}{one[1:]}." for one in now.troubles)])
