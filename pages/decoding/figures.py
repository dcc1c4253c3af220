"""Figures of choosing the next token: arrays and words in, panels, films, captions and sentences out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from app.figures import marks
from app.figures.captions import Caption
from app.figures.films import Film, header
from app.figures.kinds import Panel, Title, panel
from app.figures.marks import at, over
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.language import decoding, degeneration
from engine.language.decoding_lab import GRAM, LENGTH, METHODS
from engine.language.degeneration_lab import BEAM, DRAWN, PART, SHARES, WAYS
from engine.language.degeneration_lab import LENGTH as TEXT
from engine.words.tokenizer import Tokenizer

TEMPERATURES = np.round(np.arange(0.1, 2.01, 0.1), 1)  # moments of the cuts' film
PLAIN_AT = 9  # temperature 1 among them
TITLES = {"left": "Left", "right": "Right"}  # of the two contexts
RANKS = 50  # words whose bars are shown
MEASURES = ("loss", "repeated", "distinct", "zipf")
HUES = ("past", "code", "truth", "blind", "blind", "blind", "model", "model")  # of WAYS
CURVES = {"people": "past", "greedy": "code", "beam search": "truth", "nucleus 0.95": "model"}
EQUATION = (
    r"P'(x) = \begin{cases} P(x) / p' & x \in V^{(p)} \\ 0 & \text{else} \end{cases}"
    r"\qquad p' = \sum_{x \in V^{(p)}} P(x) \ge p"
)
PLAIN = (
    ("**Nucleus**: the smallest set of words whose probabilities add up to p at least. "
     "**Top-k**: the k likeliest words, whatever they add up to.",
     r"V^{(k)} = \arg\max_{|V'| = k} \sum_{x \in V'} P(x)"),
    ("**Temperature** comes first: logits u are divided by it.",
     r"P(x) = \frac{\exp(u_x / T)}{\sum_y \exp(u_y / T)}"),
    ("**Beam search** looks for the likeliest text, of which it keeps B after each word.",
     r"\max_{x_1 \dots x_n} \sum_i \log P(x_i \mid x_1 \dots x_{i-1})"),
)  # fmt: skip


def words(who: str, concept: str, names: Sequence[str], title: Title, width: float = 1) -> Panel:
    """A text after its prompt, word by word, in the shade of its probability. who: said or people."""
    sent = {"prompt": "text.prompt", "ids": f"text.{who}", "p": f"text.p_{who}", "concept": concept}
    return panel("decoding/words", None, title, width, **sent, vocabulary=list(names))


def chances(title: Title, width: float = 1) -> Panel:
    """How likely each word was: the model's above the middle, people's below it, to one scale."""
    n, say = np.arange(1, LENGTH + 1), "word {x}"
    lines = [
        marks.line(n, "text.p_said", "model", follows=True, say=say + ", the model's: {y:2}"),
        marks.line(n, at("text.p_people", scale=-1), "past", follows=True, say=say + ", people's: {y:2}"),
        marks.rules([0], "ink"),
        marks.rules(over(), "line", axis="x"),
    ]
    ticks = {-1: "1", -0.5: "0.5", 0: "0", 0.5: "0.5", 1: "1"}
    x, y = Axis("word", low=1, high=LENGTH), Axis("probability", low=-1.04, high=1.04, ticks=ticks)
    return plot(lines, title, x, y, tall=230, aspect=0.7, width=width)


def hero(names: Sequence[str], spec: Any) -> Sequence[Panel]:
    """Both texts and the probabilities of their words."""
    how = {METHODS[0]: "the likeliest word each time", METHODS[1]: f"beam search, {spec.beam} texts kept"}
    said: Title = [("The model", "model"), (f": {how.get(spec.method, 'words drawn by lot')}", None)]
    return [
        words("said", "model", names, said, 1.1),
        words("people", "past", names, [("People", "past"), (": how their text went on", None)], 1.1),
        chances([("How likely? Up: ", None), ("model", "model"), (", down: ", None), ("people", "past")]),
    ]


def cover() -> Panel:
    """For the page's card."""
    return chances(())


def hero_said(trace: Trace) -> Caption:
    """What the two texts show, word by word."""
    start = "Only the prompt is there. The model will go on from it, and people's own text stands beside."
    then = (
        "Word {step}: the model had given its own word probability {p_said:.2f}, and people's {p_people:.2f}."
    )
    if not trace.finished:
        return Caption(start, then)
    n, text = LENGTH - GRAM + 1, trace.last("text")
    said, people = (round(n * trace.latest(f"repeated_{who}")) for who in ("said", "people"))
    mean, beside = (float(np.mean(text[f"p_{who}"])) for who in ("said", "people"))
    return Caption(
        start,
        then,
        f"At the end the mean probability is {mean:.2f} for the model's words, {beside:.2f} for people's. Of "
        f"{n} runs of four words {said} of the model's had come before in its text, {people} of people's. "
        "Both are documentation of Python libraries, not prose: look at what comes again, not at the style.",
    )


