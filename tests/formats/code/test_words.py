"""A search by vector instructions finds what a plain search finds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.formats.code.words import find, holds_any

WORDS = st.binary(min_size=1, max_size=12) | st.sampled_from([b"@sha", b"apiVersion", b'mage"', b"\0\0"])
TEXTS = st.binary(max_size=300) | st.lists(WORDS | st.binary(max_size=5), max_size=40).map(b"".join)


@given(TEXTS, WORDS)
def test_a_word_is_found_where_it_first_stands(text: bytes, word: bytes) -> None:
    assert find(text, word) == text.find(word)


@given(TEXTS, st.lists(WORDS, max_size=4).map(tuple))
def test_any_of_several_words(text: bytes, words: tuple[bytes, ...]) -> None:
    assert holds_any(text, words) == any(word in text for word in words)


@pytest.mark.parametrize("at", [0, 1, 63, 64, 4095, 70_001])
def test_at_any_offset_of_a_long_text(at: int) -> None:
    assert find(b"@" * at + b"@sha" + b"s" * 99, b"@sha") == at
