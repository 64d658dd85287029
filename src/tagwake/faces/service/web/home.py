"""Home: what needs a person, then what moved lately."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tagwake.core.event import Event
from tagwake.faces.service.asgi import Answer
from tagwake.faces.service.web.visit import Visit
from tagwake.ports.history_store import TagMove
from tagwake.ports.source_store import SourceHealth
from tagwake.ports.subscription_store import SubscriptionHealth
from tagwake.wiring.service import Service

RECENT = 30
REMARKABLE = 20
AMONG = 10_000
"""How many of the newest events are looked through."""
LATELY = timedelta(days=7)
"""For how long an event needs a person."""


@dataclass(frozen=True, slots=True)
class _Home:
    events: tuple[Event, ...]
    sources: tuple[SourceHealth, ...]
    subscriptions: tuple[SubscriptionHealth, ...]
    recent: tuple[TagMove, ...]
    watches: int


async def home(visit: Visit) -> Answer:
    """The page."""
    found = await visit.service.call(_read, visit.service, visit.now)
    return visit.page("home", found=found, lately=LATELY, most=REMARKABLE, search="")


def _read(service: Service, now: datetime) -> _Home:
    events = service.feed.remarkable(REMARKABLE, AMONG)
    recent = service.history.recent(RECENT)
    return _Home(
        tuple(event for event in events if now - event.recorded_at < LATELY),
        tuple(filter(is_failing, service.sources.health())),
        tuple(filter(is_in_trouble, service.subscriptions.health())),
        recent,
        0 if recent else len(service.watches.watches()),
    )


def is_failing(source: SourceHealth) -> bool:
    """Whether the last that was heard of a source was refused."""
    refused_at = source.last_refusal_at
    return refused_at is not None and (source.last_word_at is None or source.last_word_at < refused_at)


def is_in_trouble(subscription: SubscriptionHealth) -> bool:
    """Whether somebody is not told what they want to be told."""
    return bool(subscription.dead or subscription.failing or subscription.stopped_at)
