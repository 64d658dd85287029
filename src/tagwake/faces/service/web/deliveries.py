"""Deliveries: who is told of events, each attempt, what was given up, and how it is told again."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from tagwake.core.errors import InvalidInput, UsageRefused
from tagwake.core.subscription import Subscription
from tagwake.faces.service.asgi import Answer
from tagwake.faces.service.question import BadQuestion
from tagwake.faces.service.web.visit import NotFound, Refused, Visit, link, see
from tagwake.formats.history.moment import read_moment
from tagwake.ports.subscription_store import Attempt, DeadLetter, SubscriptionHealth
from tagwake.wiring.service import Service

ATTEMPTS = 50
DEAD = 50
MAX_CURSOR = 2**62


@dataclass(frozen=True, slots=True)
class _One:
    health: SubscriptionHealth
    subscription: Subscription | None
    attempts: tuple[Attempt, ...]
    dead: tuple[DeadLetter, ...]


async def deliveries(visit: Visit) -> Answer:
    """Who is told, and what was given up."""
    before = visit.question("before").number("before", 0, MAX_CURSOR) or None
    stores = visit.service.subscriptions
    health = await visit.service.call(stores.health)
    dead = await visit.service.call(stores.dead_letters, DEAD + 1, before=before)
    known = await visit.service.call(_subscriptions, visit.service)
    return visit.page(
        "deliveries",
        health=health,
        hosts={name: host_of(each) for name, each in known.items()},
        dead=dead[:DEAD],
        next=dead[DEAD - 1].cursor if len(dead) > DEAD else None,
        before=before,
        search="",
    )


async def delivery(visit: Visit, name: str) -> Answer:
    """One of them, with each attempt."""
    question = visit.question("before", "event", "did")
    event = question.number("event", 0, MAX_CURSOR) or None
    text = question.text("before")
    try:
        before = None if text is None else read_moment(text)
    except InvalidInput:
        raise BadQuestion("before", "before is a time, such as 2026-03-01T10:00:00Z") from None
    found = await visit.service.call(_read, visit.service, name)
    attempts = await visit.service.call(
        visit.service.subscriptions.attempts, name, ATTEMPTS + 1, cursor=event, before=before
    )
    return visit.page(
        "delivery",
        name=name,
        found=found,
        host="" if found.subscription is None else host_of(found.subscription),
        attempts=attempts[:ATTEMPTS],
        next=attempts[ATTEMPTS - 1].at if len(attempts) > ATTEMPTS else None,
        before=text,
        event=event,
        did=_DID.get(question.text("did") or "", ""),
        here=link("deliveries", name),
        search="",
    )


async def act(visit: Visit, name: str, fields: Mapping[str, str]) -> Answer:
    """What a form of the page asks for; then the page again."""
    todo = fields.get("do", "")
    stores, now = visit.service.subscriptions, visit.now
    if todo == "replay":
        cursor = _number(fields.get("from", ""), "from")
        done = await visit.service.call(stores.replay, name, max(cursor - 1, 0), now=now)
    elif todo == "revive":
        cursors = await visit.service.call(_given_up, visit.service, name, fields.get("event", ""))
        done = bool(await visit.service.call(stores.revive, name, cursors, now=now)) or not cursors
    elif todo == "resume":
        done = await visit.service.call(stores.resume, name, now=now)
    else:
        raise Refused("the form asks for nothing that can be done here")
    if not done:
        raise NotFound(f"There is no subscription {name}, or no such event of it.")
    return see(f"{link('deliveries', name)}?did={todo}")


_DID = {
    "replay": "These events are being sent again, in order per tag.",
    "revive": "What was given up is being tried again.",
    "resume": "It goes on where it stopped.",
}


def host_of(subscription: Subscription) -> str:
    """The host that is told; the rest of a URL may hold a token."""
    return urlsplit(subscription.url).hostname or ""


def _subscriptions(service: Service) -> dict[str, Subscription]:
    """By name; none where no key opens where they are told."""
    try:
        return {each.name: each for each in service.subscriptions.subscriptions()}
    except UsageRefused:
        return {}


def _read(service: Service, name: str) -> _One:
    health = next((each for each in service.subscriptions.health() if each.name == name), None)
    if health is None:
        raise NotFound(f"There is no subscription {name}.")
    return _One(
        health,
        _subscriptions(service).get(name),
        (),
        service.subscriptions.dead_letters(DEAD, name=name),
    )


def _given_up(service: Service, name: str, event: str) -> list[int]:
    if event:
        return [_number(event, "event")]
    return [each.cursor for each in service.subscriptions.dead_letters(DEAD, name=name)]


def _number(text: str, field: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text[:19]) > MAX_CURSOR:
        raise Refused(f"the field {field} is the number of an event")
    return int(text)
