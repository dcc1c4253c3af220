"""Figures of the ladder of beta: the KL in three parts, walks through z, and what tells which factor."""

from collections.abc import Sequence
from typing import Any

from app.figures import marks
from app.figures.captions import Caption
from app.figures.marks import at, over
from app.figures.panels import Panel, Title, images
from app.figures.plot import Axis, plot
from engine.latent.total_correlation_lab import INK, WALK

PARTS = ("information", "total corr.", "dimension-wise", "sum: KL")
HUES = ("truth", "blind", "past", "soft")
FACTORS = ("size", "row", "column")
NAMES = {"plain": ("β-VAE", "code"), "tc": ("β-TCVAE", "model")}


def bars(name: str) -> Panel:
    """The three parts of one net's mean KL, and their sum."""
    said, hue = NAMES[name]
    drawn = [
        marks.bars(f"bars.{name}", HUES, gap=0.14, names=PARTS, say="{name}: {value:.2} nats"),
        marks.rules(5.768, "soft", label="all of a picture: 5.77", dash=(2, 3)),
    ]
    ticks = {float(v): str(v) for v in (0, 2, 4, 6, 8)}
    x, y = (
        Axis("part", names=("inform.", "total c.", "dim.", "KL")),
        Axis("nats a picture", low=-0.2, high=9, ticks=ticks),
    )
    return plot(drawn, [(said, hue), (": its KL in parts", None)], x, y)


def walks(name: str) -> Panel:
    """A row for each number of z, by KL: what it changes."""
    said, hue = NAMES[name]
    return images(f"walks.{name}", [(said, hue), (": each number of z", None)], WALK, 0, INK, width=1.05)


def climb() -> Sequence[Panel]:
    """Both nets of a rung."""
    return [bars("plain"), bars("tc"), walks("plain"), walks("tc")]


def climbed() -> Caption:
    """What a rung has come to."""
    now = (
        "the β-VAE's numbers tell {information:.2f} nats about the picture, with total correlation "
        "{dependence:.2f}; the β-TCVAE's {t_information:.2f}, with {t_dependence:.2f}. Error in redrawing: "
        "{error:.1f} and {t_error:.1f} nats"
    )
    return Caption(
        "With β = {beta} the two are one and the same VAE: {information:.2f} nats of information, total "
        "correlation {dependence:.2f}, error {error:.1f} nats. Drag the timeline: β grows from rung to rung.",
        f"With β = {{beta}} {now}.",
        f"With β = {{beta}}, at the end, {now}.",
    )  # fmt: skip


def heat(name: str, D: int) -> Panel:
    """What share of each factor a number of z tells."""
    said, hue = NAMES[name]
    drawn = [marks.heat(f"table.{name}", (0, 3), (0, D), low=0, high=1, say="{value:%}")]
    x = Axis("factor", low=0, high=3, ticks={i + 0.5: one for i, one in enumerate(FACTORS)})
    y = Axis("number of z, by KL", low=0, high=D, ticks={D - i - 0.5: str(i + 1) for i in range(D)})
    return plot(drawn, [(said, hue), (": share told", None)], x, y)


def told(spec: Any) -> Sequence[Panel]:
    """The two tables, their gaps, and information against total correlation."""
    share = {0: "0", 0.5: "50%", 1: "100%"}
    gap = [
        marks.dots(None, f"table.{name}_gap", hue, size=6, ring=True, say=f"{said}: gap {{y:%}}")
        for name, (said, hue) in NAMES.items()
    ]
    path = []
    for (said, hue), sign, column in zip(NAMES.values(), ("", "t_"), (0, 1), strict=True):
        place = over(f"{sign}dependence"), over(f"{sign}information")
        spot = at("score.dependence", column=column), at("score.information", column=column)
        path += [
            marks.line(*place, hue, label=said, width=2, dots=2.5),
            marks.dots(*spot, hue, size=6, ring=True,
                       say=f"{said}: {{y:2}} nats told, total correlation {{x:2}}"),
        ]  # fmt: skip
    gaps: Title = [("Gaps", None), (": best less next", None)]
    return [
        heat("plain", spec.D),
        heat("tc", spec.D),
        plot(gap, gaps, Axis("factor", low=-0.5, high=2.5, ticks=dict(enumerate(FACTORS))),
             Axis("of the factor", low=0, high=1, ticks=share)),
        plot(path, [("Up and left is better", None)], Axis("total correlation, nats", low=0, high=3),
             Axis("information, nats", low=0, high=6), width=1.2),
    ]  # fmt: skip


def tables_said() -> Caption:
    """What a rung's tables say."""
    now = (
        "the gap (MIG), a mean over size, row and column, is {mig:.2f} for the β-VAE and {t_mig:.2f} for the "
        "β-TCVAE. Numbers of z that cost more than 0.1 nats: {used:.0f} and {t_used:.0f}"
    )
    return Caption(
        "With β = {beta}, one VAE: the gap (MIG), a mean over size, row and column, is {mig:.2f}; {used:.0f} "
        "numbers of z cost more than 0.1 nats each, for three factors.",
        f"With β = {{beta}} {now}.",
        f"With β = {{beta}}, at the end, {now}.",
    )  # fmt: skip
