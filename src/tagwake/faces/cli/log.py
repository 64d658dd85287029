"""``tagwake log``."""

import os
from collections.abc import Sequence

import click

from tagwake.core.errors import UsageRefused
from tagwake.core.reference import Reference
from tagwake.core.resolution import Unresolved
from tagwake.core.tag_log import LogRange, TagLog
from tagwake.faces.cli import options
from tagwake.faces.cli.catalogue import VERBS
from tagwake.faces.cli.choices import moment_of
from tagwake.faces.cli.completed import complete_references
from tagwake.faces.cli.log_printer import LogPrinter
from tagwake.faces.cli.progress_line import ProgressLine
from tagwake.faces.cli.verb import Verb
from tagwake.ports.history_source import HistorySource

BROKEN = 1
INCOMPLETE = 3
LIMIT = 30
"""Moves that are listed unless more are asked for."""


@click.command(
    cls=Verb,
    help=VERBS["log"][1]
    + "\n\nThe first that knows the tag answers: the service (TAGWAKE_URL), the store of this machine, the tag's own "
    "registry, the commits of this repository that moved the pin. It says who did, and how complete that is.",
    examples=(
        ("tagwake log cgr.dev/chainguard/go:latest", "newest first, from the first source that knows"),
        (
            "tagwake log cgr.dev/chainguard/go:1.21 --from-git",
            "which commits here moved the pin, and when",
        ),
    ),
)
@click.argument("text", metavar="REF", shell_complete=complete_references)
@click.option("--since", metavar="TIME", help="Only moves from then on: 2026-01-31, an RFC 3339 time, or 7d.")
@click.option("--until", metavar="TIME", help="Only moves before then.")
@click.option("-n", "limit", type=click.IntRange(min=0), metavar="N", help="Only the newest N moves.")
@options.show_all(f"list all moves, not only the newest {LIMIT}")
@click.option("-f", "--follow", is_flag=True, help="Go on, and print each move as it becomes known.")
@click.option("--from-git", is_flag=True, help="Ask the commits of this repository, and nobody else.")
@click.option(
    "--verify",
    is_flag=True,
    help="Check that what the service told of the tag stands as it was told; 1 where it does not.",
)
@options.output_format("json")
@options.long_digests()
@options.colour()
def command(
    *,
    text: str,
    since: str | None,
    until: str | None,
    limit: int | None,
    show_all: bool,
    follow: bool,
    from_git: bool,
    verify: bool,
    output: str,
    long: bool,
    colour: str,
) -> int:
    """Ask who knows, and print what they tell; 3 where nobody knows, or somebody could not be asked."""
    import asyncio

    from tagwake.faces.cli.progress_line import progress_line
    from tagwake.wiring.clock import moment

    reference = Reference.parse(text)
    if reference.stream is None:
        raise UsageRefused(f"{text}: a history is that of a tag: write one, as in {reference.name}:latest")
    if follow and (verify or until is not None):
        raise click.UsageError("--follow goes neither with --verify nor with --until")
    if verify and from_git:
        raise click.UsageError("--verify and --from-git exclude one another: commits were never told")
    now = moment()
    if limit is None and output == "text" and not show_all:
        limit = LIMIT
    asked = LogRange(
        None if since is None else moment_of(since, now, "--since"),
        None if until is None else moment_of(until, now, "--until"),
        limit,
    )
    printer = LogPrinter(reference, output, colour=colour, long=long, now=now)
    with progress_line("Asking who knows the tag") as line:
        work = _answer(printer, asked, line, follow=follow, from_git=from_git, verify=verify)
        return asyncio.run(work)


async def _answer(
    printer: LogPrinter, asked: LogRange, line: ProgressLine, *, follow: bool, from_git: bool, verify: bool
) -> int:
    from contextlib import AsyncExitStack

    from tagwake.verbs.log import log
    from tagwake.wiring.log_sources import commit_source, open_log_sources
    from tagwake.wiring.settings import find_settings, load_settings

    folder = os.getcwd()
    settings = load_settings(folder, folder, find_settings(folder, folder))
    async with AsyncExitStack() as stack:
        sources: Sequence[HistorySource]
        if from_git:
            sources = (commit_source(settings, folder, line),)
        else:
            sources = await stack.enter_async_context(open_log_sources(settings, os.environ, folder, line))
        if verify:
            return await _verify(printer, sources)
        answer = await log(printer.stream, sources, asked)
        line.clear()
        printer.answered(answer, is_followed=follow)
        if follow:
            await _follow(printer, answer.source or sources[0], asked, answer.log)
    return INCOMPLETE if answer.failed or answer.log is None else 0


async def _follow(printer: LogPrinter, source: HistorySource, asked: LogRange, log: TagLog | None) -> None:
    from tagwake.verbs.log import follow

    known = () if log is None else log.moves
    name = source.name if log is None else log.source
    async for move in follow(printer.stream, source, asked, known):
        if isinstance(move, Unresolved):
            printer.failed((f"{source.name}: {move.reason}",))
        else:
            printer.came(name, move)


async def _verify(printer: LogPrinter, sources: Sequence[HistorySource]) -> int:
    from tagwake.verbs.log import verify
    from tagwake.wiring.log_sources import telling

    source = telling(sources)
    if source is None:
        raise UsageRefused(
            "there is nothing to check: nobody recorded tags here: set TAGWAKE_URL, or run `tagwake serve`"
        )
    checked = await verify(printer.stream, source)
    if isinstance(checked, Unresolved):
        printer.failed((f"{source.name}: {checked.reason}",))
        return INCOMPLETE
    printer.checked(checked)
    return 0 if checked.broken is None else BROKEN
