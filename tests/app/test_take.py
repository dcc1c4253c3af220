"""What a reader takes along says the same as the screen: script, figures, arrays, citation, link."""

import csv
import io
import re
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.etree import ElementTree

import nbformat
import numpy as np
import pytest
import segno
import torch
from streamlit.testing.v1 import AppTest

from app.page import controls, live, take
from app.page.claims import verdicts
from app.page.live import View
from app.references import papers
from engine.autoregressive import gated_pixelcnn_lab, pixelcnn_lab
from engine.codes import prior_lab
from engine.core.trace import Snapshot, Step, Trace, traced
from engine.labs import Lab
from engine.runs.reading import Unreadable
from engine.runs.store import Store, ancestry
from engine.runs.work import resolve

ROOT = Path(__file__).parents[2]


def view_of(lab: Lab, spec: Any, trace: Trace | None = None, start: tuple[str, int] | None = None) -> View:
    torch.set_num_threads(1)
    trace = trace or traced(lab.run(spec, torch.device("cpu"), {}))
    return View(lab, spec, spec.key(), start, None, trace)


@pytest.fixture(scope="module")
def small() -> View:
    """A run of ten steps."""
    return view_of(pixelcnn_lab, pixelcnn_lab.SPEC(layers=2, channels=8, kernel=3, steps=10, seed=3))


