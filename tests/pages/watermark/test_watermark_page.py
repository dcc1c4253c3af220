"""The page's figures and goals by their meaning."""

import numpy as np
import pytest

from app.figures.plot import asked, marks_of
from engine.core.trace import Trace
from engine.language import detection, detection_lab, marked, watermark_lab
from engine.language import watermark as wm
from pages.watermark import figures as fig
from pages.watermark import goals
from pages.watermark.goals import Outcome
from tests.helpers import shipped

SPEC = watermark_lab.SPEC()
GREEN = wm.greenlists(marked.V, SPEC.gamma, SPEC.secret)

HERO, CROWD = shipped(watermark_lab).trace(), shipped(detection_lab).trace()
TOKENIZER = watermark_lab.restore(SPEC, shipped(watermark_lab).weights())
IDS, OTHER = (HERO.last("text")[name].astype(np.int64) for name in ("marked", "people"))


def test_the_colours_add_up_to_the_z_that_is_said() -> None:
    """Killed: a pair that comes again coloured as new; the first word green; z of the other text."""
    first, green, red = ((fig.colours(IDS, GREEN) == kind).sum() for kind in (fig.FIRST, fig.GREEN, fig.RED))
    z = wm.z_score(green, green + red, SPEC.gamma)
    assert first == 1
    assert HERO.latest("z_marked") == pytest.approx(float(z))
    said = fig.hero_sentence(HERO, IDS, GREEN, SPEC.gamma)
    assert f"{green} of {green + red} counted words are green" in said
    assert f"z = {z:.1f}; without it" in said
    table = {latex: value for latex, _, value in fig.symbols(HERO, IDS, SPEC)}
    assert (table["|s|_G"], table["T"], table["z"]) == (str(green), str(green + red), f"{z:.2f}")


def test_the_panels_ask_for_what_the_runs_have() -> None:
    """Killed: a name with a typing error; dots that are not as many as the texts."""
    panels, level = fig.crowd(CROWD, SPEC.gamma, detection_lab.SPEC().steps), CROWD.last("level")
    have = {f"{name}.{part}" for name in CROWD.names for part in CROWD.last(name)}
    assert set().union(*(asked(one) for one in panels)) <= have
    for mark, array in zip(marks_of(panels[1], "dots"), ("marked", "people"), strict=True):
        assert len(mark["x"]["values"]) == len(CROWD.last("z")[array])
    assert set(asked(fig.cover())) <= set(HERO.scalars)
    said = fig.crowd_sentence(CROWD, SPEC.gamma)
    assert f"z = {level['z'][detection_lab.USUAL]:.1f} on average" in said
    assert f"people's texts is {level['people']:.1f}" in said


@pytest.mark.parametrize("kind", detection.ATTACKS)
def test_an_attack_is_a_film_from_the_whole_text_to_hardly_any(kind: str) -> None:
    """Killed: the shares backwards; a key that is not asked; words that are gone left; counts exchanged."""
    panels, (header, arrays), z = fig.attack(kind, IDS, OTHER, SPEC, SPEC.secret, TOKENIZER)
    assert set().union(*(asked(one) for one in panels)) <= {*arrays, *header["scalars"]}
    assert z[0] == pytest.approx(wm.growing(IDS, GREEN, SPEC.gamma)[-1])
    assert z[-1] < 4 < z[2]
    there = (arrays["text.kinds"] != fig.GONE).sum(1)
    assert (there[0], there[-1] < 200) == (200, kind == detection.ATTACKS[1])
    if kind not in detection.LEFT:
        assert header["scalars"]["every"]["value"][-1] > z[-1] + 2
    stranger = fig.attack(kind, IDS, OTHER, SPEC, 77, TOKENIZER)[2]
    assert abs(stranger[0]) < 4
    assert "still over 4" in fig.attack_sentence(kind, 0, z, True)
    assert "another key" in fig.attack_sentence(kind, 0, stranger, False)


def test_a_text_of_ones_own_is_read_whatever_it_is() -> None:
    """Killed: bytes of ASCII called strange; a verdict that is always the same."""
    strange, plain = (
        np.array(TOKENIZER.encode(text)) for text in ("Ωλ 水 words", "The mean of a row, by hand.")
    )
    assert "are single bytes" in fig.own_sentence(strange, GREEN, 0.25)
    said = fig.own_sentence(plain, GREEN, 0.25)
    assert "finds no mark" in said
    assert "single bytes" not in said
    assert "marked, says the test" in fig.own_sentence(IDS, GREEN, 0.25)
    assert fig.own(plain, GREEN, 0.25, TOKENIZER)[1][0]["moments"] == list(range(1, len(plain) + 1))


def test_the_goals_are_met_by_what_they_say() -> None:
    """Killed: a wrong key that hides the mark; the marked text that forges itself; too many words."""
    hide, own = detection.ATTACKS[0], goals.OWN
    assert goals.hidden(Outcome(hide, True, 40, 200, 3.5), 45) == (True, "z = 3.5 with 40% replaced")
    assert goals.hidden(Outcome(hide, True, 60, 200, 2.0), 45) == (False, "z = 2.0 with 60% replaced")
    assert goals.hidden(Outcome(hide, False, 10, 200, 0.1), 45) is None
    assert goals.forged(Outcome(own, True, 0, 20, 2.6), 15, 2.5) == (True, "z = 2.6 in 20 words")
    assert goals.forged(Outcome(own, True, 0, 9, 4.0), 15, 2.5) == (False, "z = 4.0 in 9 words")
    assert goals.forged(Outcome(own, False, 0, 200, 11.0), 15, 2.5) is None
    assert goals.left(CROWD) == "half"
    assert goals.left(Trace()) is None
