"""The command line: `python -m engine run <lab>`, `verify [<lab>…]`, `record [<lab>…]`."""

import argparse
import contextlib
import json
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from tqdm import tqdm

from engine.core.params import Refusal, Spec, params_of, read
from engine.core.trace import Step, Trace
from engine.labs import all_ids, load
from engine.runs import arms
from engine.runs.judge import Judged, judge
from engine.runs.reading import Run
from engine.runs.store import SHIPPED, Store, ancestry, fit, run_key, trimmed, why
from engine.runs.verify import units, verify
from engine.runs.work import device, train
from engine.runs.writing import Writer, pack


def run(lab: str, spec: Spec, store: Store, quiet: bool = False) -> Run:
    """Train in this process, with a progress bar, where the app finds it. Ctrl-C leaves it stopped."""
    given = ancestry(lab)
    key = run_key(lab, spec, given)
    writer = Writer.create(store, lab, key, spec, given, private=False, supervisor="")
    events = train(writer, store, device())
    with (
        tqdm(unit="step", disable=quiet, mininterval=0.5, dynamic_ncols=True) as bar,
        _asked_to_stop() as asked,
    ):
        try:
            for event in events:
                if asked():
                    events.close()  # type: ignore[attr-defined]  (a generator; it leaves the run stopped)
                    break
                if isinstance(event, Step):
                    bar.total = event.total
                    bar.update(event.step - bar.n)
                    said = {name: f"{value:.4g}" for name, value in event.scalars.items()}
                    bar.set_postfix(said, refresh=False)
        except KeyboardInterrupt:
            events.close()  # type: ignore[attr-defined]
    made = store.attempt(lab, key, writer.folder.name)
    assert made is not None
    return made


