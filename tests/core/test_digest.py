"""Digest.parse: registered algorithms, exact lengths, lower-case hex."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidDigest


@given(st.sampled_from([("sha256", 64), ("sha512", 128)]), st.data())
def test_a_registered_digest_is_given_back_as_written(algorithm, data):
    name, length = algorithm
    text = f"{name}:" + data.draw(st.text("0123456789abcdef", min_size=length, max_size=length))
    digest = Digest.parse(text)
    assert str(digest) == text
    assert digest.short == text[len(name) + 1 :][:12]


@pytest.mark.parametrize(
    ("text", "offset", "says"),
    [
        ("", 0, "no colon"),
        ("sha256", 6, "no colon"),
        ("sha256:", 7, "has 64 hex digits, and here are 0"),
        ("sha256:abc123", 13, "here are 6"),
        ("sha256:" + "A" * 64, 7, "lower-case"),
        ("sha256:" + "a" * 63 + "-", 70, "no hex digit"),
        ("sha256:" + "a" * 65, 71, "here are 65"),
        ("sha384:" + "a" * 96, 0, "sha384 is not supported"),
        ("SHA256:" + "a" * 64, 0, "no digest algorithm"),
        ("sha512:" + "a" * 64, 71, "has 128 hex digits"),
    ],
)
def test_anything_else_is_refused_where_it_errs(text, offset, says):
    with pytest.raises(InvalidDigest, match=says) as caught:
        Digest.parse(text)
    assert caught.value.offset == offset


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_inside_itself(text):
    try:
        assert str(Digest.parse(text)) == text
    except InvalidDigest as error:
        assert 0 <= error.offset <= len(text)
