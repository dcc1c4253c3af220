"""The page's figures and goals by their meaning."""

import pytest

from app.figures.plot import asked
from engine.core.trace import Trace
from engine.language import detection, detection_lab, marked, watermark_lab
from engine.language import watermark as wm
from pages.watermark import figures as fig
from pages.watermark import goals
from pages.watermark.goals import Outcome
from tests.helpers import marks_of, shipped

SPEC = watermark_lab.SPEC()
GREEN = wm.greenlists(marked.V, SPEC.gamma, SPEC.secret)

HERO, CROWD = shipped(watermark_lab).trace(), shipped(detection_lab).trace()
TOKENIZER = watermark_lab.restore(SPEC, shipped(watermark_lab).weights())
IDS = fig.ids_of(HERO)


def test_the_colours_add_up_to_the_z_that_is_said() -> None:
    """Killed: a pair that comes again coloured as new; the first word green; z of the other text."""
    first, green, red = ((fig.colours(IDS, GREEN) == kind).sum() for kind in (fig.FIRST, fig.GREEN, fig.RED))
    z = wm.z_score(green, green + red, SPEC.gamma)
    assert first == 1
    assert HERO.latest("z_marked") == pytest.approx(float(z))
    said = fig.hero_said(HERO, GREEN, SPEC.gamma)
    assert f"{green} of {green + red} counted words are green" in said.end
    assert all("{z_marked:.1f}" in one and "{z_plain:.1f}" in one for one in (said.then, said.end))
    table = {latex: value for latex, _, value in fig.symbols(HERO, SPEC)}
    assert [table[name] for name in (r"\lvert s \rvert_G", "T", "z")] == [
        str(green), str(green + red), f"{z:.2f}"
    ]  # fmt: skip


def test_the_model_in_a_line_ends_in_a_green_word() -> None:
    """Killed: the last word whatever its colour; the list after another word."""
    given, _, drawn, written, test = fig.pipeline(HERO, SPEC, TOKENIZER)
    t = int(given.shape.split()[0])
    assert GREEN[IDS[t - 1], IDS[t]]
    assert written.text == TOKENIZER.token(int(IDS[t])).strip()
    ids = [TOKENIZER.encode(f" {word}")[0] for word in drawn.text.split()[:3]]
    assert all(GREEN[IDS[t - 1], id] for id in ids)
    assert test.text == f"z = {HERO.latest('z_marked'):.1f}"


def test_the_panels_ask_for_what_the_runs_have() -> None:
    """Killed: a name with a typing error; dots that are not as many as the texts."""
    panels, level = fig.crowd(CROWD, SPEC.gamma, detection_lab.SPEC().steps), CROWD.last("level")
    have = {f"{name}.{part}" for name in CROWD.names for part in CROWD.last(name)}
    assert set().union(*(asked(one) for one in panels)) <= have
    for mark, array in zip(marks_of(panels[1], "dots"), ("marked", "people"), strict=True):
        assert len(mark["x"]["values"]) == len(CROWD.last("z")[array])
    assert set(asked(fig.cover())) <= set(HERO.scalars)
    said = fig.crowd_said(CROWD, SPEC.gamma)
    assert f"{level['found'][detection_lab.USUAL]:.0%} of the texts at δ = 2" in said.end
    assert f"{level['told'][0]:.0%} after 25 words" in said.end
    assert fig.crowd_said(Trace(), SPEC.gamma).end == ""


@pytest.mark.parametrize("kind", detection.ATTACKS)
def test_an_attack_is_a_film_from_the_whole_text_to_hardly_any(kind: str) -> None:
    """Killed: the shares backwards; a key that is not asked; words that are gone left; counts exchanged."""
    panels, (header, arrays), said, z = fig.attack(kind, HERO, SPEC, SPEC.secret, TOKENIZER)
    assert set().union(*(asked(one) for one in panels)) <= {*arrays, *header["scalars"]}
    assert z[0] == pytest.approx(wm.growing(IDS, GREEN, SPEC.gamma)[-1])
    assert z[-1] < 4 < z[2]
    there = (arrays["text.kinds"] != fig.GONE).sum(1)
    assert (there[0], there[-1] < 200) == (200, kind == detection.ATTACKS[1])
    if kind not in detection.LEFT:
        assert header["scalars"]["every"]["value"][-1] > z[-1] + 2
    assert said[0].startswith("Nothing is changed yet")
    assert all((" not over 4" in one) == (value <= 4) for one, value in zip(said, z, strict=True))
    *_, strange, stranger = fig.attack(kind, HERO, SPEC, 77, TOKENIZER)
    assert abs(stranger[0]) < 4
    assert "another key" in strange[0]
    assert "another key" not in said[0]


def test_the_goals_are_met_by_what_they_say() -> None:
    """Killed: a wrong key that hides the mark; too many words; a bet on the text without a watermark; a
    mark that was not found in the first place."""
    hide, delete = detection.ATTACKS[:2]
    assert goals.hidden(Outcome(hide, True, 40, 3.5, 11.0), 45) == (True, "z = 3.5 with 40% replaced")
    assert goals.hidden(Outcome(hide, True, 60, 2.0, 11.0), 45) == (False, "z = 2.0 with 60% replaced")
    assert goals.hidden(Outcome(hide, False, 10, 0.1, 11.0), 45) is None
    assert goals.hidden(Outcome(delete, True, 40, 3.5, 11.0), 45) is None
    assert goals.hidden(Outcome(hide, True, 10, 3.0, 3.6), 45) is None  # there was none to hide
    assert goals.cheap(HERO, 1.2) == (False, "z = 11.4 at 1.73 times the perplexity")
    assert goals.cheap(HERO, 1.8)[0]
    assert goals.found(HERO) == "8 to 12"
    assert (
        goals.found(shipped(watermark_lab, watermark_lab.SPEC(temperature=0.3)).trace())
        == "below 4: not found"
    )
    assert goals.found(Trace()) is None


def test_a_pasted_text_is_told_word_by_word() -> None:
    """The marked text, pasted, has the z that it has above. Killed: pairs counted each time;
    the verdict turned round."""
    _, (head, _), said = fig.own(IDS, GREEN, SPEC.gamma, TOKENIZER)
    assert head["moments"] == list(range(1, len(IDS) + 1))
    assert head["scalars"]["z"]["value"][-1] == pytest.approx(HERO.latest("z_marked"), abs=1e-4)
    assert "over 4: marked" in said.end
    assert "not over 4" not in said.end
