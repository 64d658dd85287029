"""The registry runs in a loop, in a thread, over TLS, and again after a stop; aiohttp loads only then."""

import asyncio
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from tests.servers import PrivateAuthority

from tagwake.core.errors import UsageRefused
from tagwake.testing.registry import EmbeddedRegistry, Refusal, Store


def test_a_thread_serves_those_who_wait(tmp_path: Path) -> None:
    with EmbeddedRegistry(tmp_path).in_thread() as registry:
        registry.store.push_image("app", tag="1.0")
        with urllib.request.urlopen(f"{registry.url}/v2/app/tags/list") as answer:
            assert answer.read() == b'{"name":"app","tags":["1.0"]}'
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"{registry.url}/v2/")


def test_a_thread_that_cannot_start_says_why(tmp_path: Path) -> None:
    with EmbeddedRegistry(tmp_path).in_thread() as registry:
        port = int(registry.host.rpartition(":")[2])
        with pytest.raises(UsageRefused, match="in use"), EmbeddedRegistry(tmp_path).in_thread():
            pytest.fail("two registries have one folder")
        with pytest.raises(OSError), EmbeddedRegistry(listen=("127.0.0.1", port)).in_thread():
            pytest.fail("two registries have one port")


async def test_tls_is_served_with_the_given_certificate(private_authority: PrivateAuthority) -> None:
    context = private_authority.client_context()
    files = (private_authority.certificate, private_authority.key)
    for tls in (files, private_authority.server_context()):
        async with EmbeddedRegistry(tls=tls) as registry, aiohttp.ClientSession() as client:
            assert registry.url == f"https://{registry.host}"
            async with client.get(f"{registry.url}/v2/", ssl=context) as response:
                assert response.status == 200
            with pytest.raises(aiohttp.ClientConnectorCertificateError):
                await client.get(f"{registry.url}/v2/")


async def test_in_memory_it_is_all_there_after_a_stop() -> None:
    registry = EmbeddedRegistry()
    registry.store.push_image("app", tag="1.0")
    for _ in range(2):
        async with (
            registry,
            aiohttp.ClientSession(registry.url) as client,
            client.head("/v2/app/manifests/1.0") as head,
        ):
            assert head.status == 200
    assert len({request.path for request in registry.log}) == 1


async def test_another_loopback_address_is_listened_on() -> None:
    async with EmbeddedRegistry(listen=("::1", 0)) as registry:
        assert registry.url.startswith("http://[::1]:")
        async with aiohttp.ClientSession(registry.url) as client, client.get("/v2/") as response:
            assert response.status == 200


async def test_readers_and_writers_in_many_threads_agree() -> None:
    async with EmbeddedRegistry() as registry, aiohttp.ClientSession(registry.url) as client:
        store = registry.store
        pushes = [asyncio.to_thread(store.push_image, "app", f"t{n}", seed=f"{n}") for n in range(20)]
        digests = await asyncio.gather(*pushes)
        for number, digest in enumerate(digests):
            async with client.head(f"/v2/app/manifests/t{number}") as response:
                assert response.headers["Docker-Content-Digest"] == digest


def store_of_now() -> Store:
    return Store(None, lambda: datetime(2026, 1, 1, tzinfo=UTC))


def test_made_up_images_depend_on_their_arguments_alone() -> None:
    one, two = store_of_now(), store_of_now()
    first = one.push_index("app", tag="1.0", platforms=["linux/amd64", "linux/arm64/v8"], seed="a")
    assert two.push_index("other/app", platforms=["linux/amd64", "linux/arm64/v8"], seed="a") == first
    others = {
        one.push_index("app", seed="b"),
        one.push_index("app", seed="a", docker=True),
        one.push_index("app", seed="a", platforms=["linux/amd64"]),
        one.push_index("app", seed="a", annotations={"a": "b"}),
        one.push_image("app", seed="a"),
        one.push_image("app", seed="a", platform="linux/arm64/v8"),
        one.push_image("app", seed="a", labels={"a": "b"}),
        one.push_image("app", seed="a", files={"etc/x": b"1"}),
        first,
    }
    assert len(others) == 9


def test_an_index_takes_images_that_are_there() -> None:
    store = store_of_now()
    child = store.push_image("app", platform="linux/s390x", seed="child")
    index = store.push_index("app", platforms=[], children={"linux/s390x": child})
    assert child.encode() in store.content("app", index)


def test_moving_and_deleting_say_what_is_not_there() -> None:
    store = store_of_now()
    digest = store.push_image("app", tag="1.0")
    for call in (
        lambda: store.tag("app", "1.0", "sha256:" + "0" * 64),
        lambda: store.tag("none", "1.0", digest),
        lambda: store.untag("app", "2.0"),
        lambda: store.delete("app", "sha256:" + "0" * 64),
        lambda: store.tag("app", "no tag", digest),
        lambda: store.push_image("No Name"),
    ):
        with pytest.raises(Refusal, match=r"no (repository|manifest|tag)|is no "):
            call()
    store.tag("app", "2.0", digest)
    store.untag("app", "1.0")
    assert store.tags("app") == ["2.0"]
    store.delete("app", digest)
    assert store.tags("app") == []


def test_a_start_up_without_the_registry_loads_no_http() -> None:
    code = "import sys, tagwake.testing.registry; print('aiohttp' in sys.modules, 'ssl' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split()[0] == "False"
