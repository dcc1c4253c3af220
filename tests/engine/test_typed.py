"""What people type, paste and upload: taken, or refused by name, bound and value."""

import pytest

from engine.words import pieces, subword_probes
from engine.words.tokenizer import Tokenizer, learned, readable, uploaded

BARE = Tokenizer("bytes", ())


def test_a_text_is_taken_as_it_is() -> None:
    for text in ("", " ", "\x00\x07", "👩‍🚀", "\u202eabc", "a" * 100):
        assert readable(text, 100) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x" * 10_485_760, r"text must be at most 100 characters, got 10,485,760"),
        ("ab\ud800c", r"text must be Unicode; character 3 is a lone surrogate, U\+D800"),
        (b"bytes", "text must be a text, got bytes"),
        (None, "text must be a text, got NoneType"),
    ],
)
def test_what_is_no_text_is_refused_by_its_name(text: object, words: str) -> None:
    """Killed: a length in bytes; surrogates let through."""
    with pytest.raises(ValueError, match=words):
        readable(text, 100)


def test_a_file_is_text_or_refused() -> None:
    """Killed: errors="replace" on a binary; a limit after decoding."""
    assert uploaded("\ufeffnaïve".encode(), 100) == "naïve"
    with pytest.raises(ValueError, match="the file must be UTF-8 text; byte 2 is none"):
        uploaded(b"a\xffPNG", 100)
    with pytest.raises(ValueError, match="the file must be at most 400 bytes, got 10,000,000"):
        uploaded(b"a" * 10_000_000, 100)
    with pytest.raises(ValueError, match="the file must be at most 100 characters, got 101"):
        uploaded(b"a" * 101, 100)


def test_learning_from_next_to_nothing_ends_by_itself() -> None:
    """Only spaces, one word, nothing at all: fewer merges than asked, none that occurs once. Killed: `least`
    not asked."""
    assert learned("", "bytes", 50, least=2)[0].pairs == ()
    assert learned("word", "bytes", 50, least=2)[0].pairs == ()
    assert learned("       ", "bytes", 50, least=2)[1] == [6, 2]
    assert learned("banana", "bytes", 50, least=2)[1] == [2]


def test_probes_refuse_by_name() -> None:
    with pytest.raises(ValueError, match="text must be at most 20,000 characters"):
        subword_probes.encode(BARE, {"text": "x" * 20_001})
    with pytest.raises(ValueError, match="word must be at most 60 characters"):
        subword_probes.forms(BARE, {"word": "x" * 61})
    for word, words in (
        ("x" * 25, "word must be at most 24"),
        ("   ", "a character that is no space"),
        ("a▁b", "must not hold ▁, the sign for a space, as character 2"),
        (7, "word must be a text, got int"),
    ):
        with pytest.raises(ValueError, match=words):
            pieces.probe_alpha({"a": -1.0}, {"word": word})
