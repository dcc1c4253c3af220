"""Figures of prompting: what nets answered in, panels, films, charts and sentences out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.captions import Caption
from app.figures.films import Film, header
from app.figures.kinds import Panel, Title
from app.figures.marks import over
from app.figures.panels import lines
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.language.chain_of_thought import PEOPLE, WAYS, N
from engine.language.in_context import ANIMALS, NAMES, K, Pair, S, ceiling, parsed

REST = "not a card"  # attention on the start of the prompt and on the query itself
SHARES = {v: f"{v:.0%}" for v in (0, 0.5, 1)}
SIDES = ("heads", "tails")
Said = Mapping[str, Mapping[str, np.ndarray]]  # by way of writing: what the probe `asked` gives
EQUATION = r"p(y \mid x_1, y_1, \dots, x_k, y_k, x)"
PLAIN = (
    ("**The best there can be**: the card was shown, or one guesses one of $S$ names.",
     r"1 - \left(1 - \frac{1}{S}\right)^{k+1}"),
    ("**Smeared keys**: what a word is found by also knows the word before it.",
     r"k_t \leftarrow \sigma(a)\, k_t + (1 - \sigma(a))\, k_{t-1}"),
    ("**A chain of thought** $c$ is written first, and the answer is drawn from what stands there then.",
     r"p(y \mid x) = \sum_c p(y \mid x, c)\; p(c \mid x)"),
)  # fmt: skip


def edited(pairs: Sequence[Pair], query: int, how: str) -> list[Pair]:
    """The cards of a prompt in another order, with another name for the animal asked for, or without it."""
    if how == "shuffle":
        order = np.random.default_rng(sum((i + 1) * (x + S * y) for i, (x, y) in enumerate(pairs)))
        return [pairs[i] for i in order.permutation(len(pairs))]
    if how == "spoil":
        return [(x, (y + 1) % S if x == query else y) for x, y in pairs]
    return [(x, y) for x, y in pairs if x != query]


def shares(right: Any, title: Title, label: str = "this net", at: bool = True, width: float = 1) -> Panel:
    """Right answers by number of examples, under the best there can be. at: a rule where the film stands."""
    k = np.arange(K + 1)
    drawn = [
        marks.line(k, [ceiling(n) for n in k.tolist()], "truth", label="best", dash=(3, 3)),
        marks.line(k, "shots.commonest" if isinstance(right, str) else right["commonest"], "soft",
                   label="commonest", place="end", dash=(6, 3)),
        marks.line(k, right if isinstance(right, str) else right["right"], "model", label=label, dots=2.5,
                   say="after {x} examples {y:%0} right"),
    ]  # fmt: skip
    drawn += [marks.rules(over(), "line", axis="x")] * at
    x = Axis("examples", low=0, high=K, ticks={v: f"{v}" for v in range(0, K + 1, 4)})
    return plot(drawn, title, x, Axis("right", low=0, high=1, ticks=SHARES), tall=230, width=width)


def cards(array: str, pairs: Sequence[Pair], query: int, title: Title, width: float = 1) -> Panel:
    """Where the query looks: a bar for each card of the prompt, and one for all else."""
    worn = ["truth" if x == query else "past" for x, _ in pairs]
    names = [f"{ANIMALS[x]} = {NAMES[y]}" for x, y in pairs]
    bar = marks.bars(array, [*worn, "soft"], sideways=True, names=[*names, REST], say="{name}: {value:%0}")
    x = Axis("attention", low=0, high=1, ticks=SHARES)
    return plot([bar], title, x, Axis("card", names=[*names, REST], room=80), tall=300, width=width)


def hero(
    found: Mapping[str, Any], pairs: Sequence[Pair], query: int, trace: Trace
) -> tuple[Sequence[Panel], Film, Sequence[str]]:
    """A film whose time is the number of examples read: panels, film, sentences."""
    p, weight, k = found["p"], found["weight"], len(pairs)
    shown = {y for x, y in pairs if x == query}
    worn = ["truth" if y in shown else "model" for y in range(S)]
    bar = marks.bars("answer.p", worn, gap=0.14, names=NAMES, say="{name}: {value:%0}")
    chance = plot(
        [bar], [(f"Its answer for {ANIMALS[query]}", "model")], Axis("name", names=NAMES),
        Axis("probability", low=0, high=1, ticks=SHARES), tall=230,
    )  # fmt: skip
    looked: Title = [(f"Where “{ANIMALS[query]} = ?” looks: ", None), ("its card", "truth")]
    panels = [
        cards("look.weight", pairs, query, looked, 1.1),
        chance,
        shares(trace.last("shots"), [("Right by number of examples", None)]),
    ]
    steps = list(range(k + 1))
    scalars = {"sure": {"step": steps, "value": p.max(1).round(4).tolist()}}
    film = (header(steps, scalars, max(k, 1)), {"answer.p": p, "look.weight": weight})
    return panels, film, hero_said(found, pairs, query, trace.last("shots")["right"])


def hero_said(
    found: Mapping[str, Any], pairs: Sequence[Pair], query: int, right: np.ndarray
) -> Sequence[str]:
    """What it answers after each number of examples, and why."""
    out, animal = [], ANIMALS[query]
    for n, (p, weight) in enumerate(zip(found["p"], found["weight"], strict=True)):
        at = [i for i, (x, _) in enumerate(pairs[:n]) if x == query]
        read = "Before any example" if not n else f"After {n} example{'s' * (n > 1)}"
        said = f"{read} it says {NAMES[int(p.argmax())]} for {animal}, with {p.max():.0%}."
        names = sorted({NAMES[pairs[i][1]] for i in at})
        if not at:
            said += f" No card has shown the {animal} yet: it can only guess one of 8 names."
        elif len(names) > 1:
            said += f" Its cards disagree: {' and '.join(names)} get {weight[at].sum():.0%} of its attention."
        else:
            said += f" {weight[at].sum():.0%} of its attention is on {animal} = {names[0]}."
        out.append(f"{said} Right: {right[n]:.0%} of 1,000 new dictionaries after that many, where cards may "
                   f"show an animal twice; the best possible is {ceiling(n):.0%}.")  # fmt: skip
    return out


def cover() -> Panel:
    """For the page's card."""
    return shares("shots.right", (), "right", at=False)


