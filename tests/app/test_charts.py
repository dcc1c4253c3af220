"""Standing charts, read back; and each one judged by Vega-Lite's own schema, which Altair brings."""

import re
import tomllib
from typing import Any

import altair
import numpy as np
import pytest

from app.figures import charts
from app.figures.encodings import HUES, Axis, Chart, Series
from app.style import ROOT, SHEET
from app.voting import rings

X, Y = Axis("steps", log=True, format=",d"), Axis("loss, nats", low=0)
WORDS = Axis("corpus", words=["hard", "soft\nened"])
A = Series("a", [0, 1, 10, 300], [3.0, 2.0, 1.0, 0.5], "model", dash=True, dots=True)
B = Series("b", [1, 10], np.array([1.0, 2.0]), "truth", said=["one", "two"], shape="diamond", size=120)
RUN = Series("b", [1, 10], [0.5, 2.5], "truth", thin=True)
OF = Series("c", [0.2, 0.4], ["hard", "soft\nened"], "code", [0.1, 0.2], [0.3, 0.9])
UP = Series("d", ["hard", "soft\nened"], [0.5, -0.5], "soft", shape="ring")
CELLS = np.array([[1.0, np.nan], [3.0, 4.0]])
ALL = {
    "lines": charts.lines([RUN, A, B], X, Y, numbers=True),
    "dots": charts.dots([A, B], Axis("x, nats"), Y),
    "bars": charts.bars([OF], Axis("share", rule=0.5), WORDS, numbers=True),
    "interval": charts.interval([OF, Series("e", [0.9], ["hard"])], Axis("share", 0, 1), WORDS),
    "words": charts.interval([UP], Axis(words=WORDS.words, bare=True), Axis("u"), below=["one", "two"]),
    "pictures": charts.interval([UP], WORDS, Axis("u"), below=["data:a", "data:b"]),
    "heat": charts.heat(CELLS, WORDS, WORDS, "wrong, %", 0, 4, "blind", numbers=True),
    "signed": charts.heat(CELLS, WORDS, WORDS, "u", -4, 4, None, told={-4: "-", 4: "+"}, cut=1, square=True),
    "ring": rings.graph(3, [(0, 1, 3, 1), (1, 2, 2, 2)], images=["data:a"] * 3),
    "numbers": rings.graph(3, []),
}  # fmt: skip


def plain(value: Any) -> Any:
    """The same without arrays."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value.tolist() if isinstance(value, np.ndarray) else value


def encodings_of(chart: Chart, mark: str) -> dict[str, Any]:
    return next(layer["encoding"] for layer in chart["layer"] if layer["mark"]["type"] == mark)


@pytest.mark.parametrize("name", ALL)
def test_a_chart_is_what_vega_lite_reads(name: str) -> None:
    """Killed: a channel named `x3`; a rule's dashes as text; a range of sizes that says neither number nor
    expression."""
    chart = plain(ALL[name])
    values = chart["data"]["values"]
    if isinstance(values, dict):
        chart["data"]["values"] = [
            dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)
        ]
    altair.LayerChart.from_dict(chart)


def test_a_name_wears_its_concept_in_both_themes() -> None:
    """Killed: concepts in another order of colours; orange of the theme made another orange."""
    scale = encodings_of(ALL["lines"], "line")["color"]["scale"]
    assert dict(zip(scale["domain"], scale["range"], strict=True)) == {"b": HUES["truth"], "a": HUES["model"]}
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
    said = dict(re.findall(r"--(\w+): light-dark\((#\w+, #\w+)\)", SHEET.read_text()))
    for concept, hue in HUES.items():
        assert said[concept] == f"{theme['light'][f'{hue}Color']}, {theme['dark'][f'{hue}Color']}", concept


def test_rows_are_the_numbers_that_were_given() -> None:
    """What has no logarithm is left out of a logarithmic axis, whose ticks are its decades.

    Killed: zeros kept; ticks from the numbers before zeros were dropped; a mark without words of its own that
    loses its name.
    """
    rows = ALL["lines"]["data"]["values"]
    assert [(r["x"], r["y"]) for r in rows if r["name"] == "a"] == [(1, 2.0), (10, 1.0), (300, 0.5)]
    steep = charts.lines([Series("s", [1, 2], [0, 3])], Axis("x"), Axis("y", log=True))
    assert [(r["x"], r["y"]) for r in steep["data"]["values"]] == [(2, 3)]
    assert [r["said"] for r in rows] == ["b", "b", "a", "a", "a", "one", "two"]
    assert [r["line"] for r in rows] == [0, 0, 1, 1, 1, 2, 2]
    x = encodings_of(ALL["lines"], "line")["x"]
    assert x["axis"]["values"] == [1, 10, 100, 1000]
    assert (x["title"], encodings_of(ALL["lines"], "line")["y"]["title"]) == ("steps", "loss, nats")


def test_a_mark_tells_the_pointer_its_number_after_the_axis_name() -> None:
    """Killed: an axis without a name in the tooltip; a cell's number without its unit; a line that tells."""
    told = encodings_of(ALL["lines"], "point")["tooltip"]
    assert [(one["field"], one["title"]) for one in told[1:]] == [("x", "steps"), ("y", "loss, nats")]
    assert [one["field"] for one in encodings_of(ALL["words"], "point")["tooltip"]] == ["said", "y"]
    assert encodings_of(ALL["heat"], "rect")["tooltip"][-1]["title"] == "wrong, %"
    assert ALL["lines"]["layer"][0]["mark"]["tooltip"] is None, "a line has no one number"


