"""Figures by their data: what a picture shows is what the trace says."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from app.catalogue import entry
from app.figures.captions import texts
from app.figures.plot import asked
from engine.autoregressive import gated_pixelcnn_lab, pixelcnn_lab
from engine.autoregressive import receptive_field_lab as lab
from engine.core.trace import Snapshot, Step, Trace, traced
from engine.labs import lab_id, load
from engine.runs.store import Store, run_key
from pages.pixelcnn import figures as fig
from pages.pixelcnn import goals

CPU = torch.device("cpu")
Cell = tuple[int, int]


def field_of(**given: Any) -> tuple[lab.ReceptiveFieldSpec, Trace]:
    spec = lab.ReceptiveFieldSpec(**given)
    return spec, traced(lab.run(spec, CPU, {}))


def reached(supports: Sequence[Sequence[fig.Offset]], mark: Cell, size: int) -> set[Cell]:
    """The input cells to which `supports` lead from the mark, step by step: as a click unrolls them."""
    at: set[tuple[int, int, int]] = {(0, *mark)}  # (stack, row, column); the output is of the horizontal one
    for layer in supports:
        found = set()
        for stack, row, col in at:
            for *stacks, dr, dc in layer:
                reader, read = stacks or (0, 0)
                if reader == stack and 0 <= row + dr < size and 0 <= col + dc < size:
                    found.add((read, row + dr, col + dc))
        at = found
    return {(row, col) for _, row, col in at}


@settings(max_examples=30)
@given(
    st.integers(1, 5),
    st.sampled_from([3, 5, 7]),
    st.sampled_from("AB"),
    st.sampled_from(["plain", "gated"]),
    st.integers(0, 15),
    st.integers(0, 15),
)
def test_the_wires_of_the_stack_lead_to_the_field_beside_it(
    layers: int, kernel: int, first: str, network: str, row: int, col: int
) -> None:
    """Killed: the first mask at the output's layer; the 1x1 link one layer late (which makes a gap of a
    gated field); the vertical stack reading the horizontal one; offsets from the corner of the mask."""
    spec, trace = field_of(layers=layers, kernel=kernel, first=first, network=network, row=row, col=col)
    shown = fig.past(trace, (row, col), None)
    wanted = {(int(r), int(c)) for r, c in np.argwhere(trace.last("field")["analytic"])}
    assert len(shown["supports"]) == spec.layers == len(shown["levels"]) - 1
    assert reached(shown["supports"], (row, col), len(shown["past"])) == wanted


def test_a_painted_mask_is_unrolled_as_it_was_painted() -> None:
    """Killed: masks A and B in the place of the reader's own; rows and columns exchanged."""
    _, trace = field_of(layers=3, mask="010/001/100", row=8, col=8)
    shown = fig.past(trace, (8, 8), None)
    assert shown["supports"] == [[(-1, 0), (0, 1), (1, -1)]] * 3
    cells = {(int(r), int(c)) for r, c in np.argwhere(trace.last("field")["analytic"])}
    assert reached(shown["supports"], (8, 8), 16) == cells


def words(pairs: Sequence[tuple[str, str | None]]) -> str:
    return "".join(text for text, _ in pairs)


def by_hand(seen: str, blind: str, leak: str, layers: int = 2) -> Trace:
    """A field of 1 x n drawn by hand: x marks a cell."""
    trace = Trace()
    maps = {name: np.array([[c == "x" for c in row]], np.uint8) for name, row in
            {"analytic": seen, "blind": blind, "leak": leak, "past": "x" * len(seen)}.items()}  # fmt: skip
    mask = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]], np.uint8)
    for depth in range(layers):
        stack = {"levels": np.zeros((depth + 2, 1, len(seen)), np.int64)}
        for name, arrays in {"field": maps, "stack": stack, "masks": {"first": mask, "later": mask}}.items():
            trace.add(Snapshot(depth, depth + 1, name, arrays))
    return trace


