"""The parts of references, for people, with a caret under what is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.errors import InvalidReference
from tagwake.core.reference import Reference
from tagwake.formats.report.parse_text import parse_lines
from tagwake.formats.report.style import Style
from tagwake.formats.report.table import width

DIGEST = "sha256:" + "9f2c" * 16


def lines_of(*texts, columns=None):
    parsed = []
    for text in texts:
        try:
            parsed.append((text, Reference.parse(text), None))
        except InvalidReference as error:
            parsed.append((text, None, error))
    return list(parse_lines(parsed, Style(columns)))


@pytest.mark.parametrize("columns", [None, 60, 120])
def test_what_people_see(columns, snapshot):
    said = lines_of(
        f"cgr.dev/chainguard/go:1.21@{DIGEST}",
        "debian",
        "nginx:1.2 5",
        "Acme/x",
        "a@sha256:12",
        columns=columns,
    )
    assert "\n".join(said) == snapshot


def test_the_caret_stands_under_the_fault_where_characters_are_shown_escaped():
    text, caret = lines_of("a\x1bb:1")
    assert text == "a\\x1bb:1"
    assert caret.index("^") == text.index("\\x1b")


@given(st.text(max_size=300))
def test_any_text_fits_a_narrow_terminal_and_harms_none(text):
    for line in lines_of(text, columns=60)[:2]:
        assert line.isprintable()
        if "^" in lines_of(text, columns=60)[-1]:
            assert width(line) <= 60
