import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.formats.webhook.moment import read_moment


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2026-03-09T14:44:26.402973972-08:00", "2026-03-09T22:44:26.402973+00:00"),
        ("2026-11-17T16:52:01.343145347Z", "2026-11-17T16:52:01.343145+00:00"),
        ("2026-08-20T20:16:31.303999", "2026-08-20T20:16:31.303999+00:00"),
        ("2026-03-10T23:57:49.664+0000", "2026-03-10T23:57:49.664000+00:00"),
        (1_770_000_000, "2026-02-02T02:40:00+00:00"),
        (1_770_000_000.5, "2026-02-02T02:40:00.500000+00:00"),
        ("yesterday", None),
        ("", None),
        ("2026-03-10T23:57:49Z" * 10, None),
        ("0001-01-01T00:00:00+23:00", None),
        (1e20, None),
        (float("nan"), None),
        (True, None),
        (None, None),
        ({}, None),
    ],
)
def test_moments(said: object, expected: str | None) -> None:
    read = read_moment(said)
    assert (read and read.isoformat()) == expected


@given(said=st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.booleans()))
def test_nothing_raises(said: object) -> None:
    read = read_moment(said)
    assert read is None or read.utcoffset() is not None