def test_an_interval_lies_along_the_axis_of_numbers() -> None:
    """Killed: ends on the axis of words; series side by side along the numbers; words below turned round."""
    rule = encodings_of(ALL["interval"], "rule")
    assert (rule["x"]["field"], rule["x2"]["field"], rule["y"]["field"]) == ("low", "high", "y")
    assert "yOffset" in rule
    rule = encodings_of(ALL["words"], "rule")
    assert (rule["y"]["field"], rule["y2"]["field"], rule["x"]["field"]) == ("low", "high", "x")
    rows = ALL["words"]["data"]["values"]
    assert [(r["x"], r["below"]) for r in rows if "below" in r] == [("hard", "one"), ("soft\nened", "two")]


def test_a_range_that_is_given_stays() -> None:
    """Killed: low taken for both ends; an end left to the data."""
    assert encodings_of(ALL["interval"], "point")["x"]["scale"]["domain"] == [0, 1]
    assert encodings_of(ALL["lines"], "point")["y"]["scale"] == {"domainMin": 0, "nice": True}


def test_heat_has_no_cell_where_there_is_no_number() -> None:
    """Killed: cells of nan; a column's word for a row's; a signed scale whose grey is not its middle."""
    cells = ALL["signed"]["data"]["values"]
    assert list(zip(cells["y"], cells["x"], cells["value"], strict=True)) == [
        ("hard", "hard", 1), ("soft\nened", "hard", 3), ("soft\nened", "soft\nened", 4)
    ]  # fmt: skip
    assert encodings_of(ALL["signed"], "rect")["color"]["scale"]["domain"] == [-4, 0, 4]
    assert [one["mark"]["type"] for one in ALL["signed"]["layer"]] == ["rect", "rule", "rule"]


def test_what_cannot_be_drawn_is_refused_by_name() -> None:
    """Killed: each check left out."""
    for words, bad in {
        "concept must be one of": {"concept": "red"},
        "shape must be one of": {"shape": "star"},
        "both of low and high": {"low": [1.0]},
        "a: as many of each": {"said": ["one", "two"]},
    }.items():
        with pytest.raises(ValueError, match=words):
            Series("a", [1], [2], **bad)
    with pytest.raises(ValueError, match="low < high, got 1 and 1"):
        Axis(low=1, high=1)
    with pytest.raises(ValueError, match="low > 0, got 0"):
        Axis(low=0, log=True)
    with pytest.raises(ValueError, match="low < high, got 2 and 1"):
        charts.heat(CELLS, WORDS, WORDS, "u", 2, 1)
