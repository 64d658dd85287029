"""What a reference is found to be."""

from enum import StrEnum


class Outcome(StrEnum):
    """What a reference is, the first that applies, in this order (``status --format json``)."""

    IGNORED = "ignored"
    INVALID = "invalid"
    UNSUPPORTED = "unsupported"
    TEMPLATED = "templated"
    UNTAGGED = "untagged"
    UNPINNED = "unpinned"
    PINNED = "pinned"
    HELD = "held"
    BROKEN = "broken"
    UNRESOLVED = "unresolved"
    BLOCKED = "blocked"
    WAITING = "waiting"
    BEHIND = "behind"
    UPDATED = "updated"
    CURRENT = "current"
