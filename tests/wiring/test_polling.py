"""Polling as a service does it: a database, a registry over HTTP, and what comes to be known."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tagwake.core.egress import Egress
from tagwake.core.history import MoveEvent
from tagwake.core.reference import Stream
from tagwake.core.registry_rule import RegistryRule
from tagwake.core.service_settings import ServiceSettings
from tagwake.core.watch_pattern import WatchPattern
from tagwake.testing.registry.embedded import EmbeddedRegistry
from tagwake.wiring.polling import open_pollers
from tagwake.wiring.service import Service, open_service

pytest.importorskip("sqlalchemy", reason="polling needs the extra: tagwake[service]")


@asynccontextmanager
async def polling(folder: Path, registry: EmbeddedRegistry, watch: str) -> AsyncIterator[Service]:
    environment = {"HOME": str(folder), "TAGWAKE_STATE_DIR": str(folder)}
    settings = ServiceSettings(egress=Egress.of(("127.0.0.1",)))
    with open_service(environment, settings) as service:
        pattern = WatchPattern.parse(f"{registry.host}/{watch}")
        service.watches.watch([pattern], by="test", now=service.timing.now())
        async with open_pollers(service, settings, environment) as pollers:
            running = [asyncio.create_task(each.run()) for each in pollers]
            try:
                yield service
            finally:
                for task in running:
                    task.cancel()
                ends = await asyncio.gather(*running, return_exceptions=True)
                assert all(isinstance(end, asyncio.CancelledError) for end in ends), ends


async def becomes(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not await asyncio.to_thread(is_so):
            await asyncio.sleep(0.05)


async def test_tags_that_a_glob_follows_are_found_looked_at_and_recorded(tmp_path: Path) -> None:
    registry = EmbeddedRegistry()
    for tag in ("1", "1.2", "2"):
        registry.store.push_image("acme/api", tag)
    async with registry, polling(tmp_path, registry, "acme/api:1*") as service:

        def moves(tag: str) -> list[tuple[MoveEvent, str]]:
            timeline = service.history.timeline(Stream(registry.host, "acme/api", tag))
            return [(move.event, str(move.digest)) for move in timeline.moves]

        await becomes(lambda: bool(moves("1") and moves("1.2")))
        assert moves("1") == [(MoveEvent.CREATED, registry.store.digest("acme/api", "1"))]
        assert moves("2") == []
    heads = [each.path for each in registry.log if each.method == "HEAD"]
    assert heads == ["/v2/acme/api/manifests/1", "/v2/acme/api/manifests/1.2"]


async def test_a_registry_within_is_asked_only_where_the_operator_lets_it(tmp_path: Path) -> None:
    registry = EmbeddedRegistry()
    registry.store.push_image("acme/api", "1")
    environment = {"HOME": str(tmp_path), "TAGWAKE_STATE_DIR": str(tmp_path)}
    settings = ServiceSettings(registries=(RegistryRule(registry.host, plain_http=True),))
    async with registry:
        with open_service(environment, settings) as service:
            pattern = WatchPattern.parse(f"{registry.host}/acme/api:1")
            service.watches.watch([pattern], by="test", now=service.timing.now())
            async with open_pollers(service, settings, environment) as (poller, _):
                assert await poller.run_once() == 1
            assert service.history.timeline(Stream(registry.host, "acme/api", "1")).moves == ()
    assert list(registry.log) == []
