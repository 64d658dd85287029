"""A scan crosses processes, and waits in the cache, without losing anything."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.adapters.worktree.scan_record import from_record, to_record
from tagwake.core.digest import Digest
from tagwake.core.pin import FileScan, Form, PlacedReference, Slot

_numbers = st.integers(0, 2**40)
_spans = st.tuples(_numbers, _numbers)
_texts = st.text(max_size=20)
_maybe = st.none() | _texts
_references = st.builds(
    PlacedReference,
    span=_spans,
    text=_texts,
    form=st.sampled_from(Form),
    syntax=_texts,
    line=_numbers,
    column=_numbers,
    image=_texts,
    registry=_maybe,
    repository=_maybe,
    tag=_maybe,
    digest=st.none() | st.builds(Digest, st.just("sha256"), _texts),
    digest_span=st.none() | _spans,
    slot=st.none() | st.builds(Slot, _spans, _texts, _texts),
    parts=st.dictionaries(_texts, _spans, max_size=3),
    platform=_maybe,
    ignored=_maybe,
    reason=_texts,
)
_scans = st.builds(
    FileScan,
    path=st.just("p"),
    references=st.lists(_references, max_size=3).map(tuple),
    skipped=_maybe,
    encoding=st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]),
)


@given(_scans)
def test_nothing_is_lost(scan: FileScan) -> None:
    record = to_record(scan)
    if record is None:
        assert scan == FileScan("p")
    else:
        found = from_record("p", record)
        assert found == scan
        assert [
            type(getattr(reference, field.name))
            for reference in found.references
            for field in fields(reference)
        ] == [
            type(getattr(reference, field.name))
            for reference in scan.references
            for field in fields(reference)
        ]


def test_every_field_is_drawn() -> None:
    """A field that is new in the core and not here would be lost unseen."""
    assert len(fields(PlacedReference)) == 17
    assert [field.name for field in fields(FileScan)] == ["path", "references", "skipped", "encoding"]
    assert len(fields(Slot)) == 3
    assert len(fields(Digest)) == 2


@pytest.mark.parametrize(
    "record", [b"", b"{}", b"[1]", b"[null,1,[1]]", b"[null,1,[[1]]]", b"\xff", b"nonsense"]
)
def test_what_is_no_record_is_refused(record: bytes) -> None:
    with pytest.raises(ValueError):
        from_record("p", record)
