"""The command line, and how claims are judged."""

import json
import os
import re
import signal
import subprocess
import sys

import pytest
from running import LAB, SHORT, trained, wait_until

from engine.__main__ import main
from engine.core.claims import Claim, Verdict
from engine.labs import load
from engine.runs.judge import judge
from engine.runs.store import Store, run_key

EXACT = "autoregressive.receptive_field"
ARGUMENTS = ["--layers", "1", "--channels", "4", "--kernel", "3"]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GLASSBOX_HOME", str(tmp_path))
    return tmp_path


def test_run_trains_where_the_app_finds_it_and_judges(home, capsys):
    assert main(["run", LAB, *ARGUMENTS, "--steps", "10"]) == 0
    run = Store(home).find(LAB, run_key(LAB, SHORT))
    assert run.state == "done"
    assert run.trace().scalars == trained(SHORT).scalars
    said = capsys.readouterr().out
    for claim in load(LAB).CLAIMS:
        assert claim.sentence in said
    assert "not run" in said, "a claim that compares asks for the other run"


def test_a_refusal_names_bound_and_value_and_nothing_is_trained(home, capsys):
    assert main(["run", LAB, "--layers", "99", "--lr", "fast"]) == 2
    said = capsys.readouterr().err
    assert "layers must be a whole number in [1, 8], got 99" in said
    assert re.search(r"lr must be a number in \[.*\], got 'fast'", said)
    assert not Store(home).all()
    for wrong in (["run", LAB, "--deeper", "1"], ["run", "os.path"], ["verify", "--seeds", "0"], ["walk"]):
        with pytest.raises(SystemExit) as end:
            main(wrong)
        assert end.value.code == 2
    assert main(["verify", "no.lab"]) == 2
    assert "no lab is called 'no.lab'" in capsys.readouterr().err


def test_ctrl_c_leaves_the_run_stopped_and_readable(home):
    process = subprocess.Popen(
        [sys.executable, "-m", "engine", "run", LAB, *ARGUMENTS, "--steps", "3000"],
        env={**os.environ, "GLASSBOX_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    store, key = Store(home), run_key(LAB, SHORT.but(steps=3000))
    wait_until(lambda: (run := store.find(LAB, key)) and len(run.moments()) > 3)
    assert store.find(LAB, key).state == "running"
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "stopped after" in said
    run = store.find(LAB, key)
    assert run.state == "stopped"
    assert not run.problems


def test_verify_trains_the_arms_and_says_what_holds(home, capsys):
    assert main(["verify", EXACT, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["verdict"] for row in rows] == ["holds"] * len(load(EXACT).CLAIMS)
    assert all(row["measured"] and row["wanted"] for row in rows)


def test_verify_in_two_processes_says_of_each_seed_what_one_process_says(home):
    """Killed: the same seed twice; the rows of the first unit that ends alone."""
    said = []
    for jobs in ("1", "2"):
        told = subprocess.run(
            [sys.executable, "-m", "engine", "verify", EXACT, "--seeds", "2", "--jobs", jobs, "--json"],
            env={**os.environ, "GLASSBOX_HOME": str(home)},
            capture_output=True,
            text=True,
            check=True,
        )
        rows = json.loads(told.stdout)
        said.append({(row["spec"]["seed"], row["claim"]): (row["verdict"], row["measured"]) for row in rows})
    assert said[0] == said[1]
    assert {seed for seed, _ in said[0]} == {0, 1}


def test_verify_ends_with_1_when_a_claim_falls_short(home, capsys, monkeypatch):
    lab = load(EXACT)
    never = Claim(
        "Nothing is seen.", lambda traces: Verdict(False, "much", "nothing"), "Anything that is seen."
    )
    monkeypatch.setattr(lab, "CLAIMS", (*lab.CLAIMS, never))
    assert (
        main(["verify", EXACT, "--seeds", "2", "--jobs", "1"]) == 1
    )  # its claims are changed in this process
    assert capsys.readouterr().out.count("falls short") == 2


def test_record_ships_each_recorded_spec_and_drops_what_is_not_recorded_any_more(home, tmp_path, capsys):
    (tmp_path / "shipped" / EXACT / "0123456789abcdef").mkdir(parents=True)
    assert main(["record", EXACT, "--folder", str(tmp_path / "shipped")]) == 0
    keys = {run_key(EXACT, spec) for spec in load(EXACT).RECORDED}
    assert {path.name for path in (tmp_path / "shipped" / EXACT).iterdir()} == keys
    assert Store(home, tmp_path / "shipped").find(EXACT, keys.pop()).shipped


def test_each_verdict_is_said_when_it_is_due():
    lab, whole = load(LAB), trained(SHORT)

    def check(traces):
        loss = traces["this"].latest("loss")
        return Verdict(None if "other" in traces else loss < 99, f"{loss:.2f}", "less than 99")

    def said(find, **changes):
        claim = Claim("It learns.", check, "A loss of 99.", **changes)
        return judge(type("Toy", (), {"CLAIMS": (claim,), "__name__": lab.__name__}), SHORT, find)[0]

    arm = {"other": {"layers": 2}}
    assert said(lambda spec: (whole, True)).verdict == "holds"
    assert said(lambda spec: (whole, False)).verdict == "provisional"
    assert said(lambda spec: (whole, True), runs=arm).verdict == "does not apply"
    missing = said(lambda spec: (whole, True) if spec == SHORT else None, runs=arm)
    assert (missing.verdict, missing.missing) == ("not run", (SHORT.but(layers=2),))
    assert said(lambda spec: (type(whole)(), False)).verdict == "provisional", "nothing to measure yet"
    with pytest.raises(KeyError):
        said(lambda spec: (type(whole)(), True))
