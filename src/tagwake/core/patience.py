"""How long an unanswered question is worth asking again."""

from dataclasses import dataclass

from tagwake.core.resolution import Failure

_WORTH_ANOTHER_TRY = frozenset({Failure.DNS, Failure.CONNECTION, Failure.SERVER})


@dataclass(frozen=True, slots=True)
class Patience:
    """Limits of one question to a registry, in seconds where they are times.

    :param attempt: for one request, from its start to the last byte of its answer.
    :param question: for all attempts and the waits between them; none is started that would pass it.
    :param attempts: requests for one question; a time-out is tried twice at most, and a host that has too many
        requests as often as the time for the question allows.
    :param first_wait: the most that is waited before the second attempt; it doubles before each later one.
    :param longest_wait: the most that a server's ``Retry-After`` is obeyed; one that asks for more is not asked again.
    """

    attempt: float = 20.0
    question: float = 90.0
    attempts: int = 4
    first_wait: float = 0.5
    longest_wait: float = 60.0

    def wait(
        self, failure: Failure, done: int, elapsed: float, asked: float | None, chance: float
    ) -> float | None:
        """Seconds to wait before the next attempt, or ``None`` to give up.

        :param done: attempts made so far.
        :param elapsed: seconds since the question was first asked.
        :param asked: seconds that the server asked to be left alone, if it did.
        :param chance: a random number in [0, 1): a delay of half to the whole, so that clients come apart.
        """
        if failure is not Failure.RATE_LIMITED:
            most = self.attempts if failure in _WORTH_ANOTHER_TRY else 2 if failure is Failure.TIMEOUT else 1
            if done >= most:
                return None
        if asked is not None and asked > self.longest_wait:
            return None
        delay = min(self.first_wait * 2.0 ** min(done - 1, 16), self.longest_wait) * (0.5 + chance / 2)
        if asked:
            delay += asked  # never before, and not all at the same moment
        return delay if elapsed + delay < self.question else None
