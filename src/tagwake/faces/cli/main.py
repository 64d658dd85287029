"""The command line's root: options that belong to no verb, and what ``tagwake`` alone does."""

import os
import sys

import click

from tagwake import __version__
from tagwake.faces.cli.group import Group, first_steps
from tagwake.faces.cli.terminal import show, width_of


def is_repository(folder: str) -> bool:
    """Whether the folder or one above it is a git work tree or has a ``tagwake.toml``."""
    while True:
        if any(os.path.exists(os.path.join(folder, name)) for name in (".git", "tagwake.toml")):
            return True
        above = os.path.dirname(folder)
        if above == folder:
            return False
        folder = above


@click.group(
    cls=Group,
    invoke_without_command=True,
    subcommand_metavar="VERB [ARGS]...",
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": None},
)
@click.version_option(__version__, message="tagwake %(version)s")
@click.pass_context
def root(ctx: click.Context) -> int:
    """Find every pinned image reference, look its tag up, move the digest, touch nothing else."""
    if ctx.invoked_subcommand is not None:
        return 0
    if is_repository(os.getcwd()):
        status = root.get_command(ctx, "status")
        assert status is not None
        with status.make_context("status", [], parent=ctx) as inner:
            return int(status.invoke(inner) or 0)
    show(first_steps(width_of(sys.stdout, os.environ) or 80))
    return 0
