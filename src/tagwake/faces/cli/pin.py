"""``tagwake pin``."""

from typing import Any

import click

from tagwake.faces.cli import options
from tagwake.faces.cli.catalogue import VERBS
from tagwake.faces.cli.verb import Verb


@click.command(
    cls=Verb,
    help=VERBS["pin"][1],
    examples=(
        ("tagwake pin --dry-run", "the diff, and nothing written"),
        ("tagwake pin Dockerfile", "the references of one file"),
    ),
)
@options.rewriting()
def command(**asked: Any) -> int:
    """Add digests."""
    from tagwake.faces.cli.rewriting import rewrite
    from tagwake.verbs.pin import pin

    return rewrite("pin", pin, **asked)
