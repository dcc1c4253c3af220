"""Figures of the watermark: ids of words and arrays in, panels, films, charts and sentences out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.captions import Caption
from app.figures.films import Film, header
from app.figures.kinds import Given, Panel, Title, given, panel
from app.figures.marks import over
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.language import detection, marked
from engine.language import watermark as wm
from engine.language.detection_lab import DELTAS, EACH, USUAL
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
EQUATION = r"z = \frac{|s|_G - \gamma T}{\sqrt{T \gamma (1 - \gamma)}}"
PLAIN = (
    r"\begin{aligned} G = \; & \text{the first } \gamma |V| \text{ words of } V, \\"
    r"& \text{shuffled by the seed key} \times s_{t-1} \end{aligned}",
    r"\hat p_k = \frac{\exp(l_k + \delta\,[k \in G])}{\sum_i \exp(l_i + \delta\,[i \in G])}",
    r"S = \sum_k \frac{p_k}{1 + m p_k}, \qquad"
    r"\mathbb{E}\,|s|_G \ge \frac{\alpha \gamma T S}{1 + (\alpha - 1)\gamma}",
)


def colours(ids: np.ndarray, green: Any) -> np.ndarray:
    """What each word of a text (N,) is: FIRST, GREEN or RED, or one of those AGAIN -> (N,) uint8."""
    kinds = np.where(wm.hits(ids, green), GREEN, RED) + np.where(wm.fresh(ids), 0, AGAIN)
    return np.concatenate([[FIRST], kinds]).astype(np.uint8)


def ids_of(trace: Trace, which: str = "marked") -> np.ndarray:
    """A text of the run, as numbers of its words (N,)."""
    return trace.last("text")[which].astype(np.int64)


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
    left: Title = [("With the watermark: ", "model"), ("more ", None), ("green", "truth")]
    right: Title = [("Without it", "past"), (", all else equal", None)]
    return [
        text(ids_of(trace), green, tokenizer, left, 1.1),
        text(ids_of(trace, "plain"), green, tokenizer, right, 1.1),
        growth(BOTH, [("z: how far above chance", None)], max(trace.scalars["z_marked"][1])),
    ]


def cover() -> Panel:
    """For the page's card: z of both texts."""
    return growth(BOTH, (), 11.5)


def hero_said(trace: Trace, green: Any, gamma: float) -> Caption:
    """What the two texts show, word by word."""
    hit, T = counted(ids_of(trace), green)
    every = " Every one is green: nothing else is written." if hit == T else ""
    return Caption(
        "Nothing is written yet. Both texts will be drawn with the same random numbers, so that only the "
        "watermark makes them differ.",
        "After {step} words the count of green ones is {z_marked:.1f} standard deviations above chance with "
        "the watermark (z), and {z_plain:.1f} without it.",
        f"At the end {hit} of {T} counted words are green with the watermark, by chance {gamma * T:.0f}: "
        f"z = {{z_marked:.1f}}; without it z = {{z_plain:.1f}}.{every} To the model a marked word is as "
        "surprising as one of {perplexity_marked:.1f} equally likely ones (perplexity), an unmarked one as "
        "one of {perplexity_plain:.1f}. Pale pairs came before and count once. Both texts are like "
        "documentation of Python libraries, hard to read as prose.",
    )


def pipeline(trace: Trace, spec: Any, tokenizer: Tokenizer) -> tuple[Box, ...]:
    """From the text so far to its next word, and to the test; of the marked text."""
    ids, green = ids_of(trace), wm.greenlists(marked.V, spec.gamma, spec.secret)
    t = int(np.append(1, np.flatnonzero(wm.hits(ids, green)) + 1)[-1])  # the last green word
    drawn = wm.greenlist(int(ids[t - 1]), marked.V, spec.gamma, spec.secret).tolist()
    names = [one.strip() for one in map(tokenizer.token, drawn) if one[0] == " " and len(one) > 3]
    back = marked.SOURCES[spec.source] - 1
    return (
        Box("text so far", "A text goes in, cut into words or parts of words.", "s_1 … s_{t-1}",
            f"{t} words", text=f"…{tokenizer.decode(ids[max(0, t - 5) : t].tolist())}"),
        Box("language model", "A language model says how likely each word is next; this one only counted "
            f"what follows which {back} words, so it writes grammar without sense.", "l_k",
            f"{marked.V:,} logits", hue="past"),
        Box("green list", "The key and the last word draw which words are green for the next one; each of "
            f"them gets {spec.delta:g} added to its logit.", "G, δ", f"{len(drawn)} of {marked.V:,} words",
            text=" ".join(names[:3]) + " …", hue="truth"),
        Box("next word", "So the next word is green more often than by chance.", "s_t", "1 word",
            text=tokenizer.token(int(ids[t])).strip() or "space", hue="model"),
        Box("test", "Whoever has the key draws the same lists, counts green words, and says by how many "
            "standard deviations they are too many.", "z", "1 number", hue="code",
            text=f"z = {trace.latest('z_marked'):.1f}"),
    )  # fmt: skip


