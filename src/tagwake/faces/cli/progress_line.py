"""One line on standard error for work of over a second: what is being done, and how much is left."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tagwake.faces.cli.terminal import is_watched, width_of

PATIENCE = 1.0
"""Seconds before anything is shown."""
PACE = 0.1
"""Seconds between two drawings."""

_DOING = {
    "reading": "Reading files",
    "look-ups": "Looking up tags",
    "files": "Writing files",
    "commits": "Reading versions of files",
}
_DONE = {
    "reading": "files read",
    "look-ups": "look-ups answered",
    "files": "files written",
    "commits": "versions of files read",
}


class ProgressLine:
    """Counts what the verbs tell it (:class:`tagwake.ports.progress.Progress`), and draws it for a person.

    :param doing: what is said until the work tells how far it is.
    :param is_shown: whether a person watches standard error.
    :param now: seconds on a clock that never goes back.
    """

    def __init__(self, doing: str, *, is_shown: bool, width: int, now: Callable[[], float]) -> None:
        self._doing = doing
        self._is_shown = is_shown
        self._width = width
        self._now = now
        self._started = now()
        self._drawn_at = 0.0
        self._is_drawn = False
        self._steps: dict[str, tuple[int, int]] = {}

    def __call__(self, what: str, done: int, total: int) -> None:
        """Take note, and draw where it is time to."""
        self._steps[what] = (done, total)
        self.draw()

    def draw(self) -> None:
        """Draw the line, where somebody watches, a second has passed, and it was not drawn just now."""
        now = self._now()
        if self._is_shown and now - self._started >= PATIENCE and now - self._drawn_at >= PACE:
            self._drawn_at = now
            self._write(self._line(int(now - self._started)))
            self._is_drawn = True

    def clear(self) -> None:
        """Take the line away."""
        if self._is_drawn:
            self._write("")
            self._is_drawn = False

    def account(self) -> str:
        """What was done until now, in words: ``3 of 50 look-ups answered, no file written``."""
        said = [f"{done:,} of {total:,} {_DONE[what]}" for what, (done, total) in self._steps.items()]
        if "files" not in self._steps:
            said.append("no file written")
        return ", ".join(said)

    def _line(self, seconds: int) -> str:
        if not self._steps:
            return f"{self._doing}, {seconds} s"
        what, (done, total) = list(self._steps.items())[-1]
        return f"{_DOING[what]}: {done:,} of {total:,}, {total - done:,} left, {seconds} s"

    def _write(self, text: str) -> None:
        sys.stderr.write(f"\r{text[: self._width - 1]}\x1b[K")
        sys.stderr.flush()


@contextmanager
def progress_line(doing: str) -> Iterator[ProgressLine]:
    """A line for the time of the work; it is gone after.

    :param doing: what is said until the work tells how far it is.

    :raises Interrupted: on Ctrl-C, with what was done until then.
    """
    from tagwake.faces.cli.interrupted import Interrupted

    watched = is_watched(sys.stderr) and os.environ.get("TERM") != "dumb"
    line = ProgressLine(
        doing, is_shown=watched, width=width_of(sys.stderr, os.environ) or 80, now=time.monotonic
    )
    try:
        yield line
    except KeyboardInterrupt:
        raise Interrupted(line.account()) from None
    finally:
        line.clear()
