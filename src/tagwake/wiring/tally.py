"""How much work one process has done, by what came of it."""

from collections import Counter
from dataclasses import dataclass, field

from tagwake.core.look import Absent, Look, Seen, Unchanged
from tagwake.ports.event_sink import Receipt

ATTEMPTS = ("taken", "refused", "unanswered")
"""What comes of an attempt to deliver: an answer of 2xx, another answer, none."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts since the process began; the event loop adds to them, and any thread may read a copy.

    :param looks: by host and outcome: ``seen``, ``unchanged``, ``absent``, or the word of a
        :class:`~tagwake.core.resolution.Failure`.
    :param attempts: to deliver, by one of :data:`ATTEMPTS`.
    """

    looks: Counter[tuple[str, str]] = field(default_factory=Counter)
    attempts: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(ATTEMPTS, 0)))

    def looked(self, host: str, look: Look) -> None:
        """Count what one request told of a tag."""
        self.looks[host, _outcome(look)] += 1

    def posted(self, receipt: Receipt) -> None:
        """Count an attempt to deliver."""
        if not receipt.reason:
            self.attempts["taken"] += 1
        else:
            self.attempts["unanswered" if receipt.status is None else "refused"] += 1


def _outcome(look: Look) -> str:
    match look:
        case Seen():
            return "seen"
        case Unchanged():
            return "unchanged"
        case Absent():
            return "absent"
        case _:
            return look.failure.value