def symbols(trace: Trace, spec: Any) -> tuple[tuple[str, str, str], ...]:
    """Each symbol of the equations, what it is, and its value for the marked text."""
    ids = ids_of(trace)
    hit, T = counted(ids, wm.greenlists(marked.V, spec.gamma, spec.secret))
    m = wm.modulus(spec.gamma, spec.delta)
    return (
        (r"\lvert s \rvert_G", "green words of the text s, each pair of neighbours counted once", f"{hit}"),
        ("T", "words that are counted: different pairs", f"{T}"),
        (r"\gamma", "green share of the vocabulary", f"{spec.gamma:g}"),
        ("z", "standard deviations above chance", f"{trace.latest('z_marked'):.2f}"),
        ("V", "the vocabulary, all words there are", f"{marked.V:,} words"),
        ("G", "the green list, another one after each word", f"{int(spec.gamma * marked.V)} words"),
        (r"s_{t-1}", "number of the word before, at place t − 1", f"{ids[-2]}, before the last word"),
        (r"\text{key}", "the secret", f"{spec.secret}"),
        ("k, i", "numbers of words", f"0 to {marked.V - 1:,}"),
        (r"l_k, p_k", "logit and probability of word k, without the watermark", "the model's"),
        (r"\hat p_k", "probability of word k with the watermark", "drawn from"),
        (r"\delta", "what is added to green logits", f"{spec.delta:g}"),
        (r"\alpha = e^\delta", "by how much a green word's odds grow", f"× {np.exp(spec.delta):.2f}"),
        ("S", "spike entropy of p: small where one word is certain", f"{1 / (1 + m):.2f} to 1"),
        ("m", "its modulus, from γ and δ", f"{m:.2f}"),
        (r"\mathbb{E}", "the mean over all green lists", "a proof, not measured"),
    )


def attack(
    kind: str, trace: Trace, spec: Any, key: int, tokenizer: Tokenizer
) -> tuple[Sequence[Panel], Film, Sequence[str], np.ndarray]:
    """A film whose time is the share of words under attack: panels, film, sentences, z of each moment."""
    ids, other = ids_of(trace), ids_of(trace, "people")
    green, n = wm.greenlists(marked.V, spec.gamma, key), len(ids)
    shares = SHARES / 100
    texts = [detection.attacked(kind, ids, e, other, np.random.default_rng(spec.seed)) for e in shares]
    rows = np.stack([np.pad(one, (0, n - len(one))) for one in texts])
    kinds = [np.pad(colours(one, green), (0, n - len(one)), constant_values=GONE) for one in texts]
    z = np.array([wm.growing(one, green, spec.gamma)[-1] for one in texts])
    told, lines = {"z": z}, {"z": ("each pair once", "model")}
    if kind not in detection.LEFT:
        told["every"] = np.array([wm.growing(one, green, spec.gamma, once=False)[-1] for one in texts])
        lines["every"] = ("each time it comes", "soft")
    else:
        told["theory"] = z[0] * np.array([detection.LEFT[kind](e) for e in shares])
        lines["theory"] = ("as pairs survive", "soft")
    used, places = np.unique(rows, return_inverse=True)
    arrays = {"text.ids": places.reshape(rows.shape).astype(np.int16), "text.kinds": np.stack(kinds)}
    names, top = [tokenizer.token(int(id)) for id in used], max(float(of.max()) for of in told.values())
    title: Title = [("The marked text", "model"), (" under attack", None)]
    curve = growth(lines, [("What is left of ", None), ("z", "model")], top, "attacked, %")
    panels = [words("text.ids", "text.kinds", names, title, width=1.5), curve]
    said = attack_said(kind, z, told.get("every"), key == spec.secret)
    scalars = {name: {"step": SHARES.tolist(), "value": of.round(4).tolist()} for name, of in told.items()}
    return panels, (header(SHARES.tolist(), scalars), arrays), said, z


