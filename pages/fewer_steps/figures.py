"""Figures of fewer steps: rivers, strings, jumps; arrays in, panels, charts and words out."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import torch

from app.figures import charts, marks
from app.figures.captions import Caption, minus
from app.figures.encodings import Axis as ChartAxis
from app.figures.encodings import Chart, Series
from app.figures.films import Film, header
from app.figures.marks import at
from app.figures.panels import Panel, Title
from app.figures.planes import Layer, flow
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.diffusion import consistency_lab, ddim_lab, few, maps, trajectory_lab
from engine.diffusion.karras import MOST, denoiser, levels, solve
from engine.diffusion.worlds import LINE, line

Found = Mapping[str, np.ndarray]  # what a probe answers
PLACE = 1 / maps.HUNDREDTHS
HUES = ("past", "model", "truth", "code", "blind")  # here each is one path, and no concept
CLUMPS: dict[float, str] = {place[0]: minus(place[0]) for place in LINE}
ACROSS = Axis(low=0, high=1, ticks={0: "noise", 0.5: "time →", 1: "data"}, room=0)


def _river(density: np.ndarray, drawn: Sequence[Any], title: Title, **more: Any) -> Panel:
    """Time across, from noise to data; place up and down."""
    say = "{x:%0} of the way from noise to data, place {y:2}"
    ground = marks.heat(density, high=255, scale="ink", smooth=True, say=say)
    up = Axis(low=-few.REACH, high=few.REACH, ticks=CLUMPS)
    return plot([ground, *drawn], title, ACROSS, up, tall=230, aspect=0.7, **more)


def hero(spec: Any, ways: Found, jumps: np.ndarray) -> Sequence[Panel]:
    """Three lanes from the same noises: the reader's thick, others thin. jumps: where one step ends."""
    noises, time = np.array([spec.x, *few.NOISES]), ways["at"].astype(np.float32)
    start = marks.dots(0.012, [spec.x], "ink", size=4.5, ring=True, say="the noise: place {y:2}")

    def lane(paths: np.ndarray, hue: str, width: float = 2.4, thin: np.ndarray | None = None) -> list[Any]:
        whole = len(paths[0]) == 2  # a jump is there at once
        at, dots = (np.array([0, 1]), 3) if whole else (time, 2.5 if len(time) <= 24 else 0)
        back = [] if thin is None else [
            marks.line(at, thin.astype(np.float32), hue, width=0.9, alpha=0.45, follows=not whole, say="")
        ]  # fmt: skip
        front = marks.line(
            at, paths.astype(np.float32), hue, width=width, dots=dots, follows=not whole, say=""
        )
        return [*back, front, start]

    straight = np.stack([noises, jumps], 1)
    long = np.linspace(0, 1, ways["long"].shape[1], dtype=np.float32)
    middle = lane(ways["ddim"][:1], "past", thin=ways["ddim"][1:])
    if spec.steps < few.T:
        middle.insert(0, marks.line(long, ways["long"].astype(np.float32), "truth", label="80 steps", width=4,
                                    alpha=0.5, say=""))  # fmt: skip
    name = "DDIM, η = 0" if spec.eta == 0 else f"η = {spec.eta:g}"
    many = f"{spec.steps} step" + "s" * (spec.steps > 1)
    river = ways["river"]
    return [
        _river(river, lane(ways["ddpm"], "model", 1.5),
               [("DDPM, η = 1", "model"), (f": {many}", None)], touch="click"),
        _river(river, middle, [(name, "past"), (f": {many}", None)], touch="click"),
        _river(river, lane(straight[:1], "code", thin=straight[1:]),
               [("Consistency model", "code"), (": 1 step", None)], touch="click"),
    ]  # fmt: skip


def hero_said(trace: Trace, spec: Any, ways: Found, jumps: np.ndarray) -> list[str]:
    """What each lane does; at the end where it brings the reader's noise, and how many keep their clump."""
    last, places = len(trace.moments) - 1, [place[0] for place in LINE]

    def clump(y: float) -> str:
        return minus(min(places, key=lambda one: abs(one - y)))

    fates = {clump(float(y)) for y in ways["ddpm"][:, -1]}
    six = "six DDPMs end at clump " if len(fates) == 1 else "six DDPMs end at clumps "
    kept, chance = trace.latest("kept"), trace.latest("chance")
    told = (
        f"From the thick paths’ noise {six}{' and '.join(sorted(fates))}; the middle lane ends at "
        f"{minus(float(ways['ddim'][0, -1]), '.2f')}, one step of the consistency model at "
        f"{minus(float(jumps[0]), '.2f')}."
    )
    end = (
        f"{told} Of 1,000 noises the middle lane brings {kept:.0%} to the clump to which DDIM brings them "
        f"in 80 steps; by chance {chance:.0%}."
    )
    way = "All start from the same noises; the shade is the density, exact. Click a river to place the noise."
    return [way if moment < last else end for moment in range(last + 1)]


