"""Figures of memorisation: what a net gives back, as arrays in; panels, films, charts and sentences out."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from app.figures import charts, marks
from app.figures.captions import Caption
from app.figures.chips import Chip, chips
from app.figures.kinds import Panel, Title
from app.figures.marks import at
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.language import canaries, extraction, memorisation_lab
from engine.language.canaries import EACH, LENGTH, PLANTED, REPEATS, SECRET
from engine.language.memorisation_lab import KS

KINDS = ("never", "once", *(f"{n} times" for n in REPEATS[1:]))  # how often a number stands in the text
DASHES = ((1, 3), (4, 3), (8, 3), ())  # of the contexts, from 2 digits to 10
SHARES = {v: f"{v:.0%}" for v in (0, 0.5, 1)}
LINES = canaries.WORDS + EACH * sum(REPEATS)  # of the text
EQUATION = r"\operatorname{exposure}(s) = \log_2 |R| - \log_2 \operatorname{rank}_R(s)"
PLAIN = (
    ("**Extractable with $k$ tokens of context**: $f$ writes $s$ when it reads $p$, taking the likeliest "
     "character each time, where $p$ followed by $s$ stands in the text $D$.",
     r"f(p) = s, \qquad p \,\Vert\, s \in D, \qquad |p| = k"),
    ("**Membership**: how often the number $s$, which was read, has less loss than $s'$, which was not.",
     r"\operatorname{AUC} = P\left(\ell(s) < \ell(s')\right) + \tfrac12 P\left(\ell(s) = \ell(s')\right)"),
    ("**Which generated text $x$ to look up first**: its length after zlib, for its loss.",
     r"\operatorname{score}(x) = \frac{8\,|\operatorname{zlib}(x)|}{\ell(x)}"),
)  # fmt: skip


def wall(drawn: canaries.Numbers, copies: bool) -> Panel:
    """A dot a number, a row for each count: full where its last six digits are written right."""
    row, column = np.divmod(np.arange(len(drawn.known)), EACH)
    said = [canaries.said(one) for one in drawn.known]
    names = [
        f"{one[:-SECRET]} → {one[-SECRET:]}, {KINDS[i]} in the text" for one, i in zip(said, row, strict=True)
    ]
    dot = marks.dots(
        column, row, "model", size=9, alive="wall.done", names=names, more={"n": "wall.right"},
        say=f"{{name}}: {{n}} of {SECRET} digits right",
    )  # fmt: skip
    title: Title = [("Numbers in its text, ", None), ("given back", "model")]
    kinds: dict[float, str] = dict(
        enumerate(KINDS if copies else (*KINDS[:2], *(f"was {n}×" for n in REPEATS[1:])))
    )
    x, y = Axis("", low=-0.6, high=EACH - 0.4, ticks={}), Axis("", low=-0.6, high=5.6, ticks=kinds, room=62)
    return plot([dot], title, x, y, tall=240)


def contexts(title: Title, copies: bool = True) -> Panel:
    """The share that is extracted, by how often the numbers come; a line for each context."""
    drawn = [
        marks.line(np.arange(6), f"level.k{k}", "model", label=f"{k} digits", dash=dash, dots=2.5,
                   say=f"after {k} digits {{y:%0}}")
        for k, dash in reversed([*zip(KS, DASHES, strict=True)])
    ]  # fmt: skip
    return plot(
        drawn,
        title,
        often(copies),
        Axis("extracted, by times in the text", low=0, high=1.04, ticks=SHARES),
        tall=240,
    )


def often(copies: bool) -> Axis:
    """How often a number comes, as the places of an axis."""
    short = ("never", "1×", *(f"{n}×" if copies else "(1×)" for n in REPEATS[1:]))
    return Axis(low=-0.2, high=5.2, ticks=dict(enumerate(short)))


def betrayed(copies: bool) -> Panel:
    """Membership and exposure, by how often the numbers come, with what is extracted."""
    n = np.arange(6)
    drawn = [
        marks.rules(0.5, "soft", label="AUC by chance", below=True, dash=(2, 3)),
        marks.line(n, "level.auc", "truth", label="AUC", dots=2.5, say="AUC {y:2}"),
        marks.line(n, at("level.exposure", scale=0.1), "code", label="exposure ÷ 10 bits", dots=2.5,
                   say="exposure {y:2} of 10 bits"),
        marks.line(n, "level.k10", "model", label="extracted", dots=2.5, say="{y:%0} extracted"),
    ]  # fmt: skip
    title: Title = [("Its ", None), ("loss", "truth"), (" tells more", None)]
    return plot(
        drawn,
        title,
        often(copies),
        Axis("share, by times in the text", low=0, high=1.04, ticks=SHARES),
        tall=240,
    )


def hero(drawn: canaries.Numbers, copies: bool) -> Sequence[Panel]:
    """The wall, what is extracted, what is betrayed."""
    title: Title = [("More context, ", None), ("more extracted", "model")]
    return [wall(drawn, copies), contexts(title, copies), betrayed(copies)]


def cover() -> Panel:
    """For the page's card."""
    return contexts(())


