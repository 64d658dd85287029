"""Options that several verbs share, each written and explained once."""

from collections.abc import Callable
from typing import Any

import click

from tagwake.faces.cli.completed import complete_images, complete_pins

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


def dry_run() -> Decorator:
    """``--dry-run``: the diff on standard output, and nothing written."""
    return click.option("-n", "--dry-run", is_flag=True, help="Print the diff and write nothing.")


def only() -> Decorator:
    """``--only``: the images that it is about."""
    return click.option(
        "--only",
        metavar="GLOB",
        multiple=True,
        shell_complete=complete_images,
        help="Only images that fit, such as 'cgr.dev/*'; may be repeated.",
    )


def excepted() -> Decorator:
    """``--except``: images that are left alone."""
    return click.option(
        "--except",
        "excepted",
        metavar="GLOB",
        multiple=True,
        shell_complete=complete_images,
        help="Leave images that fit alone; may be repeated.",
    )


def to() -> Decorator:
    """``--to``: a digest set by hand."""
    return click.option(
        "--to",
        metavar="IMAGE@DIGEST",
        shell_complete=complete_pins,
        help="Set this digest for every pin of the image; the registry is asked for it first.",
    )


def rewriting() -> Decorator:
    """The arguments and options of the verbs that write, in the order in which people need them."""
    decorators = (
        paths(),
        dry_run(),
        only(),
        excepted(),
        to(),
        output_format("json", "markdown"),
        show_all("list every reference and every file that was not read"),
        long_digests(),
        colour(),
    )

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate
