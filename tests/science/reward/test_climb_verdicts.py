"""How the claims about a climb are judged, on runs that are made up: each condition by itself."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from engine.core.trace import Trace
from engine.reward import climb_claims

WON = {"policy": (300, 80, 100), "web": (40, 80, 360), "example": (110, 140, 230)}
RISE = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)


@dataclass(frozen=True)
class Path:
    """The figures of a run at its moments."""

    gain: tuple[float, ...] = (0, 0, 0, 0, 0, 0)
    proxy: tuple[float, ...] = RISE
    web: tuple[float, float] = (2.0, 2.0)  # of SFT, and later
    accuracy: float = 0.7
    neither: float = 0.7  # of pairs that the judge has not read
    polite: float = 0.9  # of pairs about manners
    answer: float = 0.6  # and about facts
    policy: tuple[int, int, int] = WON["policy"]
    example: tuple[int, int, int] = WON["example"]
    rude: tuple[int, int, int] = WON["web"]

    def trace(self) -> Trace:
        found = Trace(total=len(self.gain), finished=True)
        for m, (gain, proxy) in enumerate(zip(self.gain, self.proxy, strict=True)):
            found.moments.append(m)
            last = m == len(self.gain) - 1
            level = {
                "gain": gain,
                "proxy": proxy,
                "kl": 1.0,
                "web": self.web[m > 0],
                "accuracy": self.accuracy if last else 0.5,
                "neither": self.neither if last else 0.5,
                "polite": self.polite if last else 0.5,
                "answer": self.answer if last else 0.5,
            }
            found.snapshots["level", m] = {k: np.float32(v) for k, v in level.items()}
            won = {"policy": self.policy, "web": self.rude, "example": self.example}
            even = {name: (0, 480, 0) for name in won}
            found.snapshots["won", m] = {k: np.array(v) for k, v in (won if last else even).items()}
        return found


WEAK = Path(gain=(0, 0.4, 0.4, 0.4, -0.5, -0.5, -0.5), proxy=(*RISE, 0.6), web=(2.0, 4.0))
BETA, GAMMA = Path(gain=(0.3,) * 6), Path(web=(2.0, 1.5))
STRONG = Path(gain=(1.0,) * 6, accuracy=0.9, neither=0.8, answer=0.95)


def held(**changed: Path) -> list[bool | None]:
    paths = {"weak": WEAK, "beta": BETA, "gamma": GAMMA, "strong": STRONG, **changed}
    traces = {name: path.trace() for name, path in paths.items()}
    return [claim.check(traces).holds for claim in climb_claims.CLAIMS]


def test_a_gain_is_the_mean_of_three_moments() -> None:
    """And the end is the last tenth. Killed: single moments, which luck makes better; the moment of the best
    one too early; the last step for the mean of the last tenth; a tenth of the steps, not of the moments."""
    best, last, when = climb_claims.gains(Path(gain=(0, 3, 0, 1, 2, 3, -3), proxy=(*RISE, 0.6)).trace())
    assert (best, last, when) == (pytest.approx(2), pytest.approx(-3), 4)
    long = Path(gain=(*[0.0] * 18, 1.0, 2.0), proxy=(0.0,) * 20).trace()
    assert climb_claims.at_the_end(long, "gain") == pytest.approx(1.5)


def test_of_people_without_manners_nothing_is_said_about_manners() -> None:
    """Killed: a claim that falls short where there is no pair to tell apart."""
    assert held(weak=replace(WEAK, polite=float("nan")))[4] is None


def test_every_claim_holds_where_all_is_as_it_says() -> None:
    """Killed: each comparison the other way round."""
    assert held() == [True] * 6


@pytest.mark.parametrize(
    ("claim", "run", "path"),
    [
        (0, "weak", replace(WEAK, gain=(0, 0.4, 0.4, 0.4, -0.05, -0.05, -0.05))),  # falls too little
        (0, "weak", replace(WEAK, gain=(0, 0.9, 0.9, 0.9, 0.2, 0.2, 0.2))),  # falls, and is better off
        (0, "weak", replace(WEAK, gain=(0, 0.4, 0.4, 0.4, 0.9, 0.9, 0.9))),  # rises to the end
        (0, "weak", replace(WEAK, proxy=(0, 0.1, 0.9, 0.9, 0.9, 0.6, 0.5))),  # the judge sees the fall
        (1, "beta", replace(BETA, gain=(-0.1,) * 6)),  # hardly better off
        (1, "beta", replace(BETA, gain=(0.3, 0.3, 0.3, 0.3, -0.5, -0.5))),  # better off for a while
        (2, "gamma", replace(GAMMA, web=(2.0, 2.1))),  # forgets, with the term
        (2, "weak", replace(WEAK, web=(2.0, 2.4))),  # remembers, without it
        (3, "strong", replace(STRONG, gain=(1.5, 1.5, 1.5, 1.5, 1.1, 1.1, 1.1), proxy=(*RISE, 0.6))),  # falls
        (3, "strong", replace(STRONG, gain=(0.7,) * 6)),  # does not climb as far
        (4, "strong", replace(STRONG, accuracy=0.75)),  # tells hardly more
        (4, "strong", replace(STRONG, neither=0.7)),  # tells more of what it has read alone
        (4, "strong", replace(STRONG, answer=0.85)),  # knows facts too little
        (4, "weak", replace(WEAK, polite=0.75)),  # knows no more of manners
        (5, "strong", replace(STRONG, rude=(100, 140, 240))),  # web and example overlap
        (5, "strong", replace(STRONG, example=(190, 90, 200))),  # an example is as good as SFT
        (5, "strong", replace(STRONG, policy=(210, 80, 190))),  # PPO is no better than SFT
    ],
)
def test_a_claim_falls_short_where_one_of_its_conditions_fails(claim: int, run: str, path: Path) -> None:
    """Killed: each condition left out, one after another; ties counted as losses."""
    holds = held(**{run: path})
    assert holds[claim] is False


def test_ties_count_half() -> None:
    """40 won and 420 even of 480 are more than half. Killed: the share of wins alone."""
    assert held(strong=replace(STRONG, policy=(100, 340, 40)))[5] is True
