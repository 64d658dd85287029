"""``tagwake import``."""

import os
import sys
from collections.abc import Iterable, Sequence

import click

from tagwake.core.reference import Stream
from tagwake.core.sighting import Sighting
from tagwake.faces.cli.asked_desk import at_desk
from tagwake.faces.cli.catalogue import VERBS
from tagwake.faces.cli.completed import complete_references
from tagwake.faces.cli.terminal import show
from tagwake.faces.cli.verb import Verb
from tagwake.faces.cli.verb_group import VerbGroup

INCOMPLETE = 3


@click.group(
    cls=VerbGroup,
    help=VERBS["import"][1],
    examples=(
        ("tagwake import git", "every pin of this repository, from its commits"),
        ("tagwake import csv moves.csv --registry quay.io", "a table of moves"),
    ),
)
def command() -> None:
    """Imports, into the database of this machine or through the service that TAGWAKE_URL names."""


@command.command(
    cls=Verb,
    help="Take over a table of moves."
    "\n\nIts first line names the columns observed_at, repository, tag and digest; a row without a digest is a deletion. "
    "It may be compressed (.gz, .xz), and - is standard input.",
    examples=(
        ("tagwake import csv moves.csv --registry quay.io", "the registry is not in the table"),
        ("tagwake import csv - --registry quay.io < moves.csv", "from standard input"),
    ),
)
@click.argument("path", metavar="FILE")
@click.option(
    "--registry", required=True, metavar="HOST", help="The registry that the repositories belong to."
)
def csv(path: str, registry: str) -> int:
    """Import a table."""
    from tagwake.wiring.records import tabled

    return _imported(tabled(path, _registry(registry)))


@command.command(
    cls=Verb,
    help="Take over what the storage of a CNCF distribution registry on disk says of its tags."
    "\n\nTimes are those of its files: of a copy without them nothing is to be learned.",
    examples=(
        (
            "tagwake import distribution /var/lib/registry --registry registry.acme.example",
            "its root directory",
        ),
        ("tagwake import distribution . --registry localhost:5000", "where the current folder is it"),
    ),
)
@click.argument("root", metavar="DIR", type=click.Path())
@click.option("--registry", required=True, metavar="HOST", help="The host that it serves as.")
def distribution(root: str, registry: str) -> int:
    """Import a storage tree."""
    from tagwake.wiring.records import stored

    return _imported(stored(root, _registry(registry)))


@command.command(
    cls=Verb,
    help="Take over what Chainguard's registry records of these tags.",
    examples=(
        ("tagwake import chainguard cgr.dev/chainguard/go:latest", "a public image needs no login"),
        (
            "tagwake import chainguard cgr.dev/acme/api:1 cgr.dev/acme/api:2",
            "with the login of docker or podman",
        ),
    ),
)
@click.argument("texts", metavar="REF...", nargs=-1, required=True, shell_complete=complete_references)
def chainguard(texts: tuple[str, ...]) -> int:
    """Import Chainguard's record."""
    return _from_registry(texts, "chainguard")


@command.command(
    cls=Verb,
    help="Take over what Quay records of these tags: some weeks, by its settings.",
    examples=(
        ("tagwake import quay quay.io/prometheus/prometheus:latest", "a public image"),
        ("tagwake import quay quay.acme.example/team/app:1", "a Quay of your own"),
    ),
)
@click.argument("texts", metavar="REF...", nargs=-1, required=True, shell_complete=complete_references)
def quay(texts: tuple[str, ...]) -> int:
    """Import Quay's record."""
    return _from_registry(texts, "quay")


@command.command(
    cls=Verb,
    help="Take over what the commits of this repository tell of these tags, or of all that it pins.",
    examples=(
        ("tagwake import git", "every tag that the latest commit pins"),
        ("tagwake import git cgr.dev/chainguard/go:1.21", "one, pinned here now or earlier"),
    ),
)
@click.argument("texts", metavar="[REF...]", nargs=-1, shell_complete=complete_references)
def git(texts: tuple[str, ...]) -> int:
    """Import from commits."""
    from tagwake.faces.cli.progress_line import progress_line
    from tagwake.verbs.history_sources import commit_sightings
    from tagwake.wiring.git_history import open_pin_history
    from tagwake.wiring.settings import find_settings, load_settings

    folder = os.getcwd()
    settings = load_settings(folder, folder, find_settings(folder, folder))
    pins = open_pin_history(folder, settings)
    with progress_line("Reading commits") as line:
        streams = _streams(texts) if texts else pins.pinned()
        sightings = commit_sightings(pins, streams, line)
    return _imported(sightings)


def _from_registry(texts: Sequence[str], name: str) -> int:
    import asyncio

    from tagwake.ports.registry_record import RecordKind
    from tagwake.verbs.import_records import Records, records_of
    from tagwake.wiring.records import open_records
    from tagwake.wiring.settings import find_settings, load_settings

    folder = os.getcwd()
    settings = load_settings(folder, folder, find_settings(folder, folder))
    streams = _streams(texts)

    async def read() -> Records:
        async with open_records(settings, os.environ) as records:
            return await records_of(records, streams, RecordKind(name))

    found = asyncio.run(read())
    status = _imported(found.sightings) if found.sightings else 0
    sys.stdout.flush()
    sys.stderr.writelines(f"not done: {line}\n" for line in found.failed)
    return INCOMPLETE if found.failed else status


def _imported(sightings: Iterable[Sighting]) -> int:
    from tagwake.formats.report.count import count

    done = at_desk(lambda desk: desk.import_sightings(sightings))
    said = f"{count(done.sightings, 'sighting')} read: {count(done.moves, 'move')} new."
    if done.corrected:
        said += f" {count(done.corrected, 'tag was', 'tags were')} told otherwise before, and the feed corrects that."
    show([said])
    return 0


def _streams(texts: Sequence[str]) -> list[Stream]:
    from tagwake.core.errors import UsageRefused
    from tagwake.core.reference import Reference

    found = []
    for text in texts:
        reference = Reference.parse(text)
        if reference.stream is None:
            raise UsageRefused(
                f"{text}: a history is that of a tag: write one, as in {reference.name}:latest"
            )
        found.append(reference.stream)
    return list(dict.fromkeys(found))


def _registry(text: str) -> str:
    """The host as references have it."""
    from tagwake.core.errors import InvalidReference
    from tagwake.core.reference import Reference

    try:
        read = Reference.parse(f"{text}/x/x")
    except InvalidReference as error:
        raise click.BadParameter(f"'{text}' is no host: {error.problem}", param_hint="--registry") from None
    if read.name != f"{text}/x/x" or read.repository != "x/x":
        raise click.BadParameter(
            f"'{text}' is no host, such as registry.example:5000", param_hint="--registry"
        )
    return read.registry
