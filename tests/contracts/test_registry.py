"""The contract of the port Registry, over the twin and over every registry that we can run."""

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests import parts
from tests.contracts.shelves import TAGWAKE, HttpShelf, TwinShelf
from tests.servers import Server, crane_registry, distribution

from tagwake.core.manifest import Descriptor
from tagwake.core.reference import Reference
from tagwake.testing.contracts.registry import RegistryContract, Shelf, put_image, put_index
from tagwake.testing.registry.embedded import EmbeddedRegistry
from tagwake.verbs.digest import digest


class TestTwin(RegistryContract):
    @pytest.fixture
    def shelf(self) -> Shelf:
        return TwinShelf()


class OverHttp(RegistryContract):
    """What runs over HTTP is asked by crane as well."""

    @pytest.mark.e2e
    async def test_crane_says_the_same(self, shelf: HttpShelf) -> None:
        put_image(shelf, "acme/api", "1")
        put_image(shelf, "acme/api", "docker", docker=True)
        put_index(shelf, "acme/api", "latest", ["linux/amd64", "linux/arm64"])
        for name in ("acme/api:1", "acme/api:docker", "acme/api", "acme/api:latest"):
            reference = f"{shelf.host}/{name}"
            theirs = printed([parts.go_tool("crane"), "digest", reference])
            async with shelf.open() as registry:
                found = await digest(registry, Reference.parse(reference))
            assert isinstance(found, Descriptor)
            assert str(found.digest) == theirs
            assert printed([*TAGWAKE, "digest", reference]) == theirs


def printed(command: Sequence[str | Path]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class TestEmbedded(OverHttp):
    @pytest.fixture
    def shelf(self) -> Iterator[Shelf]:
        with EmbeddedRegistry().in_thread() as registry:
            yield HttpShelf(Server(registry.host))


@pytest.mark.e2e
class TestDistribution(OverHttp):
    @pytest.fixture
    def shelf(self, distribution_server: Server) -> Shelf:
        return HttpShelf(distribution_server)


@pytest.mark.e2e
class TestDebiansDistribution(OverHttp):
    @pytest.fixture
    def shelf(self, tmp_path: Path) -> Iterator[Shelf]:
        with distribution(tmp_path, binary=parts.debian_registry()) as server:
            yield HttpShelf(server)


@pytest.mark.e2e
class TestCrane(OverHttp):
    @pytest.fixture
    def shelf(self, tmp_path: Path) -> Iterator[Shelf]:
        with crane_registry(tmp_path) as server:
            yield HttpShelf(server)
