import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.formats.registry.error_body import (
    MAX_BYTES,
    MAX_ERRORS,
    MAX_MESSAGE,
    RegistryError,
    printable,
    read_errors,
)


def test_the_errors_of_a_registry() -> None:
    body = b'{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{"Tag":"2"}},{"code":"x"}]}'
    assert read_errors(body) == (
        RegistryError("MANIFEST_UNKNOWN", "manifest unknown"),
        RegistryError("X", ""),
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"errors":5}',
        b'{"errors":null}',
        b"\xff",
        b"[" * 1000,
        b" " * MAX_BYTES + b"{}",
    ],
)
def test_what_is_no_error_body_tells_nothing(body: bytes) -> None:
    assert read_errors(body) == ()


def test_errors_are_read_to_a_limit() -> None:
    assert len(read_errors(json.dumps({"errors": [{"code": "X"}] * 100}).encode())) == MAX_ERRORS


def test_a_message_cannot_paint_the_terminal() -> None:
    assert printable("a\x1b[31mred\r\nb\u202e\u2028c\u0085d") == "a [31mred b c d"


@given(st.text())
def test_a_message_is_one_printable_line(text: str) -> None:
    line = printable(text)
    assert len(line) <= MAX_MESSAGE
    assert line.isprintable() or not line
    assert "\n" not in line


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    assert isinstance(read_errors(data), tuple)
