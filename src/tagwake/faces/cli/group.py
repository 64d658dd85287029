"""``tagwake`` itself: finds the verb, imports it when it is called, and names the nearest one when there is none."""

import os
from importlib import import_module
from typing import TYPE_CHECKING

import click

from tagwake.faces.cli.catalogue import FIRST, GROUPS, VERBS

if TYPE_CHECKING:
    from tagwake.formats.report.table import Row

_SENTENCE = "Find every pinned image reference, look its tag up, move the digest, touch nothing else."


class Group(click.Group):
    """A group that knows its verbs by name and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it
        """Every verb that can be called."""
        return list(VERBS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - as click calls it
        cmd_name: str,
    ) -> click.Command | None:
        """The verb's command, imported now; ``None`` where there is no such verb."""
        if cmd_name not in VERBS:
            return None
        command = import_module(VERBS[cmd_name][0]).command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb that was typed.

        :raises click.UsageError: with the nearest verb where there is none of this name.
        """
        if args[0] not in VERBS and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise click.UsageError(_no_such_verb(args[0]), ctx)
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What it is for, two examples, and the verbs in groups."""
        from tagwake.formats.report.table import Cell, Row, set_rows, wrap

        formatter.write("\n".join(wrap(_SENTENCE, formatter.width)) + "\n\nExamples:\n")
        examples = [
            Row((Cell("tagwake status"),), "what is pinned here, and what is behind"),
            Row((Cell("tagwake update --dry-run"),), "the diff that would bring it up to date"),
        ]
        formatter.write("\n".join(set_rows(examples, formatter.width)) + "\n\n")
        self.format_usage(ctx, formatter)
        for heading, names in GROUPS.items():
            formatter.write(f"\n{heading}:\n")
            formatter.write("\n".join(set_rows(_rows(names), formatter.width)) + "\n")
        super(click.Group, self).format_options(ctx, formatter)
        closing = "`tagwake VERB --help` says more. `tagwake` alone in a repository is `tagwake status`."
        formatter.write("\n" + "\n".join(wrap(closing, formatter.width)) + "\n")


def first_steps(width: int) -> list[str]:
    """What ``tagwake`` alone says outside a repository: the five verbs to start with."""
    from tagwake.formats.report.table import set_rows, wrap

    lines = wrap(_SENTENCE, width)
    lines += ["", "This folder is in no repository. Five verbs to start with:", ""]
    lines += set_rows(_rows(FIRST), width)
    return [
        *lines,
        "",
        "Next: `tagwake demo` shows it on a sample, offline; `tagwake --help` lists all verbs.",
    ]


def _rows(names: tuple[str, ...]) -> "list[Row]":
    from tagwake.formats.report.table import Cell, Row

    longest = max(map(len, VERBS))
    return [Row((Cell(f"{name:{longest}}"),), VERBS[name][1]) for name in names]


def _no_such_verb(name: str) -> str:
    from difflib import get_close_matches

    nearest = get_close_matches(name.lower(), VERBS, n=1, cutoff=0.5)
    if nearest:
        return f"there is no verb '{name}'; the nearest is `tagwake {nearest[0]}`"
    if os.path.exists(name):
        return f"'{name}' is a path: put a verb before it, as in `tagwake status {name}`"
    return f"there is no verb '{name}'; `tagwake --help` lists them"
