"""``status``: what each pin is, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from tagwake.core.image_glob import Selection
from tagwake.core.report import ReferenceOutcome, Report
from tagwake.core.settings import Settings
from tagwake.core.target import Pursuit, Target
from tagwake.core.update_plan import Intent, Rules, Step, plan, plan_offline, pursuit_of, settle
from tagwake.ports.progress import Progress
from tagwake.ports.registry import Registry
from tagwake.verbs.scan import Scan

TYPE_CHECKING = False  # a check without look-ups loads nothing of histories
if TYPE_CHECKING:
    from tagwake.ports.lag_source import LagSource

INTERRUPTED = "interrupted: what had not been looked up by then is unresolved"


async def status(
    scan: Scan,
    registry: Registry,
    settings: Settings,
    *,
    today: date,
    deep: bool = False,
    selection: Selection | None = None,
    lags: "LagSource | None" = None,
    progress: Progress | None = None,
) -> Report:
    """Look every distinct tag up, and give every reference of the scan one outcome.

    A cancelled run returns what it knows by then, and says so in ``incomplete``.

    :param today: the date by which holds end.
    :param deep: ask for every manifest that a pinned index names, too.
    :param selection: which images it is about; the others are ``ignored``.
    :param lags: tells how far pins are behind; nobody is asked for that without one.
    """
    from tagwake.verbs.inquiry import Inquiry  # asyncio is half of the start-up budget
    from tagwake.verbs.lagging import beginning, with_lags

    rules = Rules(settings, Intent.STATUS, today, selection or Selection(), deep)
    inquiry = Inquiry(registry, progress)
    targets = await inquiry.targets(pursuits_of(scan, rules), beginning(lags))
    steps = plan(scan.references(), targets, rules)
    lagging = await with_lags(steps, rules, None if inquiry.is_interrupted else lags)
    interrupted = (INTERRUPTED,) if inquiry.is_interrupted or lagging.is_interrupted else ()
    report = report_of(
        scan,
        [step.outcome for step in lagging.steps],
        inquiry.lookups,
        (*interrupted, *shortfalls(steps), *doubts(targets)),
    )
    return replace(report, tellers=lagging.tellers, told_at=lagging.told_at)


def status_offline(
    scan: Scan, settings: Settings, *, today: date, selection: Selection | None = None
) -> Report:
    """What can be said without any look-up: pins are ``unresolved``, and nothing counts as incomplete for it."""
    rules = Rules(settings, Intent.STATUS, today, selection or Selection())
    return report_of(scan, [step.outcome for step in plan_offline(scan.references(), rules)], 0)


def pursuits_of(scan: Scan, rules: Rules) -> list[Pursuit]:
    """What has to be looked up, in the order of places."""
    found = (
        pursuit_of(reference, rules)
        for path, reference in scan.references()
        if settle(reference, path, rules) is None
    )
    return [pursuit for pursuit in found if pursuit is not None]


def report_of(
    scan: Scan, outcomes: Sequence[ReferenceOutcome], lookups: int, incomplete: Iterable[str] = ()
) -> Report:
    """The report of a run over this scan."""
    return Report(
        root=scan.root,
        lookups=lookups,
        references=tuple(outcomes),
        files_scanned=scan.files_scanned,
        files_skipped=scan.files_skipped,
        incomplete=tuple(dict.fromkeys(incomplete)),
    )


def shortfalls(steps: Iterable[Step]) -> list[str]:
    """What could not be found out or done, a line an image."""
    return [f"{step.outcome.reference.image}: {step.shortfall}" for step in steps if step.shortfall]


def doubts(targets: dict[Pursuit, Target]) -> list[str]:
    """What a deep look could not find out, a line a question."""
    return [f"{pursuit.stream}: {doubt}" for pursuit, target in targets.items() for doubt in target.doubts]
