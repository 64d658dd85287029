"""Rows of subscriptions and of what is told to them, found and locked in one order: subscriptions, then deliveries."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from tagwake.adapters.stores.engine import is_sqlite
from tagwake.adapters.stores.given import OfKeys
from tagwake.adapters.stores.taking_up import parts, tag_numbers
from tagwake.adapters.stores.work_tables import deliveries, subscriptions
from tagwake.core.event import EventType
from tagwake.core.image_glob import ImageGlob
from tagwake.core.secret import Secret
from tagwake.core.subscription import Subscription
from tagwake.ports.sealer import Sealer
from tagwake.ports.subscription_store import DeliveryLease


def locked(connection: Connection, names: Iterable[str]) -> dict[str, Row[Any]]:
    """Those of the subscriptions that are there, locked to the end of the transaction."""
    rows = connection.execute(_LOCKED, {"names": sorted(set(names))})
    return {row.name: row for row in rows}


def held(
    connection: Connection, numbers: dict[str, Row[Any]], leases: Sequence[DeliveryLease]
) -> dict[DeliveryLease, Row[Any]]:
    """The rows, locked, of those of the leases that still hold theirs.

    :param numbers: their subscriptions, which were locked before.
    """
    tags = tag_numbers(connection, (lease.stream for lease in leases))
    keys: dict[tuple[int, int, int], DeliveryLease] = {}
    for lease in leases:
        if lease.subscription in numbers and lease.stream in tags:
            key = numbers[lease.subscription].id, tags[lease.stream], lease.only or 0
            if key not in keys or keys[key].fence < lease.fence:  # of two of one row the older is stale
                keys[key] = lease
    found: dict[DeliveryLease, Row[Any]] = {}
    for some in parts(sorted(keys)):
        for row in _HELD.rows(connection, some):
            lease = keys[row.subscription, row.tag, row.only]
            if row.fence == lease.fence:
                found[lease] = row
    return found


def upsert(connection: Connection, table: Table) -> Any:
    """An INSERT that can say what becomes of rows that are there already."""
    return sqlite.insert(table) if is_sqlite(connection) else postgresql.insert(table)


def place(name: str) -> str:
    """What the secrets of a subscription are sealed for."""
    return f"subscription {name}"


def sealed(sealer: Sealer, subscription: Subscription) -> dict[str, Any]:
    """The columns of where and of what somebody is told."""
    patterns = {
        "types": sorted(subscription.types),
        "images": [glob.pattern for glob in subscription.images],
        "excepted": [glob.pattern for glob in subscription.excepted],
    }
    url = sealer.seal(Secret(subscription.url), f"{place(subscription.name)} url")
    return {"url": url, "filter": json.dumps(patterns)}


def opened(sealer: Sealer, row: Row[Any]) -> Subscription:
    """A subscription of a row."""
    patterns = json.loads(row.filter)
    return Subscription(
        row.name,
        sealer.open(row.url, f"{place(row.name)} url").reveal(),
        frozenset(map(EventType, patterns["types"])),
        tuple(map(ImageGlob, patterns["images"])),
        tuple(map(ImageGlob, patterns["excepted"])),
    )


def seal_secrets(sealer: Sealer, name: str, secrets: Sequence[Secret]) -> bytes:
    """What signs for a subscription, as one sealed text."""
    return sealer.seal(Secret(json.dumps([secret.reveal() for secret in secrets])), place(name))


def open_secrets(sealer: Sealer, name: str, sealed_text: bytes) -> tuple[Secret, ...]:
    """What signs for a subscription."""
    return tuple(map(Secret, json.loads(sealer.open(sealed_text, place(name)).reveal())))


_LOCKED = (
    select(subscriptions)
    .where(subscriptions.c.name.in_(bindparam("names", expanding=True)))
    .order_by(subscriptions.c.id)
    .with_for_update(key_share=True)
)
_HELD = OfKeys(
    select(deliveries)
    .where(deliveries.c.leased_until.is_not(None))
    .order_by(deliveries.c.id)
    .with_for_update(of=deliveries),
    of=deliveries.c.subscription,
    tag=deliveries.c.tag,
    only=deliveries.c.only,
)
