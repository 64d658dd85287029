"""``tagwake status``."""

import os

import click

from tagwake.core.check import exit_status, needs_look_ups
from tagwake.core.image_glob import Selection
from tagwake.core.report import Report
from tagwake.faces.cli import options
from tagwake.faces.cli.catalogue import VERBS
from tagwake.faces.cli.choices import arguments_of, outcomes_of
from tagwake.faces.cli.completed import complete_outcomes
from tagwake.faces.cli.progress_line import progress_line
from tagwake.faces.cli.rendering import render, tell_interrupted
from tagwake.faces.cli.verb import Verb
from tagwake.formats.report.asked import Asked
from tagwake.verbs.scan import Scan, only_changed, scan
from tagwake.verbs.status import INTERRUPTED as INTERRUPTION
from tagwake.wiring.code_base import CodeBase, open_code_base

INTERRUPTED = 130


@click.command(
    cls=Verb,
    optional_values=("--check",),
    help=VERBS["status"][1],
    examples=(
        ("tagwake status", "every reference below this folder"),
        ("tagwake status --check=unpinned", "fail where one has no digest; no network"),
    ),
)
@options.paths()
@click.option(
    "--check",
    metavar="[=LIST]",
    shell_complete=complete_outcomes,
    help="Exit with 1 where a reference is one of these, by default unpinned,broken ([check] fail in tagwake.toml).",
)
@click.option("--since", metavar="REV", help="Only references added or changed since this git revision.")
@options.only()
@options.excepted()
@click.option("--deep", is_flag=True, help="Ask for every manifest that a pinned index names, too.")
@options.output_format("json", "sarif", "github", "markdown")
@options.show_all("list every reference and every file that was not read")
@options.long_digests()
@options.colour()
def command(
    *,
    paths: tuple[str, ...],
    check: str | None,
    since: str | None,
    only: tuple[str, ...],
    excepted: tuple[str, ...],
    deep: bool,
    output: str,
    show_all: bool,
    long: bool,
    colour: str,
) -> int:
    """Scan, look up, and say what each reference is."""
    chosen = None if check is None else outcomes_of(check)
    code = open_code_base(paths, os.environ)
    fail = chosen or code.settings.check_fail
    selection = Selection.of(only, excepted)
    is_offline = check is not None and not needs_look_ups(fail)
    with progress_line("Reading files") as line:
        found = scan(code.worktree, code.reader, code.settings, progress=line)
        if since is not None:
            found = _since(code, found, since)
    if is_offline:
        report, account = _offline(code, found, selection), ""
    else:
        report, account = _looked_up(code, found, selection, deep)
    asked = Asked(
        "status",
        arguments_of(paths, only, excepted),
        all=show_all,
        fail=None if check is None else fail,
        offline=is_offline,
    )
    render(report, asked, output=output, levels=fail, colour=colour, long=long)
    if INTERRUPTION in report.incomplete:
        tell_interrupted(account)
        return INTERRUPTED
    return _exit_status(report, asked)


def _since(code: CodeBase, found: Scan, revision: str) -> Scan:
    from tagwake.wiring.git_history import open_git_history

    return only_changed(found, code.worktree, open_git_history(code.folder).changed_lines(revision))


def _offline(code: CodeBase, found: Scan, selection: Selection) -> Report:
    from tagwake.verbs.status import status_offline
    from tagwake.wiring.clock import today

    return status_offline(found, code.settings, today=today(), selection=selection)


def _looked_up(code: CodeBase, found: Scan, selection: Selection, deep: bool) -> tuple[Report, str]:
    from tagwake.faces.cli.progress_line import ProgressLine
    from tagwake.faces.cli.running import run
    from tagwake.ports.registry_pages import RegistryWithPages
    from tagwake.verbs.status import status
    from tagwake.wiring.clock import today
    from tagwake.wiring.lags import LateLags

    async def work(registry: RegistryWithPages, line: ProgressLine) -> Report:
        async with LateLags(registry, os.environ, code.folder, code.settings) as lags:
            return await status(
                found,
                registry,
                code.settings,
                today=today(),
                deep=deep,
                selection=selection,
                lags=lags,
                progress=line,
            )

    return run(code.settings, work)


def _exit_status(report: Report, asked: Asked) -> int:
    return exit_status(report, asked.fail or ())