@pytest.mark.parametrize(
    ("seen", "blind", "leak", "caption", "sentence"),
    [
        ("xxx__", "___xx", "_____", "Of 5 past pixels within reach 3 are seen and 2 are blind.",
         "Through 2 layers the pixel sees 3 pixels; 2 in reach are blind, to the upper right."),
        ("xxx__", "___x_", "_____", "Of 4 past pixels within reach 3 are seen and 1 is blind.",
         "Through 2 layers the pixel sees 3 pixels; 1 in reach"),
        ("xxxx_", "_____", "_____", "Of 4 past pixels within reach 4 are seen and 0 are blind.",
         "Through 2 layers the pixel sees 4 pixels; none in reach is blind."),
        ("xxxx_", "____x", "___x_", "Of 4 past pixels within reach 3 are seen and 1 is blind. 1 leaks "
        "from",
         "1 it should not see."),
        ("xxxx_", "_____", "__xx_", "Of 2 past pixels within reach 2 are seen and 0 are blind. 2 leak "
        "from",
         "2 it should not see."),
    ],
)  # fmt: skip
def test_the_caption_counts_what_is_drawn(
    seen: str, blind: str, leak: str, caption: str, sentence: str
) -> None:
    """Killed: leaks counted as seen past; `1 are blind`; the number of the plane in place of the image's."""
    trace = by_hand(seen, blind, leak)
    shown = fig.past(trace, (0, 4), 12)
    assert words(shown["grid_caption"]).startswith(caption)
    assert words(shown["grid_caption"]).endswith(" You said 12.")
    assert sentence in shown["sentence"]
    assert shown["names"] == ["output", "layer 1", "input"]
    assert words(shown["stack_title"]).startswith("Two untrained masked layers,")
    assert "You said" not in words(fig.past(trace, (0, 4), None)["grid_caption"])
    assert words(fig.past(trace, (0, 4), 0)["grid_caption"]).endswith("You said 0.")


def test_only_two_stacks_are_drawn_as_two() -> None:
    """Killed: zeros sent as a second stack of a plain net."""
    plain, gated = (field_of(network=n)[1] for n in ("plain", "gated"))
    assert fig.past(plain, (13, 10), None)["vertical"] is None
    assert fig.past(gated, (13, 10), None)["vertical"].any()


def arrays_of(panels: Sequence[Mapping[str, Any]]) -> set[str]:
    """Every name of an array that panels ask for."""
    named = [panel.get(place) for panel in panels for place in ("array", "below", "outline", "mark")]
    return {name for name in [*named, *asked(list(panels))] if isinstance(name, str) and "." in name}


def recorded() -> list[tuple[str, Any]]:
    return [
        (lab_id(one), spec)
        for one in map(load, entry("pixelcnn").labs)
        for spec in one.RECORDED
        if hasattr(spec, "steps")
    ]


@pytest.mark.parametrize(("id", "spec"), recorded())
def test_panels_ask_for_what_every_shipped_run_has_at_every_moment(
    id: str, spec: Any, tmp_path: Path
) -> None:
    """Killed: `score.bits` for `score.test_bits`; samples of each class asked of a net without classes."""
    run = Store(tmp_path).attempt(id, run_key(id, spec), "shipped")
    assert run is not None
    trace = run.trace()
    wanted = arrays_of(fig.training("classes" in trace.names))
    assert wanted
    for moment in range(len(trace.moments)):
        there = {f"{name}.{part}" for name in trace.names for part in trace.at(name, moment)}
        assert wanted <= there
    assert "loss" in trace.scalars
    named = set(re.findall(r"\{([a-z_]+\.[a-z_]+)", " ".join(texts(fig.trained(spec)))))
    assert named == {"score.test_bits", "score.baseline_bits"}


def test_the_two_kinds_of_training_ask_for_their_own_samples() -> None:
    """Killed: the flag turned round."""
    assert "classes.x" in arrays_of(fig.training(True))
    assert {"samples.x", "samples.nearest"} <= arrays_of(fig.training(False))


def test_the_caption_of_a_net_that_leaks_warns_of_its_bits() -> None:
    """Killed: the warning at mask A; none at the end."""
    leaking, honest = (fig.trained(pixelcnn_lab.SPEC(first=first)) for first in "BA")
    assert "reads its own answer" in leaking.end
    assert "reads its own answer" not in " ".join(texts(honest))


