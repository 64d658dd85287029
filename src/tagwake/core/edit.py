"""Byte-exact edits, and the proof that nothing else changed."""

from collections.abc import Iterable
from dataclasses import dataclass

from tagwake.core.errors import TagwakeError
from tagwake.core.pin import Span


class EditConflict(TagwakeError):
    """Edits that overlap, lie outside the bytes, or do not find what they replace."""


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the bytes at ``span``, which must be ``old``, by ``new``."""

    span: Span
    old: bytes
    new: bytes


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes with every edit made; edits may come in any order and must not overlap.

    :raises EditConflict: when two overlap, or the bytes at a span are not its ``old``.
    """
    pieces: list[bytes] = []
    end = 0
    for edit in sorted(edits):
        start, stop = edit.span
        if start < end:
            raise EditConflict(f"two edits overlap at byte {start}")
        if data[start:stop] != edit.old or stop - start != len(edit.old):
            raise EditConflict(f"the bytes at {start} are not the ones that were read")
        pieces.append(data[end:start])
        pieces.append(edit.new)
        end = stop
    pieces.append(data[end:])
    return b"".join(pieces)


def is_only_edited(old: bytes, new: bytes, edits: Iterable[Edit]) -> bool:
    """Whether ``new`` equals ``old`` outside the spans and holds the new bytes inside them.

    It walks both sides at once and shares no code with :func:`apply`, so that it can judge it.
    """
    old_at = new_at = 0
    for edit in sorted(edits):
        start, stop = edit.span
        gap = start - old_at
        if gap < 0 or old[old_at:start] != new[new_at : new_at + gap]:
            return False
        new_at += gap
        if new[new_at : new_at + len(edit.new)] != edit.new:
            return False
        new_at += len(edit.new)
        old_at = stop
    return old[old_at:] == new[new_at:]
