"""What commits tell of a tag: moves, and not the rest of what happens to pins."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.digest import Digest
from tagwake.core.pin_moves import PinChange, PinCommit, pin_sightings

START = datetime(2026, 1, 1, tzinfo=UTC)
DIGESTS = {letter: Digest("sha256", letter * 64) for letter in "abcdef"}


def commit(number, *changes, minutes=None):
    """`changes` are texts such as `aa>ab`: a letter is the digest at a place of one file, before and after."""
    return PinCommit(
        f"{number:040x}",
        START + timedelta(minutes=number if minutes is None else minutes),
        tuple(
            PinChange(*(tuple(DIGESTS[letter] for letter in side) for side in text.split(">")))
            for text in changes
        ),
    )


def seen(*commits):
    return "".join(each.digest.hex[0] for each in pin_sightings(commits))


def test_a_pin_that_moves_is_a_move():
    assert seen(commit(1, ">a"), commit(2, "a>b"), commit(3, "b>c")) == "abc"


def test_other_changes_are_none():
    assert seen(commit(1, ">a"), commit(2, "a>a"), commit(3, ">a"), commit(4, "a>")) == "a"


def test_a_pin_put_back_is_a_move_back():
    assert seen(commit(1, ">a"), commit(2, "a>b"), commit(3, "b>a")) == "aba"


def test_a_file_that_lags_behind_tells_nothing():
    """The second file goes from a to b when the first has gone on to c."""
    assert seen(commit(1, ">a", ">a"), commit(2, "a>b"), commit(3, "b>c"), commit(4, "a>b")) == "abc"


def test_a_digest_that_is_known_comes_back_where_the_current_one_is_gone():
    assert seen(commit(1, ">a"), commit(2, "a>b"), commit(3, "b>"), commit(4, ">a")) == "aba"


def test_the_images_of_one_platform_are_left_aside():
    """`a` and `b` are an index, pinned twice; `d` and `e` one platform's image of them."""
    assert seen(commit(1, ">a", ">a", ">d"), commit(2, "a>b", "a>b", "d>e")) == "ab"
    assert seen(commit(1, ">aa", ">d"), commit(2, "d>e"), commit(3, "e>f"), commit(4, ">e")) == "a"


def test_the_image_left_aside_is_followed_once_nothing_else_is_pinned():
    assert seen(commit(1, ">aa", ">d"), commit(2, "aa>"), commit(3, "d>e")) == "ae"


def test_a_successor_wins_over_what_appears_more_often():
    assert seen(commit(1, ">aa"), commit(2, "aa>ab", ">ccc")) == "ab"


def test_the_order_is_that_of_the_commits_and_not_of_their_clocks():
    walked = pin_sightings(
        [commit(1, ">a", minutes=9), commit(2, "a>b", minutes=3), commit(3, "b>a", minutes=3)]
    )
    assert [each.digest.hex[0] for each in walked] == ["a", "b", "a"]
    assert [each.at - START for each in walked] == [
        timedelta(minutes=9, milliseconds=number) for number in range(3)
    ]


sides = st.text("abcd", max_size=3)


@given(st.lists(st.lists(st.tuples(sides, sides), max_size=3), max_size=8))
def test_neighbours_differ_and_times_grow(shape):
    commits = [
        commit(number, *(f"{before}>{after}" for before, after in changes))
        for number, changes in enumerate(shape)
    ]
    walked = pin_sightings(commits)
    assert all(one.digest != two.digest and one.at < two.at for one, two in itertools.pairwise(walked))
    written = {digest for each in commits for change in each.changes for digest in change.after}
    assert {each.digest for each in walked} <= written
