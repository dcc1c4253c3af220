"""Figures of the watermark: ids of words and arrays in, panels, films, charts and sentences out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import charts, marks
from app.figures.charts import Chart, Series
from app.figures.films import Film, header
from app.figures.kinds import Given, Panel, Title, given, panel
from app.figures.marks import at, over
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.language import detection, marked
from engine.language import watermark as wm
from engine.language.detection_lab import DELTAS, EACH, LENGTHS, USUAL
from engine.words.tokenizer import Tokenizer

FIRST, GREEN, RED, AGAIN, GONE = 0, 1, 2, 2, 255  # as in words.js: a pair that comes again is AGAIN more
SHARES = np.arange(0, 100, 5)  # of words under attack, in percent: the moments of its film
PEOPLE_AT = -0.9  # where people's texts stand beside the deltas
POSSIBLE = ("1", "2", "5", "12", "35", "60+")  # about how many words, in each of the lab's CHOICES
LINE = marks.rules(wm.THRESHOLD, "code", label="the line at 4", must=True, dash=(2, 3))
BOTH = {"z_marked": ("with the watermark", "model"), "z_plain": ("without", "past")}
SAID = (  # of each attack
    "Of every hundred words {share} were replaced, by lot, by words of people's texts.",
    "Of every hundred words {share} were deleted, by lot.",
    "The last {share} of a hundred words are a text by people.",
    "The last {share} of a hundred words are the first eight, over and over.",
)
PLAIN = (
    r"\hat p_k = \frac{e^{\,l_k + \delta\,[k \in G]}}{\sum_i e^{\,l_i + \delta\,[i \in G]}}",
    r"G = \text{the first } \gamma |V| \text{ words of } V \text{, shuffled by the seed key} \times s_{t-1}",
    r"S = \sum_k \frac{p_k}{1 + m p_k}, \;\; E|s|_G \ge \frac{\alpha \gamma T S}{1 + (\alpha - 1)\gamma}",
)


def colours(ids: np.ndarray, green: Any) -> np.ndarray:
    """What each word of a text (N,) is: FIRST, GREEN or RED, or one of those AGAIN -> (N,) uint8."""
    kinds = np.where(wm.hits(ids, green), GREEN, RED) + np.where(wm.fresh(ids), 0, AGAIN)
    return np.concatenate([[FIRST], kinds]).astype(np.uint8)


def counted(ids: np.ndarray, green: Any) -> tuple[int, int]:
    """Green words and all, each pair once: |s|_G and T."""
    new = wm.fresh(ids)
    return int((wm.hits(ids, green) & new).sum()), int(new.sum())


def words(
    ids: Given, kinds: Given, names: Sequence[str], title: Title, grows: bool = False, width: float = 1
) -> Panel:
    """A text with its colours. ids, kinds: (N,), or names of (moments, N). grows: a word more each step."""
    sent = {"ids": given(ids), "kinds": given(kinds), "vocabulary": list(names), "grows": grows}
    return panel("watermark/words", None, title, width, **sent)


def text(ids: np.ndarray, green: Any, tokenizer: Tokenizer, title: Title, width: float = 1) -> Panel:
    """A text that is written word by word."""
    used, places = np.unique(ids, return_inverse=True)
    names = [tokenizer.token(int(id)) for id in used]
    return words(places.astype(np.int16), colours(ids, green), names, title, True, width)


def growth(
    lines: Mapping[str, tuple[str, str]], title: Title, top: float, x: str = "words", width: float = 1
) -> Panel:
    """z as it grows, with the line at 4. lines: scalar -> label and concept."""
    drawn = [
        marks.line(over(), over(name), concept, label=label, dash=(5, 4) if concept == "soft" else ())
        for name, (label, concept) in lines.items()
    ]
    drawn += [LINE, marks.rules(over(), "line", axis="x")]
    y = Axis("z", "", low=-3, high=max(7.0, 1.08 * top), ticks={v: f"{v}" for v in range(0, int(top) + 4, 4)})
    return plot(drawn, title, Axis(x), y, tall=230, aspect=0.7, width=width)


def hero(trace: Trace, green: Any, tokenizer: Tokenizer) -> Sequence[Panel]:
    """The same luck twice, and z."""
    ids = {name: trace.last("text")[name].astype(np.int64) for name in ("plain", "marked")}
    left: Title = [("With the watermark: ", "model"), ("more ", None), ("green", "truth")]
    return [
        text(ids["marked"], green, tokenizer, left, 1.1),
        text(ids["plain"], green, tokenizer, [("Without it", "past"), (", by the same luck", None)], 1.1),
        growth(BOTH, [("z: how far above chance", None)], max(trace.scalars["z_marked"][1])),
    ]


def cover() -> Panel:
    """For the page's card: z of both texts."""
    return growth(BOTH, (), 11.5)


