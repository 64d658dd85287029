"""``tagwake hold``."""

import click

from tagwake.core.reference import Reference
from tagwake.faces.cli import options
from tagwake.faces.cli.catalogue import VERBS
from tagwake.faces.cli.choices import day_of
from tagwake.faces.cli.completed import complete_pins
from tagwake.faces.cli.terminal import emit, show, style_of
from tagwake.faces.cli.verb import Verb
from tagwake.formats.report.hold_text import held_lines


@click.command(
    cls=Verb,
    help=VERBS["hold"][1],
    examples=(
        ("tagwake hold debian:12 --until 2099-01-31", "whatever this tag points to, until then"),
        ('tagwake hold "debian@$(tagwake digest debian:12)"', "what it points to now, for good"),
    ),
)
@click.argument("text", metavar="IMAGE[@DIGEST]", shell_complete=complete_pins)
@click.option("--reason", default="", metavar="TEXT", help="Why, for whoever reads tagwake.toml or status.")
@click.option(
    "--until", metavar="DATE", help="The last day on which it holds, as 2027-01-31; for good without."
)
@options.output_format("json")
@options.colour()
def command(text: str, reason: str, until: str | None, output: str, colour: str) -> int:
    """Write the hold into the settings file."""
    from tagwake.verbs.hold import hold
    from tagwake.wiring.clock import today
    from tagwake.wiring.settings_home import open_settings_home

    day = None if until is None else day_of(until)
    held = hold(open_settings_home(), Reference.parse(text), today=today(), reason=reason, until=day)
    if output == "json":
        from tagwake.formats.report.json_hold import hold_document

        emit(hold_document(held.file, held.hold))
    else:
        show(held_lines(held.hold, held.file, held.replaced, today(), style_of(colour)))
    return 0
