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
    """Add digests."""
    from tagwake.faces.cli.rewriting import rewrite
    from tagwake.verbs.pin import pin
    from tagwake.wiring.clock import today

    return rewrite(
        "pin",
        lambda code, found, registry, selection, to, line: pin(
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
