"""``tagwake demo``."""

import click

from tagwake.faces.cli.catalogue import VERBS
from tagwake.faces.cli.starters import Starters
from tagwake.faces.cli.terminal import style_of
from tagwake.faces.cli.verb import Verb


@click.command(
    cls=Verb,
    help=VERBS["demo"][1],
    examples=(
        ("tagwake demo", "play it; the sample stays in a temporary folder"),
        ("tagwake demo > demo.txt", "keep what it says"),
    ),
)
@click.pass_obj
def command(starters: Starters) -> int:
    """Play the demo."""
    return starters.demo(style_of("auto"))
