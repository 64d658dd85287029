"""Holds written into a settings file and taken out again: every other byte stays."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidSettings
from tagwake.core.hold import Hold
from tagwake.core.image_glob import ImageGlob
from tagwake.formats.settings import read_layer
from tagwake.formats.settings_edit import add_hold, remove_hold

A = Digest("sha256", "a" * 64)
HOLD = Hold(ImageGlob("debian:12"), A, "fails in staging", date(2026, 12, 1))
BLOCK = f"""[[hold]]
image = "debian:12"
digest = "{A}"
reason = "fails in staging"
until = 2026-12-01
"""
OWN = """\
# ours
requires = ">=0.1"   # trailing

[scan]        # odd   spacing
exclude = [ "a",
  # inside
  "b" ]

# about the hold
[[hold]]
image = 'alpine'   # why
reason = '''
two lines
[[hold]]'''
# after the hold

[check]
fail=[]
"""


def holds(data: bytes, table: tuple[str, ...] = ()) -> tuple[Hold, ...]:
    read = read_layer(data, "tagwake.toml", "1.0", table=table)
    assert read is not None
    return read.holds


def test_a_first_hold_makes_a_file() -> None:
    assert add_hold(b"", HOLD, "tagwake.toml").decode() == BLOCK
    assert holds(add_hold(b"", HOLD, "tagwake.toml")) == (HOLD,)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", [True, False])
def test_a_hold_is_added_at_the_end_and_nothing_else_changes(newline: str, mark: str, end: bool) -> None:
    old = mark + (OWN if end else OWN.removesuffix("\n")).replace("\n", newline)
    new = add_hold(old.encode(), HOLD, "tagwake.toml").decode()
    assert new.startswith(old)
    assert new[len(old) :] == ("" if end else newline) + newline + BLOCK.replace("\n", newline)
    assert holds(new.encode())[1] == HOLD
    if end:
        assert remove_hold(new.encode(), 1, "tagwake.toml").decode() == old


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_hold_is_taken_out_and_the_comments_around_it_stay(newline: str) -> None:
    left = remove_hold(OWN.replace("\n", newline).encode(), 0, "tagwake.toml").decode()
    before, rest = OWN.split("[[hold]]", 1)
    after = rest[rest.index("# after") :]
    assert left == (before + after).replace("\n", newline)
    assert holds(left.encode()) == ()


def test_one_of_several_is_taken_out() -> None:
    data = b""
    several = [Hold(ImageGlob(name), A, "r", None) for name in ("a", "b", "c")]
    for hold in several:
        data = add_hold(data, hold, "tagwake.toml")
    for index in range(3):
        left = [hold for number, hold in enumerate(several) if number != index]
        assert list(holds(remove_hold(data, index, "tagwake.toml"))) == left


def test_pyproject_has_its_table() -> None:
    old = b'[project]\nname = "x"\n\n[tool.tagwake]\n\n[tool.ruff]\nline-length = 110\n'
    new = add_hold(old, HOLD, "pyproject.toml", ("tool", "tagwake"))
    assert new.startswith(old)
    assert b"\n[[tool.tagwake.hold]]\n" in new
    assert holds(new, ("tool", "tagwake")) == (HOLD,)
    assert remove_hold(new, 0, "pyproject.toml", ("tool", "tagwake")) == old


@pytest.mark.parametrize("old", [b"hold = []  # none\n", b"hold = [\n  { image = 'x' }, # one\n]\n[check]\n"])
def test_holds_in_an_inline_array_are_added_to_it(old: bytes) -> None:
    new = add_hold(old, HOLD, "tagwake.toml")
    before = holds(old)
    assert holds(new) == (*before, HOLD)
    assert b"# none" in new or b"# one" in new
    assert holds(remove_hold(new, len(before), "tagwake.toml")) == before


def test_a_place_where_no_hold_can_be_written_is_said() -> None:
    old = b"tool = { tagwake = { requires = '>=0' } }\n"
    with pytest.raises(InvalidSettings, match=r"^pyproject\.toml: a \[\[hold\]\] cannot be written there"):
        add_hold(old, HOLD, "pyproject.toml", ("tool", "tagwake"))


@given(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=30),
    st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30),
    st.none() | st.just(A),
    st.none() | st.dates(),
)
def test_any_hold_reads_back_as_it_was_written(
    reason: str, image: str, digest: Digest | None, until: date | None
) -> None:
    hold = Hold(ImageGlob(image), digest, " ".join(reason.split()), until)
    data = add_hold(OWN.encode(), hold, "tagwake.toml")
    assert holds(data)[1] == hold
    assert remove_hold(data, 1, "tagwake.toml") == OWN.encode()