def run_script(text: str, folder: Path) -> str:
    """What the script prints, run as a reader would: a file in another folder."""
    (folder / "taken.py").write_text(text, "utf-8")
    done = subprocess.run(
        [sys.executable, "taken.py"],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "GLASSBOX_HOME": str(folder / "home")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_script_prints_the_figure_of_the_screen(small: View, tmp_path: Path) -> None:
    """Killed: the seed left out of the spec; the first value for the last; the other figure."""
    assert run_script(take.script(small, "test"), tmp_path) == f"{small.trace.latest('test'):.4f}"


def test_the_script_of_a_lab_with_switches_and_texts_runs_too(tmp_path: Path) -> None:
    """Killed: values written as in a link (`true` is no Python)."""
    spec = gated_pixelcnn_lab.SPEC(layers=1, weights=3000, gates=False, conditional=True, steps=10, lr=1e-3)
    view = view_of(gated_pixelcnn_lab, spec)
    assert run_script(take.script(view, "loss"), tmp_path) == f"{view.trace.latest('loss'):.4f}"


def test_the_script_of_a_lab_that_stands_on_another_gives_it_that_ones_weights(tmp_path: Path) -> None:
    """Killed: an empty `given`."""
    spec = prior_lab.SPEC(layers=1, channels=4, steps=10)
    given = resolve(prior_lab, ancestry("codes.prior"), Store(tmp_path / "home"), torch.device("cpu"))
    view = view_of(prior_lab, spec, traced(prior_lab.run(spec, torch.device("cpu"), given)))
    assert run_script(take.script(view, "test"), tmp_path) == f"{view.trace.latest('test'):.4f}"


def test_the_script_of_a_fork_says_that_it_starts_afresh(small: View) -> None:
    """Killed: the note left out; the note on every script."""
    fork = view_of(pixelcnn_lab, small.spec, small.trace, ("0a1b2c", 3))
    assert "fork" in take.script(fork, "loss")
    assert "fork" not in take.script(small, "loss")
    compile(take.script(fork, "loss"), "taken.py", "exec")


def test_the_notebook_reads_the_recorded_run_and_says_what_the_page_says(tmp_path: Path) -> None:
    """Every cell is run, one after the other, as a reader would. Killed: a claim judged on this run
    alone; the picture of another figure."""
    view = live.shipped(pixelcnn_lab)
    cells = nbformat.reads(take.notebook(view, "test", "pixelcnn"), 4)
    nbformat.validate(cells)
    code = [cell.source for cell in cells.cells if cell.cell_type == "code"]
    drawn = "print(plt.gcf().axes[0].lines[0].get_ydata()[-1], plt.gca().get_ylabel())"
    said = run_script("\n".join([*code[:3], drawn, *code[3:]]), tmp_path).splitlines()
    last = view.trace.latest("test")
    assert said[0] == f"{last:.4f}"
    assert said[1] == f"{last} test"
    wanted = [f"{one.verdict}: {one.claim.sentence} {one.measured}" for one in verdicts(view)]
    assert said[2:] == wanted
    assert any(line.startswith("holds") for line in wanted)


def test_the_notebook_trains_what_is_nowhere_recorded(small: View, tmp_path: Path) -> None:
    """Killed: a run that is not there taken for one."""
    cells = nbformat.reads(take.notebook(small, "loss", "pixelcnn"), 4).cells
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    assert run_script("\n".join(code[:2]), tmp_path) == f"{small.trace.latest('loss'):.4f}"


def test_the_table_holds_every_figure_at_its_step(small: View) -> None:
    """Killed: figures joined by position, though `test` is told at some steps only."""
    rows = list(csv.DictReader(io.StringIO(take.table(small))))
    for name, (steps, values) in small.trace.scalars.items():
        told = {int(row["step"]): float(row[name]) for row in rows if row[name]}
        assert told == dict(zip(steps, values, strict=True))
    assert [int(row["step"]) for row in rows] == list(range(1, 11))


def test_a_table_of_nothing_is_a_head() -> None:
    """Killed: an index into an empty list."""
    assert take.table(view_of(pixelcnn_lab, pixelcnn_lab.SPEC(), Trace(total=1))) == "step\n"


def test_the_arrays_are_those_of_every_moment(small: View) -> None:
    """Killed: the last moment only; two arrays of the same name in two snapshots overwriting each other."""
    read = np.load(io.BytesIO(take.arrays(small)), allow_pickle=False)
    assert read["steps"].tolist() == small.trace.moments
    wanted = {f"{name}.{part}" for name in small.trace.names for part in small.trace.last(name)}
    assert set(read.files) == wanted | {"steps"}
    for name in small.trace.names:
        for moment in range(len(small.trace.moments)):
            for part, values in small.trace.at(name, moment).items():
                assert np.array_equal(read[f"{name}.{part}"][moment], values)


class Torn(dict):
    """What a damaged file is to a trace: it raises when looked at (engine.runs.reading.Stored)."""

    def items(self) -> Any:
        raise Unreadable("0001-a.npz cannot be read")


def test_a_damaged_picture_does_not_keep_the_others_from_being_taken() -> None:
    """Killed: Unreadable let through, so that no byte can be downloaded."""
    trace = Trace(total=2)
    for moment in range(2):
        trace.add(Step(moment + 1, 2, {"loss": 1.0}))
        trace.add(Snapshot(moment, moment, "a", Torn() if moment else {"x": np.zeros(1)}))
        trace.add(Snapshot(moment, moment, "b", {"x": np.full(1, moment)}))
    read = np.load(io.BytesIO(take.arrays(view_of(pixelcnn_lab, pixelcnn_lab.SPEC(), trace))))
    assert set(read.files) == {"steps", "b.x"}
    assert read["b.x"].ravel().tolist() == [0, 1]


def test_a_citation_is_one_whole_entry_of_bibtex() -> None:
    """As `@type{key, name = {value}, ...}`. Killed: the closing brace cut off."""
    for key, paper in papers().items():
        head, *fields = re.split(r",\n", paper.bibtex.removesuffix("\n}"))
        assert re.fullmatch(rf"@(inproceedings|article|misc|book|techreport)\{{{key}", head)
        values: dict[str, str] = {}
        for field in fields:
            match = re.fullmatch(r"\s*(\w+)\s*=\s*\{(.*)\}", field, re.S)
            assert match is not None, field
            values[match[1]] = match[2]
        assert {"author", "title", "year", "url"} <= set(values)
        assert all(value.count("{") == value.count("}") for value in values.values())


def test_a_link_without_a_public_address_is_said_not_to_reach_a_phone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed: reachable always; the slash doubled; the variable ignored."""
    monkeypatch.delenv("GLASSBOX_PUBLIC_URL", raising=False)
    assert take.address("a=1", "pixelcnn")[1] is False
    monkeypatch.setenv("GLASSBOX_PUBLIC_URL", "https://glass.example.org/lab/")
    assert take.address("a=1", "pixelcnn") == ("https://glass.example.org/lab/pixelcnn?a=1", True)


def test_the_code_holds_the_link_dark_on_white_with_its_quiet_zone() -> None:
    """As many dark squares as the link's. Killed: another text; no border; light on dark."""
    link = "https://glass.example.org/pixelcnn?" + controls.query(
        {"pixelcnn": pixelcnn_lab.SPEC()}, {"at": 3}
    )
    head, _, body = take.code(link).partition(",")
    text = b64decode(body).decode() if "base64" in head else unquote(body)
    drawn = ElementTree.fromstring(text)
    wanted = segno.make(link, error="m")
    assert int(drawn.attrib["width"]) == 4 * (wanted.symbol_size()[0] - 2 * wanted.default_border_size + 6)
    paths = [one.attrib for one in drawn.iter() if one.tag.endswith("path")]
    assert paths[0]["fill"] in ("#fff", "#ffffff")
    assert paths[1]["stroke"] == "#1c2026"
    ink = sum(int(run) for run in re.findall(r"h(\d+)", paths[1]["d"]))
    assert ink == sum(map(sum, wanted.matrix))


def section() -> None:
    import torch

    from app.page.live import View
    from app.page.take import take
    from engine.autoregressive import pixelcnn_lab as lab
    from engine.core.trace import traced

    spec = lab.SPEC(layers=1, channels=4, kernel=3, steps=10)
    trace = traced(lab.run(spec, torch.device("cpu"), {}))
    take(
        View(lab, spec, spec.key(), None, None, trace),
        "pixelcnn.layers=1&at=2",
        "pixelcnn",
        "loss",
        lab.PAPERS,
    )


@pytest.mark.parametrize("public", ["", "https://glass.example.org"])
def test_the_section_shows_the_link_and_a_code_where_a_phone_can_follow(
    public: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed: a code of localhost; the parameters lost from the link."""
    monkeypatch.setenv("GLASSBOX_PUBLIC_URL", public)
    test = AppTest.from_function(section, default_timeout=60).run()
    assert not test.exception, [one.value for one in test.exception]
    link = urlsplit(test.text[0].value)
    assert link.path == "/pixelcnn"
    assert dict(parse_qsl(link.query)) == {"pixelcnn.layers": "1", "at": "2"}
    said = " ".join(one.value for one in test.caption)
    assert ("no QR code" in said) is (public == "")
    assert (link.netloc == "glass.example.org") is bool(public)


def where() -> None:
    import streamlit as st

    from app.page.take import base

    st.text(str(base()))


@pytest.mark.parametrize(
    ("public", "network", "found"),
    [
        ("https://glass.example.org/", "http://10.0.0.7:8501", ("https://glass.example.org", True)),
        ("", "http://10.0.0.7:8501", ("http://10.0.0.7:8501", True)),
        ("", "", ("http://localhost:8501", False)),
    ],
)
def test_a_phone_is_never_sent_to_localhost(
    public: str, network: str, found: tuple[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed: the network's address before the public one; localhost called reachable."""
    monkeypatch.setenv("GLASSBOX_PUBLIC_URL", public)
    monkeypatch.setenv("GLASSBOX_NETWORK_URL", network)
    test = AppTest.from_function(where, default_timeout=60).run()
    assert test.text[0].value == str(found)
