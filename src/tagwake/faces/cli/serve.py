"""``tagwake serve``."""

import click

from tagwake.faces.cli.catalogue import VERBS
from tagwake.faces.cli.service_options import settings_option
from tagwake.faces.cli.starters import Starters
from tagwake.faces.cli.verb import Verb


@click.command(
    cls=Verb,
    help=VERBS["serve"][1],
    examples=(
        ("tagwake serve", "on 127.0.0.1:8750, with a database in your state directory"),
        ("tagwake serve --listen 127.0.0.1:0", "on a free port, which it says"),
    ),
)
@click.option(
    "--listen",
    default="127.0.0.1:8750",
    metavar="HOST:PORT",
    help="Where to listen; port 0 takes a free one. Others can connect only once there is a token.",
)
@settings_option
@click.pass_obj
def command(starters: Starters, *, listen: str, settings: str | None) -> int:
    """Serve until told to stop."""
    return starters.serve(listen, settings)
