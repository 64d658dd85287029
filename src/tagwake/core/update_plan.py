"""References x what registries answered x holds -> one outcome and one reason each."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from tagwake.core.digest import Digest
from tagwake.core.hold import hold_on
from tagwake.core.image_glob import Selection
from tagwake.core.outcome import Outcome
from tagwake.core.pin import Form, PlacedReference, Span
from tagwake.core.reference import DEFAULT_TAG, Stream
from tagwake.core.report import ReferenceOutcome
from tagwake.core.settings import Settings
from tagwake.core.target import Pursuit, Target


class Intent(StrEnum):
    """What the run does with what it finds: nothing, move pins, or add digests."""

    STATUS = "status"
    UPDATE = "update"
    PIN = "pin"


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything but the references and the answers that decides.

    :param today: the date by which holds end.
    :param selection: which images the run is about; the others are ``ignored``.
    """

    settings: Settings
    intent: Intent
    today: date
    selection: Selection = Selection()  # noqa: RUF009 - it is frozen
    deep: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One reference's outcome, and the digest to write for it.

    :param outcome: as things stand, before anything is written.
    :param write: the digest to write, or ``None`` to leave the reference alone.
    :param shortfall: what could not be found out or done, one line; empty where nothing is amiss.
    """

    outcome: ReferenceOutcome
    write: Digest | None = None
    shortfall: str = ""

    def done(self) -> ReferenceOutcome:
        """The outcome once the digest is written."""
        outcome = Outcome.PINNED if self.outcome.outcome is Outcome.UNPINNED else Outcome.UPDATED
        return replace(self.outcome, outcome=outcome, new=self.write, reason="")

    def undone(self, why: str) -> "Step":
        """The outcome where the digest could not be written."""
        reason = f"{self.outcome.reason}; {why}" if self.outcome.reason else why
        return Step(replace(self.outcome, reason=reason), shortfall=why)


Placed = tuple[str, PlacedReference]
"""A file's path and a reference in it."""


def settle(reference: PlacedReference, path: str, rules: Rules) -> ReferenceOutcome | None:
    """The outcome that needs no look-up, or ``None`` where the registry decides."""
    reason = reference.ignored or rules.selection.refusal(reference)
    if reason is not None:
        outcome = Outcome.IGNORED
    elif reference.form is Form.INVALID:
        outcome, reason = Outcome.INVALID, reference.reason or "no image reference"
    elif reference.form is Form.TEMPLATED or reference.registry is None:
        outcome, reason = Outcome.TEMPLATED, reference.reason or "filled in elsewhere"
    elif reference.digest is None:
        if rules.intent is Intent.PIN and reference.slot is not None:
            return None
        outcome, reason = Outcome.UNPINNED, _why_unpinned(reference)
    elif reference.digest_span is None:
        outcome, reason = (
            Outcome.UNSUPPORTED,
            reference.reason or "its digest is not written where it could be moved",
        )
    elif pursuit_of(reference, rules) is None:
        outcome = Outcome.UNTAGGED
        reason = "no tag to follow: write one, or name it in [scan] follow_untagged"
    else:
        return None
    return ReferenceOutcome(path, reference, outcome, old=reference.digest, reason=reason)


def pursuit_of(reference: PlacedReference, rules: Rules) -> Pursuit | None:
    """What to look up for the reference, or ``None`` where there is nothing to follow."""
    stream = reference.stream
    if stream is None and reference.registry is not None and reference.repository is not None:
        tag = DEFAULT_TAG if reference.digest is None else rules.settings.scan.tag_for(reference)
        stream = None if tag is None else Stream(reference.registry, reference.repository, tag)
    if stream is None:
        return None
    return Pursuit(stream, reference.digest, reference.platform, rules.deep)


def judge(path: str, reference: PlacedReference, target: Target, rules: Rules) -> Step:
    """One outcome by what the registry answered, in the order of :class:`~tagwake.core.outcome.Outcome`."""
    old, new = reference.digest, target.new
    found = ReferenceOutcome(path, reference, Outcome.CURRENT, old=old, new=new)
    held = "" if new is not None and new == old else _held(reference, target, rules)
    if target.unsupported:
        return Step(replace(found, outcome=Outcome.UNSUPPORTED, reason=target.unsupported))
    if old is None:
        return _judge_unpinned(found, target, held)
    if target.gone:
        refusal = target.failure or (f"held {held}" if held else "")
        reason = f"{target.gone}; {refusal}" if refusal else target.gone
        broken = replace(found, outcome=Outcome.BROKEN, reason=reason)
        return Step(broken, None if refusal or new == old else new, target.failure)
    if held:
        return Step(replace(found, outcome=Outcome.HELD, reason=held))
    if new is None:
        return Step(
            replace(found, outcome=Outcome.UNRESOLVED, reason=target.failure), shortfall=target.failure
        )
    if new == old:
        return Step(found)
    reason = target.note or f"the tag points to {new.short} now"
    return Step(replace(found, outcome=Outcome.BEHIND, reason=reason), new)


