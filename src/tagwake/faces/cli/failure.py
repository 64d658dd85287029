"""What is said when a command cannot do what it was asked: what is wrong, where, and what to type next."""

from difflib import get_close_matches

import click

from tagwake.core.errors import InvalidReference, TagwakeError
from tagwake.formats.report.parse_text import fault_lines
from tagwake.formats.report.style import Style
from tagwake.formats.report.visible import visible


def explain(error: TagwakeError) -> list[str]:
    """The lines for an error of our own: one, and for a reference the caret under the fault."""
    if isinstance(error, InvalidReference):
        return [f"error: {visible(error.text)} is no image reference", *fault_lines(error, Style())]
    return [f"error: {visible(str(error))}"]


def usage_lines(error: click.UsageError) -> list[str]:
    """The lines for a command line that cannot be read: what is wrong, and the help to look at."""
    command = error.ctx.command_path if error.ctx is not None else "tagwake"
    message = error.format_message().rstrip(".")
    if isinstance(error, click.NoSuchOption):
        nearest = get_close_matches(error.option_name, error.possibilities or (), n=1, cutoff=0)
        message = f"no such option '{error.option_name}'" + (
            f"; the nearest is {nearest[0]}" if nearest else ""
        )
    return [f"error: {visible(message[:1].lower() + message[1:])}", f"Next: `{command} --help`"]
