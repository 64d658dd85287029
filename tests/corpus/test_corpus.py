"""Every form of reference, in every quoting and line ending: found, followed, and not one byte too many rewritten."""

import pytest
from tests.corpus.case import Case, cases, new_digest

from tagwake.core.digest import Digest
from tagwake.core.digest_edit import digest_edit
from tagwake.core.edit import apply, is_only_edited
from tagwake.core.pin import FileScan, PlacedReference
from tagwake.formats.code.reader import CodeReader

CASES = cases()
ALL = [variant for case in CASES for variant in case.with_endings()]


def name_of(case: Case) -> str:
    return case.name


def test_the_corpus_is_large_and_its_names_tell_cases_apart() -> None:
    assert len(CASES) >= 300
    assert len({case.name for case in ALL}) == len(ALL) >= 1500


@pytest.mark.parametrize("case", ALL, ids=name_of)
def test_it_is_found(case: Case) -> None:
    scan = CodeReader()(case.path, case.data)
    assert scan.skipped is None
    found = [
        (str(each.form), each.text, str(each.stream) if each.stream and each.ignored is None else None)
        for each in scan.references
    ]
    assert found == case.expected()
    encoding = scan.encoding
    for each in scan.references:
        assert 0 <= each.span[0] <= each.span[1] <= len(case.data)
        if each.digest is not None and each.digest_span is not None:
            written = case.data[slice(*each.digest_span)].decode(encoding)
            assert written in (str(each.digest), each.digest.hex)


@pytest.mark.parametrize("case", ALL, ids=name_of)
def test_only_its_digests_move(case: Case) -> None:
    scan = CodeReader()(case.path, case.data)
    moved = rewritten(case.data, scan, pinned=True)
    assert moved == case.updated
    again = CodeReader()(case.path, moved)
    assert rewritten(moved, again, pinned=True) == moved


@pytest.mark.parametrize("case", [case for case in ALL if case.pinned is not None], ids=name_of)
def test_a_digest_is_added_in_its_place(case: Case) -> None:
    scan = CodeReader()(case.path, case.data)
    pinned = rewritten(case.data, scan, pinned=False)
    assert pinned == case.pinned_data
    again = CodeReader()(case.path, pinned)
    assert rewritten(pinned, again, pinned=False) == pinned
    assert rewritten(pinned, again, pinned=True) == case.pinned_updated


def rewritten(data: bytes, scan: FileScan, *, pinned: bool) -> bytes:
    """The file after `update` (or `pin`) when every tag has moved."""
    edits = {
        digest_edit(data, each, Digest.parse(new_digest(followed(each), algorithm_of(each))), scan.encoding)
        for each in scan.references
        if each.ignored is None and not each.reason
        if (each.digest_span if pinned else each.slot) is not None
        if each.stream is not None or each.digest is None
    }
    new = apply(data, edits)
    assert is_only_edited(data, new, edits)
    return new


def followed(each: PlacedReference) -> str:
    """The tag that is followed; a bare name is pinned as `latest`."""
    return str(each.stream) if each.stream is not None else f"{each.registry}/{each.repository}:latest"


def algorithm_of(each: PlacedReference) -> str:
    """A tag moves to a digest of the algorithm that is written."""
    return each.digest.algorithm if each.digest is not None else "sha256"
