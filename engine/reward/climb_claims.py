"""What is claimed of climbing a judge, and how a run is asked."""

from collections.abc import Mapping

import numpy as np

from engine.core.claims import Claim, Verdict
from engine.core.trace import Trace
from engine.reward import measures

SMOOTH = 3  # moments that a best gain is averaged over: one is judged on 480 replies
TENTH = 0.1  # of the moments, the last ones, is what is called the end


def _path(trace: Trace, name: str, first: int = 0) -> np.ndarray:
    """A figure at every moment from the first on."""
    return np.array([float(trace.at("level", m)[name]) for m in range(first, len(trace.moments))])


def at_the_end(trace: Trace, name: str) -> float:
    """The mean of a figure over the last tenth of the moments: one step's luck decides nothing."""
    moments = len(trace.moments)
    return float(_path(trace, name, moments - max(1, round(TENTH * moments))).mean())


def gains(trace: Trace) -> tuple[float, float, int]:
    """What people gained over SFT at the best time, at the end, and the moment of the best."""
    path = np.convolve(_path(trace, "gain"), np.ones(SMOOTH) / SMOOTH, "valid")
    return float(path.max()), at_the_end(trace, "gain"), int(path.argmax()) + SMOOTH // 2


def _over_optimised(traces: Mapping[str, Trace]) -> Verdict:
    best, last, when = gains(traces["weak"])
    saw, sees = float(_path(traces["weak"], "proxy")[when]), at_the_end(traces["weak"], "proxy")
    said = f"people {best:+.2f} at best, {last:+.2f} at the end; judge {saw:+.2f}, then {sees:+.2f}"
    return Verdict(
        bool(last < 0 and last <= best - 0.5 and sees > saw),
        said,
        "below SFT at the end, and 0.5 below the best, while the judge's reward still rises",
    )


def _penalty(traces: Mapping[str, Trace]) -> Verdict:
    free, held = (at_the_end(traces[name], "gain") for name in ("weak", "beta"))
    kl, web = (at_the_end(traces["beta"], name) for name in ("kl", "web"))
    said = f"people {held:+.2f} against {free:+.2f}; KL {kl:.1f} nats (and {web:.2f} nats a word of the web)"
    return Verdict(held >= free + 0.5, said, "ahead by 0.5 in the end")


def _remembers(traces: Mapping[str, Trace]) -> Verdict:
    first = float(traces["weak"].at("level", 0)["web"])
    forgot, kept = (at_the_end(traces[name], "web") for name in ("weak", "gamma"))
    people = at_the_end(traces["gamma"], "gain")
    said = (
        f"{kept:.2f} with it, {forgot:.2f} without, {first:.2f} of SFT, in nats a word "
        f"(people end at {people:+.2f})"
    )
    return Verdict(
        bool(kept < first and forgot > first + 0.5), said, "below SFT's with it; without, above by 0.5"
    )


def _strong(traces: Mapping[str, Trace]) -> Verdict:
    best, last, _ = gains(traces["strong"])
    kl = at_the_end(traces["strong"], "kl")
    said = f"people {best:+.2f} at best, {last:+.2f} at the end, at a KL of {kl:.1f} nats"
    return Verdict(last >= best - 0.3 and last >= 0.8, said, "within 0.3 of its best, and 0.8 above SFT")


def _better_judge(traces: Mapping[str, Trace]) -> Verdict:
    """All pairs of replies that SFT drew, and those of which the judge read neither; those about a polite
    word and about the right answer (see lessons.py)."""
    names = ("accuracy", "neither", "polite", "answer")
    weak, strong = ([float(traces[run].last("level")[name]) for name in names] for run in ("weak", "strong"))
    told = ("of all pairs", "of those it has not read", "about a polite word", "about the answer")
    said = ", ".join(f"{a:.2f} against {b:.2f} {of}" for a, b, of in zip(strong, weak, told, strict=True))
    if not np.isfinite([*weak, *strong]).all():
        return Verdict(None, said, "applies to people who care for answers and for manners")
    better = strong[0] >= weak[0] + 0.08 and strong[1] >= weak[1] + 0.02
    manners = weak[2] >= weak[3] + 0.2 and strong[3] >= 0.9
    wanted = (
        "ahead by 0.08, and by 0.02 of the unread; of few, manners ahead by 0.2; of many, 0.9 of the answers"
    )
    return Verdict(better and manners, said, wanted)


def _win_rates(traces: Mapping[str, Trace]) -> Verdict:
    """Against SFT: the web model, the same with an example, SFT itself (0.5), PPO with the better judge."""
    won = traces["strong"].last("won")
    rates = {}
    for name in ("web", "example", "policy"):
        w, even, _ = (int(v) for v in won[name])
        n = int(won[name].sum())
        rates[name] = ((w + even / 2) / n, *measures.wilson(w + even / 2, n))
    apart = rates["web"][2] < rates["example"][1] and rates["example"][2] < 0.5 < rates["policy"][1]
    said = (
        ", ".join(f"{rates[name][0]:.2f}" for name in ("web", "example"))
        + f", 0.50, {rates['policy'][0]:.2f}"
    )
    wanted = "web < with an example < SFT = 0.5 < PPO, their 95 % intervals apart"
    return Verdict(bool(apart), said, wanted)


FEW, MANY = {"K": 4, "prompts": 150}, {"K": 9, "prompts": 1000}
WEAK = {**FEW, "beta": 0.0, "gamma": 0.0}
BETA, GAMMA = {**WEAK, "beta": 0.3}, {**WEAK, "gamma": 0.5}  # one term each
CURED, STRONG = {**BETA, "gamma": 0.5}, {**MANY, "beta": 0.0, "gamma": 0.0}
CLAIMS = (
    Claim(
        "Climb a weak judge freely: people end worse off than they began, while the judge sees only good.",
        _over_optimised,
        "A free climb of a judge of 900 comparisons that leaves people as well off as SFT does.",
        runs={"weak": WEAK},
    ),
    Claim(
        "A KL penalty alone keeps what people would lose by that climb.",
        _penalty,
        "The same judge climbed with the penalty, and people no better off by 0.5 points.",
        runs={"weak": WEAK, "beta": BETA},
    ),
    Claim(
        "The pretraining term alone keeps the language of the web, which a free climb forgets.",
        _remembers,
        "A policy with the term that predicts the web worse than SFT does, or one without that keeps it.",
        runs={"weak": WEAK, "gamma": GAMMA},
    ),
    Claim(
        "A judge that has seen 36,000 comparisons can be climbed for as many steps without a fall.",
        _strong,
        "A fall of 0.3 points from the best, with the strong judge and no penalty.",
        runs={"strong": STRONG},
    ),
    Claim(
        "More rankings make a better judge: few teach manners, many teach facts, too.",
        _better_judge,
        "A judge of 900 comparisons that knows answers as well as manners, or one of 36,000 that does not.",
        runs={"weak": WEAK, "strong": STRONG},
        beside="More rankings are more prompts and more replies to each, 900 comparisons and 36,000; as many "
        "passes over them.",
    ),
    Claim(
        "People prefer an example to none, fine-tuning to an example, and a good judge's PPO to fine-tuning.",
        _win_rates,
        "Intervals of those win rates against SFT that overlap.",
        runs={"strong": STRONG},
    ),
)