def test_the_pipeline_shows_the_first_mask_and_ends_at_a_sample() -> None:
    """Killed: mask A drawn for a first mask B; two stacks drawn as one; ink turned round."""
    trace = Trace()
    trace.add(Snapshot(0, 1, "samples", {"x": np.full((2, 8, 8), 4)}))
    boxes = fig.pipeline(trace, pixelcnn_lab.SPEC(first="B"))
    assert boxes[1].picture is not None
    assert boxes[1].picture[1, 1] == 1
    assert boxes[-1].picture is not None
    assert boxes[-1].picture.max() == 0.75
    assert "two stacks" in [box.name for box in fig.pipeline(Trace(), gated_pixelcnn_lab.SPEC())]
    assert fig.pipeline(Trace(), gated_pixelcnn_lab.SPEC())[-1].picture is None


P = np.array([[0.5, 0.25, 0.25], [0.125, 0.125, 0.75], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
TAKEN = np.array([0, 1, 0, 1])


def test_a_written_image_costs_its_bits() -> None:
    """1, 3, 0 and 0 bits by hand. Killed: the natural logarithm; the bits of the most likely level."""
    frames = np.arange(16).reshape(4, 2, 2)
    header, arrays = fig.written(frames, P, TAKEN)
    assert header["scalars"]["bits"] == {"step": [1, 2, 3, 4], "value": [1, 3, 0, 0]}
    assert header["count"] == header["total"] == len(header["moments"]) == 4
    assert arrays["write.current"].reshape(4, 4).tolist() == np.eye(4).tolist()
    assert np.array_equal(arrays["write.image"], frames)
    assert arrays_of(fig.writing()) == set(arrays)
    said = fig.writing_said(P, TAKEN)
    assert len(said) == 4
    assert "probability 0.12 and costs 3.00 bits; the image so far costs 4." in said[1]


def test_a_level_that_had_no_chance_costs_much_and_not_infinitely_much() -> None:
    """A reader may overrule a pixel with any level. Killed: the floor of p left out."""
    header, _ = fig.written(np.zeros((4, 2, 2)), P, np.array([0, 1, 1, 1]))
    assert 30 < header["scalars"]["bits"]["value"][2] < 50


def test_grades() -> None:
    """Killed: `>` for `>=`; leaks not looked at; seen pixels counted as blind."""
    fair, leaking = by_hand("xxx__", "___xx", "_____"), by_hand("xxx__", "___xx", "__x__")
    assert goals.blind(fair) == 2
    assert goals.wide_and_honest(fair, 3) == (True, "3 seen, 0 leak")
    assert goals.wide_and_honest(fair, 4)[0] is False
    assert goals.wide_and_honest(leaking, 3)[0] is False
    assert goals.own_mask(fair, "", 3) is None
    assert goals.own_mask(fair, "000/100/000", 3) == (True, "3 seen, 0 leak")


@pytest.mark.parametrize(
    ("bits", "leak", "holds"), [(1.8, 0.0, True), (1.9, 0.0, False), (2.0, 0.0, False), (0.2, 0.1, False)]
)
def test_a_net_that_leaks_meets_no_goal(bits: float, leak: float, holds: bool) -> None:
    """Killed: the leak left out of the grade; `<=`."""
    trace = Trace()
    trace.add(Snapshot(0, 1, "score", {"test_bits": np.array(bits)}))
    trace.add(Snapshot(0, 1, "leak", {"max_change": np.array(leak)}))
    met, said = goals.test_below(trace, 1.9)
    assert met is holds
    assert ("leaks" in said) is (leak > 0)
    with pytest.raises(KeyError):
        goals.test_below(Trace(), 1.9)


def test_the_symbols_of_the_equation_have_the_values_of_the_page() -> None:
    """h L (L - 1) / 2 blind pixels: 28 at eight layers of 3, 56 of 5. Killed: L (L + 1); k for h."""
    for kernel, blind in ((3, "28"), (5, "56")):
        told = {symbol: value for symbol, _, value in fig.symbols(Trace(), 8, kernel)}
        assert told[r"\text{blind}(L)"] == blind
        assert told["L"] == "8"
    trace = Trace()
    trace.add(Step(1, 1, {"test": 1.23456}))
    assert any(value == "1.23 test bits/dim" for *_, value in fig.symbols(trace, 1, 3))
