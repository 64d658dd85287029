"""Real registries that ask who is there: basic from htpasswd, TLS of a private authority, Gitea's token service."""

import base64
import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import parts
from tests.contracts.gitea import PASSWORD, USER, gitea
from tests.contracts.shelves import TAGWAKE, HttpShelf
from tests.servers import PrivateAuthority, Server, distribution

from tagwake.core.manifest import Descriptor
from tagwake.core.reference import Reference, Stream
from tagwake.core.registry_rule import RegistryRule
from tagwake.core.resolution import Failure, Unresolved
from tagwake.testing.contracts.registry import RegistryContract, Shelf, put_image, put_index
from tagwake.testing.registry.auth import TokenAuth
from tagwake.testing.registry.embedded import EmbeddedRegistry
from tagwake.verbs.digest import digest

pytestmark = pytest.mark.e2e


def with_login(server: Server, folder: Path, *rules: RegistryRule) -> HttpShelf:
    """A shelf that pushes with the server's account, and asks with it from a docker config."""
    login = base64.b64encode(f"{server.username}:{server.password}".encode()).decode()
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps({"auths": {server.host: {"auth": login}}}))
    return HttpShelf(server, rules, {"DOCKER_CONFIG": str(folder)}, f"Basic {login}")


class TestBasic(RegistryContract):
    @pytest.fixture
    def shelf(self, distribution_with_accounts: Server, tmp_path: Path) -> Shelf:
        return with_login(distribution_with_accounts, tmp_path / "docker")

    async def test_a_stranger_is_told_how_to_log_in(self, shelf: HttpShelf) -> None:
        put_image(shelf, "acme/api", "1")
        shelf.environment = {}
        async with shelf.open() as registry:
            found = await registry.resolve(Stream(shelf.host, "acme/api", "1"))
        assert found == Unresolved(
            Failure.UNAUTHORIZED, f"401 from {shelf.host}: log in with `docker login {shelf.host}`"
        )


class TestTls(RegistryContract):
    @pytest.fixture
    def shelf(self, distribution_over_tls: Server) -> Shelf:
        rule = RegistryRule(distribution_over_tls.host, ca=str(distribution_over_tls.ca))
        return HttpShelf(distribution_over_tls, [rule], {})


async def test_tls_by_the_environments_authority_with_a_login(
    tmp_path: Path, private_authority: PrivateAuthority
) -> None:
    with distribution(tmp_path, accounts=True, authority=private_authority) as server:
        shelf = with_login(server, tmp_path / "docker")
        made = put_image(shelf, "acme/api", "1")
        shelf.environment["SSL_CERT_FILE"] = str(private_authority.ca)
        async with shelf.open() as registry:
            found = await registry.resolve(Stream(shelf.host, "acme/api", "1"))
        reference = f"{shelf.host}/acme/api:1"
        done = subprocess.run(
            [*TAGWAKE, "digest", reference],
            env={**os.environ, **shelf.environment},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert isinstance(found, Descriptor)
    assert found.size == len(made.manifest)
    assert (done.stdout.strip(), done.stderr) == (str(found.digest), "")


class TestToken(RegistryContract):
    @pytest.fixture
    def shelf(self, tmp_path: Path) -> Iterator[Shelf]:
        with EmbeddedRegistry(auth=TokenAuth({USER: PASSWORD})).in_thread() as registry:
            assert registry.guard is not None
            account = registry.guard.login(USER, PASSWORD)
            token, _ = registry.guard.issue(account, everything(), time.monotonic())
            shelf = with_login(Server(registry.host, None, USER, PASSWORD), tmp_path / "docker")
            shelf.authorization = f"Bearer {token}"
            yield shelf


def everything() -> list[str]:
    names = ("acme/api", "acme/multi", "x", "a/b/c/d", "a-b/c_d/e.f--g__h")
    return [f"repository:{name}:pull,push" for name in names]


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with gitea(tmp_path_factory.mktemp("forge")) as server:
        yield server


class TestGitea:
    """A token service that somebody else wrote."""

    async def test_the_owner_sees_what_was_pushed(self, forge: Server, tmp_path: Path) -> None:
        shelf = with_login(forge, tmp_path / "docker")
        made = put_image(shelf, f"{USER}/api", "1")
        content = put_index(shelf, f"{USER}/multi", "latest", ["linux/amd64", "linux/arm64"])
        async with shelf.open() as registry:
            image = await registry.resolve(Stream(forge.host, f"{USER}/api", "1"))
            index = await registry.resolve(Stream(forge.host, f"{USER}/multi", "latest"))
            gone = await registry.resolve(Stream(forge.host, f"{USER}/api", "2"))
        assert isinstance(image, Descriptor)
        assert isinstance(index, Descriptor)
        assert (image.size, index.size, index.is_index) == (len(made.manifest), len(content), True)
        assert isinstance(gone, Unresolved)
        assert gone.failure is Failure.NOT_FOUND

    async def test_crane_says_the_same(self, forge: Server, tmp_path: Path) -> None:
        shelf = with_login(forge, tmp_path / "docker")
        put_image(shelf, f"{USER}/crane", "1")
        reference = f"{forge.host}/{USER}/crane:1"
        said = subprocess.run(
            [parts.go_tool("crane"), "digest", reference],
            env={"HOME": str(tmp_path), **shelf.environment},
            capture_output=True,
            text=True,
            check=True,
        )
        async with shelf.open() as registry:
            found = await digest(registry, Reference.parse(reference))
        assert isinstance(found, Descriptor)
        assert str(found.digest) == said.stdout.strip()

    async def test_a_stranger_gets_a_token_for_what_is_public(self, forge: Server, tmp_path: Path) -> None:
        shelf = with_login(forge, tmp_path / "docker")
        put_image(shelf, f"{USER}/public", "1")
        shelf.environment = {}
        async with shelf.open() as registry:
            found = await registry.resolve(Stream(forge.host, f"{USER}/public", "1"))
        assert isinstance(found, Descriptor)

    async def test_a_wrong_password_is_told(self, forge: Server, tmp_path: Path) -> None:
        shelf = with_login(Server(forge.host, None, USER, "wrong"), tmp_path / "docker")
        async with shelf.open() as registry:
            found = await registry.resolve(Stream(forge.host, f"{USER}/api", "1"))
        assert isinstance(found, Unresolved)
        assert found.failure is Failure.UNAUTHORIZED
        assert "config.json" in found.reason
