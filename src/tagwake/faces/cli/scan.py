"""``tagwake scan``."""

import os

import click

from tagwake.faces.cli import options
from tagwake.faces.cli.catalogue import VERBS
from tagwake.faces.cli.progress_line import progress_line
from tagwake.faces.cli.terminal import emit, show, style_of
from tagwake.faces.cli.verb import Verb


@click.command(
    cls=Verb,
    help=VERBS["scan"][1],
    examples=(
        ("tagwake scan", "every reference below this folder"),
        ("tagwake scan k8s Dockerfile --format json", "of these files only, for a program"),
    ),
)
@options.paths()
@options.output_format("json")
@options.show_all("name the files that were not read, too")
@options.long_digests()
@options.colour()
def command(paths: tuple[str, ...], output: str, show_all: bool, long: bool, colour: str) -> int:
    """Read the files and print what they hold; no network."""
    from tagwake.verbs.scan import scan
    from tagwake.wiring.code_base import open_code_base

    code = open_code_base(paths, os.environ)
    with progress_line("Reading files") as progress:
        found = scan(code.worktree, code.reader, code.settings, progress=progress)
    references = list(found.references())
    if output == "json":
        from tagwake.formats.report.json_scan import scan_document

        emit(scan_document(found.root, found.files_scanned, found.files_skipped, references))
    else:
        from tagwake.formats.report.scan_text import scan_lines

        style = style_of(colour, long=long)
        show(scan_lines(found.files_scanned, found.files_skipped, references, style, show_all=show_all))
    return 0