@lru_cache(maxsize=1)
def _known() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The river, what is known of PATHS, (ON,) times and (paths, ON) places, and of STAIRS: where the ODE
    ends, and where one DDIM step does."""
    of, lab = line(consistency_lab.SPREAD), consistency_lab
    t, x = lab.strings()
    noise = MOST * torch.from_numpy(lab.STAIRS)[:, None]
    ends, once = (solve(denoiser(of), noise, levels(n + 1).flip(0), how)[-1, :, 0].numpy()
                  for n, how in ((160, "Heun"), (1, "Euler")))  # fmt: skip
    return few.river(of), few.way(t).numpy(), (x / few.units(t)[:, None]).T.numpy(), ends, once


def strings() -> Sequence[Panel]:
    """Five paths; where the net says that they end; and where one step brings any noise."""
    river, time, paths, ends, once = _known()
    shown = [
        marks.line(time, path, hue, width=2.4, dots=3.2, say="a point of this path") for path, hue in
        zip(paths, HUES, strict=True)
    ]  # fmt: skip
    guesses = [
        marks.rules([float(path[-1])], hue, dash=(2, 4)) for path, hue in zip(paths, HUES, strict=True)
    ]
    guesses += [
        marks.line(time, at("strings.guess", row=k), hue, width=1.6, dots=3.6, say="the guess is {y:2}")
        for k, hue in enumerate(HUES)
    ]
    noise = consistency_lab.STAIRS
    stairs = [
        marks.line(noise, ends, "truth", label="80 steps of the ODE", width=5, alpha=0.5),
        marks.line(noise, once, "past", label="one step of DDIM", dash=(5, 3)),
        marks.line(noise, "stairs.learned", "model", label="one step of the net", width=2.2),
    ]
    up = Axis(low=-few.REACH, high=few.REACH, ticks=CLUMPS)
    return [
        _river(river, shown, [("Five paths, a colour each", None)]),
        plot(guesses, [("Where does this path end?", None)],
             Axis(low=0, high=1, ticks={0: "noise", 0.5: "asked at", 1: "data"}, room=0), up, tall=230),
        plot(stairs, [("One step ", "model"), ("beside ", None), ("eighty", "truth")],
             Axis("the noise, in its own widths", low=-2.6, high=2.6), up, tall=230),
    ]  # fmt: skip


def strings_said(spec: Any) -> Caption:
    """How far the guesses of a path are apart, and how far the ends of one step lie from the data."""
    now = (
        "guesses along one path spread by {apart:.3f}. Ends of one step lie {one:.3f} from the data, of one "
        "DDIM step {ddim1:.2f}, of 16 {ddim16:.3f}; two sets of data lie {floor:.3f} apart (mean distance, "
        "4,000 points)"
    )
    bare = (
        ""
        if spec.boundary
        else " Nothing ties them to the data: along a path they agree, on an end that is none; "
        "some lie outside the picture."
    )
    return Caption(
        "Untrained. Each colour is one path of the ODE; the middle picture shows where the net says that it "
        "ends, asked at each of its points.",
        f"After {{step}} steps {now}.{bare}",
        f"At the end {now}.{bare}",
    )


def cost(quality: Found, ends: Sequence[float]) -> Chart:
    """How far from the data, by evaluations. ends: of 1, 2 and 4 steps of a consistency model."""
    counts = list(ddim_lab.COUNTS)
    shown = [i for i, v in enumerate(quality["heun"]) if v < 2 and i]
    series = [
        Series("DDPM", counts, quality["ddpm"], "model", dots=True),
        Series("DDIM", counts, quality["ddim"], "past", dots=True),
        Series("Heun", [counts[i] for i in shown], [float(quality["heun"][i]) for i in shown], "blind",
               dots=True),
        Series("consistency", list(consistency_lab.JUMPS), list(ends), "code", dots=True),
        Series("data, twice", counts, quality["floor"], "truth", dash=True),
    ]  # fmt: skip
    return charts.lines(
        series, ChartAxis("evaluations a sample", log=True, low=1, high=80, ticks=counts),
        ChartAxis("mean distance to the data, 4,000 points", log=True, low=0.01, high=2, format=".2~f"),
        height=250,
    )  # fmt: skip


def cost_said(quality: Found, ends: Sequence[float]) -> str:
    """The chart in words."""
    told = []
    for name in ("ddim", "heun"):
        near = next((n for n, v in zip(ddim_lab.COUNTS, quality[name], strict=True) if v < ends[0]), None)
        told.append(f"first at {near} evaluations" if near else "never here")
    first = f"DDIM lands nearer {told[0]}, Heun {told[1]}"
    return (
        f"One evaluation of the consistency model: {ends[0]:.3f} from the data. {first}. Heun’s steps ask "
        "twice; few of them overshoot beyond the picture. Further steps of the consistency model begin "
        "from its end with fresh noise. What the student’s training asked is not counted."
    )


def _tied(jumped: str, exact: str, scale: float, title: Title, density: str = "") -> Panel:
    """Where jumps end, a thread from each to where the ODE does."""
    cloud = Layer("one jump", "particles", jumped, "model", scale)
    layers = [Layer("density", "density", density)] if density else []
    layers += [Layer("the ODE", "ghosts", exact, "truth", scale, of=cloud), cloud]
    return flow(layers, title, maps.REACH, maps.ASPECT, trail=0)


def jumps() -> Sequence[Panel]:
    """One jump's ends, tied to the ODE's; and how near to the data jumps come."""
    count = list(trajectory_lab.JUMPS)
    near = [
        marks.rules("many.ddim8", "past", label="DDIM, 8 steps", must=True, dash=(5, 3)),
        marks.rules("many.floor", "truth", label="two sets of data", below=True, must=True, dash=(4, 3)),
        marks.line(count, "many.plain", "model", label="γ = 0: no fresh noise", width=2.4, dots=4),
        marks.line(count, "many.fresh", "code", label="γ = 1: all of it fresh", width=2.4, dots=4),
    ]
    return [
        _tied("ends.x", "ends.exact", PLACE, [("One jump", "model"), (" and ", None), ("80 steps", "truth")]),
        plot(near, [("How near to the data jumps come", None)],
             Axis("jumps a sample", low=0.9, high=9, log=True, ticks={n: str(n) for n in count}),
             Axis("squared MMD to the data", low=0.001, high=1, log=True,
                  ticks={0.001: "0.001", 0.01: "0.01", 0.1: "0.1", 1: "1"}, room=52)),
    ]  # fmt: skip


_NOW = (
    "one jump has squared MMD {one:.4f} to the data, eight jumps {eight:.4f}, eight with all noise fresh "
    "{fresh:.4f}; DDIM in 8 steps {ddim8:.4f}, two sets of data {floor:.4f}. At s = t the cosine with the "
    "score is {cosine:.2f}"
)
JUMPS = Caption("Untrained, a jump ends anywhere. Threads lead to where the ODE ends from the same noise.",
                f"After {{step}} steps {_NOW}.", f"At the end {_NOW}.")  # fmt: skip


def noise(level: int) -> str:
    """A level of the ruler by the size of its noise."""
    return f"{float(levels(trajectory_lab.N)[level]):.2g}"


def stops(t: int, s: int) -> list[int]:
    """Levels from t down to s, six at most: where one jump from t goes, one after the other."""
    return sorted({round(t + (s - t) * i / 5) for i in range(6)}, reverse=True)


def ruler(found: Sequence[Found], t: int, s: Sequence[int]) -> tuple[Sequence[Panel], Film, list[str]]:
    """Where the net is heading at t for each of s, and where its jump ends, both beside the ODE."""
    reach, edge = maps.REACH, maps.ASPECT * maps.REACH
    cells = maps.cells(trajectory_lab.GRID).numpy()
    field = [marks.heat(found[0]["density"], (-reach, reach), (-edge, edge), high=255, scale="ink",
                        smooth=True, say="")]  # fmt: skip
    field += [
        marks.arrows(cells[:, 0], cells[:, 1], at(f"jump.{name}", 0), at(f"jump.{name}", 1), hue, width=width)
        for name, hue, width in (("truth", "truth", 4), ("heading", "model", 1.6))
    ]
    said = []
    for one, to in zip(found, s, strict=True):
        off = f" Jumps end {float(one['off']):.3f} from the ODE on average, of 160; a clump is 0.2 wide."
        kind = "as a consistency model’s" if to == 0 else "part of the way"
        said.append(
            f"t = s = {noise(t)}: nothing is jumped, and the arrows lie along the score: towards the mean of "
            "all data that a point may come from."
            if to == t
            else f"One jump from t = {noise(t)} to s = {noise(to)}, {kind}.{off}"
        )
    panels = [
        plot(field, [("Heading", "model"), (" at noise ", None), (noise(t), None), ("; ", None),
                     ("exact", "truth")],
             Axis(low=-reach, high=reach, ticks={}), Axis(low=-edge, high=edge, ticks={}), square=True),
        _tied("jump.jumped", "jump.exact", 1, [("One jump", "model"), (" and the ", None), ("ODE", "truth")],
              "jump.below"),
    ]  # fmt: skip
    names = ("jumped", "exact", "below", "heading", "truth")
    arrays = {f"jump.{name}": np.stack([one[name] for one in found]) for name in names}
    return panels, (header(list(range(len(s)))), arrays), said


def cover() -> Panel:
    """For the page's card: noises come home."""
    spec = ddim_lab.SPEC()
    ways = ddim_lab.restore(spec, None)
    paths = ways.drawn()["ddim"].T.numpy()
    time = np.linspace(0, 1, paths.shape[1], dtype=np.float32)
    ground = marks.heat(few.river(ways.data), high=255, scale="ink", smooth=True, say="")
    up = Axis(low=-few.REACH, high=few.REACH, ticks={})
    ends = marks.dots([0.99] * paths.shape[0], "lanes.ddim", "past", size=3, say="")
    return plot([ground, marks.line(time, paths, "past", width=1.8, say=""), ends], (),
                Axis(low=0, high=1, ticks={}), up)  # fmt: skip
