"""Text that somebody else wrote is shown as it is, wherever Markdown is read."""

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.style import plain

SIGNS = r"""\`*_{}[]()#+-.!<>|~:$&"""


@example("<script>alert(1)</script> [a](javascript:alert(1)) ![x](y.png) :material/home: :red[no] $x$ `code`")
@example("**bold** _it_ ~~gone~~ # head\\")
@given(st.text(st.sampled_from(SIGNS + "ab1/")) | st.text(max_size=60))
def test_every_sign_that_markdown_reads_is_escaped(text: str) -> None:
    """Killed: each sign taken out of the pattern; a backslash escaped after the others."""
    shown = plain(text)
    at = 0
    for sign in text:  # the same text, a backslash before each sign, and nothing else
        if sign in SIGNS:
            assert shown[at : at + 2] == "\\" + sign
            at += 1
        assert shown[at] == sign
        at += 1
    assert at == len(shown)


@given(st.text(st.sampled_from(SIGNS + "ab1/ ")).map(lambda text: "x" + text.strip() + "x"))
def test_a_markdown_library_shows_the_text_itself(text: str) -> None:
    """CommonMark, HTML allowed, and tables and strike-through: one paragraph of text and not a mark more.

    Killed: `<`, `[`, backtick, `&` left out of the pattern.
    """
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = parser.parse(plain(text))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    inside = tokens[1].children or []
    assert {token.type for token in inside} <= {"text", "text_special"}
    assert "".join(token.content for token in inside) == text