def training(trace: Trace, example: str) -> tuple[Sequence[Panel], Caption]:
    """How looking back is learned: one prompt's cards, the shares by number of examples, both over time."""
    pairs, query = parsed(example)
    over_time = {"right": ("right after 16 examples", "model"), "mass": ("attention on its cards", "truth")}
    panels = [
        cards("look.weight", pairs, query, [("It learns to look at ", None), ("the fox's card", "truth")]),
        shares("shots.right", [("so ", None), ("examples", "model"), (" come to help", None)], at=False),
        lines(over_time, [("Right early; then it looks more sharply", None)], "share", high=1),
    ]
    now = (
        "it is right after 16 examples for a share of {right:.2f} of 1,000 dictionaries that it never learns "
        "from; 0.90 is the best possible. Of an animal's attention, a share of {mass:.2f} is on the names of "
        "its cards."
    )
    return panels, Caption(
        "Untrained: it looks at all cards alike, and examples are of no use.",
        f"After {{step}} steps {now}",
        f"At the end {now}",
    )


def chain(trace: Trace, way: str) -> tuple[Sequence[Panel], Caption]:
    """How a way of writing is learned: right answers by number of people, and over time."""
    bar = marks.bars(
        "by.right",
        "model",
        gap=0.14,
        names=[str(n) for n in range(1, N + 1)],
        say="{name} people: {value:%0}",
    )
    chance = marks.rules(0.5, "soft", label="a guess", must=True, dash=(3, 3))
    people = Axis("people", names=[str(n) for n in range(1, N + 1)])
    panels = [
        plot([bar, chance], [(f"{way.capitalize()}: right by number of people", "model")], people,
             Axis("right", low=0, high=1, ticks=SHARES), width=1.2),
        lines({"right": ("about 12 people", "model")}, [("The longest rows", None)], "share right", high=1),
        lines({"loss": ("loss", "past")}, [("What it costs to learn", None)], "training nats", high=0.9),
    ]  # fmt: skip
    now = "a share of {right:.2f} of 200 rows of 12 people that it never learns from is answered right."
    return panels, Caption(
        "Untrained, it guesses the side.", f"After {{step}} steps {now}", f"At the end {now}"
    )


def lane(name: str, title: Title, y: str, concept: str, edit: int = 0) -> Panel:
    """One lane: a dot for what a net says after each person, on the dashes of what is so. edit: a step."""
    worn = ["blind" if n == edit else concept for n in range(1, N + 1)]
    at = np.arange(1, N + 1)
    drawn = [
        marks.dots(at, f"{name}.truth", "truth", shape="dash", say="after {x} people: {y}"),
        marks.dots(at, f"{name}.said", worn, size=5, say="after {x} people: {y:2}"),
    ]
    x = Axis("people so far", low=0.3, high=N + 0.7, ticks={n: PEOPLE[n - 1] for n in range(1, N + 1, 3)})
    ticks = {0: "heads", 0.5: "even", 1: "tails"}
    return plot(drawn, title, x, Axis(y, low=-0.15, high=1.15, ticks=ticks), tall=200)


