"""Edits: exact spans, any order, and a proof that shares nothing with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.edit import Edit, EditConflict, apply, is_only_edited


@st.composite
def edited_bytes(draw):
    pieces = draw(st.lists(st.binary(max_size=8), min_size=1, max_size=8))
    data, edits, offset = b"".join(pieces), [], 0
    for piece in pieces:
        if draw(st.booleans()) and piece:
            edits.append(Edit((offset, offset + len(piece)), piece, draw(st.binary(max_size=8))))
        offset += len(piece)
    return data, draw(st.permutations(edits))


@given(edited_bytes())
def test_only_the_spans_change(case):
    data, edits = case
    result = apply(data, edits)
    assert is_only_edited(data, result, edits)
    assert len(result) == len(data) + sum(len(edit.new) - len(edit.old) for edit in edits)


@given(edited_bytes(), st.data())
def test_the_proof_sees_any_other_change(case, data):
    old, edits = case
    result = bytearray(apply(old, edits))
    if not result:
        return
    at = data.draw(st.integers(0, len(result) - 1))
    result[at] ^= 1 + data.draw(st.integers(0, 254))
    assert not is_only_edited(old, bytes(result), edits)


def test_overlaps_and_stale_bytes_are_refused():
    with pytest.raises(EditConflict, match="overlap"):
        apply(b"abcdef", [Edit((0, 3), b"abc", b""), Edit((2, 4), b"cd", b"")])
    with pytest.raises(EditConflict, match="not the ones that were read"):
        apply(b"abcdef", [Edit((0, 3), b"abx", b"")])
    with pytest.raises(EditConflict):
        apply(b"ab", [Edit((1, 9), b"b", b"")])


def test_two_insertions_at_one_place_keep_their_order():
    assert apply(b"xy", [Edit((1, 1), b"", b"1"), Edit((1, 1), b"", b"2")]) == b"x12y"
