"""``update``: moves pins to their tag's current digest; rewrites the digest and nothing else."""

from dataclasses import replace
from datetime import date

from tagwake.core.errors import UsageRefused
from tagwake.core.image_glob import Selection
from tagwake.core.pin import PlacedReference
from tagwake.core.question import DescribeDigest
from tagwake.core.reference import Reference
from tagwake.core.resolution import Unresolved
from tagwake.core.settings import Settings
from tagwake.core.target import Target
from tagwake.core.update_plan import Intent, Rules, Step, plan, plan_by_hand, pursuit_of
from tagwake.ports.progress import Progress
from tagwake.ports.registry import Registry
from tagwake.ports.worktree import Worktree
from tagwake.verbs.inquiry import Inquiry
from tagwake.verbs.lagging import beginning, with_lags
from tagwake.verbs.rewriting import FileChange, Rewriting, write
from tagwake.verbs.scan import Scan
from tagwake.verbs.status import INTERRUPTED, pursuits_of, report_of, shortfalls

TYPE_CHECKING = False  # where no pin is behind, nothing of histories is loaded
if TYPE_CHECKING:
    from tagwake.ports.lag_source import LagSource

__all__ = ["FileChange", "Rewriting", "rewrite", "update"]


async def update(
    worktree: Worktree,
    scan: Scan,
    registry: Registry,
    settings: Settings,
    *,
    today: date,
    selection: Selection | None = None,
    to: Reference | None = None,
    dry_run: bool = False,
    lags: "LagSource | None" = None,
    progress: Progress | None = None,
) -> Rewriting:
    """Look every distinct tag up, and write the digests of the pins that are behind or broken.

    A cancelled run returns what it did by then: every file is either old or new.

    :param scan: of this work tree, with ``fresh=True``.
    :param today: the date by which holds end.
    :param selection: which images it is about; the others are ``ignored``.
    :param to: one image and the digest to set by hand: for all its pins, of this tag where it has one.
    :param dry_run: write nothing; outcomes are as before, and ``changes`` is what would have been written.
    :param lags: tells how far pins were behind; nobody is asked for that without one.
    :raises UsageRefused: when ``to`` has no digest, or no reference here is of its image.
    """
    rules = Rules(settings, Intent.UPDATE, today, selection or Selection())
    return await rewrite(
        worktree, scan, registry, rules, to=to, dry_run=dry_run, lags=lags, progress=progress
    )


async def rewrite(
    worktree: Worktree,
    scan: Scan,
    registry: Registry,
    rules: Rules,
    *,
    to: Reference | None,
    dry_run: bool,
    lags: "LagSource | None",
    progress: Progress | None,
) -> Rewriting:
    """Plan under these rules, and write; see :func:`update`."""
    inquiry = Inquiry(registry, progress)
    if to is None:
        targets = await inquiry.targets(pursuits_of(scan, rules), beginning(lags))
        steps = plan(scan.references(), targets, rules)
    else:
        steps = await _by_hand(scan, inquiry, to, rules)
    lagging = await with_lags(steps, rules, None if inquiry.is_interrupted else lags)
    if inquiry.is_interrupted or lagging.is_interrupted:
        left = [step.undone("interrupted before it was written") if step.write else step for step in steps]
        report = report_of(
            scan, [step.outcome for step in left], inquiry.lookups, (INTERRUPTED, *shortfalls(left))
        )
        return Rewriting(report, is_interrupted=True)
    written = await write(worktree, scan, lagging.steps, dry_run=dry_run, progress=progress)
    count = len(written.changes)
    stopped = (f"interrupted: {count} files were written",) if written.is_interrupted else ()
    report = report_of(
        scan,
        [step.outcome for step in written.steps],
        inquiry.lookups,
        (*stopped, *shortfalls(written.steps)),
    )
    report = replace(report, tellers=lagging.tellers, told_at=lagging.told_at)
    return Rewriting(report, tuple(written.changes), written.is_interrupted)


async def _by_hand(scan: Scan, inquiry: Inquiry, to: Reference, rules: Rules) -> tuple[Step, ...]:
    if to.digest is None:
        raise UsageRefused(f"{to}: there is no digest to set: write IMAGE@DIGEST")

    def is_wanted(reference: PlacedReference) -> bool:
        if (reference.registry, reference.repository) != (to.registry, to.repository):
            return False
        pursuit = pursuit_of(reference, rules)
        return to.tag is None or (pursuit is not None and pursuit.stream.tag == to.tag)

    if not any(is_wanted(reference) for _, reference in scan.references()):
        raise UsageRefused(f"{to.image}: no reference here is of this image: `tagwake scan` lists them")
    answer = await inquiry.ask(DescribeDigest(to.registry, to.repository, to.digest))
    target = (
        Target(failure=answer.reason) if isinstance(answer, Unresolved) else Target(to.digest, note=_BY_HAND)
    )
    return plan_by_hand(scan.references(), is_wanted, target, rules)


_BY_HAND = "set by hand with --to"
