"""A finding: what a look that somebody was sent for makes known of a tag."""

from dataclasses import dataclass, replace
from datetime import datetime

from tagwake.core.absence import APART, absence_after
from tagwake.core.attention import gap_before
from tagwake.core.claim import Claim
from tagwake.core.digest import Digest
from tagwake.core.history import Gap
from tagwake.core.look import Absent, Look, Seen, Unchanged, Unknown
from tagwake.core.reference import Stream
from tagwake.core.sighting import Sighting

POLL = "poll"
"""``Sighting.how`` of a look that nobody asked for."""


@dataclass(frozen=True, slots=True)
class LookState:
    """What is remembered of the looks at a tag.

    :param digest: what the last look that told anything saw; ``None`` where the tag was absent, or never looked at.
    :param etag: what makes the next look conditional; it belongs to ``digest``.
    :param looked_at: the last look that told anything.
    :param promised_at: when the next was to come, as said then.
    :param absent_since: the first of the looks that found the tag absent, until one sees it.
    :param failures: looks that told nothing since the last that did.
    """

    digest: Digest | None = None
    etag: str | None = None
    looked_at: datetime | None = None
    promised_at: datetime | None = None
    absent_since: datetime | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """What becomes of a look.

    :param sighting: what goes into the history; ``None`` where nothing certain was told.
    :param gap: the time before in which nobody was looking.
    :param state: what is remembered for the next look.
    :param next_due: when the next look is due; sooner than was wished where an absence waits to be confirmed.
    """

    sighting: Sighting | None
    gap: Gap | None
    state: LookState
    next_due: datetime


def finding_of(
    stream: Stream, look: Look, state: LookState, claim: Claim | None, *, now: datetime, next_due: datetime
) -> Finding:
    """What a look makes known.

    :param claim: what the hint said that asked for the look.
    :param next_due: when the schedule would look again.
    """
    if isinstance(look, Unknown) or (isinstance(look, Unchanged) and state.digest is None):
        # nothing was told; nor is "unchanged" an answer about what was never seen
        return Finding(None, None, replace(state, failures=state.failures + 1), next_due)
    absence = absence_after(look, state.absent_since, claim, now)
    is_known = state.looked_at is not None and state.digest is None
    if absence.since is not None and not absence.confirmed and not is_known:
        waiting = replace(state, etag=None, absent_since=absence.since, failures=0)
        return Finding(None, None, waiting, min(next_due, max(absence.since + APART, now)))
    digest, etag = _target(look, state)
    sighting = Sighting(
        stream,
        now,
        digest,
        POLL if claim is None else claim.how,
        None if claim is None else claim.time_for(digest),
        look.media_type if isinstance(look, Seen) else None,
        look.size if isinstance(look, Seen) else None,
    )
    after = LookState(digest, etag, now, next_due, absence.since)
    return Finding(sighting, gap_before(state.looked_at, state.promised_at, now), after, next_due)


def _target(look: Look, state: LookState) -> tuple[Digest | None, str | None]:
    if isinstance(look, Absent):
        return None, None
    if isinstance(look, Seen):
        return look.digest, look.etag or None  # an empty one is no entity tag
    return state.digest, state.etag