def hero_sentence(trace: Trace, ids: np.ndarray, green: Any, gamma: float) -> str:
    """What the two texts show at their end."""
    (hit, T), (z, other) = counted(ids, green), (round(trace.latest(name), 1) + 0.0 for name in BOTH)
    cost, before = trace.latest("perplexity_marked"), trace.latest("perplexity_plain")
    every = " Every one is green: nothing else is written." if hit == T else ""
    return (
        f"At the end, with the watermark {hit} of {T} counted words are green, by chance "
        f"{gamma * T:.0f}: z = {z:.1f}; without it z = {other:.1f}.{every} The price: to the model a "
        f"marked word is one of {cost:.1f} equally likely ones (perplexity), without it one of {before:.1f}."
    )


def symbols(trace: Trace, ids: np.ndarray, spec: Any) -> tuple[tuple[str, str, str], ...]:
    """Each symbol of the equations, what it is, and its value for the marked text."""
    hit, T = counted(ids, wm.greenlists(marked.V, spec.gamma, spec.secret))
    m = wm.modulus(spec.gamma, spec.delta)
    return (
        ("|s|_G", "green words of the text s, each pair counted once", f"{hit}"),
        ("T", "words that are counted: different pairs", f"{T}"),
        (r"\gamma", "green share of the vocabulary", f"{spec.gamma:g}"),
        ("z", "standard deviations above chance", f"{trace.latest('z_marked'):.2f}"),
        ("V", "vocabulary", f"{marked.V:,} words"),
        ("G", "green list, another one after each word", f"{int(spec.gamma * marked.V)} words"),
        (r"l_k,\; p_k", "logit and probability of word k, without the watermark", "the model's"),
        (r"\delta", "what is added to green logits", f"{spec.delta:g}"),
        (r"\alpha = e^\delta", "the factor of a green word's odds", f"{np.exp(spec.delta):.2f}"),
        (r"s_{t-1}", "number of the word before", f"{ids[-2]}, before the last word"),
        (r"\text{key}", "the secret", f"{spec.secret}"),
        ("S", "spike entropy of p: small where one word is certain", f"{1 / (1 + m):.2f} to 1"),
        ("m", "its modulus, from γ and δ", f"{m:.2f}"),
    )


def attack(
    kind: str, ids: np.ndarray, other: np.ndarray, spec: Any, key: int, tokenizer: Tokenizer
) -> tuple[Sequence[Panel], Film, np.ndarray]:
    """A film whose time is the share of words under attack: panels, film, and z of each moment."""
    green, n = wm.greenlists(marked.V, spec.gamma, key), len(ids)
    shares = SHARES / 100
    texts = [detection.attacked(kind, ids, e, other, np.random.default_rng(spec.seed)) for e in shares]
    rows = np.stack([np.pad(one, (0, n - len(one))) for one in texts])
    kinds = [np.pad(colours(one, green), (0, n - len(one)), constant_values=GONE) for one in texts]
    z = np.array([wm.growing(one, green, spec.gamma)[-1] for one in texts])
    told, lines = {"z": z}, {"z": ("each pair counted once", "model")}
    if kind not in detection.LEFT:
        told["every"] = np.array([wm.growing(one, green, spec.gamma, once=False)[-1] for one in texts])
        lines["every"] = ("counted each time", "blind")
    else:
        told["theory"] = z[0] * np.array([detection.LEFT[kind](e) for e in shares])
        lines["theory"] = ("as pairs survive", "soft")
    used, places = np.unique(rows, return_inverse=True)
    arrays = {"text.ids": places.reshape(rows.shape).astype(np.int16), "text.kinds": np.stack(kinds)}
    names, top = [tokenizer.token(int(id)) for id in used], max(float(of.max()) for of in told.values())
    title: Title = [("The marked text", "model"), (" under attack", None)]
    curve = growth(lines, [("What is left of ", None), ("z", "model")], top, "words attacked, %")
    panels = [words("text.ids", "text.kinds", names, title, width=1.5), curve]
    return panels, (header(SHARES.tolist(), _scalars(SHARES, told)), arrays), z


def _scalars(steps: np.ndarray, told: Mapping[str, np.ndarray]) -> dict[str, Any]:
    return {name: {"step": steps.tolist(), "value": of.round(4).tolist()} for name, of in told.items()}


def attack_sentence(kind: str, moment: int, z: np.ndarray, right: bool) -> str:
    """What an attack left of z."""
    done = SAID[detection.ATTACKS.index(kind)].format(share=SHARES[moment])
    verdict = "still over 4" if z[moment] > wm.THRESHOLD else "not over 4: the test finds no mark"
    key = "" if right else " The test has another key than the writer had, so its lists are other lists."
    return f"{done} z is {z[moment]:.1f}, {verdict}.{key}"


def own(ids: np.ndarray, green: Any, gamma: float, tokenizer: Tokenizer) -> tuple[Sequence[Panel], Film]:
    """The reader's text under the test, word by word."""
    z, steps = wm.growing(ids, green, gamma), np.arange(1, len(ids) + 1)
    lines, title = {"z": ("z of your text", "model")}, [("z", None), (" after each word", None)]
    yours = text(ids, green, tokenizer, [("Your text, as the test sees it", None)], 1.5)
    return [yours, growth(lines, title, float(z.max()))], (
        header(steps.tolist(), _scalars(steps, {"z": z})),
        {"text.z": z.astype(np.float32)},
    )


