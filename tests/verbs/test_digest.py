from tagwake.core.digest import Digest
from tagwake.core.manifest import Descriptor
from tagwake.core.reference import Reference
from tagwake.core.resolution import Failure, Unresolved
from tagwake.testing.twins.registry import RegistryTwin
from tagwake.verbs.digest import digest


async def ask(registry: RegistryTwin, text: str) -> Descriptor | Unresolved:
    return await digest(registry, Reference.parse(text))


async def test_a_tag_is_the_digest_that_it_points_to_now() -> None:
    registry = RegistryTwin()
    registry.push_index("ghcr.io/acme/api:1", "old")
    new = registry.push_index("ghcr.io/acme/api:1", "new")
    found = await ask(registry, "ghcr.io/acme/api:1")
    assert isinstance(found, Descriptor)
    assert found.digest == new
    assert found.is_index


async def test_a_name_alone_is_asked_for_as_latest() -> None:
    registry = RegistryTwin()
    latest = registry.push_image("debian:latest")
    found = await ask(registry, "debian")
    assert isinstance(found, Descriptor)
    assert found.digest == latest
    assert registry.calls == [("resolve", "docker.io/library/debian:latest")]


async def test_a_digest_is_asked_for_as_it_is_whatever_the_tag_says() -> None:
    registry = RegistryTwin()
    old = registry.push_image("ghcr.io/acme/api:1", "old")
    registry.push_image("ghcr.io/acme/api:1", "new")
    found = await ask(registry, f"ghcr.io/acme/api:1@{old}")
    assert isinstance(found, Descriptor)
    assert found.digest == old
    gone = await ask(registry, f"ghcr.io/acme/api@{Digest.of(b'gone')}")
    assert isinstance(gone, Unresolved)
    assert gone.failure is Failure.NOT_FOUND


async def test_what_cannot_be_found_out_has_its_reason() -> None:
    registry = RegistryTwin()
    registry.fail("ghcr.io/", Failure.UNAUTHORIZED, "401 from ghcr.io: log in")
    assert await ask(registry, "ghcr.io/acme/api:1") == Unresolved(
        Failure.UNAUTHORIZED, "401 from ghcr.io: log in"
    )
