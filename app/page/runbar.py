"""The run bar: train, pause, step, stop, another seed, five seeds, fork. It follows the run by itself."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from app.page import at, controls, live
from engine.runs.client import Status

SEEDS = 5
NEXT = 3  # places in the queue from which a run may begin at any moment
OWN_S, OTHERS_S = 1.0, 4.0  # between two looks: pictures do not wait for them, the film fetches its own
REST_S = 8.0  # where nothing goes on: somebody else may train this very setting, and a drawing may be lost


def runbar(
    shown: live.View, moment: int | None, figure: str, unit: str, above: Callable[[live.View], None] | None
) -> None:
    """One line under the film. `moment`: where the film was let go; `figure`: the scalar it tells.

    `above`, if given, is drawn first, anew with each poll.
    """
    active = shown.active  # as the whole page saw it
    pace = _pace(live.follow(shown))

    @st.fragment(run_every=pace if active else REST_S)
    def bar() -> None:
        live.redraw()
        now = live.again(shown)
        status = None if st.session_state.get(f"left.{shown.key}") else live.follow(now)
        moved = status is not None and active and _pace(status) != pace
        if now.active != active or (now.run is None) != (shown.run is None) or moved:
            st.rerun()  # the page shows another state
        if above is not None:
            above(now)
        with st.container(
            key=f"runbar-{_mark(shown)}",
            horizontal=True,
            vertical_alignment="center",
            gap="small",
        ):
            # Buttons have a place of their own, so that the line keeps its place when their number changes.
            with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
                if now.active:
                    _while_active(now, status)
                else:
                    _at_rest(now, moment)
            st.markdown(f":gray[`{said(now, status, figure, unit)}`]", width="content")

    bar()


def _pace(status: Status | None) -> float:
    """Seconds between two looks: a class that waits need not ask each second."""
    soon = status is not None and status.mine and (status.place or 0) <= NEXT
    return OWN_S if soon else OTHERS_S


def _mark(view: live.View) -> str:
    """Tells the bars of one page apart."""
    return controls.paper(view.lab) + view.mark


def said(view: live.View, status: Status | None, figure: str, unit: str) -> str:
    """Where the run stands, in one line: place in the queue; step, figure, time left, node; why it ended."""
    trace = view.trace
    if view.run is None:
        return "not trained here yet"
    if view.state == "queued":
        if status is None:
            return "waiting"
        words = f"waiting, place {status.place} of {status.waiting}" if status.place else "waiting"
        return " · ".join(filter(None, (status.where or words, status.message)))
    values = trace.scalars.get(figure, ([], []))[1]
    step = max((steps[-1] for steps, _ in trace.scalars.values() if steps), default=0)  # some are told seldom
    parts = [f"step {step} of {trace.total or '?'}"]
    if values:
        parts.append(f"{values[-1]:.2f} {unit}")
    if view.state == "running" and (left := view.run.seconds_left()) is not None:
        parts.append(f"{left:.0f} s left")
    if status is not None and status.where:
        parts.append(status.where)
    if view.state in ("paused", "stopped", "interrupted", "failed"):
        parts.insert(0, view.state)
    told = (view.run.manifest.get("message"), view.run.manifest.get("note"), status.message if status else "")
    return " · ".join([*parts, *filter(None, told)])


def _at_rest(view: live.View, moment: int | None) -> None:
    cost = live.seconds(view.lab, view.spec)
    label = "Go on" if view.state == "interrupted" else "Train again" if view.run else "Train"
    about = f" · about {cost:.0f} s" if cost else ""
    st.button(label + about, type="primary", key=f"train.{view.key}", on_click=_train, args=(view,))
    st.button(
        "New seed",
        key=f"newseed.{_mark(view)}",
        help="The same settings with other random numbers: what changes is luck.",
        on_click=controls.put,
        args=(view.lab, {"seed": (view.spec.seed + 1) % 10_000}),
    )
    st.button(
        "Five seeds",
        key=f"fiveseeds.{_mark(view)}",
        help="Train these settings with four other random starts too. They are drawn as thin lines: "
        "what lies among them is luck.",
        on_click=lambda: live.train(*five(view), keep=True),
    )
    here = moment if moment is not None else len(view.trace.moments) - 1
    can = view.run is not None and here >= 0
    if st.button(
        f"Fork at moment {here}" if can else "Fork",
        key=f"fork.{_mark(view)}",
        disabled=not can,
        help="A moment is a step of which the film keeps a picture. A second training begins with the "
        "weights of the moment shown: fork, change a control, train, and see what becomes of them.",
    ):
        _start_from(view, (view.key, here))
    back = "Back to the training that began from scratch."
    if view.start is not None and st.button("Leave the fork", key=f"unfork.{_mark(view)}", help=back):
        _start_from(view, None)


def _train(view: live.View) -> None:
    at.ask(None)  # a new film is watched at its end
    st.query_params.pop("at", None)
    live.train(view)


def _start_from(view: live.View, start: tuple[str, int] | None) -> None:
    if view.own:
        live.fork(view, start)
        st.rerun()
    name = f"{controls.paper(view.lab)}.start"
    ancestry = f"{start[0]}@{start[1]}" if start is not None else ""
    st.session_state[name] = ancestry
    if ancestry:
        st.query_params[name] = ancestry
    else:
        st.query_params.pop(name, None)
    st.rerun()


def _while_active(view: live.View, status: Status | None) -> None:
    ask = live.client()

    def button(label: str, act: Callable[..., Status], **options: Any) -> None:
        told = partial(act, view.id, view.key, session=live.visitor())
        st.button(label, key=f"{label.lower()}.{_mark(view)}", on_click=live.order, args=(told,), **options)

    if status is not None and status.mine:
        if view.state == "paused":
            button("Go on", ask.resume, type="primary")
            button("Step", ask.step, help="One step of training.")
        else:
            button("Pause", ask.pause)
        button("Stop", ask.stop, help="What was trained so far stays.")
    elif status is not None:
        st.markdown("Somebody else trains this very setting; you watch.", width="content")
        st.button("Leave", key=f"leave.{_mark(view)}", on_click=_leave, args=(view,))


def _leave(view: live.View) -> None:
    st.session_state[f"left.{view.key}"] = True
    live.order(lambda: live.client().leave(view.id, view.key, session=live.visitor()))


def siblings(view: live.View) -> list[live.View]:
    """The runs of the next four seeds, as far as they exist."""
    seed = view.spec.seed
    others = [live.again(view, seed=(seed + k) % 10_000) for k in range(1, SEEDS)]
    return [one for one in others if one.run is not None]


def five(view: live.View) -> list[live.View]:
    """This seed and the next four, those that are not here yet."""
    seeds = [(view.spec.seed + k) % 10_000 for k in range(SEEDS)]
    wanted = [live.again(view, seed=seed) for seed in seeds]
    return [one for one in wanted if one.run is None or not (one.active or one.trace.finished)]
