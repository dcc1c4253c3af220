"""A room on the wall, and the reward model that is fitted to its votes."""

import contextlib

import numpy as np
import streamlit as st
import torch

from app.catalogue import entry
from app.components import pixels
from app.navigation import page_of
from app.page.verbs import ask
from app.voting import projector
from app.voting.exhibits import KINDS, exhibit
from app.voting.standing import standing
from app.voting.store import FAULTS, Room
from engine.reward import bradley_terry as bt
from engine.reward import human_preferences_lab, rooms, taste
from engine.reward.asking import MOST
from engine.reward.gardens import SIDE
from pages.preferences.figures import HIGH
from pages.preferences.stages import untrained

LEAST = 20  # votes before a reward model is worth training


def draw() -> None:
    """The room of this browser, or its doors; and what is learned from its votes."""
    room = projector.draw()
    if room is not None:
        waits = len(_votes(room)) < LEAST
        st.fragment(_learned, run_every=projector.POLL_S if waits else None)(room)


def _votes(room: Room) -> np.ndarray:
    """The votes so far; none where they cannot be read, which the room above says."""
    with contextlib.suppress(*FAULTS):
        return standing(room).votes
    return np.zeros((0, 2), int)


def _learned(room: Room) -> None:
    """A button that fits a reward model to the votes so far, and what it has learned."""
    votes = _votes(room)
    st.button(
        "Train a reward model on the room",
        key="room.train",
        on_click=_fit,
        args=(room,),
        disabled=len(votes) < LEAST,
    )
    if len(votes) < LEAST:
        st.caption(f"It takes {LEAST} votes at least; there are {len(votes)}.")
    kept = st.session_state.get(projector.REWARD)
    if kept is None or kept["code"] != room.code:
        return
    if room.kind == KINDS[1]:
        _of_cells(kept)
    else:
        _of_features(kept)


def _fit(room: Room) -> None:
    votes, array = standing(room, 0).votes, exhibit(room.kind).array
    if room.kind == KINDS[1]:
        clips, last = array.tolist(), votes[-MOST:]
        left, right = ([clips[vote[side]] for vote in last] for side in (0, 1))
        blank = untrained(human_preferences_lab, human_preferences_lab.SPEC())
        seen = ask(blank, "teach", left=left, right=right, mu=[1.0] * len(last), active=1, turn=0)
    else:
        X = rooms.features(array) if room.kind == KINDS[0] else taste.features(torch.tensor(array)).numpy()
        found, free = bt.fit(bt.wins(votes, len(X)), X, prior=1.0), bt.fit(bt.wins(votes, len(X))).theta
        u, se = X @ found.theta, np.sqrt(np.diag(found.covariance))
        seen = {"theta": found.theta, "se": se, "u": u, "rho": rooms.rank_correlation(u, free)}
    st.session_state[projector.REWARD] = {"code": room.code, "kind": room.kind, "votes": len(votes), **seen}


def _of_features(kept: dict) -> None:
    digits = kept["kind"] == KINDS[0]
    names, what = (rooms.NAMES, "digit") if digits else (taste.NAMES, "reply")
    strongest = sorted(
        zip(names, kept["theta"], kept["se"], strict=True), key=lambda feature: -abs(feature[1])
    )
    told = ", ".join(f"**{name}** {weight:+.2f} ± {se:.2f}" for name, weight, se in strongest)
    st.markdown(
        f"From {kept['votes']} votes it learned what this room likes in a {what}: {told}. "
        f"Its order and the room's own ladder agree to a rank correlation of {kept['rho']:.2f}: "
        f"{len(kept['theta'])} features say no more than that."
    )
    if not digits:
        st.page_link(page_of(entry("instructgpt")), label="Let this judge train a policy")


def _of_cells(kept: dict) -> None:
    left, right = st.columns([1, 2.2], gap="medium")
    with left:
        pixels.pixels(
            kept["r_hat"].astype(float).reshape(SIDE, SIDE),
            key="room.map",
            mode="show",
            low=-HIGH,
            high=HIGH,
            palette="signed",
            label="The room's predicted reward",
            unit="predicted reward",
        )
    with right:
        st.markdown(
            f"From {kept['votes']} votes: orange cells are what this room likes, blue what it dislikes. "
            f"A policy that climbs this map earns **{float(kept['share']):.2f}** of the way from random to "
            "best, by our labeller's measure; the room may have wanted something else. "
            "Cells that no walk entered hold noise."
        )
