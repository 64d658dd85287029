"""``tagwake watch``."""

import os

import click

from tagwake.faces.cli import options
from tagwake.faces.cli.asked_desk import at_desk
from tagwake.faces.cli.catalogue import VERBS
from tagwake.faces.cli.completed import complete_images
from tagwake.faces.cli.terminal import emit, show, style_of
from tagwake.faces.cli.verb import Verb
from tagwake.faces.cli.verb_group import VerbGroup
from tagwake.formats.report.count import count


@click.group(
    cls=VerbGroup,
    help=VERBS["watch"][1],
    examples=(
        ("tagwake watch add cgr.dev/chainguard/go:latest", "one tag; globs and whole repositories too"),
        ("tagwake watch from .", "every tag that is pinned below this folder"),
    ),
)
def command() -> None:
    """Watches, in the database of this machine or at the service that TAGWAKE_URL names."""


@command.command(
    cls=Verb,
    help="Follow these tags from now on.",
    examples=(
        ("tagwake watch add cgr.dev/chainguard/go:latest", "one tag"),
        ("tagwake watch add 'ghcr.io/acme/api:1.*' ghcr.io/acme/tools", "a glob, and a whole repository"),
    ),
)
@click.argument("patterns", metavar="IMAGE...", nargs=-1, required=True, shell_complete=complete_images)
@click.option("--signatures", is_flag=True, help="Follow signature tags (sha256-….sig and the like) as well.")
def add(patterns: tuple[str, ...], signatures: bool) -> int:
    """Add watches."""
    from tagwake.verbs.watch import parsed

    wanted = parsed(patterns, signatures=signatures)
    new = at_desk(lambda desk: desk.watch(wanted))
    show(_added(new, len(wanted)))
    return 0


@command.command(
    "from",
    cls=Verb,
    help="Follow every tag that is pinned in these files.",
    examples=(
        ("tagwake watch from", "the pins below this folder"),
        ("tagwake watch from k8s --except 'ghcr.io/acme/*'", "of a folder, without some"),
    ),
)
@options.paths()
@options.only()
@options.excepted()
def from_(paths: tuple[str, ...], only: tuple[str, ...], excepted: tuple[str, ...]) -> int:
    """Add the watches of a code base."""
    from tagwake.core.image_glob import Selection
    from tagwake.faces.cli.progress_line import progress_line
    from tagwake.verbs.scan import scan
    from tagwake.verbs.watch import patterns_of
    from tagwake.wiring.code_base import open_code_base

    code = open_code_base(paths, os.environ)
    with progress_line("Reading files") as line:
        found = scan(code.worktree, code.reader, code.settings, progress=line)
    wanted = patterns_of(found, Selection.of(only, excepted))
    if not wanted:
        show([f"No tag is pinned in {count(found.files_scanned, 'file')}: `tagwake pin` pins."])
        return 0
    new = at_desk(lambda desk: desk.watch(wanted))
    show(_added(new, len(wanted)))
    return 0


@command.command(
    "list",
    cls=Verb,
    help="List what is followed.",
    examples=(
        ("tagwake watch list", "for people"),
        ("tagwake watch list --format json", "for machines"),
    ),
)
@options.output_format("json")
@options.colour()
def list_(output: str, colour: str) -> int:
    """List watches."""
    from tagwake.wiring.clock import moment

    watches = at_desk(lambda desk: desk.watches())
    if output == "json":
        from tagwake.faces.cli.service_documents import watches_document

        emit(watches_document(watches))
    else:
        from tagwake.faces.cli.service_text import watch_lines

        show(watch_lines(watches, style_of(colour), moment()))
    return 0


@command.command(
    cls=Verb,
    help="Follow these no more; their history stays.",
    examples=(
        ("tagwake watch remove cgr.dev/chainguard/go:latest", "as it was added"),
        ("tagwake watch remove 'ghcr.io/acme/api:1.*'", "a glob"),
    ),
)
@click.argument("patterns", metavar="IMAGE...", nargs=-1, required=True)
def remove(patterns: tuple[str, ...]) -> int:
    """Remove watches."""
    from tagwake.core.errors import UsageRefused
    from tagwake.ports.service_desk import ServiceDesk
    from tagwake.verbs.watch import parsed

    async def step(desk: ServiceDesk) -> list[str]:
        return [str(each) for each in parsed(patterns, signatures=False) if not await desk.unwatch(each)]

    unknown = at_desk(step)
    if unknown:
        raise UsageRefused(f"{', '.join(unknown)}: not followed: `tagwake watch list` lists what is")
    show([f"{count(len(patterns), 'watch is', 'watches are')} gone; what was recorded stays."])
    return 0


def _added(new: int, given: int) -> list[str]:
    known = given - new
    said = f"{count(new, 'watch is', 'watches are')} new" + (f", {known:,} known already." if known else ".")
    if os.environ.get("TAGWAKE_URL"):
        return [said]
    return [said, "Next: `tagwake serve` looks at the tags and records where they go."]