def pipeline(trace: Trace, spec: Any, tokenizer: Tokenizer) -> tuple[Box, ...]:
    """From the text so far to its next word."""
    text = trace.last("text")
    end = tokenizer.decode(text["prompt"][-4:].tolist()).strip()
    first = tokenizer.token(int(text["said"][0])).strip() or "space"
    rule = {
        METHODS[0]: ("likeliest", "The likeliest word is taken, each time."),
        METHODS[1]: (f"best {spec.beam}", f"The {spec.beam} likeliest texts so far are kept, and the best "
                     "one is taken at the end."),
        METHODS[2]: ("cut and draw", "Logits are divided by the temperature, the tail is cut off, and "
                     "one of what is left is drawn."),
    }[spec.method]  # fmt: skip
    return (
        Box("text so far", "A text goes in, cut into words or parts of words.", "x_1 … x_{i-1}",
            f"{len(text['prompt'])} words", text=f"…{end}"),
        Box("language model", "A language model gives each word of its vocabulary a probability; it is "
            "trained already, and stays as it is.", "P(x | x_1 … x_{i-1})", "1,024 probabilities",
            hue="past"),
        Box("choice", rule[1], "V^(k), V^(p), T", rule[0], hue="code"),
        Box("next word", "The word is appended, and all begins again.", "x_i", "1 word", text=first,
            hue="model"),
    )  # fmt: skip


def symbols(trace: Trace, spec: Any) -> tuple[tuple[str, str, str], ...]:
    """Each symbol of the equations, what it is, and its value on the stage."""
    drawn = spec.method == METHODS[2]
    text = trace.last("text")
    return (
        ("P(x)", "the model's probability of word x", f"{text['p_said'][0]:.2f}, of the first word written"),
        ("V^{(p)}", "the nucleus: the smallest set that holds p", "anew at each word"),
        ("p", "what it holds at least", f"{spec.p:g}" if drawn else "not used: nothing is drawn"),
        ("p'", "what it holds, to rescale by", f"{spec.p:g} to 1" if drawn else "not used"),
        ("P'(x)", "what is drawn from", "adds up to 1"),
        ("V^{(k)}, V'", "the k likeliest words; any k words", f"{spec.k:,} words" if drawn else "not used"),
        ("k", "how many they are", f"{spec.k:,}" if drawn else "not used"),
        ("T", "temperature", f"{spec.temperature:g}" if drawn else "not used"),
        ("u_x, u_y", "the model's raw number for words x and y", "1,024 numbers"),
        ("x_i, n", "word i of the text; how many are written", f"n = {LENGTH}"),
    )


def cuts(
    chance: Mapping[str, np.ndarray], ends: Mapping[str, str], cut: str, k: int, p: float
) -> tuple[Sequence[Panel], Film, Sequence[str], Mapping[str, int]]:
    """Both contexts' next words, cut by k or by p, over temperatures: panels, film, sentences; and how many
    words the nucleus holds at temperature 1. chance: of each of TITLES p (V,); ends: the last words of it."""
    arrays, stay, sizes = {}, {}, {}
    for name, q in chance.items():
        logits = torch.from_numpy(np.sort(q)[::-1].copy()).double().clamp(min=1e-30).log()
        warm = logits / torch.from_numpy(TEMPERATURES)[:, None]  # (temperatures, V)
        now = warm.softmax(-1)
        kept = (decoding.top_k(warm, k) if cut == "k" else decoding.nucleus(warm, p)).isfinite()
        stay[name] = kept.sum(-1).tolist(), (now * kept).sum(-1).tolist()
        sizes[name] = int(decoding.nucleus(logits, p).isfinite().sum())
        many = kept.sum(-1, keepdim=True).double()  # beyond: where the cut is not in the picture
        parts = {"kept": now * kept, "gone": now * ~kept, "sum": now.cumsum(-1), "many": many,
                 "beyond": torch.where(many > RANKS, RANKS - 1.0, torch.nan)}  # fmt: skip
        arrays |= {f"{name}.{part}": one[:, :RANKS].float().numpy() for part, one in parts.items()}
    steps = TEMPERATURES.tolist()
    scalars = {name: {"step": steps, "value": [float(n) for n in many]} for name, (many, _) in stay.items()}
    said = []
    for i, T in enumerate(TEMPERATURES):
        each = [
            f"{TITLES[name]}: {many[i]:,} word{'s stay' if many[i] > 1 else ' stays'}, with {held[i]:.0%} of"
            for name, (many, held) in stay.items()
        ]
        said.append(
            f"Temperature {T:g}, cut at {cut} = {k if cut == 'k' else p:g}. "
            f"{' the probability. '.join(each)} the probability. Orange words may be drawn, grey ones may "
            "not; the blue line adds up from the left."
        )
    ranks = Axis("rank", names=[f"{i + 1}" for i in range(RANKS)])
    ticks = {0.0: "0", 0.5: "0.5", 1.0: "1"}
    if cut == "p":
        ticks = {v: word for v, word in ticks.items() if abs(v - p) > 0.09} | {p: f"p = {p:g}"}
    share = Axis("probability", low=0, high=1.14, ticks=ticks)
    rule = marks.rules(p, "truth")
    if cut == "k":
        rule = marks.rules([k - 0.5] if k <= RANKS else [], "code", axis="x", label=f"k = {k}", must=True)
    panels = []
    for name, title in TITLES.items():
        drawn = [
            marks.bars(f"{name}.gone", "soft", alpha=0.6, say="rank {name}: probability {value:3}, cut off"),
            marks.bars(f"{name}.kept", "model", say="rank {name}: probability {value:3}, stays"),
            marks.line(np.arange(RANKS), f"{name}.sum", "past"),
            rule,
            marks.words(None, f"{name}.beyond", [1.08], "code" if cut == "k" else "truth",
                        value=f"{name}.many", form="the cut is further right, at rank {value:0} →",
                        align="right"),
        ]  # fmt: skip
        panels.append(plot(drawn, [(f"{title}: …{ends[name]}", None)], ranks, share, touch="drag", tall=260))
    return panels, (header(steps, scalars), arrays), said, sizes