def own_sentence(ids: np.ndarray, green: Any, gamma: float) -> str:
    """What the test says of the reader's text."""
    (hit, T), z = counted(ids, green), wm.growing(ids, green, gamma)[-1]
    bare = int(((ids >= 128) & (ids < 256)).sum())
    strange = f" {bare} are single bytes, of signs that the vocabulary has no word for." if bare else ""
    verdict = "Over 4: marked, says the test." if z > wm.THRESHOLD else "Not over 4: the test finds no mark."
    return f"{len(ids):,} words, {T:,} different pairs, {hit:,} green: z = {z:.1f}. {verdict}{strange}"


def crowd(trace: Trace, gamma: float, steps: int) -> Sequence[Panel]:
    """Many texts: where the green words are, z by delta, and the ROC of short and long texts."""
    rng, n = np.random.default_rng(0), steps * EACH
    x = np.repeat(DELTAS, n) + rng.uniform(-0.13, 0.13, n * len(DELTAS))
    by = PEOPLE_AT + rng.uniform(-0.25, 0.25, len(trace.at("z", 0)["people"]) if trace.moments else 1)
    many = "{name} possible: {value:%0} green"
    room = [
        marks.bars("choice.share", "truth", alpha=0.6, gap=0.14, names=POSSIBLE, say=many),
        marks.dots(None, "choice.bound", "ink", shape="dash", say="on average {y:%0} at least, as proved"),
        marks.rules(gamma, "soft", label="chance", must=True, dash=(2, 3)),
    ]
    cloud = [
        marks.dots(x, "z.marked", "model", size=2.4, alpha=0.5, say="δ = {x:1}: z = {y:1}"),
        marks.dots(by, "z.people", "past", size=2.4, alpha=0.5, say="by people: z = {y:1}"),
        LINE,
    ]
    ways = [
        marks.line(at("roc.false", row=i), at("roc.true", row=i), concept, label=f"{LENGTHS[i]} words")
        for i, concept in ((0, "past"), (2, "model"))
    ]
    halves = {v: f"{v:.0%}" for v in (0, 0.5, 1)}
    green, found, off = (Axis(name, low=0, high=1, ticks=halves) for name in ("green", "found", "accused"))
    deltas = Axis("δ", low=-1.4, high=4.4, ticks={PEOPLE_AT: "people"} | {d: f"{d:g}" for d in DELTAS})
    z = Axis("z", low=-4, high=22, ticks={v: f"{v}" for v in range(0, 21, 4)})
    told: Title = [("Each dot a text, by ", None), ("people", "past"), (" or ", None), ("marked", "model")]
    far: Title = [("δ = 1: found, and ", None), ("people", "past"), (" accused", None)]
    possible = Axis("possible next words, about", names=POSSIBLE)
    return [
        plot(room, [("No choice, little ", None), ("green", "truth")], possible, green),
        plot(cloud, told, deltas, z, width=1.25),
        plot(ways, far, off, found),
    ]


def crowd_sentence(trace: Trace, gamma: float) -> str:
    """What many texts show, at the end."""
    if not trace.moments:
        return "Texts by a model, at five strengths of the watermark, beside texts by people."
    level, choice = trace.last("level"), trace.last("choice")
    return (
        f"At the end: where one word is nearly certain, {choice['share'][0]:.0%} of the words are green, and "
        f"chance gives {gamma:.0%} (dashes: the least on average, by the paper's proof). At δ = 2 texts of "
        f"200 words have z = {level['z'][USUAL]:.1f} on average. {level['found'][USUAL]:.0%} are over 4, of "
        f"texts of 25 words {level['told'][0]:.0%}; the largest z of people's texts is {level['people']:.1f}."
    )


def price(arms: Mapping[str, Trace]) -> Chart:
    """Mean z of 200 words against what they cost, a line for each setting, a dot for each delta."""
    series = []
    for (name, trace), concept in zip(arms.items(), ("model", "past"), strict=True):
        level, said = trace.last("level"), [f"{name}, δ = {d:g}" for d in DELTAS]
        series.append(Series(name, level["cost"], level["z"], concept, dots=True, said=said))
    x = charts.Axis("times the perplexity of texts without a watermark", low=0.9, format=".1f")
    return charts.lines(series, x, charts.Axis("mean z of 200 words", rule=wm.THRESHOLD))


def price_sentence(arms: Mapping[str, Trace]) -> str:
    """What strength costs, and what less entropy takes away."""
    (free, a), (sure, b) = ((name, trace.last("level")["z"][USUAL]) for name, trace in arms.items())
    return (
        f"A dot for each δ: {', '.join(f'{d:g}' for d in DELTAS)}. At δ = 2 z is {a:.1f} at {free}, but "
        f"{b:.1f} at {sure}, where the model is surer of its words and leaves less to choose."
    )
