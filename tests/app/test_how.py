"""How it works: the source on a page is our own, and as it stands in the file."""

import ast

from streamlit.testing.v1 import AppTest


def page() -> None:
    from app.page.how import how
    from engine.autoregressive import masks, pixelcnn

    source = [masks.mask, pixelcnn.PixelCNN.from_input]
    how(
        "x", [("x", "a symbol", "1"), ("p(x|z)", "one with a bar", "2")], source, ["y", ("What z says.", "z")]
    )


def test_the_lines_of_a_function_and_of_a_method_are_shown_as_python_that_parses() -> None:
    """Once they are unfolded. Killed: `inspect.cleandoc`, which takes a function's body out of its function;
    lines that are there before anybody asks."""
    test = AppTest.from_function(page).run(timeout=30)
    assert not test.exception
    assert not test.code
    test.session_state["lines"] = True
    test.run(timeout=30)
    functions = [ast.parse(shown.value).body[0] for shown in test.code]
    assert [getattr(one, "name", "") for one in functions] == ["mask", "from_input"]
    assert all("`" in caption.value and "line" in caption.value for caption in test.caption)


def test_a_further_equation_stands_under_its_words() -> None:
    """Killed: the words left out; the words under their equation."""
    test = AppTest.from_function(page).run(timeout=30)
    told = [one.value.strip("$\n ") for one in test.main if one.type in ("latex", "markdown")]
    assert told[:4] == ["x", "y", "What z says.", "z"]


def test_a_bar_in_a_symbol_ends_no_cell() -> None:
    """Killed: a bar left as it is."""
    (table,) = [
        one.value for one in AppTest.from_function(page).run(timeout=30).markdown if "symbol" in one.value
    ]
    assert [row.count("|") for row in table.splitlines()] == [4] * 4
    assert r"p(x\vert z)" in table
