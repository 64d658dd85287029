"""A delivery becomes hints: the same rules for every registry, whatever its format."""

import re
from collections.abc import Callable

import msgspec

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidDigest, InvalidHook, InvalidReference
from tagwake.core.hint import Hint
from tagwake.core.hook_source import HookSource
from tagwake.core.reference import is_tag
from tagwake.formats.registry.error_body import printable
from tagwake.formats.webhook.delivery import Claim, Delivery, Findings, Lesson, Oddity

MAX_HINTS = 10_000
"""Of one delivery; what lies beyond is left to polling, and the delivery is parked."""
MAX_REASONS = 3
"""Reasons that are told of one delivery; the rest is counted."""

_ID = re.compile(r"[!-~]{1,128}")

Read = Callable[[Delivery], Findings]
"""What the file of each registry offers."""


class Translation(msgspec.Struct, frozen=True):
    """What a delivery comes to.

    :param hints: each once, in the order of the delivery.
    :param reason: why it, or a part of it, could not be read; ``None`` where all is clear, also where there was
        nothing to look at. Nothing of the body stands in it but names of fields and event types.
    :param lessons: names for ids, to be known when later deliveries are read.
    """

    hints: tuple[Hint, ...] = ()
    reason: str | None = None
    lessons: tuple[Lesson, ...] = ()


def translate(read: Read, source: HookSource, delivery: Delivery) -> Translation:
    """What a delivery comes to; the same bytes always come to the same, and no bytes raise anything."""
    hints: list[Hint] = []
    lessons: list[Lesson] = []
    reasons: list[str] = []
    fingerprint = ""
    try:
        for finding in read(delivery):
            match finding:
                case Lesson():
                    lessons.append(finding)
                case Oddity():
                    reasons.append(finding.reason)
                case Claim():
                    id_ = finding.id
                    if id_ is None or not _ID.fullmatch(id_):
                        id_ = fingerprint = fingerprint or delivery.fingerprint
                    found = _hint(finding, source, id_)
                    if isinstance(found, Oddity):
                        reasons.append(found.reason)
                    elif found is not None:
                        hints.append(found)
            if len(hints) > MAX_HINTS:
                hints.pop()
                reasons.append(f"it has more than {MAX_HINTS} events")
                break
    except InvalidHook as error:
        reasons.append(str(error))
    each_once = hints if len(hints) < 2 else dict.fromkeys(hints)
    return Translation(tuple(each_once), _told(reasons), tuple(lessons))


def _hint(claim: Claim, source: HookSource, delivery: str) -> Hint | Oddity | None:
    tag, digest = claim.tag or None, _digest(claim.digest)
    if tag is not None and (
        named := _digest(tag)
    ):  # several registries write the digest of what has no tag there
        tag, digest = None, named
    if tag is None and not claim.deleted:
        return None
    if tag is not None and not is_tag(tag):
        return Oddity("what it names as a tag is none")
    if source.registry is None and not claim.registry:
        return Oddity(f"it names no registry: set `registry` of the source {source.name}")
    try:
        registry, repository = source.place(claim.registry, claim.repository, claim.under)
    except InvalidReference as error:
        return Oddity(f"what it names as a repository is none: {printable(error.problem)}")
    return Hint(
        registry=registry,
        repository=repository,
        tag=tag,
        kind=source.kind,
        source=source.name,
        delivery=delivery,
        claimed_at=claim.at,
        digest=digest,
        deleted=claim.deleted,
    )


def _digest(text: str | None) -> Digest | None:
    try:
        return Digest.parse(text) if text else None
    except InvalidDigest:
        return None


def _told(reasons: list[str]) -> str | None:
    if not reasons:
        return None
    told = list(dict.fromkeys(reasons))
    more = f" (and {len(told) - MAX_REASONS} more reasons)" if len(told) > MAX_REASONS else ""
    return "; ".join(told[:MAX_REASONS]) + more
