"""Which sources of hooks appear dead."""

from tagwake.core.errors import UsageRefused
from tagwake.core.hook_silence import MANY, SeenMove, missed_moves
from tagwake.formats.webhook.kinds import KINDS
from tagwake.ports.history_store import HistoryStore
from tagwake.ports.source_store import SourceStore

RECENT = 200
"""The latest moves that are looked through."""


def silent_sources(sources: SourceStore, history: HistoryStore) -> dict[tuple[str, str], int]:
    """How many moves each has not told of that appears dead, by kind and name."""
    moves = [
        SeenMove(each.stream.registry, each.move.seen_at, each.move.how) for each in history.recent(RECENT)
    ]
    missed = {
        (each.kind, each.name): missed_moves(
            each.kind, _registry(sources, each.kind, each.name), each.last_word_at, moves
        )
        for each in sources.health()
    }
    return {key: count for key, count in missed.items() if count >= MANY}


def _registry(sources: SourceStore, kind: str, name: str) -> str | None:
    try:
        source = sources.source(kind, name)
    except UsageRefused:  # its secrets are locked
        source = None
    told = None if source is None else source.registry
    return told or (KINDS[kind].registry if kind in KINDS else None)
