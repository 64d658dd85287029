"""What ``pin`` and ``update`` have in common at the terminal."""

import os
import sys
from datetime import date
from typing import Protocol

from tagwake.core.image_glob import Selection
from tagwake.core.reference import Reference
from tagwake.core.settings import Settings
from tagwake.faces.cli.choices import arguments_of
from tagwake.faces.cli.progress_line import ProgressLine, progress_line
from tagwake.faces.cli.rendering import render, tell_beside, tell_interrupted
from tagwake.faces.cli.running import run
from tagwake.faces.cli.terminal import emit, is_watched, show, style_of
from tagwake.formats.report.asked import Asked
from tagwake.ports.progress import Progress
from tagwake.ports.registry import Registry
from tagwake.ports.registry_pages import RegistryWithPages
from tagwake.ports.worktree import Worktree
from tagwake.verbs.rewriting import Rewriting
from tagwake.verbs.scan import Scan, scan
from tagwake.wiring.clock import today
from tagwake.wiring.code_base import open_code_base
from tagwake.wiring.lags import LateLags

TYPE_CHECKING = False  # where no pin is behind, nothing of histories is loaded
if TYPE_CHECKING:
    from tagwake.ports.lag_source import LagSource

INCOMPLETE, INTERRUPTED = 3, 130


class RewritingVerb(Protocol):
    """``pin`` or ``update``: :func:`tagwake.verbs.pin.pin`, :func:`tagwake.verbs.update.update`."""

    async def __call__(  # noqa: D102 - the verbs say it
        self,
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
    ) -> Rewriting: ...


def rewrite(
    verb: str,
    work: RewritingVerb,
    *,
    paths: tuple[str, ...],
    only: tuple[str, ...],
    excepted: tuple[str, ...],
    to: str | None,
    dry_run: bool,
    output: str,
    show_all: bool,
    long: bool,
    colour: str,
) -> int:
    """Scan every byte, look up, write, and print what became of each reference; with ``dry_run`` the diff.

    :raises InvalidReference: where ``to`` is none.
    """
    by_hand = None if to is None else Reference.parse(to)
    code = open_code_base(paths, os.environ)
    selection = Selection.of(only, excepted)
    with progress_line("Reading files") as line:
        found = scan(code.worktree, code.reader, code.settings, fresh=True, progress=line)

    async def rewritten(registry: RegistryWithPages, line: ProgressLine) -> Rewriting:
        async with LateLags(registry, os.environ, code.folder, code.settings) as lags:
            return await work(
                code.worktree,
                found,
                registry,
                code.settings,
                today=today(),
                selection=selection,
                to=by_hand,
                dry_run=dry_run,
                lags=lags,
                progress=line,
            )

    done, account = run(code.settings, rewritten)
    arguments = arguments_of(paths, only, excepted)
    if to is not None:
        arguments = f"--to {to} {arguments}".strip()
    is_diff = dry_run and output == "text"
    asked = Asked(verb, arguments, all=show_all, dry_run=dry_run, beside_diff=is_diff)
    if is_diff:
        _show_diff(done, colour)
        tell_beside(done.report, asked, colour=colour, long=long)
    else:
        render(done.report, asked, output=output, colour=colour, long=long)
    if done.is_interrupted:
        tell_interrupted(account)
        return INTERRUPTED
    return INCOMPLETE if done.report.incomplete else 0


def _show_diff(done: Rewriting, colour: str) -> None:
    """The diff byte for byte, as ``git apply`` takes it; on a terminal coloured and with nothing that it obeys."""
    from tagwake.formats.report.diff import shown_diff, unified_diff
    from tagwake.formats.report.under_root import under_root

    style = style_of(colour)
    for change in done.changes:
        root = done.report.root
        path = change.path if root.startswith(("/", "..")) else under_root(root, change.path)
        lines = unified_diff(path, change.old, change.new)
        if style.colour or is_watched(sys.stdout):
            show(shown_diff(lines, style))
        else:
            emit(b"".join(lines))
