"""Names for ids that deliveries have taught: kept in memory, the oldest forgotten first; a lost one costs a poll."""

from collections.abc import Iterable, Mapping

from tagwake.formats.webhook.delivery import Lesson

MAX_LESSONS = 50_000
"""Of one source."""
MAX_TEXT = 400
"""Characters of an id, and of a name, that are kept at all."""


class HookLessons:
    """What each source has taught."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], dict[str, str]] = {}

    def of(self, kind: str, name: str) -> Mapping[str, str]:
        """Names by id."""
        return self._known.get((kind, name), {})

    def learn(self, kind: str, name: str, lessons: Iterable[Lesson]) -> None:
        """Remember these."""
        for lesson in lessons:
            if len(lesson.id) > MAX_TEXT or len(lesson.name) > MAX_TEXT:
                continue
            known = self._known.setdefault((kind, name), {})
            known.pop(lesson.id, None)
            known[lesson.id] = lesson.name
            if len(known) > MAX_LESSONS:
                del known[next(iter(known))]