@contextlib.contextmanager
def _asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed. The first press waits for the event at hand, since an interrupt that is
    raised just as Python tidies up is lost; a second one is raised at once."""
    pressed = threading.Event()
    before = signal.getsignal(signal.SIGINT)

    def press(*_: object) -> None:
        pressed.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, press)
    try:
        yield pressed.is_set
    finally:
        signal.signal(signal.SIGINT, before)


def line(judged: Judged) -> str:
    """A claim and its verdict, for a terminal."""
    parts = [f"{judged.verdict:>14}  {judged.claim.sentence}"]
    if judged.measured:
        parts.append(f"{'':>16}measured {judged.measured}; wanted {judged.wanted}")
    if judged.missing:
        parts.append(f"{'':>16}needs {'; '.join(changed(spec) for spec in judged.missing)}")
    return "\n".join(parts)


def changed(spec: Spec) -> str:
    """A spec as command line arguments, those that are not defaults."""
    return " ".join(f"--{f.name} {getattr(spec, f.name)}" for f, _ in params_of(type(spec))
                    if getattr(spec, f.name) != f.default) or "all defaults"  # fmt: skip


def do_run(lab: str, texts: dict[str, str]) -> int:
    """`run`: 0 when it was trained to its end, 1 when it failed, 2 for a refusal, 130 when it was stopped."""
    module = load(lab)
    spec, refusals = read(module.SPEC, texts)
    if refusals:
        print("\n".join(map(str, refusals)), file=sys.stderr)
        return 2
    if words := fit():
        print(words, file=sys.stderr)
        return 2
    store = Store()
    if note := trimmed(store):
        print(note)
    try:
        made = run(lab, spec, store)
    except OSError as error:
        print(f"the run cannot be written in {store.home}: {why(error)}", file=sys.stderr)
        return 2
    facts = made.manifest
    print(f"{made.state} after {facts['seconds']:.1f} s on {facts['device']}; {made.message or made.folder}")

    def find(one: Spec) -> tuple[Trace, bool] | None:
        known = made if one == spec else store.find(lab, run_key(lab, one, ancestry(lab)))
        return (known.sound(), known.sound().finished) if known and known.moments() else None

    for judged in judge(module, spec, find):
        print(line(judged))
    return {"done": 0, "stopped": 130}.get(made.state, 1)


def do_verify(labs: list[str], seeds: int, jobs: int | None, as_json: bool) -> int:
    """`verify`: train what the claims need, print what came out; 1 when a claim falls short, else 0."""
    rows = []
    for found in verify(units(labs, seeds), jobs):
        rows += found
        if not as_json:
            seed = f" --seed {found[0]['spec']['seed']}" if found[0]["spec"].get("seed") else ""
            print(f"{found[0]['lab']}{seed} ({found[0]['seconds']:.1f} s)")
            for row in found:
                print(f"{row['verdict']:>14}  {row['claim']}")
                print(f"{'':>16}{row['measured']}; wanted {row['wanted']}")
            sys.stdout.flush()
    if as_json:
        print(json.dumps(rows, indent=1))
    short = sum(row["verdict"] == "falls short" for row in rows)
    print(f"{len(rows)} verdicts, {short} fall short", file=sys.stderr)
    return 1 if short else 0


def do_record(labs: list[str], shipped: Path) -> int:
    """`record`: make the shipped runs anew, and the figures of what their claims compare; 1 when one did not
    end well, else 0."""
    bad = 0
    for lab in labs:
        fresh = shipped / f".{lab}"
        shutil.rmtree(fresh, ignore_errors=True)
        with tempfile.TemporaryDirectory() as folder:
            store = Store(Path(folder))
            for spec in load(lab).RECORDED:
                made = run(lab, spec, store)
                if made.state != "done":
                    print(f"{lab} {changed(spec)}: {made.state}, {made.message}", file=sys.stderr)
                    bad += 1
                    continue
                size = pack(made, fresh / made.key)
                print(
                    f"{lab} {changed(spec)}: {made.manifest['seconds']:.1f} s, {size / 1e3:.0f} kB",
                    flush=True,
                )
            for spec, size in arms.record(load(lab), store, fresh):
                print(f"{lab} {changed(spec)}: its figures alone, {size / 1e3:.0f} kB", flush=True)
        shutil.rmtree(shipped / lab, ignore_errors=True)
        if fresh.exists():
            fresh.rename(shipped / lab)
    return 1 if bad else 0


def parser() -> argparse.ArgumentParser:
    """All commands; the options of `run` come from each lab's Spec."""
    top = argparse.ArgumentParser(prog="python -m engine", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    one = commands.add_parser(
        "run", help="train one lab in this terminal and judge its claims", add_help=False
    )
    one.add_argument("lab", choices=all_ids(), metavar="lab", help=", ".join(all_ids()))
    many = [
        commands.add_parser("verify", help="train what the claims need, and judge them"),
        commands.add_parser("record", help="make the runs that are shipped"),
    ]
    for each in many:
        each.add_argument("labs", nargs="*", metavar="lab", help=f"of {', '.join(all_ids())}; default: all")
    many[0].add_argument("--seeds", type=int, choices=range(1, 21), default=1, metavar="1..20")
    many[0].add_argument("--jobs", type=int, choices=range(1, 65), metavar="1..64", help="default: all cores")
    many[0].add_argument("--json", action="store_true", help="print the verdicts as JSON")
    many[1].add_argument("--folder", type=Path, default=SHIPPED, help="where to; default: assets/recorded")
    return top


def options(lab: str) -> argparse.ArgumentParser:
    """The options of one lab, made from its Spec. Values stay texts: `read` judges them."""
    made = argparse.ArgumentParser(prog=f"python -m engine run {lab}", description=load(lab).__doc__)
    for f, p in params_of(load(lab).SPEC):
        bound = f"one of {', '.join(map(str, p.choices))}" if p.choices else p.described
        if p.low is not None and p.high is not None:
            bound = f"{p.low:g} to {p.high:g}"
        words = f"{p.label}. {p.help} ({bound or type(f.default).__name__}; default {f.default!r})"
        made.add_argument(
            f"--{f.name}", metavar="VALUE", default=argparse.SUPPRESS, help=words.replace("%", "%%")
        )
    return made


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, do it, return the exit code."""
    top = parser()
    given, rest = top.parse_known_args(arguments)
    torch.set_num_threads(1)
    if given.command == "run":
        return do_run(given.lab, vars(options(given.lab).parse_args(rest)))
    if rest:
        top.error(f"unrecognized arguments: {' '.join(rest)}")
    for lab in given.labs:
        try:
            load(lab)
        except ValueError as refusal:
            print(refusal, file=sys.stderr)
            return 2
    labs = given.labs or all_ids()
    if given.command == "verify":
        return do_verify(labs, given.seeds, given.jobs, given.json)
    return do_record(labs, given.folder)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(2)
