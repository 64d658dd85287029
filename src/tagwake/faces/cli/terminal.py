"""Where output goes: whether a person sees it, how wide it is, and whether it may be coloured."""

import os
import sys
from collections.abc import Iterable, Mapping
from typing import IO

from tagwake.formats.report.style import Style

DEFAULT_WIDTH = 80


def is_watched(stream: IO[str]) -> bool:
    """Whether a person looks at this stream: a terminal."""
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def width_of(stream: IO[str], environment: Mapping[str, str]) -> int | None:
    """Columns of the terminal behind the stream, ``COLUMNS`` first; ``None`` where there is no terminal."""
    if not is_watched(stream):
        return None
    said = environment.get("COLUMNS", "")
    if said.isdigit() and int(said) > 0:
        return int(said)
    try:
        return os.get_terminal_size(stream.fileno()).columns or DEFAULT_WIDTH
    except (OSError, ValueError):
        return DEFAULT_WIDTH


def has_colour(choice: str, stream: IO[str], environment: Mapping[str, str]) -> bool:
    """Whether to colour: ``always``, ``never``, or ``auto`` (a terminal that is not dumb, no ``NO_COLOR``).

    ``NO_COLOR`` counts where it is set and not empty (no-color.org).
    """
    if choice != "auto":
        return choice == "always"
    return is_watched(stream) and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def style_of(colour: str, *, long: bool = False) -> Style:
    """How to set what goes to standard output."""
    return Style(width_of(sys.stdout, os.environ), has_colour(colour, sys.stdout, os.environ), long)


def show(lines: Iterable[str]) -> None:
    """Print lines of text to standard output."""
    sys.stdout.writelines(line + "\n" for line in lines)


def emit(data: bytes) -> None:
    """Print one document, given as UTF-8, to standard output: nothing else goes there."""
    sys.stdout.flush()
    raw = getattr(sys.stdout, "buffer", None)
    if raw is None:
        sys.stdout.write(data.decode("utf-8", "surrogateescape"))
        return
    raw.write(data)
    raw.flush()
