"""A subscription: who is told of which events."""

from dataclasses import dataclass, field

from tagwake.core.event import Event, EventType
from tagwake.core.image_glob import ImageGlob


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who is told of which events; its secrets are kept apart from it.

    :param name: unique; what people and messages call it.
    :param url: where events are posted; not shown, for it may hold a token.
    :param types: which events; empty for all.
    :param images: which tags, one of them must match; empty for all.
    :param excepted: which tags not, whatever ``images`` says.
    """

    name: str
    url: str = field(repr=False)
    types: frozenset[EventType] = frozenset()
    images: tuple[ImageGlob, ...] = ()
    excepted: tuple[ImageGlob, ...] = ()

    def wants(self, event: Event) -> bool:
        """Whether the event is to be told here."""
        if self.types and event.type not in self.types:
            return False
        if self.images and not any(glob.matches_stream(event.stream) for glob in self.images):
            return False
        return not any(glob.matches_stream(event.stream) for glob in self.excepted)
