"""A move in words: what it was, when, and how we know."""

from tagwake.core.history import Move, MoveEvent
from tagwake.core.sighting import IMPORT
from tagwake.formats.report.moment_text import between, exactly
from tagwake.formats.report.visible import visible

RECORDERS = frozenset({f"{IMPORT}chainguard", f"{IMPORT}oci", f"{IMPORT}quay"})
"""What was taken over from a registry's own record: it saw the move itself, so that its time is exact."""


def what(move: Move) -> str:
    """What it was: ``created``, ``moved``, ``moved back``, ``restored``, ``deleted``, ``first seen``."""
    if move.event is MoveEvent.DELETED:
        return "deleted"
    if move.event is MoveEvent.MOVED:
        return "moved back" if move.rollback else "moved"
    if move.rollback:
        return "restored"
    return "created" if move.not_before is not None or move.how in RECORDERS else "first seen"


def when(move: Move) -> str:
    """When it was, as far as we know: a time, a time by which, or an interval."""
    if move.how in RECORDERS:
        return exactly(move.seen_at, seconds=True)
    if move.how.startswith(IMPORT) or move.not_before is None:
        return f"by {exactly(move.seen_at)}"
    return between(move.not_before, move.seen_at)


def how_known(how: str) -> str:
    """How we know, of :attr:`tagwake.core.history.Move.how`."""
    kind, colon, rest = how.partition(":")
    if how in RECORDERS:
        return "the registry's record"
    if how.startswith(f"{IMPORT}git"):
        _, _, commit = rest.partition(":")
        return f"commit {visible(commit)}" if commit else "imported from git"
    if how.startswith(IMPORT):
        return f"imported from {visible(rest)}"
    if colon and kind == "hook":
        return f"a look, after a hook of {visible(rest)}"
    return {"poll": "a look", "manual": "a look by hand"}.get(how, visible(how))
