"""What is claimed of climbing a judge, and how a run is asked."""

from collections.abc import Mapping

import numpy as np

from engine.core.claims import Claim, Verdict
from engine.core.trace import Trace
from engine.reward import measures

SMOOTH = 3  # moments that a gain is averaged over: one is judged on 240 replies


def _path(trace: Trace, name: str) -> np.ndarray:
    """A figure at every moment."""
    return np.array([float(trace.at("level", m)[name]) for m in range(len(trace.moments))])


def gains(trace: Trace) -> tuple[float, float, int]:
    """What people gained over SFT at the best time, at the end, and the moment of the best."""
    path = np.convolve(_path(trace, "gain"), np.ones(SMOOTH) / SMOOTH, "valid")
    return float(path.max()), float(path[-1]), int(path.argmax()) + SMOOTH // 2


def _over_optimised(traces: Mapping[str, Trace]) -> Verdict:
    best, last, when = gains(traces["weak"])
    proxy = _path(traces["weak"], "proxy")
    good = best >= 0.1 and last <= best - 0.3 and proxy[-1] > proxy[when]
    said = (
        f"people {best:+.2f} at best, {last:+.2f} at the end; judge {proxy[when]:+.2f}, then {proxy[-1]:+.2f}"
    )
    return Verdict(bool(good), said, "up by 0.1, down again by 0.3, while the judge's reward still rises")


def _cured(traces: Mapping[str, Trace]) -> Verdict:
    (_, weak, _), (_, cured, _) = gains(traces["weak"]), gains(traces["cured"])
    kl = float(traces["cured"].last("level")["kl"])
    said = f"people {cured:+.2f} against {weak:+.2f}; KL {kl:.1f} nats"
    return Verdict(cured >= weak + 0.4 and kl < 3, said, "ahead by 0.4 in the end, KL below 3 nats")


def _remembers(traces: Mapping[str, Trace]) -> Verdict:
    first, forgot = (
        float(traces["weak"].at("level", m)["web"]) for m in (0, len(traces["weak"].moments) - 1)
    )
    kept = float(traces["cured"].last("level")["web"])
    said = f"{kept:.2f} with it, {forgot:.2f} without, {first:.2f} of SFT, in nats a word"
    return Verdict(
        bool(kept < first and forgot > first + 0.5), said, "below SFT's with it; without, above by 0.5"
    )


def _strong(traces: Mapping[str, Trace]) -> Verdict:
    best, last, _ = gains(traces["strong"])
    said = f"people {best:+.2f} at best, {last:+.2f} at the end"
    return Verdict(last >= best - 0.3 and last >= 0.8, said, "within 0.3 of its best, and 0.8 above SFT")


def _better_judge(traces: Mapping[str, Trace]) -> Verdict:
    """All held-out pairs, and those about a polite word and about the right answer (see lessons.py)."""
    names = ("accuracy", "polite", "answer")
    weak, strong = ([float(traces[run].last("level")[name]) for name in names] for run in ("weak", "strong"))
    said = (
        f"{strong[0]:.2f} against {weak[0]:.2f} of held-out pairs; of those about a polite word "
        f"{strong[1]:.2f} against {weak[1]:.2f}, about the answer {strong[2]:.2f} against {weak[2]:.2f}"
    )
    if not np.isfinite([*weak, *strong]).all():
        return Verdict(None, said, "applies to people who care for answers and for manners")
    holds = strong[0] >= weak[0] + 0.08 and weak[1] >= weak[2] + 0.2 and strong[2] >= 0.9
    return Verdict(holds, said, "ahead by 0.08; of few, manners ahead by 0.2; of many, 0.9 of the answers")


def _win_rates(traces: Mapping[str, Trace]) -> Verdict:
    """Against SFT: the web model, the same with an example, SFT itself (0.5), and PPO with both terms."""
    won = traces["cured"].last("won")
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
CURED, STRONG = {**FEW, "beta": 0.3, "gamma": 0.5}, {**MANY, "beta": 0.0, "gamma": 0.0}
CLAIMS = (
    Claim(
        "Climb a weak judge freely: what people want rises, then falls, while the judge sees only good.",
        _over_optimised,
        "A free climb of a judge of 900 comparisons that leaves people as well off as at its best.",
        runs={"weak": WEAK},
    ),
    Claim(
        "A KL penalty and a pretraining term keep what the climb would lose.",
        _cured,
        "The same judge climbed with both, and people no better off by 0.4 points.",
        runs={"weak": WEAK, "cured": CURED},
    ),
    Claim(
        "The pretraining term keeps the language of the web; without it the policy forgets.",
        _remembers,
        "A policy without the term that still predicts the web about as well as SFT does.",
        runs={"weak": WEAK, "cured": CURED},
    ),
    Claim(
        "A judge that has seen 36,000 comparisons can be climbed as far without a fall.",
        _strong,
        "A fall of 0.3 points from the best, with the strong judge and no penalty.",
        runs={"strong": STRONG},
    ),
    Claim(
        "More rankings make a better judge: few teach manners, many teach facts, too.",
        _better_judge,
        "A judge of 900 comparisons that knows answers as well as manners, or one of 36,000 that does not.",
        runs={"weak": WEAK, "strong": STRONG},
    ),
    Claim(
        "People prefer an example to none, fine-tuning to an example, and feedback to fine-tuning.",
        _win_rates,
        "Intervals of those win rates against SFT that overlap.",
        runs={"cured": CURED},
    ),
)