def attack_said(kind: str, z: np.ndarray, every: np.ndarray | None, right: bool) -> Sequence[str]:
    """What an attack left of z, moment by moment. every: z where a pair counts each time that it comes."""
    key = "" if right else " The test has another key than the writer had, so its lists are other lists."
    out = []
    for i, share in enumerate(SHARES):
        done = SAID[detection.ATTACKS.index(kind)].format(share=share) if share else "Nothing is changed yet."
        verdict = "over 4: marked" if z[i] > wm.THRESHOLD else "not over 4: the test finds no mark"
        each = "" if every is None else f" Were each pair counted each time it comes, z were {every[i]:.1f}."
        out.append(f"{done} z is {z[i]:.1f}, {verdict}.{each}{key}")
    return out


def own(
    ids: np.ndarray, green: Any, gamma: float, tokenizer: Tokenizer
) -> tuple[Sequence[Panel], Film, Caption]:
    """A reader's text (N,) under the test, word by word: panels, film, sentence."""
    steps, z, (hit, T) = list(range(1, len(ids) + 1)), wm.growing(ids, green, gamma), counted(ids, green)
    verdict = "over 4: marked with this key" if z[-1] > wm.THRESHOLD else "not over 4: no mark"
    panels = [
        text(ids, green, tokenizer, [("Your text", "past")], 1.5),
        growth({"z": ("your text", "past")}, [("z, word by word", None)], float(z.max())),
    ]
    said = f"{hit} of {T} counted words are green, by chance {gamma * T:.0f}: z = {{z:.1f}}, {verdict}."
    film = (header(steps, {"z": {"step": steps, "value": z.round(4).tolist()}}), {})
    start, then = "The first word has no colour.", "After {step} words z = {z:.1f}."
    return panels, film, Caption(start, then, f"At the end {said}")


def crowd(trace: Trace, gamma: float, steps: int) -> Sequence[Panel]:
    """Many texts: where the green words are, z by delta, and what it costs."""
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
    price = marks.line("level.cost", "level.z", "model", dots=3.5, say="perplexity × {x:2}: z = {y:1}")
    green = Axis("green", low=0, high=1, ticks={v: f"{v:.0%}" for v in (0, 0.5, 1)})
    deltas = Axis("δ", low=-1.4, high=4.4, ticks={PEOPLE_AT: "people"} | {d: f"{d:g}" for d in DELTAS})
    z = Axis("z", low=-4, high=22, ticks={v: f"{v}" for v in range(0, 21, 4)})
    told: Title = [("Each dot a text, by ", None), ("people", "past"), (" or ", None), ("marked", "model")]
    possible = Axis("possible next words, about", names=POSSIBLE)
    cost = Axis("perplexity, × unmarked", low=0.8, high=4)
    return [
        plot(room, [("More choice, more ", None), ("green", "truth")], possible, green),
        plot(cloud, told, deltas, z, width=1.25),
        plot([price, LINE], [("A stronger mark costs surprise", None)], cost, z),
    ]


def crowd_said(trace: Trace, gamma: float) -> Caption:
    """What many texts show."""
    now = "texts at δ = 2 have z = {z:.1f} on average; the highest z of people's texts is {level.people:.1f}."
    start, then = f"After one batch, four texts at each δ, {now}", f"After {{step}} batches, {now}"
    if not trace.finished:
        return Caption(start, then)
    level, choice = trace.last("level"), trace.last("choice")
    return Caption(start, then, (
        f"At the end {choice['share'][0]:.0%} of the words are green where one is nearly certain, by chance "
        f"{gamma:.0%}; dashes are the least on average, as the paper proves. z is over 4 in "
        f"{level['found'][USUAL]:.0%} of the texts at δ = 2, in {level['told'][0]:.0%} after 25 words; {now}"
    ))  # fmt: skip