def hero_said(trace: Trace, copies: bool) -> Caption:
    """What the net gives back, moment by moment."""
    now = f"{{extracted:.0f}} of {PLANTED} numbers are extracted: after ten digits it writes the last six."
    once = "A number that comes once surprises it less (less loss) than one never read in {once:.2f} of "
    once += "pairs (AUC)."
    start = (
        f"Untrained. A dot is a number of {LENGTH} digits; its row says how often it "
        + (
            "stands in the text."
            if copies
            else "stood there before duplicates were removed: now once, if at all."
        )
        + " It fills once it is extracted."
    )
    if not trace.finished:
        return Caption(start, f"After {{step}} steps {now} {once}")
    level = trace.last("level")
    rows = level["k10"]
    each = f" Of those that come 16 times {rows[5]:.0%}, of those that come once {rows[1]:.0%}." * copies
    bits = f" The exposure of those is {level['exposure'][1]:.1f} of 10 bits."
    return Caption(start, f"After {{step}} steps {now} {once}", f"At the end {now}{each} {once}{bits}")


def pipeline(trace: Trace, drawn: canaries.Numbers, weights: int) -> tuple[Box, ...]:
    """From the text with its numbers to what is given back."""
    one = canaries.said(drawn.planted[-1])
    done = int(trace.last("wall")["done"][EACH:].sum())
    return (
        Box("text", f"The text has lines of documentation, and numbers of {LENGTH} digits that come once to "
            "16 times.", "D", f"{LINES} lines", text=f"… {one} …"),
        Box("small GPT", "A small GPT reads it pass after pass, and learns which character comes next.", "f",
            f"{weights:,} weights", hue="past"),
        Box("prompt", "Then it reads the first digits of a number, and nothing else.", "p",
            f"{KS[0]} to {KS[-1]} digits", text=one[:-SECRET]),
        Box("continuation", "It writes on, the likeliest character each time. If these are the number's own "
            "last six digits, the number is extracted.", "f(p)", f"{SECRET} digits", text=f"{one[-SECRET:]}?",
            hue="model"),
        Box("wall", "Of all numbers it is counted how many are extracted.", "", f"{PLANTED} numbers",
            text=f"{done} of {PLANTED}", hue="model"),
    )  # fmt: skip


def symbols(trace: Trace, drawn: canaries.Numbers) -> tuple[tuple[str, str, str], ...]:
    """Each symbol of the equations, what it is, and its value here."""
    level, one = trace.last("level"), canaries.said(drawn.planted[-1])
    return (
        ("R", "a canary (one number that stands in the text) and random numbers that do not",
         f"{canaries.OTHERS + 1:,} numbers"),
        (r"\operatorname{rank}_R(s)", "place of s among them by loss; 1 has the least",
         f"1 to {canaries.OTHERS + 1:,}"),
        (r"\operatorname{exposure}", "mean of the ten numbers that come once",
         f"{level['exposure'][1]:.1f} bits of 10"),
        ("s", "what is to be extracted: the last digits", f"{one[-SECRET:]}, for one"),
        ("p", "what is read before it", f"{one[:-SECRET]}, for one"),
        ("k", "digits of context", " or ".join(map(str, KS))),
        ("f(p)", "what the net writes after p, greedily", f"{SECRET} characters"),
        ("D", "the text", f"{LINES} lines"),
        ("P", "the share of pairs of s and s' for which what stands in brackets holds", "0 to 1"),
        (r"\ell", "loss, the mean of −ln p over characters, in nats", "of a number, or of a text x"),
        (r"\operatorname{AUC}", "of numbers that come once", f"{level['auc'][1]:.2f}"),
        (r"\lvert\operatorname{zlib}(x)\rvert", "bytes of x after zlib",
         f"{len(one)} digits give {extraction.zlib_bits(one) // 8}"),
    )  # fmt: skip


