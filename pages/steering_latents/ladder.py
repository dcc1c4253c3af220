"""Figures of the ladder of beta: the KL in three parts, walks through z, and what tells which factor."""

from collections.abc import Sequence
from typing import Any

from app.figures import marks
from app.figures.captions import Caption
from app.figures.marks import at, over
from app.figures.panels import Panel, images
from app.figures.plot import Axis, plot
from engine.latent.total_correlation_lab import INK, WALK

PARTS = ("information", "total correlation", "dimension-wise KL", "sum: KL")
PLACES = {0.5: "size", 1.5: "row", 2.5: "column"}  # of the factors, along an axis
NAMES = {"plain": ("β-VAE", "code"), "tc": ("β-TCVAE", "model")}


def bars(name: str) -> Panel:
    """The three parts of one net's mean KL, and their sum."""
    hues = ("truth", "blind", "past", "soft")
    drawn = [
        marks.bars(f"bars.{name}", hues, gap=0.14, names=PARTS, say="{name}: {value:2} nats"),
        marks.line([-0.4, 0.4], [5.768, 5.768], "ink", width=2),  # log 320: which picture it is
    ]
    x, y = Axis("part", names=("info", "TC", "dim", "KL")), Axis("nats a picture", low=-0.2, high=9)
    return plot(drawn, [NAMES[name], (": its KL in parts", None)], x, y)


def walks(name: str) -> Panel:
    """A row for each number of z, by KL: what it changes."""
    return images(f"walks.{name}", [NAMES[name], (": each z in turn", None)], WALK, 0, INK, width=1.05)


def climb() -> Sequence[Panel]:
    """Both nets of a rung."""
    return [bars("plain"), bars("tc"), walks("plain"), walks("tc")]


def climbed() -> Caption:
    """What a rung has come to."""
    return Caption(
        "With β = {beta} the two are one and the same VAE: {information:.2f} of the 5.77 nats that tell "
        "which picture it is, total correlation {dependence:.2f}, error {error:.1f}. Drag: β grows by rungs.",
        "With β = {beta} the β-VAE's numbers tell {information:.2f} nats about the picture, with total "
        "correlation {dependence:.2f}; the β-TCVAE's {t_information:.2f}, with {t_dependence:.2f}. Error in "
        "redrawing: {error:.1f} and {t_error:.1f} nats.",
    )


def heat(name: str, D: int) -> Panel:
    """What share of each factor a number of z tells."""
    drawn = [marks.heat(f"table.{name}", (0, 3), (0, D), low=0, high=1, say="{value:%}")]
    up = {D - i - 0.5: str(i + 1) for i in range(D)}
    x, y = Axis("factor", low=0, high=3, ticks=PLACES), Axis("number of z, by KL", low=0, high=D, ticks=up)
    return plot(drawn, [NAMES[name], (": share told", None)], x, y)


def told(spec: Any) -> Sequence[Panel]:
    """The two tables, their gaps, and information against total correlation."""
    gap, path = [], []
    for column, (name, (said, hue)) in enumerate(NAMES.items()):
        told = f"{said}: gap {{y:%}}"
        gap.append(marks.dots(list(PLACES), f"table.{name}_gap", hue, size=6, ring=True, say=told))
        place = over(f"{'t_' * column}dependence"), over(f"{'t_' * column}information")
        spot = at("score.dependence", column=column), at("score.information", column=column)
        told = f"{said}: {{y:2}} nats told, total correlation {{x:2}}"
        path += [
            marks.line(*place, hue, label=said, width=2, dots=2.5),
            marks.dots(*spot, hue, size=6, ring=True, say=told),
        ]
    return [
        heat("plain", spec.D),
        heat("tc", spec.D),
        plot(gap, [("Gaps: best less next", None)], Axis("factor", low=0, high=3, ticks=PLACES),
             Axis("of the factor", low=0, high=1, ticks={0: "0", 0.5: "50%", 1: "100%"})),
        plot(path, [NAMES["tc"], (" tells more", None)],
             Axis("total correlation, nats", low=0, high=3), Axis("information, nats", low=0, high=6)),
    ]  # fmt: skip


def tables_said() -> Caption:
    """What a rung's tables say."""
    return Caption(
        "With β = {beta}, one VAE: the gap (MIG), a mean over size, row and column, is {mig:.2f}; {used:.0f} "
        "numbers of z cost more than 0.1 nats each, for three factors.",
        "With β = {beta} the gap (MIG), a mean over size, row and column, is {mig:.2f} for the β-VAE and "
        "{t_mig:.2f} for the β-TCVAE. Numbers that cost more than 0.1 nats: {used:.0f} and {t_used:.0f}.",
    )
