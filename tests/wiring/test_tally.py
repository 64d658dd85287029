"""What a process counts of its work: looks at a real registry, and attempts at a real receiver."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from tests.adapters.scripted import serving

from tagwake.core.digest import Digest
from tagwake.core.egress import Egress
from tagwake.core.look import Absent, Look, Seen, Unchanged, Unknown
from tagwake.core.reference import Stream
from tagwake.core.resolution import Failure
from tagwake.core.service_settings import ServiceSettings
from tagwake.core.sighting import Sighting
from tagwake.core.subscription import Subscription
from tagwake.core.watch_pattern import WatchPattern
from tagwake.ports.event_sink import Receipt
from tagwake.testing.registry.embedded import EmbeddedRegistry
from tagwake.verbs.subscription import add_subscription
from tagwake.wiring.deliveries import open_deliverer
from tagwake.wiring.polling import open_pollers
from tagwake.wiring.service import Service, open_service
from tagwake.wiring.tally import Tally

pytest.importorskip("sqlalchemy", reason="a service needs the extra: tagwake[service]")

SETTINGS = ServiceSettings(egress=Egress.of(("127.0.0.1",)))
DIGEST = Digest("sha256", "a" * 64)


@pytest.mark.parametrize(
    ("look", "outcome"),
    [
        (Seen(DIGEST, "application/vnd.oci.image.index.v1+json"), "seen"),
        (Unchanged(), "unchanged"),
        (Absent(), "absent"),
        (Unknown(Failure.RATE_LIMITED, "too many requests"), "rate-limited"),
        (Unknown(Failure.TLS, "the certificate has expired"), "tls"),
    ],
)
def test_a_look_counts_by_what_it_told(look: Look, outcome: str) -> None:
    tally = Tally()
    for _ in range(2):
        tally.looked("a.example", look)
    assert dict(tally.looks) == {("a.example", outcome): 2}


@pytest.mark.parametrize(
    ("status", "reason", "outcome"),
    [(204, "", "taken"), (503, "503 Service Unavailable", "refused"), (None, "timed out", "unanswered")],
)
def test_an_attempt_counts_by_its_answer(status: int | None, reason: str, outcome: str) -> None:
    tally = Tally()
    tally.posted(Receipt(status, timedelta(seconds=1), reason))
    assert tally.attempts == {"taken": 0, "refused": 0, "unanswered": 0, outcome: 1}


def here(folder: Path) -> dict[str, str]:
    key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    return {"HOME": str(folder), "TAGWAKE_STATE_DIR": str(folder), "TAGWAKE_SECRET_KEY": key}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with open_service(here(tmp_path), SETTINGS) as opened:
        yield opened


async def test_looks_of_the_poller_are_counted(service: Service, tmp_path: Path) -> None:
    registry = EmbeddedRegistry()
    registry.store.push_image("acme/api", "1")
    async with registry:
        patterns = [WatchPattern.parse(f"{registry.host}/acme/api:{tag}") for tag in ("1", "none")]
        service.watches.watch(patterns, by="test", now=service.timing.now())
        async with open_pollers(service, SETTINGS, here(tmp_path)) as (poller, _):
            assert await poller.run_once() == 2
        assert dict(service.tally.looks) == {(registry.host, "seen"): 1, (registry.host, "absent"): 1}


async def test_attempts_of_the_deliverer_are_counted(service: Service, tmp_path: Path) -> None:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=204 if request.path == "/takes" else 500)

    async with serving(answer) as receiver:
        for name, url in [
            ("takes", f"http://{receiver.host}/takes"),
            ("refuses", f"http://{receiver.host}/refuses"),
            ("away", "http://127.0.0.1:1/"),
        ]:
            add_subscription(
                service.subscriptions,
                service.feed,
                Subscription(name, url),
                secret=None,
                after=None,
                random_bytes=os.urandom,
                now=service.timing.now(),
            )
        now = service.timing.now()
        service.history.record(Sighting(Stream("a.example", "b", "1"), now, DIGEST, "poll"), now=now)
        async with open_deliverer(
            service, SETTINGS.egress, here(tmp_path), source="here", attempts_kept=timedelta(days=1)
        ) as deliverer:
            await deliverer.run_once()
    assert service.tally.attempts == {"taken": 1, "refused": 1, "unanswered": 1}
