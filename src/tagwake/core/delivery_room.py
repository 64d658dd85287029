"""How many requests one receiver gets at once; a receiver that says nothing gets few."""

FULL = 32
"""Requests at once to a receiver that answers."""
LEAST = 4
"""To one that does not: enough that a tag whose event it cannot swallow holds up no other."""
AHEAD = 4
"""Tags that are held for each request that may be made: the next are at hand when one ends."""


class DeliveryRoom:
    """One receiver's room.

    An attempt without an answer halves it, and so does one too many; one that was taken makes it greater by one. It makes no difference to a tag whether another's event is refused: a refusal is an answer.
    """

    __slots__ = ("_held", "limit")

    def __init__(self) -> None:
        self.limit = FULL
        self._held = 0

    @property
    def free(self) -> int:
        """Tags that may be taken up now."""
        return max(self.limit * AHEAD - self._held, 0)

    def took_up(self, tags: int) -> None:
        """So many tags are held now in addition."""
        self._held += tags

    def let_go(self) -> None:
        """One of them is held no longer."""
        self._held -= 1

    def was_answered(self) -> None:
        """The receiver took an event."""
        self.limit = min(self.limit + 1, FULL)

    def was_too_much(self) -> None:
        """The receiver did not answer, or asked for fewer requests."""
        self.limit = max(self.limit // 2, LEAST)
