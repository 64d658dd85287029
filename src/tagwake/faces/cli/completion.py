"""``tagwake completion``."""

import os

import click

from tagwake.faces.cli.catalogue import VERBS
from tagwake.faces.cli.shells import script_of
from tagwake.faces.cli.terminal import show
from tagwake.faces.cli.verb import Verb

SHELLS = ("bash", "zsh", "fish")


@click.command(
    cls=Verb,
    help=VERBS["completion"][1]
    + "\n\nImages and tags are completed from the files below the current folder: nothing is looked up.",
    examples=(
        ("source <(tagwake completion bash)", "in ~/.bashrc; the same for zsh in ~/.zshrc"),
        ("tagwake completion fish > tagwake.fish", "in ~/.config/fish/completions"),
    ),
)
@click.argument("shell", type=click.Choice(SHELLS), required=False)
@click.pass_context
def command(ctx: click.Context, shell: str | None) -> int:
    """Print the script for the shell that was named, else for the user's."""
    chosen = shell or os.path.basename(os.environ.get("SHELL", ""))
    if chosen not in SHELLS:
        raise click.UsageError("name the shell: `tagwake completion bash`, zsh or fish", ctx)
    show(script_of(ctx.find_root().command, chosen).splitlines())
    return 0
