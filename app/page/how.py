"""How it works: one equation with live values, beside the lines of our own code that do it."""

import inspect
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from app.style import ROOT

Symbol = tuple[str, str, str]  # as in LaTeX, in words, its value or shape now


def how(
    equation: str, symbols: Sequence[Symbol], source: Sequence[Callable[..., Any]], plain: Sequence[str] = ()
) -> None:
    """Draw the equation, its symbols with their values, further equations, and the source."""
    left, right = st.columns([1, 1.15], gap="large")
    with left:
        st.latex(equation)
        rows = "\n".join(f"| ${latex}$ | {words} | `{value}` |" for latex, words, value in symbols)
        st.markdown(f"| symbol | what it is | here |\n|---|---|---|\n{rows}")
        for other in plain:
            st.latex(other)
    with right:
        for function in source:
            lines, first = inspect.getsourcelines(function)
            file = Path(inspect.getsourcefile(inspect.unwrap(function)) or "").relative_to(ROOT)
            st.caption(f"`{file}`, line {first}")
            st.code(textwrap.dedent("".join(lines)), language="python", wrap_lines=True)
