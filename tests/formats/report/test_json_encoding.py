"""One document, one line, nothing that a terminal obeys."""

import json

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tagwake.formats.report.json_encoding import encode


class Words(msgspec.Struct):
    words: list[str]


@given(st.lists(st.text(st.characters(exclude_categories=()))))
def test_any_text_comes_back(words):
    data = encode(Words(words))
    assert json.loads(data) == {"words": words}
    assert data.endswith(b"\n")
    shown = data[:-1].decode()
    assert not any(
        c < " " or "\x7f" <= c <= "\x9f" or c in "\u2028\u2029\u202a\u202e\u2066\ufeff" for c in shown
    )