def score() -> Sequence[Panel]:
    """All ways on one plane, the loss along the text, and the nucleus at people's places."""
    say = "{name}: {x:2} nats a word, {y:%} repeated"
    ways = [
        marks.dots("ways.loss", "ways.repeated", list(HUES), size=5, names=WAYS, say=say),
        marks.words([*WAYS[:3], *[""] * len(DRAWN)], "ways.loss", "ways.repeated", shift=9),
        marks.words(["drawn by lot"], [1.5], [0.07], "soft"),
    ]
    middle = (np.arange(TEXT // PART) + 0.5) * PART
    along = [
        marks.line(middle, at("part.loss", row=WAYS.index(way)), concept, label=way, place="", dots=2.5)
        for way, concept in CURVES.items()
    ]
    words = "at {x} % of the places {y} words at most"
    sizes = marks.line(SHARES, "places.size", "model", dots=2, say=words)
    many = {float(v): f"{v}" for v in (1, 3, 10, 30, 100, 300, 1000)}
    shares = {v: f"{v:.0%}" for v in (0, 0.2, 0.4, 0.6, 0.8)}
    loss = Axis("loss", "nats a word", low=0, high=4)
    repeated = Axis("runs of four said before", low=-0.05, high=0.85, ticks=shares)
    places = Axis("places of people's texts", "%", low=0, high=100)
    hold = Axis("words that hold 95%", low=1, high=1024, log=True, ticks=many)
    people: Title = [("People", "past"), (" repeat little and surprise much", None)]
    text: Title = [("As the text goes on: ", None), ("people", "past"), (", ", None), ("nucleus", "model"),
                   (", ", None), ("greedy", "code"), (", ", None), ("beam", "truth")]  # fmt: skip
    return [
        plot(ways, people, loss, repeated, width=1.25),
        plot(along, text, Axis("word", low=0, high=TEXT), loss),
        plot([sizes], [("The nucleus", "model"), (" has many sizes", None)], places, hold),
    ]


def score_said(trace: Trace) -> Caption:
    """What many texts show."""
    start = (
        "After one batch of four prompts a share of {greedy:.2f} of greedy's runs of four words had come "
        "before in its text, {people:.2f} of people's."
    )
    then = (
        "After {step} batches the share of runs of four words said before is {greedy:.2f} for greedy, "
        "{beam:.2f} for beam search, {nucleus:.2f} for the nucleus, {people:.2f} for people."
    )
    if not trace.finished:
        return Caption(start, then)
    loss, size = dict(zip(WAYS, trace.last("ways")["loss"], strict=True)), trace.last("places")["size"]
    end = (
        "At the end a share of {greedy:.2f} of greedy's runs of four words had come before in its text, "
        "{beam:.2f} of beam search's, {nucleus:.2f} of the nucleus's, {people:.2f} of people's. People's "
        f"words cost the model {loss['people']:.2f} nats each, {loss['sampling']:.2f} where all may be "
        f"drawn, {loss['beam search']:.2f} with a beam of {BEAM}. Right: to hold 95% it takes {size[2]:.0f} "
        f"words at most at a tenth of the places, and {size[18]:.0f} at least at another tenth."
    )
    return Caption(start, then, end)


def board(trace: Trace) -> str:
    """The scoreboard as a table."""
    ways = trace.last("ways")
    rows = "\n".join(
        f"| {way} | {loss:.2f} | {repeated:.1%} | {distinct:.0%} | {zipf:.2f} |"
        for way, loss, repeated, distinct, zipf in zip(WAYS, *(ways[name] for name in MEASURES), strict=True)
    )
    return (
        "| way | loss, nats a word | runs of 4 said before | different pairs | Zipf, "
        f"{degeneration.RANKS} ranks |\n|---|--:|--:|--:|--:|\n{rows}"
    )
