import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.adapters.sealing import KeySealer, NoSealer
from tagwake.core.errors import UsageRefused
from tagwake.core.secret import Secret

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
SECRET = Secret("hunter2")


@given(st.text(), st.text(max_size=50))
def test_what_is_sealed_opens(text: str, place: str) -> None:
    sealer = KeySealer([NEW])
    assert sealer.open(sealer.seal(Secret(text), place), place) == Secret(text)


def test_it_is_unreadable_and_never_the_same_twice() -> None:
    sealer = KeySealer([NEW])
    sealed = sealer.seal(SECRET, "p")
    assert b"hunter2" not in sealed
    assert sealed != sealer.seal(SECRET, "p")


def test_keys_are_rotated_by_putting_the_new_one_first() -> None:
    sealed = KeySealer([OLD]).seal(SECRET, "p")
    both = KeySealer([NEW, OLD])
    assert both.open(sealed, "p") == SECRET
    assert KeySealer([NEW]).open(both.seal(SECRET, "p"), "p") == SECRET


def test_a_key_that_is_gone_is_said_so() -> None:
    sealed = KeySealer([OLD]).seal(SECRET, "source zot/main")
    with pytest.raises(UsageRefused, match="source zot/main was sealed with a key that is not in TAGWAKE"):
        KeySealer([NEW]).open(sealed, "source zot/main")


def test_what_was_sealed_for_one_place_opens_in_no_other() -> None:
    sealer = KeySealer([NEW])
    with pytest.raises(UsageRefused, match="sealed for something else"):
        sealer.open(sealer.seal(SECRET, "p"), "q")


@pytest.mark.parametrize("position", range(5, 52))
def test_a_changed_byte_is_noticed(position: int) -> None:
    sealer = KeySealer([NEW])
    sealed = bytearray(sealer.seal(Secret("a" * 19), "p"))
    assert len(sealed) == 52
    sealed[position] ^= 1
    with pytest.raises(UsageRefused):
        sealer.open(bytes(sealed), "p")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x02" + b"0" * 40])
def test_what_was_never_sealed_is_refused(sealed: bytes) -> None:
    with pytest.raises(UsageRefused):
        KeySealer([NEW]).open(sealed, "p")


def test_keys_come_as_text() -> None:
    text = f"{base64.b64encode(NEW).decode()} , {base64.urlsafe_b64encode(OLD).decode()}"
    assert KeySealer.of(text).open(KeySealer([OLD]).seal(SECRET, "p"), "p") == SECRET


@pytest.mark.parametrize("text", ["", "hunter2", "aGk=", base64.b64encode(NEW).decode() + ",", "§" * 44])
def test_what_is_no_key_is_refused_unseen(text: str) -> None:
    with pytest.raises(UsageRefused, match="openssl rand -base64 32") as refused:
        KeySealer.of(text)
    assert text not in str(refused.value) or not text


def test_nothing_of_a_key_is_shown() -> None:
    assert repr(KeySealer([NEW])) == "KeySealer()"


def test_without_a_key_nothing_is_kept_in_the_clear() -> None:
    with pytest.raises(UsageRefused, match="set TAGWAKE_SECRET_KEY"):
        NoSealer().seal(SECRET, "source zot/main")
    with pytest.raises(UsageRefused, match="set TAGWAKE_SECRET_KEY"):
        NoSealer().open(b"x", "source zot/main")