def lanes(
    found: Said, flips: Sequence[str], edit: int, traces: Mapping[str, Trace]
) -> tuple[Sequence[Panel], Film, Sequence[str]]:
    """A film whose time is the number of people: both lanes, and how often each way is right."""
    steps, once = found[WAYS[0]], found[WAYS[2]]
    seen = np.tri(N, dtype=bool)

    def growing(values: np.ndarray) -> np.ndarray:
        return np.where(seen, values[None].astype(np.float32), np.nan)

    arrays = {"steps.truth": growing(steps["truth"]), "steps.said": growing(steps["said"]),
              "once.truth": growing(once["truth"]), "once.said": growing(once["chance"])}  # fmt: skip
    n = np.arange(1, N + 1)
    worn = {WAYS[0]: ("model", ()), WAYS[1]: ("past", (3, 3)), WAYS[2]: ("past", ())}
    drawn = [
        marks.line(n, traces[way].last("by")["right"], concept, label="steps" if way == WAYS[0] else way,
                   dash=dash, dots=2.5, say=way + ": {y:%0} right about {x} people")
        for way, (concept, dash) in worn.items()
    ]  # fmt: skip
    drawn.append(marks.rules(0.5, "soft", dash=(3, 3)))
    drawn.append(marks.rules(over(), "line", axis="x"))
    x = Axis("", low=1, high=N, ticks={v: f"{v}" for v in (1, 4, 8, 12)})
    y = Axis("right", low=0, high=1.05, ticks={0: "0%", 0.5: "a guess", 1: "100%"}, room=52)
    told: Title = [("Step by step: ", "model"), ("the side that it writes", None)]
    panels = [
        lane("steps", told, "written", "model", edit),
        lane("once", [("At once: ", "past"), ("its chance for tails", None)], "said", "past"),
        plot(drawn, [("Right about so many people", None)], x, y),
    ]
    sure = np.where(once["truth"] == 1, once["chance"], 1 - once["chance"])
    scalars = {"sure": {"step": n.tolist(), "value": sure.round(4).tolist()}}
    return panels, (header(n.tolist(), scalars, N), arrays), lanes_said(found, flips, edit)


def lanes_said(found: Said, flips: Sequence[str], edit: int) -> Sequence[str]:
    """What both ways say after each person."""
    steps, once, out = found[WAYS[0]], found[WAYS[2]], []
    for t, one in enumerate(PEOPLE):
        truth, said = SIDES[int(steps["truth"][t])], SIDES[int(steps["said"][t])]
        chance = float(once["chance"][t])
        does = "flips the coin" if one in flips else "leaves the coin"
        begins = "It began with heads up. " if t == 0 else ""
        told = f"{begins}{one} {does}: {truth} is up (green dashes). Step by step it writes {said}, "
        told += "right" if said == truth else "wrong"
        told += (
            f"; asked at once about {t + 1} {'person' if t == 0 else 'people'} it gives tails {chance:.0%}."
        )
        if edit and t + 1 == edit:
            told += " This step was turned over by hand (magenta)."
        elif edit and t + 1 > edit:
            told += f" It has read the wrong side after {PEOPLE[edit - 1]}, and goes on from there."
        out.append(told)
    return out


def pipeline(found: Mapping[str, Any], pairs: Sequence[Pair], query: int, spec: Any) -> tuple[Box, ...]:
    """From a prompt to its answer."""
    p, weight, k = found["p"][-1], found["weight"][-1], len(pairs)
    best = f"{ANIMALS[pairs[int(weight[:-1].argmax())][0]]}" if k else REST
    return (
        Box("prompt", "A prompt goes in: cards that show an animal and its name, and the animal asked for.",
            "x_1, y_1 … x", f"{2 * k + 2} tokens", text=f"… {ANIMALS[query]} = ?", hue="past"),
        Box("vectors", "Each word becomes a vector.", "", f"{2 * k + 2} × 32"),
        Box(f"{spec.keys} keys", "Each word can be found by a key; a smeared one also knows the word before, "
            "so a name is found by its animal.", "k_t", f"{2 * k + 2} × 32", hue="code"),
        Box("attention", "The animal asked for looks for itself, and finds the name that stands behind it.",
            "softmax", f"{2 * k + 2} weights", text=best, hue="truth"),
        Box("answer", "What it brings back becomes the answer; no weight has changed.", "p(y | …)", "8 names",
            text=NAMES[int(p.argmax())], hue="model"),
    )  # fmt: skip


def symbols(
    found: Mapping[str, Any], pairs: Sequence[Pair], query: int, net: Any
) -> Sequence[tuple[str, str, str]]:
    """Each symbol of the equations, what it is, and its value here."""
    k, a = len(pairs), getattr(net.smear, "a", None)
    share = "1, plain keys" if a is None else f"{float(a.detach().sigmoid().squeeze()):.2f}"
    return (
        ("k", "examples in the prompt", f"{k}"),
        ("x_i, y_i", "animal and name on card i", f"{k} of each"),
        ("x", "the animal asked for", ANIMALS[query]),
        ("y", "its name, the answer", NAMES[int(found["p"][-1].argmax())]),
        ("p", "its probability, by the net", f"{found['p'][-1].max():.0%}"),
        ("S", "animals, and as many names to guess from", f"{S}"),
        ("k_t", "key of the t-th word: what it is found by", "32 numbers"),
        (r"\sigma(a)", "share of a key that is its own word's; learned", share),
        ("c", "the chain: the sides that are written before the answer", f"{N - 1} sides"),
        (r"\sum_c", "over all chains; here the likelier side is taken each time", "1 chain"),
    )
