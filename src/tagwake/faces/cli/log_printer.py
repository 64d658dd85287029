"""Prints what ``log`` was told, as text or JSON; what a document cannot say goes to standard error."""

import os
import sys
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from tagwake.core.history import Move
from tagwake.core.reference import Reference
from tagwake.core.tag_log import TagLog
from tagwake.faces.cli.terminal import emit, has_colour, show, style_of
from tagwake.formats.report.style import Style
from tagwake.formats.report.visible import visible

if TYPE_CHECKING:
    from tagwake.formats.report.log_text import LogView
    from tagwake.verbs.log import ChainCheck, LogAnswer


class LogPrinter:
    """Prints for one run.

    :param reference: as the user gave it, with a tag; its digest is pointed out.
    :param output: ``text`` or ``json``.
    """

    def __init__(self, reference: Reference, output: str, *, colour: str, long: bool, now: datetime) -> None:
        assert reference.stream is not None
        self.stream = reference.stream
        self._reference = reference
        self._is_json = output == "json"
        self._style = style_of(colour, long=long)
        self._errors = Style(colour=has_colour(colour, sys.stderr, os.environ))
        self._now = now

    def answered(self, answer: "LogAnswer", *, is_followed: bool) -> None:
        """The whole log, or that nobody knows the tag; with ``is_followed`` in the order in which more will come."""
        log = answer.log
        if is_followed:
            self._beside(() if log is None else (_account(log),))
            for move in reversed(log.moves if log is not None else ()):
                self.came("" if log is None else log.source, move)
        elif self._is_json:
            from tagwake.formats.report.json_log import log_document

            emit(log_document(self.stream, log))
            self._beside(() if log is None else (_account(log),))
        elif log is not None:
            from tagwake.formats.report.log_text import log_lines

            show(log_lines(log, self._view()))
        self.failed(answer.failed)
        if log is None and not is_followed:
            self._unknown(answer)

    def came(self, source: str, move: Move) -> None:
        """A move on a line of its own."""
        if self._is_json:
            from tagwake.formats.report.json_log import log_line

            emit(log_line(self.stream, source, move))
            return
        from tagwake.formats.report.log_text import move_line

        show([move_line(move, self._view())])
        sys.stdout.flush()

    def checked(self, check: "ChainCheck") -> None:
        """Whether what was told still stands."""
        if self._is_json:
            from tagwake.formats.report.json_log import verify_document

            emit(verify_document(self.stream, check.source, check.events, check.broken))
            return
        from tagwake.formats.report.log_text import chain_lines

        show(chain_lines(str(self.stream), check.source, check.events, check.broken, self._style))

    def failed(self, reasons: Iterable[str]) -> None:
        """Who could not be asked, and why."""
        self._beside(f"{self._errors.failure('not done:')} {visible(reason)}" for reason in reasons)

    def _unknown(self, answer: "LogAnswer") -> None:
        from tagwake.formats.report.count import listed

        image = visible(str(self.stream))
        where = f"no history in {listed(answer.silent, 'or')}" if answer.silent else "nobody could be asked"
        self._beside(
            (
                f"{self._errors.failure('error:')} {image}: {where}",
                f"Next: `tagwake digest {image}` says whether there is such a tag.",
            )
        )

    def _beside(self, lines: Iterable[str]) -> None:
        sys.stdout.flush()
        sys.stderr.writelines(f"{line}\n" for line in lines)

    def _view(self) -> "LogView":
        from tagwake.formats.report.log_text import LogView

        return LogView(self._style, self._now, self._reference.digest)


def _account(log: TagLog) -> str:
    from tagwake.formats.report.log_text import account

    return visible(account(log))
