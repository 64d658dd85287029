"""A verb as a command: its help opens with one sentence and examples that work."""

from collections.abc import Sequence
from typing import Any

import click


class Verb(click.Command):
    """A click command whose help starts with what it is for.

    :param examples: command lines, and what each does in a few words.
    :param optional_values: options whose value is given with ``=`` or not at all, so that a PATH after one is none.
    """

    def __init__(
        self,
        *args: Any,
        examples: Sequence[tuple[str, str]] = (),
        optional_values: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("context_settings", {"help_option_names": ["-h", "--help"]})
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)
        self.optional_values = frozenset(optional_values)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; an option of :attr:`optional_values` without ``=`` has an empty value."""
        end = args.index("--") if "--" in args else len(args)
        given = [f"{word}=" if word in self.optional_values else word for word in args[:end]]
        return super().parse_args(ctx, given + args[end:])

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Sentence, examples, usage, options."""
        format_opening(self, ctx, formatter)
        self.format_options(ctx, formatter)


def format_opening(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """What the help of every verb opens with: one sentence, its ``examples``, and how it is used."""
    from tagwake.formats.report.table import Cell, Row, set_rows, wrap

    sentence, *more = (command.help or "").strip().split("\n\n")
    formatter.write("\n".join(wrap(" ".join(sentence.split()), formatter.width)) + "\n")
    examples = getattr(command, "examples", ())
    if examples:
        rows = [Row((Cell(line),), means) for line, means in examples]
        formatter.write("\nExamples:\n")
        formatter.write("\n".join(set_rows(rows, formatter.width)) + "\n")
    formatter.write("\n")
    command.format_usage(ctx, formatter)
    for paragraph in more:
        formatter.write("\n" + "\n".join(wrap(" ".join(paragraph.split()), formatter.width)) + "\n")
