"""How text for people is set: its width, its colours, and the words that stand out."""

from dataclasses import dataclass

from tagwake.core.digest import Digest
from tagwake.core.outcome import Outcome

NARROWEST = 60
"""Columns below which nothing gives way any more."""

_INK = {
    Outcome.BROKEN: "31",
    Outcome.INVALID: "31",
    Outcome.UNRESOLVED: "31",
    Outcome.BEHIND: "33",
    Outcome.BLOCKED: "33",
    Outcome.WAITING: "33",
    Outcome.HELD: "35",
    Outcome.UNPINNED: "36",
    Outcome.UPDATED: "32",
    Outcome.PINNED: "32",
    Outcome.CURRENT: "32",
}


@dataclass(frozen=True, slots=True)
class Style:
    """How to set text.

    :param width: columns of the terminal; ``None`` where there is no terminal: nothing is wrapped then.
    :param colour: whether escape sequences for colour may be written.
    :param long: whether digests are shown whole.
    """

    width: int | None = None
    colour: bool = False
    long: bool = False

    @property
    def columns(self) -> int | None:
        """The width to fill, never under 60; ``None`` where nothing is wrapped."""
        return None if self.width is None else max(self.width, NARROWEST)

    def bold(self, text: str) -> str:
        """The text, standing out."""
        return self._ink("1", text)

    def dim(self, text: str) -> str:
        """The text, standing back."""
        return self._ink("2", text)

    def failure(self, text: str) -> str:
        """The text in the colour of what went wrong."""
        return self._ink("31", text)

    def success(self, text: str) -> str:
        """The text in the colour of what went well."""
        return self._ink("32", text)

    def rollback(self, text: str) -> str:
        """The text in the colour of a move back; the word is the text."""
        return self._ink("35", text)

    def deletion(self, text: str) -> str:
        """The text in the colour of what is gone; the word is the text."""
        return self._ink("31", text)

    def outcome(self, outcome: Outcome, text: str) -> str:
        """The text in the colour of an outcome; the word is the text, so the colour adds nothing to know."""
        code = _INK.get(outcome)
        return self._ink(code, text) if code else self.dim(text)

    def digest(self, digest: Digest) -> str:
        """The first 12 hex digits, or the whole digest, behind a square in its colour."""
        text = str(digest) if self.long else digest.short
        if not self.colour:
            return text
        from tagwake.formats.report.swatch import terminal_colour

        return f"\x1b[38;5;{terminal_colour(digest)}m\u25a0\x1b[0m {text}"

    def _ink(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text else text
