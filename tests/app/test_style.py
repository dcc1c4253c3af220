"""Text that somebody else wrote is shown as it is, wherever Markdown is read."""

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

from app.page.live import BADGES
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


def badged() -> None:
    from app.page.live import BADGES
    from app.style import badge

    badge("recorded", "recorded · 2 s", BADGES["recorded"])
    badge("absent", "none")


def test_a_badge_says_what_its_word_means_when_it_is_pointed_at() -> None:
    """Killed: the sentence left out; a badge that the keyboard does not reach."""
    said, bare = (one.proto.body for one in AppTest.from_function(badged).run().get("html"))
    assert f'data-says="{BADGES["recorded"]}"' in said
    assert 'tabindex="0"' in said
    assert "data-says" not in bare
