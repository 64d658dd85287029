"""Who watches a verb at work."""

from typing import Protocol


class Progress(Protocol):
    """Is told how far a verb has come."""

    def __call__(self, what: str, done: int, total: int) -> None:
        """``done`` of ``total`` steps of ``what`` (``reading``, ``look-ups``, ``files``) are behind us; it must not raise."""
        ...
