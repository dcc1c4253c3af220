"""How it works: the mechanism in plain words, one equation with live values, our own lines that do it."""

import inspect
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from app.style import ROOT

Symbol = tuple[str, str, str]  # as in LaTeX, in words, its value or shape now
NO_BAR = r"\vert "  # a bar in a symbol would end the cell of its table
Formula = str | tuple[str, str]  # in LaTeX; what it says in words, and then that


def how(
    equation: str,
    symbols: Sequence[Symbol],
    source: Sequence[Callable[..., Any]],
    plain: Sequence[Formula] = (),
    told: str = "",
) -> None:
    """Draw the mechanism (HTML), the equation, every symbol with its value, further equations; the source,
    folded."""
    if told:
        st.html(told)
    st.latex(equation)
    for other in plain:
        words, latex = ("", other) if isinstance(other, str) else other
        if words:
            st.markdown(words)
        st.latex(latex)
    rows = "\n".join(
        f"| ${latex.replace('|', NO_BAR)}$ | {words} | `{value}` |" for latex, words, value in symbols
    )
    st.markdown(f"| symbol | what it is | here |\n|---|---|---|\n{rows}")
    st.fragment(_lines)(source)


def _lines(source: Sequence[Callable[..., Any]]) -> None:
    """The source, drawn when it is unfolded: what colours it is the heaviest script of a first visit."""
    label = f"The lines of our code that do it ({len(source)} functions)"
    with st.expander(label, key="lines", on_change="rerun") as box:
        if not box.open:
            return
        for function in source:
            lines, first = inspect.getsourcelines(function)
            file = Path(inspect.getsourcefile(inspect.unwrap(function)) or "").relative_to(ROOT)
            st.caption(f"`{file}`, line {first}")
            st.code(textwrap.dedent("".join(lines)), language="python", wrap_lines=True)
