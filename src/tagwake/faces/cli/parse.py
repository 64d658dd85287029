"""``tagwake parse``."""

import click

from tagwake.faces.cli import options
from tagwake.faces.cli.catalogue import VERBS
from tagwake.faces.cli.terminal import emit, show, style_of
from tagwake.faces.cli.verb import Verb
from tagwake.verbs.parse import parse


@click.command(
    cls=Verb,
    help=VERBS["parse"][1],
    examples=(
        ("tagwake parse cgr.dev/chainguard/go:1.21", "registry, repository, tag and digest"),
        ("tagwake parse debian:12 --format json", "the same as one JSON document"),
    ),
)
@click.argument("texts", metavar="REF...", nargs=-1, required=True)
@options.output_format("json")
@options.colour()
def command(texts: tuple[str, ...], output: str, colour: str) -> int:
    """Read each reference; 1 where one of them cannot be read."""
    parsed = parse(texts)
    if output == "json":
        from tagwake.formats.report.json_parse import parse_document

        emit(parse_document([(each.text, each.reference, each.error) for each in parsed]))
    else:
        from tagwake.formats.report.parse_text import parse_lines

        show(parse_lines([(each.text, each.reference, each.error) for each in parsed], style_of(colour)))
    return 1 if any(each.error is not None for each in parsed) else 0
