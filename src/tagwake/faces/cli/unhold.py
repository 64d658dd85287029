"""``tagwake unhold``."""

import click

from tagwake.core.reference import Reference
from tagwake.faces.cli import options
from tagwake.faces.cli.catalogue import VERBS
from tagwake.faces.cli.completed import complete_holds
from tagwake.faces.cli.terminal import emit, show, style_of
from tagwake.faces.cli.verb import Verb
from tagwake.formats.report.hold_text import unheld_lines


@click.command(
    cls=Verb,
    help=VERBS["unhold"][1],
    examples=(
        ("tagwake unhold debian:12", "every hold of this image"),
        ('tagwake unhold "debian@$(tagwake digest debian:12)"', "the hold of this digest"),
    ),
)
@click.argument("text", metavar="IMAGE[@DIGEST]", shell_complete=complete_holds)
@options.output_format("json")
@options.colour()
def command(text: str, output: str, colour: str) -> int:
    """Take holds out of the settings file."""
    from tagwake.verbs.hold import unhold
    from tagwake.wiring.settings_home import open_settings_home

    done = unhold(open_settings_home(), Reference.parse(text))
    if output == "json":
        from tagwake.formats.report.json_hold import unhold_document

        emit(unhold_document(done.file, done.holds))
    else:
        show(unheld_lines(done.holds, done.file, style_of(colour)))
    return 0
