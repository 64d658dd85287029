"""Looks over HTTP: asked anew each time, conditional where an entity tag is known."""

from datetime import timedelta

import pytest
from tests.adapters.registries.asked import asking

from tagwake.core.digest import Digest
from tagwake.core.look import Absent, Seen, Unchanged, Unknown
from tagwake.core.manifest import IMAGE_TYPES
from tagwake.core.patience import Patience
from tagwake.core.reference import Stream
from tagwake.core.resolution import Failure
from tagwake.testing.registry.embedded import EmbeddedRegistry
from tagwake.testing.registry.fault import Fault, Kind, answering, refusing_head

ONCE = Patience(attempts=1, longest_wait=0.0)


def filled(*faults: Fault) -> EmbeddedRegistry:
    server = EmbeddedRegistry(faults=faults)
    server.store.push_image("acme/api", "1")
    return server


async def test_a_look_is_one_head_and_nothing_is_remembered() -> None:
    server = filled()
    async with server, asking() as registry:
        stream = Stream(server.host, "acme/api", "1")
        first = await registry.look(stream)
        server.store.push_image("acme/api", "1", seed="two")
        second = await registry.look(stream)
    digest = Digest.parse(server.store.digest("acme/api", "1"))
    assert isinstance(first, Seen)
    assert isinstance(second, Seen)
    assert first.digest != second.digest == digest
    assert second.media_type == IMAGE_TYPES[0]
    assert second.etag == f'"{digest}"'
    assert [each.target for each in server.log] == ["HEAD /v2/acme/api/manifests/1"] * 2


async def test_an_entity_tag_makes_a_look_conditional() -> None:
    server = filled()
    async with server, asking() as registry:
        stream = Stream(server.host, "acme/api", "1")
        seen = await registry.look(stream)
        assert isinstance(seen, Seen)
        assert await registry.look(stream, seen.etag) == Unchanged()
        server.store.push_image("acme/api", "1", seed="two")
        moved = await registry.look(stream, seen.etag)
    assert isinstance(moved, Seen)
    assert [each.status for each in server.log] == [200, 304, 200]


async def test_a_tag_that_is_not_there_is_absent() -> None:
    server = filled()
    async with server, asking() as registry:
        assert await registry.look(Stream(server.host, "acme/api", "2")) == Absent()


async def test_a_registry_without_head_is_asked_by_get() -> None:
    server = filled(refusing_head())
    async with server, asking() as registry:
        look = await registry.look(Stream(server.host, "acme/api", "1"))
    assert isinstance(look, Seen)
    assert str(look.digest) == server.store.digest("acme/api", "1")


async def test_how_long_a_host_wants_to_be_left_alone_is_told() -> None:
    server = filled(answering(429, retry_after="1234"))
    async with server, asking(patience=ONCE) as registry:
        look = await registry.look(Stream(server.host, "acme/api", "1"))
    assert isinstance(look, Unknown)
    assert look.failure is Failure.RATE_LIMITED
    assert look.retry_after == timedelta(seconds=1234)


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        (answering(500), Failure.SERVER),
        (answering(403), Failure.FORBIDDEN),
        (Fault(Kind.DROP), Failure.CONNECTION),
    ],
)
async def test_what_fails_tells_nothing(fault: Fault, failure: Failure) -> None:
    server = filled(fault)
    async with server, asking(patience=ONCE) as registry:
        look = await registry.look(Stream(server.host, "acme/api", "1"))
    assert isinstance(look, Unknown)
    assert look.failure is failure
    assert look.retry_after is None


async def test_what_can_be_no_host_tells_nothing() -> None:
    async with asking() as registry:
        look = await registry.look(Stream("a:99999999", "acme/api", "1"))
    assert isinstance(look, Unknown)
