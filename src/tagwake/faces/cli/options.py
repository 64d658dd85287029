"""Options that several verbs share, each written and explained once."""

from collections.abc import Callable
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def paths() -> Decorator:
    """``[PATH]...``: files and folders; the current folder without any."""
    return click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path())


def output_format(*formats: str) -> Decorator:
    """``--format``: how the result is printed; text is for people."""
    return click.option(
        "--format",
        "output",
        type=click.Choice(("text", *formats)),
        default="text",
        help=f"Print text for people, or {' or '.join(formats)}.",
    )


def colour() -> Decorator:
    """``--color``: when to colour the text."""
    return click.option(
        "--color",
        "colour",
        type=click.Choice(("auto", "always", "never")),
        default="auto",
        help="Colour on a terminal without NO_COLOR (auto), always or never.",
    )


def show_all(what: str) -> Decorator:
    """``--all``: list what is otherwise only counted."""
    return click.option("--all", "show_all", is_flag=True, help=f"{what[0].upper()}{what[1:]}.")


def long_digests() -> Decorator:
    """``--long``: whole digests instead of their first 12 digits."""
    return click.option("--long", is_flag=True, help="Show whole digests.")
