from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.errors import InvalidInput
from tagwake.formats.history.moment import read_moment, write_moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01T10:00:00Z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01t10:00:00z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01 10:00:00Z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01T10:00:00.5Z", datetime(2026, 3, 1, 10, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-03-01T10:00:00.123456789Z", datetime(2026, 3, 1, 10, 0, 0, 123_456, tzinfo=UTC)),
        ("2026-03-01T10:00:00+02:00", datetime(2026, 3, 1, 8, tzinfo=UTC)),
    ],
)
def test_times(text, moment):
    assert read_moment(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-03-01",
        "2026-03-01T10:00:00",
        "2026-02-30T10:00:00Z",
        "2026-03-01T25:00:00Z",
        "2026-03-01T10:00Z",
        "1772359200",
        "٢026-03-01T10:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "2026-03-01T10:00:00." + "1" * 100 + "Z",
        "2026-03-01T10:00:00Z\n",
    ],
)
def test_what_is_no_time_is_refused_in_one_line(text):
    with pytest.raises(InvalidInput, match="is no time as RFC 3339 writes it") as refusal:
        read_moment(text)
    assert "\n" not in str(refusal.value)


def test_an_end_goes_up_so_that_what_is_earlier_stays_earlier():
    assert read_moment("2026-03-01T10:00:00.1230001Z", up=True).microsecond == 123_001
    assert read_moment("2026-03-01T10:00:00.1230000Z", up=True).microsecond == 123_000
    with pytest.raises(InvalidInput):
        read_moment("9999-12-31T23:59:59.9999999Z", up=True)


@given(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC)))
def test_what_is_written_is_read_to_the_millisecond(moment):
    read = read_moment(write_moment(moment))
    assert read == moment.replace(microsecond=moment.microsecond // 1000 * 1000)
