from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.digest import Digest
from tagwake.faces.service.question import BadQuestion, Question

NAMES = ("n", "at", "digest", "cursor")


def test_what_is_asked():
    question = Question(
        b"n=5&at=2026-03-01T10:00:00%2B02:00&digest=sha256:" + b"a" * 64 + b"&cursor=5.1&other=1", NAMES
    )
    assert question.number("n", 10, 3) == 3
    assert question.moment("at") == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert question.digest("digest") == Digest("sha256", "a" * 64)
    assert str(question.cursor("cursor")) == "5.1"
    assert question.text("other") is None
    assert question.kept(["n", "other", "absent"]) == {"n": "5"}


def test_what_is_not_asked():
    question = Question(b"", NAMES)
    assert question.number("n", 10, 30) == 10
    assert (question.moment("at"), question.digest("digest"), question.cursor("cursor")) == (None, None, None)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (b"n=-1", "n is a number of entries"),
        (b"n=x", "n is a number of entries"),
        (b"n=", "n is a number of entries"),
        (b"n=1.5", "n is a number of entries"),
        (b"n=%D9%A3", "n is a number of entries"),
        (b"n=" + b"9" * 19, "n is a number of entries"),
        (b"n=1&n=2", "n stands twice"),
        (b"at=yesterday", "at is a time"),
        (b"at=2026-03-01T10:00:00+02:00", "written %2B"),
        (b"digest=sha256:xyz", "digest is no digest"),
        (b"cursor=9", "cursor: this is no cursor"),
        (b"n=%FF", "not written in UTF-8"),
        (b"\xff=1", "not written in UTF-8"),
        (b"&".join([b"a=1"] * 40), "more than 32 parameters"),
        (b"a" * 9000, "longer than"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(query, told):
    with pytest.raises(BadQuestion, match=told) as refusal:
        question = Question(query, NAMES)
        question.number("n", 10, 30)
        question.moment("at")
        question.digest("digest")
        question.cursor("cursor")
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 300


@given(st.binary(max_size=200))
def test_no_query_is_too_odd(query):
    try:
        Question(query, NAMES).number("n", 1, 2)
    except BadQuestion as error:
        assert str(error)
