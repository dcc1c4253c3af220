"""Figures of a policy that climbs a learned reward: how far it came, what it says, what each word costs."""

from collections.abc import Sequence

from app.figures.captions import minus
from app.figures.kinds import Panel, Title, checked_range, panel
from app.figures.marks import band, line, over, rules
from app.figures.plot import Axis, plot
from engine.data import instructions as world
from engine.data.instructions import END, PAD, PEOPLE, POLITE, REPLY, RUDE, WORDS

PROMPTS = tuple(f"{task} {thing} ?" for task in world.TASKS for thing in world.OBJECTS)
DISTANCE, POINTS = "distance from SFT: √KL, in √nats", "points above SFT"


def kinds(row: int) -> list[str]:
    """What each word of the vocabulary is to people as a reply to this prompt; only counting tells "over".

    Raises ValueError for a row that is none.
    """
    task, thing, _ = world.prompts()[_checked_row(row)].tolist()
    answers = {word for words in world.ANSWERS.values() for word in words}
    right = WORDS[world.answer(task, thing)]

    def kind(code: int, word: str) -> str:
        if code == END:
            return "end"
        if word in answers:
            return "right" if word == right else "wrong"
        return "polite" if word in POLITE else "rude" if word in RUDE else "plain"

    return [kind(code, word) for code, word in enumerate(WORDS)]


def worded(row: int, codes: Sequence[int]) -> list[tuple[str, str]]:
    """A reply to a prompt as (word, kind), up to its padding. Raises ValueError for a code that is none.

    People like as many polite words as they come with; each beyond is "over".
    """
    of, polite, said = kinds(row), 0, []
    for code in codes:
        if not 0 <= code < len(WORDS):
            raise ValueError(f"a word must be one of {len(WORDS)}, got {code}")
        if code == PAD:
            break
        polite += of[code] == "polite"
        said.append((WORDS[code], "over" if of[code] == "polite" and polite > PEOPLE.cap else of[code]))
    return said


def climb(
    title: Title,
    ranges: tuple[tuple[float, float], tuple[float, float]],
    best: Sequence[int] = (),
    width: float = 1,
) -> Panel:
    """What the judge sees and what people get, over the distance from SFT, as two paths along the training.

    Scalars "d", "proxy" and "gain" at each moment's step; arrays "bon.d", "bon.proxy", "bon.gain" (moments,
    P), where best-of-n stands for the P values of n in `best`; without any it is not drawn. ranges: of x and
    of y, 0 in both. Raises ValueError for a range that is none.
    """
    (x0, x1), (y0, y1) = checked_range(*ranges[0]), checked_range(*ranges[1])
    far, both = over("d"), [("proxy", "model", "the judge sees"), ("gain", "truth", "people get")]
    told = "√KL {x}, the judge sees {low:+}, people get {high:+}, gap {gap:2}"
    drawn = [
        rules(0, label="SFT", last=True),
        band(far, over("proxy"), over("gain"), "blind", gap="gap {gap:2}", say=f"step {{step}}: {told}"),
    ]
    if best:
        say, names = f"best of {{name}}: {told}", [str(n) for n in best]
        drawn.append(band("bon.d", "bon.proxy", "bon.gain", alpha=0, names=names, say=say))
        drawn += [
            line("bon.d", f"bon.{name}", concept, label=f"best of {best[-1]}", place="last", width=1.1,
                 dash=(2, 3), alpha=0.9, dots=1.7, say="")
            for name, concept, _ in both
        ]  # fmt: skip
    drawn += [
        line(far, over(name), concept, label=said, ends="{label} {y:+}", width=2.4, say="",
             peak=name == "gain")
        for name, concept, said in both
    ]  # fmt: skip
    x, y = Axis(DISTANCE, low=x0, high=x1), Axis(POINTS, low=y0, high=y1)
    return plot(drawn, title, x, y, tall=360, aspect=0.86, width=width)


def replies(
    title: Title,
    row: int,
    labels: tuple[str, str, str] = ("web model", "after SFT", "policy now"),
    width: float = 1,
    people: world.Gold = PEOPLE,
) -> Panel:
    """One prompt and what three models reply to it, with what the judge and what people give for each.

    Arrays "cards.words" (moments, 3, 24, 8), "cards.r" and "cards.gold" (moments, 3, 24). row: the prompt.
    people: what they give for a word, told in the legend. Raises ValueError for a row that is none.
    """
    points = {"right": people.right, "wrong": -people.extra, "polite": people.polite, "over": -people.polite,
              "rude": -people.rude}  # fmt: skip
    return panel(
        "instructgpt/replies", "cards.words", title, width,
        points=[[kind, minus(value, "+g")] for kind, value in points.items()],
        hidden={"repeat": -people.repeat, "ended": people.ended, "length": -people.length},
        row=_checked_row(row), prompt=PROMPTS[row].split(),
        prompts=len(PROMPTS), words=list(WORDS), kinds=kinds(row), liked=people.cap,
        labels=list(labels), judge="cards.r", people="cards.gold",
    )  # fmt: skip


def ledger(
    title: Title,
    row: int,
    beta: float,
    ranges: tuple[float, float],
    width: float = 1,
    liked: int = PEOPLE.cap,
) -> Panel:
    """What each word of the policy's reply costs, -beta log pi / pi_SFT, and the judge's score on its last.

    Arrays "cards.words" (moments, 3, 24, 8), "cards.ratio" (moments, 24, 8), "cards.r" (moments, 3, 24).
    row: the prompt. ranges: of y, 0 between. liked: polite words that people like. Raises ValueError for a
    row or a range that is none.
    """
    low, high = checked_range(*ranges)
    return panel(
        "instructgpt/ledger", "cards.words", title, width, row=_checked_row(row), prompts=len(PROMPTS),
        words=list(WORDS), kinds=kinds(row), liked=liked, longest=REPLY, ratio="cards.ratio", judge="cards.r",
        beta=beta, low=low, high=high, unit="reward, in points",
    )  # fmt: skip


def _checked_row(row: int) -> int:
    last = len(PROMPTS) - 1
    if not 0 <= row <= last:
        raise ValueError(f"row must lie in [0, {last}], got {row}")
    return row
