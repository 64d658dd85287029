"""What a hold covers, and until when."""

from datetime import date

import pytest
from tests.core.test_image_glob import placed

from tagwake.core.digest import Digest
from tagwake.core.hold import Hold, hold_on
from tagwake.core.image_glob import ImageGlob

A, B = Digest("sha256", "a" * 64), Digest("sha256", "b" * 64)
TODAY = date(2026, 11, 25)


def test_a_hold_covers_its_digest_of_its_image_in_every_spelling() -> None:
    hold = Hold(ImageGlob("docker.io/library/debian:12"), A)
    assert hold.covers(placed("debian:12"), A)
    assert not hold.covers(placed("debian:12"), B)
    assert not hold.covers(placed("debian:13"), A)


def test_a_hold_without_a_digest_covers_the_whole_stream() -> None:
    hold = Hold(ImageGlob("debian:12"))
    assert hold.covers(placed("debian:12"), A)
    assert hold.covers(placed("debian:12"), None)
    assert not Hold(ImageGlob("debian:12"), A).covers(placed("debian:12"), None)


@pytest.mark.parametrize(
    ("until", "expired"),
    [
        (None, False),
        (date(2026, 11, 24), True),
        (date(2026, 11, 25), False),
        (date(2026, 12, 1), False),
    ],
)
def test_a_hold_holds_to_the_end_of_its_last_day(until: date | None, expired: bool) -> None:
    hold = Hold(ImageGlob("debian"), until=until)
    assert hold.has_expired(TODAY) is expired
    assert (hold_on([hold], placed("debian:12"), A, TODAY) is None) is expired


def test_the_first_hold_in_force_counts() -> None:
    over = Hold(ImageGlob("debian"), A, "over", date(2020, 1, 1))
    first = Hold(ImageGlob("debian"), A, "first")
    second = Hold(ImageGlob("*"), None, "second")
    assert hold_on([over, first, second], placed("debian:12"), A, TODAY) == first
    assert hold_on([over, first, second], placed("debian:12"), B, TODAY) == second
    assert hold_on([over], placed("debian:12"), A, TODAY) is None


@pytest.mark.parametrize(
    ("reason", "until", "line"),
    [
        ("fails in staging", date(2026, 12, 1), "until 1 Dec: fails in staging (tagwake.toml)"),
        ("fails in staging", date(2027, 1, 31), "until 31 Jan 2027: fails in staging (tagwake.toml)"),
        ("fails in staging", None, "fails in staging (tagwake.toml)"),
        ("", date(2026, 12, 1), "until 1 Dec (tagwake.toml)"),
        ("", None, "held for good (tagwake.toml)"),
    ],
)
def test_a_hold_in_one_line(reason: str, until: date | None, line: str) -> None:
    assert Hold(ImageGlob("x"), A, reason, until).describe(TODAY) == line
