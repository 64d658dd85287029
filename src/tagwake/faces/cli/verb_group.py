"""A verb that has verbs of its own: ``tagwake watch add``."""

from collections.abc import Sequence
from typing import Any

import click

from tagwake.faces.cli.verb import format_opening


class VerbGroup(click.Group):
    """A group whose help starts with what it is for, as that of a verb does.

    :param examples: command lines, and what each does in a few words.
    """

    def __init__(self, *args: Any, examples: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        kwargs.setdefault("context_settings", {"help_option_names": ["-h", "--help"]})
        kwargs.setdefault("subcommand_metavar", "VERB [ARGS]...")
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb that was typed.

        :raises click.UsageError: with those there are, where there is none of this name.
        """
        if args[0] not in self.commands and not args[0].startswith("-") and not ctx.resilient_parsing:
            names = ", ".join(self.commands)
            raise click.UsageError(f"there is no '{ctx.command_path} {args[0]}'; there is {names}", ctx)
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it
        """In the order in which people need them."""
        return list(self.commands)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Sentence, examples, usage, its verbs, options."""
        from tagwake.formats.report.table import Cell, Row, set_rows

        format_opening(self, ctx, formatter)
        longest = max(map(len, self.commands))
        rows = [
            Row((Cell(f"{name:{longest}}"),), command.get_short_help_str(200))
            for name, command in self.commands.items()
        ]
        formatter.write("\nVerbs:\n")
        formatter.write("\n".join(set_rows(rows, formatter.width)) + "\n")
        click.Command.format_options(self, ctx, formatter)
