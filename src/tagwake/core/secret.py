"""A secret: a text that never shows itself."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Secret:
    """A shared secret or a signing key; neither its representation nor its text shows it."""

    _text: str = field(repr=False)

    def reveal(self) -> str:
        """The secret in the clear: for the one place that signs or compares, never for a message."""
        return self._text

    def __str__(self) -> str:
        return "a secret"
