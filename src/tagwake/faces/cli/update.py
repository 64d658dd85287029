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
@options.paths()
@options.dry_run()
@options.only()
@options.excepted()
@options.to()
@options.output_format("json", "markdown")
@options.show_all("list every reference and every file that was not read")
@options.long_digests()
@options.colour()
def command(dry_run: bool, **asked: Any) -> int:
    """Move pins."""
    from tagwake.faces.cli.rewriting import rewrite
    from tagwake.verbs.update import update
    from tagwake.wiring.clock import today

    return rewrite(
        "update",
        lambda code, found, registry, selection, to, line: update(
            code.worktree,
            found,
            registry,
            code.settings,
            today=today(),
            selection=selection,
            to=to,
            dry_run=dry_run,
            progress=line,
        ),
        dry_run=dry_run,
        **asked,
    )
