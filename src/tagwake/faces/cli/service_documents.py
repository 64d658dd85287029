"""What the service follows, whom it trusts and whom it tells, as JSON: the documents of its API."""

from collections.abc import Sequence

from tagwake.core.access import Token
from tagwake.formats.api import deliveries, work
from tagwake.formats.report.json_encoding import encode
from tagwake.ports.service_desk import SubscriptionFare
from tagwake.ports.source_store import SourceHealth
from tagwake.ports.subscription_store import DeadLetter
from tagwake.ports.watch_store import Watch


def watches_document(watches: Sequence[Watch]) -> bytes:
    """``tagwake/watches/1``."""
    told = [
        work.Watched(str(each.pattern), each.pattern.signatures, each.by, each.added_at, each.streams)
        for each in watches
    ]
    return encode(work.WatchesDocument("tagwake/watches/1", told))


def tokens_document(tokens: Sequence[Token]) -> bytes:
    """``tagwake/tokens/1``."""
    return encode(work.TokensDocument("tagwake/tokens/1", list(map(work.given_token, tokens))))


def sources_document(sources: Sequence[SourceHealth]) -> bytes:
    """``tagwake/sources/1``."""
    told = [
        work.SourceFare(
            each.kind,
            each.name,
            each.added_at,
            each.accepted,
            each.refused,
            each.parked,
            each.last_word_at,
            each.last_refusal_at,
        )
        for each in sources
    ]
    return encode(work.SourcesDocument("tagwake/sources/1", told))


def subscriptions_document(subscriptions: Sequence[SubscriptionFare]) -> bytes:
    """``tagwake/subscriptions/1``."""
    told = [
        deliveries.SubscriptionFare(
            name=each.name,
            host=each.host,
            types=sorted(each.types),
            images=list(each.images),
            excepted=list(each.excepted),
            assigned=each.assigned,
            behind=each.behind,
            failing=each.failing,
            dead=each.dead,
            oldest=each.oldest,
            last_success_at=each.last_success_at,
            last_failure_at=each.last_failure_at,
            last_failure=each.last_failure,
            resting_until=each.resting_until,
            stopped_at=each.stopped_at,
            stopped_because=each.stopped_because,
        )
        for each in subscriptions
    ]
    return encode(deliveries.SubscriptionsDocument("tagwake/subscriptions/1", told))


def dead_letters_document(letters: Sequence[DeadLetter]) -> bytes:
    """``tagwake/dead-letters/1``."""
    told = [
        deliveries.DeadEvent(
            each.subscription, str(each.stream), each.cursor, each.reason, each.attempts, each.at
        )
        for each in letters
    ]
    return encode(deliveries.DeadLettersDocument("tagwake/dead-letters/1", told))
