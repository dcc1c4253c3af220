"""Figures of a DCGAN: a plane of z, a training, sums of kinds: arrays in, panels, films and sentences out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.captions import Caption
from app.figures.films import Film, header
from app.figures.kinds import Panel, Title, panel
from app.figures.marks import over
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot
from engine.adversarial.dcgan_lab import DRAWN, MAP, THROWS
from engine.core.trace import Trace
from engine.data.bright_shapes import KINDS, OVERLAP, bright_shapes

Found = Mapping[str, np.ndarray]
PERCENT: dict[float, str] = {0.0: "0", 50.0: "50", 100.0: "100"}
SHARE = Axis("%", low=0, high=100, ticks=PERCENT)
EQUATION = (
    r"\min_G \max_D\ \underbrace{\mathbb{E}_{x}[\log D(x)]}_{\text{real: say yes}} + "
    r"\underbrace{\mathbb{E}_{z}[\log(1 - D(G(z)))]}_{\text{drawn: say no}}"
)
PLAIN = (
    ("What G minimises, so that its slope does not vanish while D wins (Goodfellow and others, 2014).",
     r"-\mathbb{E}_{z}[\log D(G(z))]"),
    ("A sum of kinds: k examples each, their z averaged.",
     r"\bar z_a - \bar z_b + \bar z_c, \qquad \bar z = \frac{1}{k} \sum_{i=1}^{k} z_i, \qquad k = 3"),
    ("Fade-in, the second paper: the new level counts α, the old one, doubled, the rest.",
     r"(1 - \alpha)\, \mathrm{up}(x_{\text{old}}) + \alpha\, x_{\text{new}}"),
    ("Pixel norm: all N maps at one pixel are divided by their root mean square.",
     r"b = a \Big/ \sqrt{\tfrac{1}{N} \textstyle\sum_{j} a_j^2 + 10^{-8}}"),
)  # fmt: skip


def pictures(array: str, title: Title, columns: int, width: float = 1, **more: Any) -> Panel:
    """Pictures in colour (moments, N, H, W, 3), or maps in grey (moments, N, H, W), of 0..255.

    sure: an array (moments, N), 1 where a picture is framed. side: all moments in little, so many a side, to
    and fro. follows: what the pointer rests on there, else the moment.
    """
    return panel("dcgan/pictures", array, title, width, columns=columns, **more)


def walk(found: Found) -> tuple[Sequence[Panel], Film, list[str]]:
    """A plane of z, and of the place at hand the picture and what is inside G."""
    steps = list(range(1, MAP * MAP + 1))
    film = header(steps, {"overlap": {"step": steps, "value": found["overlap"].round(1).tolist()}})
    arrays = {"z.x": found["x"][:, None], "z.small": found["small"], "z.middle": found["middle"]}
    follow = {"follows": True}
    panels = [
        pictures("z.x", [("225 ", None), ("z", "code"), (": point at one", None)], 1, 1.15,
                 side=MAP, follows=True),
        pictures("z.small", [("4 x 4 maps", None)], 2, 0.62, **follow),
        pictures("z.middle", [("8 x 8 maps", None)], 2, 0.62, **follow),
        pictures("z.x", [("G(z)", "model")], 1, 1.0, **follow),
    ]  # fmt: skip
    return panels, (film, arrays), [_place(i, found) for i in range(len(steps))]


def begins(found: Found) -> int:
    """Of the places where the checker sees a shape that nearest to the middle; without any, the middle."""
    middle = MAP * MAP // 2
    return min(np.flatnonzero(found["sure"]).tolist(), key=lambda i: abs(i - middle), default=middle)


def _place(i: int, found: Found) -> str:
    """One place of the plane in words."""
    kind, overlap = KINDS[int(found["kind"][i])], found["overlap"][i]
    if found["sure"][i]:
        sees = f"The checker sees a {kind}: its outline overlaps with one by {overlap:.0f}%"
    elif overlap < 100 * OVERLAP:
        sees = (
            f"The checker sees no shape: nearest is a {kind}, but outlines overlap by {overlap:.0f}%, not "
            f"by {100 * OVERLAP:.0f}%"
        )
    else:
        sees = f"The outline is a {kind.split()[1]}'s, but to the checker the colour is none of the three"
    return f"Place {i + 1} of {MAP * MAP} between four random z. {sees}."


def training() -> Sequence[Panel]:
    """Pictures of the same z all along; how many of each kind; how many are recognised."""
    drawn = [
        marks.line(over(), over("share"), "model", label="a shape", width=2.6),
        marks.line(over(), over("walk"), "code", label="halfway, z", width=2),
        marks.line(over(), over("fade"), "past", label="halfway, pictures", width=2),
        marks.rules(over(), "line", axis="x"),
    ]
    return [
        pictures("samples.x", [("G(z)", "model"), (" of 12 z; framed: a shape", None)], 4, 1.3,
                 sure="samples.sure"),
        kinds(),
        plot(drawn, [("Recognised by the checker", None)], Axis("step"), SHARE, width=1.2),
    ]  # fmt: skip


def kinds() -> Panel:
    """How many of the drawn pictures are of each kind."""
    bars = marks.bars("kinds.n", "model", sideways=True, gap=0.2, names=KINDS, say="{name}: {value:0} of 300")
    return plot([bars], [(f"Kinds among {DRAWN}", None)], Axis("pictures", low=0, high=90, ticks=3),
                Axis(names=KINDS, room=92), width=1.0)  # fmt: skip


def trained(spec: Any) -> Caption:
    """What a training has come to."""
    rule = "All guidelines are kept" if spec.rule == "all kept" else f"Broken guideline: {spec.rule}"
    now = (
        f"the checker sees a shape in {{share:.0f}}% of {DRAWN} pictures, {{kinds:.0f}} of the nine kinds; "
        "halfway between two z in {walk:.0f}%, halfway between their pictures in {fade:.0f}%"
    )
    return Caption(
        f"Untrained, G turns every z into grey. {rule}.",
        f"After {{step}} steps {now}. {rule}.",
        f"At the end {now}. {rule}.",
    )


def summed(found: Found, names: Sequence[str], trace: Trace) -> tuple[Sequence[Panel], Film, list[str]]:
    """Throw by throw: three examples of three kinds, their means, both sums."""
    usual = (f"{trace.latest(name):.0f}%" for name in ("three", "one", "chance"))
    all_sums = "Of all sums like this one, by whatever kinds: {}, {} and {}.".format(*usual)
    three, one = (100 * found[f"{name}_right"].mean() for name in ("three", "one"))
    rows = np.concatenate([found["examples"], found["means"][:, :, None]], 2)  # (THROWS, 3, 4, ...)
    steps = list(range(1, THROWS + 1))
    so_far = [round(100 * float(found["three_right"][: i + 1].mean()), 1) for i in range(THROWS)]
    film = header(steps, {"right": {"step": steps, "value": so_far}})
    arrays: dict[str, Any] = {"sum.rows": rows.reshape(THROWS, 12, *rows.shape[3:])}
    for name in ("three", "one"):
        arrays |= {f"sum.{name}": found[name][:, None],
                   f"sum.{name}_right": found[f"{name}_right"][:, None].astype(np.uint8)}  # fmt: skip
    chance = float(found["chance"])
    bars = marks.bars([three, one, chance], ["model", "past", "blind"], gap=0.25, say="{name}: {value:0}%",
                      names=("means", "single", "random"))  # fmt: skip
    panels = [
        pictures("sum.rows", [("+ a, − b, + c; right: ", None), ("means", "model")], 4, 1.25),
        pictures("sum.three", [("Sum of ", None), ("means", "model")], 1, 0.9, sure="sum.three_right"),
        pictures("sum.one", [("Sum of ", None), ("single z", "past")], 1, 0.9, sure="sum.one_right"),
        plot([bars], [(f"A {names[3]}, of {THROWS} sums", None)], Axis(names=("means", "single", "random")),
             SHARE, width=0.9),
    ]  # fmt: skip
    said = [
        f"Throw {i + 1}: {names[0]} − {names[1]} + {names[2]} asks for a {names[3]}. The sum of means "
        f"{_hit(found['three_right'][i])}, that of single z {_hit(found['one_right'][i])}. Of {THROWS} "
        f"throws {three:.0f}% and {one:.0f}% come out right; of random z {chance:.0f}% would. {all_sums}"
        for i in range(THROWS)
    ]
    return panels, (film, arrays), said


def _hit(right: bool) -> str:
    return "is one" if right else "is none"


def pipeline(trace: Trace, spec: Any) -> tuple[Box, ...]:
    """From random numbers to a picture, and to what D says of it."""
    there = bool(trace.moments)
    drawn = trace.last("samples")["x"][0] / 255 if there else None
    says = f"drawn {100 * trace.latest('fake'):.0f}% real" if "fake" in trace.scalars else "not trained yet"
    real = bright_shapes()[0][4]
    w = spec.width
    return (
        Box("z", "Random numbers go in, each anywhere from −1 to 1.", "z", f"{spec.d} numbers", hue="code",
            text="by chance"),
        Box("4 x 4", "One layer makes them into small maps.", "", f"{4 * w} x 4 x 4", text=f"{4 * w} maps"),
        Box("8 x 8", "A transposed convolution doubles the sides.", "", f"{2 * w} x 8 x 8",
            text=f"{2 * w} maps"),
        Box("picture", "Another one makes the picture; tanh keeps it within what can be shown.", "G(z)",
            "3 x 16 x 16", drawn, hue="model"),
        Box("or a real one", "A second net is handed this one, or a real one.", "x", "3 x 16 x 16", real,
            hue="truth"),
        Box("D", "That net, G's layers in reverse, says how real it is; from what D gets wrong, both learn.",
            "D(x), D(G(z))", "1 number", text=says, hue="past"),
    )  # fmt: skip


def symbols(trace: Trace, spec: Any, grown: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the equations, with their values here. grown: what progressive growing is set to."""
    none = "not trained yet"
    real, fake = (
        f"{trace.latest(one):.2f} on average" if one in trace.scalars else none for one in ("real", "fake")
    )
    return (
        ("x", "a real picture", "3 x 16 x 16 numbers"),
        ("z, z_i", "random numbers, and those of example i", f"{spec.d} numbers in [−1, 1]"),
        ("G, G(z)", "the first net, and what it draws", f"width {spec.width}"),
        ("D, D(x)", "the second net, and how real it takes x to be", real),
        ("D(G(z))", "how real it takes a drawn picture to be", fake),
        (r"\mathbb{E}", "the mean over a batch", "32 pictures"),
        (
            r"\bar z, \bar z_a, \bar z_b, \bar z_c",
            "mean z of a kind: added, taken away, added",
            "k = 3 examples",
        ),
        ("a, b, c", "three kinds; in pixel norm: maps before and after", f"{len(KINDS)} kinds"),
        ("i, k", "which example, and how many", "1 to 3"),
        (r"\alpha", "how much the new level counts", f"0 to 1 in {grown.fade:.0%} of a level's steps"),
        (
            r"x_{\text{old}}, x_{\text{new}}",
            "the picture of the level before, and of the new one",
            "4, 8, 16 pixels",
        ),
        (r"\mathrm{up}", "each pixel four times", "twice the side"),
        (r"a_j, N, j", "map j at a pixel; how many maps", "24, 16, 12"),
    )


def cover() -> Panel:
    """For the page's card."""
    return pictures("samples.x", (), 4)
