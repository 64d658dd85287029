"""``tagwake update``."""

from typing import Any

import click

from tagwake.faces.cli import options
from tagwake.faces.cli.catalogue import VERBS
from tagwake.faces.cli.verb import Verb


@click.command(
    cls=Verb,
    help=VERBS["update"][1],
    examples=(
        ("tagwake update --dry-run", "the diff, and nothing written"),
        ("tagwake update k8s --only 'cgr.dev/*'", "the pins of these images below k8s"),
    ),
)
@options.rewriting()
def command(**asked: Any) -> int:
    """Move pins."""
    from tagwake.faces.cli.rewriting import rewrite
    from tagwake.verbs.update import update

    return rewrite("update", update, **asked)
