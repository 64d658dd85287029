"""Hold and unhold, on a settings file in memory."""

from datetime import date

import pytest

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidSettings, UsageRefused
from tagwake.core.reference import Reference
from tagwake.verbs.hold import hold, unhold

A, B = (Digest("sha256", letter * 64) for letter in "ab")
TODAY = date(2026, 11, 25)


class Memory:
    """A settings file in memory."""

    name = "tagwake.toml"
    table: tuple[str, ...] = ()

    def __init__(self, data: bytes | None = None) -> None:
        self.data = data
        self.writes = 0

    def read(self) -> bytes | None:
        return self.data

    def write(self, old: bytes | None, new: bytes) -> None:
        assert old == self.data
        self.data = new
        self.writes += 1


def reference(text: str) -> Reference:
    return Reference.parse(text)


def test_a_hold_makes_the_file_and_unhold_empties_it() -> None:
    home = Memory()
    held = hold(
        home, reference(f"debian:12@{A}"), today=TODAY, reason=" fails\nhere ", until=date(2026, 12, 1)
    )
    assert held.replaced is None
    assert held.hold.describe(TODAY) == "until 1 Dec: fails here (tagwake.toml)"
    assert home.data is not None
    assert home.data.decode().splitlines()[1] == 'image = "debian:12"'
    removed = unhold(home, reference(f"docker.io/library/debian:12@{A}"))
    assert removed.holds == (held.hold,)
    assert home.data == b""


def test_the_same_hold_twice_changes_nothing() -> None:
    home = Memory()
    first = hold(home, reference(f"debian:12@{A}"), today=TODAY, reason="x")
    again = hold(home, reference(f"debian:12@{A}"), today=TODAY, reason="x")
    assert (again.hold, again.replaced, home.writes) == (first.hold, first.hold, 1)


def test_a_hold_of_the_same_digest_replaces_the_former() -> None:
    home = Memory()
    first = hold(home, reference(f"debian:12@{A}"), today=TODAY, reason="x")
    other = hold(home, reference(f"debian:12@{B}"), today=TODAY, reason="y")
    second = hold(home, reference(f"debian:12@{A}"), today=TODAY, reason="z")
    assert (other.replaced, second.replaced) == (None, first.hold)
    assert unhold(home, reference("debian:12")).holds == (other.hold, second.hold)


def test_a_whole_stream_may_be_held() -> None:
    home = Memory(b"# mine\n")
    held = hold(home, reference("debian:12"), today=TODAY)
    assert held.hold.digest is None
    assert home.data == b'# mine\n\n[[hold]]\nimage = "debian:12"\n'


def test_what_is_not_held_cannot_be_let_go() -> None:
    home = Memory(f'[[hold]]\nimage = "debian:*"\ndigest = "{A}"\n'.encode())
    for text in (f"debian:12@{A}", f"debian:12@{B}", "alpine"):
        with pytest.raises(UsageRefused, match=r"tagwake\.toml does not hold it"):
            unhold(home, reference(text))
    assert home.writes == 0


def test_a_hold_ends_today_or_later() -> None:
    with pytest.raises(UsageRefused, match="2026-11-24 is over"):
        hold(Memory(), reference("x"), today=TODAY, until=date(2026, 11, 24))


def test_a_file_that_cannot_be_read_is_left() -> None:
    home = Memory(b"scam = 1\n")
    with pytest.raises(InvalidSettings, match="did you mean 'scan'"):
        hold(home, reference("x"), today=TODAY)
    assert home.writes == 0