def plan(placed: Iterable[Placed], targets: Mapping[Pursuit, Target], rules: Rules) -> tuple[Step, ...]:
    """One step for every reference, in order.

    :param targets: what the registries answered, for every reference that :func:`settle` leaves open.
    """
    steps = []
    for path, reference in placed:
        settled = settle(reference, path, rules)
        if settled is not None:
            steps.append(Step(settled))
            continue
        pursuit = pursuit_of(reference, rules)
        assert pursuit is not None
        steps.append(judge(path, reference, targets[pursuit], rules))
    return _meant(without_conflicts(steps), rules)


def plan_offline(placed: Iterable[Placed], rules: Rules) -> tuple[Step, ...]:
    """One step for every reference without any look-up: what only a registry knows is ``unresolved``."""
    reason = "not looked up: this check asks no registry"
    return tuple(
        Step(
            settle(reference, path, rules)
            or ReferenceOutcome(path, reference, Outcome.UNRESOLVED, old=reference.digest, reason=reason)
        )
        for path, reference in placed
    )


def plan_by_hand(
    placed: Iterable[Placed], wanted: Callable[[PlacedReference], bool], target: Target, rules: Rules
) -> tuple[Step, ...]:
    """One step for every reference where one digest is set by hand (``--to``), for the references that are ``wanted``."""
    steps = []
    for path, reference in placed:
        settled = settle(reference, path, rules)
        if settled is not None and settled.outcome is not Outcome.UNTAGGED:
            steps.append(Step(settled))
        elif not wanted(reference):
            reason = "not the image that --to names"
            steps.append(
                Step(ReferenceOutcome(path, reference, Outcome.IGNORED, old=reference.digest, reason=reason))
            )
        else:
            steps.append(judge(path, reference, target, rules))
    return _meant(without_conflicts(steps), rules)


def without_conflicts(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps, those aside that want different digests at one place: one digest cannot stand for two images."""
    steps = tuple(steps)
    wanted: dict[tuple[str, Span], set[Digest | None]] = {}
    for step in steps:
        place = _place(step)
        if place is not None:
            wanted.setdefault(place, set()).add(step.write or step.outcome.old)
    return tuple(
        _conflicting(step) if step.write and len(wanted.get(_place(step) or ("", (0, 0)), ())) > 1 else step
        for step in steps
    )


def _meant(steps: Iterable[Step], rules: Rules) -> tuple[Step, ...]:
    """What ``update`` finds unpinned it leaves, and so does ``pin`` with what is pinned."""
    return tuple(
        replace(step, write=None)
        if step.write is not None and (step.outcome.old is None) is not (rules.intent is Intent.PIN)
        else step
        for step in steps
    )


def _conflicting(step: Step) -> Step:
    reason = "its digest is written once for several images, which need different ones now"
    return Step(replace(step.outcome, outcome=Outcome.UNSUPPORTED, reason=reason))


def _place(step: Step) -> tuple[str, Span] | None:
    reference = step.outcome.reference
    if reference.digest_span is not None:
        return step.outcome.path, reference.digest_span
    if reference.slot is not None:
        return step.outcome.path, reference.slot.span
    return None


def _held(reference: PlacedReference, target: Target, rules: Rules) -> str:
    """What holds the target back, one line; empty where nothing does.

    The tag that is followed counts as written, and a hold of an index holds the images in it.
    """
    pursuit = pursuit_of(reference, rules)
    followed = reference if pursuit is None else replace(reference, tag=pursuit.stream.tag)
    for digest in (target.new, target.index):
        hold = hold_on(rules.settings.holds, followed, digest, rules.today)
        if hold is not None:
            return hold.describe(rules.today)
    return ""


def _judge_unpinned(found: ReferenceOutcome, target: Target, held: str) -> Step:
    unpinned = replace(found, outcome=Outcome.UNPINNED)
    if target.new is None:
        reason = f"no digest could be looked up: {target.failure}"
        return Step(replace(unpinned, reason=reason), shortfall=target.failure)
    if held:
        return Step(replace(unpinned, reason=f"held {held}"))
    return Step(replace(unpinned, reason=_why_unpinned(found.reference)), target.new)


def _why_unpinned(reference: PlacedReference) -> str:
    if reference.slot is None:
        return reference.reason or "no digest, and no place where `tagwake pin` could write one"
    return "no digest: `tagwake pin` adds it"
