"""Stages of the page: the game under the hand, the tape of a rally, arms, aims, a race."""

import streamlit as st

from app.components import pong
from app.page import live
from app.page.live import View
from app.page.screen import Figure
from app.page.verbs import film_of, finished, ready, shown
from engine.reward import policy_gradient_lab as lab
from pages.policy import trials

WON = Figure("won", "% of points won in play", "higher")
NEWER_S = 2.0  # between two agents of a training: time for a rally
WORSE = Figure("worse_without", "% on a worse arm without a baseline", "lower", unlike=("level", "spread"))


def moment_of(view: View, moment: int | None) -> int:
    """The moment that a film stands at, among those there are."""
    last = len(view.trace.moments) - 1
    return last if moment is None else min(moment, last)


def court(view: View, moment: int | None) -> None:
    """The game, against the agent of a moment; while it trains, against the newest."""

    @st.fragment(run_every=NEWER_S if view.active else None)
    def now() -> None:
        live.redraw()
        _court(live.again(view) if view.active else view, None if view.active else moment)

    now()


def _court(view: View, moment: int | None) -> None:
    if not shown(view, "you play against the net"):
        return
    i = moment_of(view, moment)
    net = {name: one.astype("f4") for name, one in view.trace.at("net", i).items()}
    step = view.trace.moments[i]
    title = f"after {step} batches" if step else "untrained"
    said = (
        "The net sees the court now minus one frame ago. “Without ball”: its chance of up, had the ball "
        "vanished from this very frame. Left: a follower, at half its speed; drag it, or use ↑ and ↓."
    )
    pong.court(**net, key="play.court", stamp=f"{view.stamp}-{i}", title=title, sentence=said)


def credit(view: View, moment: int | None) -> None:
    """Who gets the credit for a point."""
    if not shown(view, "two rallies are laid out frame by frame"):
        return
    i = moment_of(view, moment)
    panels, film, said = trials.credit(view.trace, i)
    film_of(
        film,
        panels,
        said,
        key="credit.film",
        timeline="reach",
        unit="frames get a tenth",
        height=250,
        time="γ in %",
        start=6,
        stamp=f"credit-{view.stamp}-{i}",
    )


def race(spec: lab.PolicyGradientSpec) -> None:
    """REINFORCE and PPO by frames and by seconds."""
    views = {
        "REINFORCE": live.view(lab, spec.but(epochs=1)),
        "PPO, five uses": live.view(lab, spec.but(epochs=5)),
    }
    if (traces := finished(views)) is None:
        return
    seconds = {
        name: float(one.run.manifest.get("seconds", 0)) if one.run else 0.0 for name, one in views.items()
    }
    for column, chart in zip(st.columns(2), trials.race(traces, seconds), strict=True):
        column.vega_lite_chart(chart)
    st.caption(trials.race_said(traces, seconds))


def aims(spec: lab.PolicyGradientSpec) -> None:
    """Twenty uses of each batch, with the clip and without."""
    many = spec.but(epochs=20, steps=150)
    views = {"clip": live.view(lab, many.but(clip=True)), "no clip": live.view(lab, many.but(clip=False))}
    if (traces := finished(views)) is None:
        return
    panels, film, said = trials.aims(traces, many)
    film_of(
        film,
        panels,
        said,
        key="aims.film",
        timeline="kl_on",
        unit="KL with clipping, nats",
        height=270,
        time="batch",
        stamp="-".join(one.stamp for one in views.values()),
    )


def arms(view: View) -> None:
    """Learners without a baseline and with."""
    if ready(view, "a thousand learners of each kind choose among three arms"):
        panels, film = trials.bandit(view.trace, view.spec)
        film_of(
            film,
            panels,
            trials.bandit_said(view.trace, view.spec),
            key="arms.film",
            timeline="worse_without",
            unit="% on a worse arm",
            height=250,
            time="update",
            stamp=f"arms-{view.stamp}",
        )
