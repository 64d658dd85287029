"""``pin``: adds the digest to references that have none."""

from datetime import date

from tagwake.core.image_glob import Selection
from tagwake.core.reference import Reference
from tagwake.core.settings import Settings
from tagwake.core.update_plan import Intent, Rules
from tagwake.ports.progress import Progress
from tagwake.ports.registry import Registry
from tagwake.ports.worktree import Worktree
from tagwake.verbs.rewriting import Rewriting
from tagwake.verbs.scan import Scan
from tagwake.verbs.update import rewrite

TYPE_CHECKING = False  # where no pin is behind, nothing of histories is loaded
if TYPE_CHECKING:
    from tagwake.ports.lag_source import LagSource


async def pin(
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
    """Look every distinct tag up, and write the digest to the references without one; pins stay as they are.

    The arguments are those of :func:`tagwake.verbs.update.update`.

    :raises UsageRefused: when ``to`` has no digest, or no reference here is of its image.
    """
    rules = Rules(settings, Intent.PIN, today, selection or Selection())
    return await rewrite(
        worktree, scan, registry, rules, to=to, dry_run=dry_run, lags=lags, progress=progress
    )