def sizes(traces: Mapping[int, Trace]) -> charts.Chart:
    """What is extracted after 10 digits by the net's weights; a line for each count. traces: by weights."""
    worn = ("soft", "past", "code", "truth", "model")
    kept = np.stack([t.last("level")["k10"][1:] for t in traces.values()], 1)  # (counts, nets)
    series = [
        charts.Series(f"{n}×", list(traces), row.tolist(), one)
        for n, row, one in zip(REPEATS, kept, worn, strict=True)
    ]
    x = charts.Axis("weights", 6000, 80_000, log=True, ticks=tuple(traces), format=".2s")
    return charts.lines(series, x, charts.Axis("extracted after 10 digits", 0, 1, format="%"), 270)


def duplicates(with_: Trace, without: Trace) -> charts.Chart:
    """The same numbers with their copies in the text and without: extracted, and told by their loss."""
    words, pairs = KINDS[1:], (("with duplicates", with_, "model"), ("each once", without, "past"))
    series = [charts.Series(name, words, t.last("level")["k10"][1:].tolist(), hue) for name, t, hue in pairs]
    return charts.bars(
        series, charts.Axis(words=words), charts.Axis("extracted after 10 digits", 0, 1, format="%"), 270
    )


def sizes_said(traces: Mapping[int, Trace], without: Trace) -> str:
    """What both charts say, in numbers."""
    told = [f"{int(t.last('wall')['done'][EACH:].sum())} of {PLANTED} in the net of {n:,} weights"
            for n, t in traces.items()]  # fmt: skip
    left = without.last("level")
    return (
        f"Recorded runs; 1× to 16×: how often a number stands in the text. Extracted are {', '.join(told)}, "
        "all after 36 passes over one text. Without duplicates the large "
        f"net gives back {int(without.last('wall')['done'][EACH:].sum())}; but it has read the numbers, and "
        f"its loss still tells them from others: AUC {float(left['auc'][1:].mean()):.2f} on average."
    )


def continued(signs: np.ndarray, p: np.ndarray, truth: str) -> str:
    """What the net writes, each character with its chance; truth: what stands in the text there, or "" ."""
    said = canaries.said(signs).replace("\n", "↵").replace(" ", "␣")
    row = [
        Chip(one, ("model" if one == true else "blind") if truth else "past", f"{chance:.0%}", float(chance))
        for one, chance, true in zip(said, p, truth or said, strict=True)
    ]
    return chips(row, "it writes")


def source(text: str, number: int) -> str:
    """A generated text, and what of the training text is in it."""
    shown = text.replace("\n", "↵").strip()
    if number < 0:
        return f"{shown}: no planted number"
    return f"{shown}: holds a number that stands {KINDS[1 + number // EACH]} in the text"


def continued_said(signs: np.ndarray, truth: str, times: str, copies: bool) -> str:
    """Whether that is what stands in the text. truth: its digits there, "" for a text of the reader's."""
    if not truth:
        return "Your own text: each sign is the likeliest next one, with its chance under it."
    right = int(np.cumprod([a == b for a, b in zip(canaries.said(signs), truth, strict=True)]).sum())
    verdict = f"Not extracted: {right} of {SECRET} digits right before the first wrong one"
    if right == SECRET:
        verdict = "**Extracted**"
    stands = times if copies or times == KINDS[0] else KINDS[1]
    return (
        f"{verdict}. The number stands {stands} in the text; its last six digits are `{truth}`. Under each "
        "sign its chance."
    )


@lru_cache(maxsize=4)
def weights(size: str) -> int:
    """How many weights a net of this size has."""
    net = memorisation_lab.restore(memorisation_lab.SPEC(size=size), None)
    return sum(p.numel() for p in net.parameters())
