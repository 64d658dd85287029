"""Nothing that a file holds is carried out by a terminal."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tagwake.formats.report.visible import visible


@given(st.text(st.characters(exclude_categories=())))
def test_no_control_character_is_left(text):
    shown = visible(text)
    assert all(unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp") for c in shown)
    shown.encode()


@given(st.text("abc/:.@ äß日", max_size=50))
def test_a_plain_text_stays_as_it_is(text):
    assert visible(text) == text


def test_escapes_can_be_told_apart():
    assert visible("a\x1b[31m\t\n\r\x7f\u202eb") == "a\\x1b[31m\\t\\n\\r\\x7f\\u202eb"
    assert visible(b"caf\xe9.yaml".decode("utf-8", "surrogateescape")) == "caf\\xe9.yaml"
