"""``tagwake digest``."""

import os
import sys

import click

from tagwake.core.manifest import Descriptor
from tagwake.core.reference import Reference
from tagwake.core.resolution import Unresolved
from tagwake.faces.cli import options
from tagwake.faces.cli.catalogue import VERBS
from tagwake.faces.cli.completed import complete_references
from tagwake.faces.cli.terminal import emit, has_colour, show
from tagwake.faces.cli.verb import Verb
from tagwake.formats.report.style import Style
from tagwake.formats.report.visible import visible

INCOMPLETE = 3


@click.command(
    cls=Verb,
    help=VERBS["digest"][1],
    examples=(
        ("tagwake digest cgr.dev/chainguard/go:latest", "the digest, alone on a line"),
        ("tagwake digest debian:12 --format json", "with media type and size"),
    ),
)
@click.argument("text", metavar="REF", shell_complete=complete_references)
@options.output_format("json")
@options.colour()
def command(text: str, output: str, colour: str) -> int:
    """Ask the registry; 3 where it told nothing."""
    from tagwake.faces.cli.running import run
    from tagwake.verbs.digest import digest
    from tagwake.wiring.settings import find_settings, load_settings

    reference = Reference.parse(text)
    folder = os.getcwd()
    settings = load_settings(folder, folder, find_settings(folder, folder))
    found, _ = run(settings, lambda registry, _line: digest(registry, reference))
    if output == "json":
        from tagwake.formats.report.json_digest import digest_document

        emit(digest_document(reference, found))
    elif isinstance(found, Descriptor):
        show([str(found.digest)])
    if isinstance(found, Unresolved):
        style = Style(colour=has_colour(colour, sys.stderr, os.environ))
        sys.stderr.write(f"{style.failure('error:')} {visible(text)}: {visible(found.reason)}\n")
        return INCOMPLETE
    return 0
