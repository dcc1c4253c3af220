"""Take it with you: data, a script and a notebook that give the same number, a citation, a link."""

import csv
import io
import json
import os
from collections.abc import Sequence
from urllib.parse import urlsplit

import numpy as np
import segno
import streamlit as st

from app.catalogue import entry
from app.components.messages import mounted
from app.page import moments
from app.page.live import View
from app.references import papers
from engine.labs import load

_copy = mounted("parts/copy.js", css="parts/copy.css", html="<button type='button'>Copy</button>")

LOCAL = ("localhost", "127.0.0.1", "::1")


def script(view: View, figure: str) -> str:
    """A short program that imports the engine, trains this very run and prints the figure on the screen."""
    return (
        f'"""Train {view.id} as on the Glassbox page and print its last {figure}."""\n\n{setting(view)}'
        f"trace = {trained(view)}\n"
        f'print(f"{{trace.latest({figure!r}):.4f}}")\n'
    )


def setting(view: View) -> str:
    """The lines that import a lab and set it as on the screen: `lab`, `spec`."""
    package, name = view.lab.__name__.rsplit(".", 1)
    fields = ", ".join(f"{k}={v!r}" for k, v in vars(view.spec).items())
    forked = (
        "\n# This run is a fork: it started from weights of another one. A fresh start is shown here."
        if view.start
        else ""
    )
    needs = "from engine.runs.store import Store, ancestry\nfrom engine.runs.work import resolve\n"
    return (
        f"import torch\n\nfrom {package} import {name} as lab\nfrom engine.core.trace import traced\n"
        f"{needs if load(view.id).NEEDS else ''}\n"
        f"torch.set_num_threads(1)  # as the workers do: on one machine, the same figures{forked}\n"
        f"spec = lab.SPEC({fields})\n"
    )


def trained(view: View) -> str:
    """The Python that trains it, given the weights of another lab's recorded run where it stands on them."""
    needs = f'resolve(lab, ancestry("{view.id}"), Store(), torch.device("cpu"))'
    return f'traced(lab.run(spec, torch.device("cpu"), {needs if load(view.id).NEEDS else "{}"}))'


def notebook(view: View, figure: str, slug: str) -> str:
    """The same as a notebook: reads the recorded run or trains it, draws one picture, judges the claims."""
    id, prints = view.id, 'print(f"{one.verdict}: {one.claim.sentence} {one.measured}")'
    cells = [
        f"# {entry(slug).title}: `{id}`\n\n{entry(slug).idea} It needs Glassbox (`pip install -e .` in its "
        "folder) and matplotlib.",
        f"import matplotlib.pyplot as plt\n{setting(view)}",
        "The run that was recorded with these settings or trained here; else it is trained now.",
        "from engine.runs.store import Store, ancestry, run_key\n\n\n"
        "def found(spec):\n"
        f'    run = Store().find("{id}", run_key("{id}", spec, ancestry("{id}")))\n'
        "    trace = run.trace() if run else None\n"
        "    return (trace, True) if trace and trace.finished else None\n\n\n"
        f"trace, _ = found(spec) or ({trained(view)}, True)\n"
        f'print(f"{{trace.latest({figure!r}):.4f}}")',
        f"How `{figure}` went, step by step.",
        f"plt.plot(*trace.scalars[{figure!r}])\nplt.xlabel('step')\nplt.ylabel({figure!r})\nplt.show()",
        "The claims, judged on this run and on those that it is compared with, where they exist.",
        "from engine.runs.judge import judge\n\n"
        f"for one in judge(lab, spec, lambda other: (trace, True) if other == spec else found(other)):\n"
        f"    {prints}",
    ]
    made = []
    for number, text in enumerate(cells):
        code = {"cell_type": "code", "execution_count": None, "outputs": []}
        kind = code if number % 2 else {"cell_type": "markdown"}
        made.append({**kind, "id": f"cell-{number}", "metadata": {}, "source": text})
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def table(view: View) -> str:
    """The figures of every step as CSV: step, then one column a figure; empty where a step has none."""
    names = list(view.trace.scalars)
    rows: dict[int, dict[str, float]] = {}
    for name in names:
        for step, value in zip(*view.trace.scalars[name], strict=True):
            rows.setdefault(step, {})[name] = value
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["step", *names])
    writer.writerows([step, *(row.get(name, "") for name in names)] for step, row in sorted(rows.items()))
    return out.getvalue()


def arrays(view: View) -> bytes:
    """Every array that can be read, as npz: `<snapshot>.<array>` (moments, ...); `steps`, one a moment."""
    stacks, _ = moments.stacks(view.trace, 0, len(view.trace.moments))
    out = io.BytesIO()
    np.savez_compressed(out, allow_pickle=False, steps=np.array(view.trace.moments), **stacks)
    return out.getvalue()


def base() -> tuple[str, bool]:
    """Where the app is found, and whether a phone could find it there: a public address; else the one that
    this browser uses, unless it is of this machine alone; else this machine's in its network."""
    public = os.environ.get("GLASSBOX_PUBLIC_URL", "").rstrip("/")
    here = urlsplit(st.context.url or "http://localhost:8501")
    if public:
        return public, True
    if here.hostname not in LOCAL:
        return f"{here.scheme}://{here.netloc}", True
    found = os.environ.get("GLASSBOX_NETWORK_URL", "")  # set by app/serve.py where it listens to the network
    return (found, True) if found else (f"{here.scheme}://{here.netloc}", False)


def address(query: str, slug: str) -> tuple[str, bool]:
    """The link of a state of a page, and whether a phone could open it."""
    found, reachable = base()
    return f"{found}/{slug}?{query}", reachable


def code(link: str) -> str:
    """A QR code as a data URL, dark on white, quiet zone included."""
    return segno.make(link, error="m").svg_data_uri(scale=4, border=3, dark="#1c2026", light="#ffffff")


def take(view: View, query: str, slug: str, figure: str, keys: Sequence[str]) -> None:
    """Draw the section. `figure` is the scalar that the script prints; `keys` are the papers to cite."""
    name = f"{view.id}-{view.key}"
    with st.container(horizontal=True):
        if view.run is not None:
            st.download_button(
                "Figures (CSV)", lambda: table(view), f"{name}.csv", "text/csv", on_click="ignore"
            )
            st.download_button("Arrays (npz)", lambda: arrays(view), f"{name}.npz", on_click="ignore")
        st.download_button(
            "Script (py)", script(view, figure), f"{name}.py", "text/x-python", on_click="ignore"
        )
        st.download_button(
            "Notebook (ipynb)",
            lambda: notebook(view, figure, slug),
            f"{name}.ipynb",
            "application/x-ipynb+json",
            on_click="ignore",
        )
        bibtex = "\n\n".join(papers()[key].bibtex for key in keys)
        st.download_button("Citation (BibTeX)", bibtex, f"{slug}.bib", "text/plain", on_click="ignore")
    st.caption("The picture itself is saved as PNG by the button at its corner.")
    link, reachable = address(query, slug)
    left, right = st.columns([5, 1])
    with left:
        st.caption("A link to exactly this: every parameter, the moment, the ancestry.")
        with st.container(key="link", horizontal=True):
            st.text(link, width="stretch")
            _copy(key="copy", data={"link": link}, width="content")
    with right:
        if reachable:
            st.html(f'<img src="{code(link)}" alt="QR code of this link">')
        else:
            st.caption("This address is this computer's alone: no QR code (see README, *Public hosting*).")
