"""What a registry answers, and what that means: against the embedded registry and its faults, and scripted servers."""

import asyncio
import hashlib
import json
import socket
from pathlib import Path

import pytest
from aiohttp import web
from tests.adapters.registries.asked import SECRET, asking, login, told
from tests.adapters.scripted import FakeTime, proxying, serving
from tests.servers import PrivateAuthority

from tagwake.core.digest import Digest
from tagwake.core.manifest import IMAGE_TYPES, MANIFEST_TYPES, Descriptor, Manifest
from tagwake.core.patience import Patience
from tagwake.core.platform import Platform
from tagwake.core.reference import Reference, Stream
from tagwake.core.registry_rule import RegistryRule
from tagwake.core.resolution import Failure, Unresolved
from tagwake.testing.registry.embedded import EmbeddedRegistry
from tagwake.testing.registry.fault import Fault, Kind, answering, refusing_head
from tagwake.testing.registry.rate_limit import RateLimit

BODY = json.dumps(
    {
        "schemaVersion": 2,
        "mediaType": IMAGE_TYPES[0],
        "config": {
            "mediaType": "application/vnd.oci.image.config.v1+json",
            "digest": f"sha256:{'2' * 64}",
            "size": 1,
        },
        "layers": [],
    }
).encode()


def filled(*faults: Fault, latency: float = 0.0) -> EmbeddedRegistry:
    server = EmbeddedRegistry(faults=faults, latency=latency)
    server.store.push_image("acme/api", "1")
    return server


async def resolve(server: EmbeddedRegistry, **more: object) -> Descriptor | Unresolved:
    async with server, asking(**more) as registry:  # type: ignore[arg-type]
        return await registry.resolve(Stream(server.host, "acme/api", "1"))


async def test_one_look_up_is_one_head_with_every_media_type() -> None:
    server = filled()
    found = await resolve(server)
    assert isinstance(found, Descriptor)
    assert str(found.digest) == server.store.digest("acme/api", "1")
    requests = list(server.log)
    assert [each.target for each in requests] == ["HEAD /v2/acme/api/manifests/1"]
    assert requests[0].headers["Accept"] == ", ".join(MANIFEST_TYPES)


async def test_each_distinct_question_is_asked_once_a_run() -> None:
    async with filled() as server, asking() as registry:
        digest = Digest.parse(server.store.digest("acme/api", "1"))
        for _ in range(3):
            await asyncio.gather(
                *(registry.resolve(Stream(server.host, "acme/api", "1")) for _ in range(10)),
                *(registry.describe(server.host, "acme/api", digest) for _ in range(10)),
                *(registry.manifest(server.host, "acme/api", digest) for _ in range(10)),
            )
        assert sorted(each.target for each in server.log) == [
            f"GET /v2/acme/api/manifests/{digest}",
            "HEAD /v2/acme/api/manifests/1",
            f"HEAD /v2/acme/api/manifests/{digest}",
        ]


async def test_without_the_digests_header_the_body_is_hashed() -> None:
    server = filled(Fault(Kind.NO_DIGEST))
    found = await resolve(server)
    assert isinstance(found, Descriptor)
    assert str(found.digest) == server.store.digest("acme/api", "1")
    assert found.media_type == IMAGE_TYPES[0]
    assert [each.method for each in server.log] == ["HEAD", "GET"]


@pytest.mark.parametrize("code", [404, 405, 501])
async def test_where_head_is_refused_get_is_tried_once(code: int) -> None:
    server = filled(answering(code, "HEAD"))
    found = await resolve(server)
    assert isinstance(found, Descriptor)
    assert [each.method for each in server.log] == ["HEAD", "GET"]


async def test_refusing_head_as_some_proxies_do() -> None:
    assert isinstance(await resolve(filled(refusing_head())), Descriptor)


async def test_other_bytes_than_the_header_says_are_garbage() -> None:
    server = filled(Fault(Kind.WRONG_DIGEST, "GET"), answering(405, "HEAD"))
    assert "serves other bytes than it says" in told(await resolve(server), Failure.GARBAGE)


async def test_another_digest_than_was_asked_for_is_garbage() -> None:
    async with filled(Fault(Kind.WRONG_DIGEST)) as server, asking() as registry:
        digest = Digest.parse(server.store.digest("acme/api", "1"))
        told(await registry.describe(server.host, "acme/api", digest), Failure.GARBAGE)
        told(await registry.manifest(server.host, "acme/api", digest), Failure.GARBAGE)


async def test_garbage_is_told_as_such() -> None:
    reason = told(await resolve(filled(Fault(Kind.GARBAGE))), Failure.GARBAGE)
    assert "acme/api:1" in reason


async def test_a_registry_that_hangs_is_given_up() -> None:
    reason = told(await resolve(filled(Fault(Kind.HANG)), patience=Patience(attempt=0.1)), Failure.TIMEOUT)
    assert "no answer from 127.0.0.1" in reason


async def test_a_registry_that_fails_at_first_is_asked_again() -> None:
    assert isinstance(await resolve(filled(answering(503, times=2))), Descriptor)
    assert isinstance(await resolve(filled(Fault(Kind.DROP, times=2))), Descriptor)


async def test_a_registry_that_keeps_failing() -> None:
    server = filled(answering(503))
    assert (
        told(await resolve(server), Failure.SERVER)
        == f"503 from {server.host}: the registry fails: try again later"
    )


async def test_too_many_requests_are_obeyed_and_then_told() -> None:
    time = FakeTime()
    assert isinstance(await resolve(filled(answering(429, retry_after="3", times=1)), time=time), Descriptor)
    assert sum(time.slept) >= 3
    reason = told(await resolve(filled(answering(429, retry_after="900"))), Failure.RATE_LIMITED)
    assert "it asks for 900 s of rest" in reason


@pytest.mark.parametrize(("requests", "per"), [(10, 1.0), (30, 10.0)])
async def test_a_limit_on_requests_slows_us_down_and_loses_nothing(requests: int, per: float) -> None:
    time = FakeTime()
    limit = RateLimit(requests, per)
    server = EmbeddedRegistry(rate_limit=limit, monotonic=lambda: time.seconds)
    for n in range(60):
        server.store.push_image("acme/api", f"t{n}")
    async with server, asking(time=time) as registry:
        streams = [Stream(server.host, "acme/api", f"t{n}") for n in range(60)]
        found = await asyncio.gather(*(registry.resolve(stream) for stream in streams))
    assert [each for each in found if isinstance(each, Unresolved)] == []


async def test_the_others_get_done_beside_one_that_fails() -> None:
    server = filled(answering(403, path="*/manifests/bad"))
    for n in range(5):
        server.store.push_image("acme/api", f"t{n}")
    async with server, asking() as registry:
        tags = ["t0", "bad", "t1", "missing", "t2"]
        found = await asyncio.gather(
            *(registry.resolve(Stream(server.host, "acme/api", tag)) for tag in tags)
        )
    kinds = [each.failure if isinstance(each, Unresolved) else "found" for each in found]
    assert kinds == ["found", Failure.FORBIDDEN, "found", Failure.NOT_FOUND, "found"]


async def test_a_longer_digest_is_followed_where_the_registry_gives_it() -> None:
    digest = f"sha512:{hashlib.sha512(BODY).hexdigest()}"

    async def answer(_request: web.BaseRequest) -> web.StreamResponse:
        headers = {"Docker-Content-Digest": digest, "Content-Type": IMAGE_TYPES[0]}
        return web.Response(body=BODY, headers=headers)

    async with serving(answer) as server, asking() as registry:
        found = await registry.resolve(Stream(server.host, "a", "1"))
        assert isinstance(found, Descriptor)
        assert str(found.digest) == digest
        assert found == await registry.describe(server.host, "a", found.digest)
        manifest = await registry.manifest(server.host, "a", found.digest)
        assert isinstance(manifest, Manifest)
        assert manifest.descriptor.digest == found.digest
        shorter = await registry.describe(server.host, "a", Digest.of(BODY))
        assert isinstance(shorter, Descriptor)
        assert shorter.digest == Digest.of(BODY)


@pytest.mark.parametrize(
    ("said", "failure"),
    [
        ("sha256:short", Failure.GARBAGE),
        (f"sha256:{'A' * 64}", Failure.GARBAGE),
        ("nothing", Failure.GARBAGE),
        (f"blake3:{'a' * 64}", Failure.UNSUPPORTED),
    ],
)
async def test_a_digest_of_no_use_is_not_taken(said: str, failure: Failure) -> None:
    async def answer(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(
            body=BODY, headers={"Docker-Content-Digest": said, "Content-Type": IMAGE_TYPES[0]}
        )

    async with serving(answer) as server, asking() as registry:
        told(await registry.resolve(Stream(server.host, "a", "1")), failure)


@pytest.mark.parametrize("media_type", ["application/json", "application/octet-stream", "text/html"])
async def test_a_media_type_of_no_use_is_read_from_the_body(media_type: str) -> None:
    async def answer(_request: web.BaseRequest) -> web.StreamResponse:
        headers = {"Docker-Content-Digest": str(Digest.of(BODY)), "Content-Type": media_type}
        return web.Response(body=BODY, headers=headers)

    async with serving(answer) as server, asking() as registry:
        found = await registry.resolve(Stream(server.host, "a", "1"))
        assert found == Descriptor(Digest.of(BODY), IMAGE_TYPES[0], len(BODY))


async def test_a_page_that_greets_everyone_is_no_registry() -> None:
    async def answer(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(text="<html>Welcome, please accept our terms", content_type="text/html")

    async with serving(answer) as server, asking() as registry:
        reason = told(await registry.resolve(Stream(server.host, "a", "1")), Failure.GARBAGE)
    assert "check that a registry is there" in reason


async def test_a_server_that_knows_nothing_is_no_registry() -> None:
    async def answer(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=404, text="not found")

    async with serving(answer) as server, asking() as registry:
        reason = told(await registry.describe(server.host, "a", Digest.of(b"x")), Failure.GARBAGE)
    assert "does not answer as a registry" in reason


async def test_docker_schema_1_has_no_digest_to_pin() -> None:
    async def answer(_request: web.BaseRequest) -> web.StreamResponse:
        media_type = "application/vnd.docker.distribution.manifest.v1+prettyjws"
        headers = {"Content-Type": media_type, "Docker-Content-Digest": f"sha256:{'1' * 64}"}
        return web.Response(body=b'{"schemaVersion": 1}', headers=headers)

    async with serving(answer) as server, asking() as registry:
        assert "schema 1" in told(await registry.resolve(Stream(server.host, "a", "1")), Failure.UNSUPPORTED)


async def test_a_config_is_fetched_where_it_is_redirected_to_and_checked() -> None:
    config = b'{"os":"linux","architecture":"arm64"}'
    body = BODY.replace(b"2" * 64, hashlib.sha256(config).hexdigest().encode())

    async def storage(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=config if request.query.get("signature") == "ok" else b"{}")

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        if "/blobs/" in request.path:
            signature = "ok" if request.path.startswith("/v2/good/") else "bad"
            return web.Response(
                status=307, headers={"Location": f"http://{other.host}/b?signature={signature}"}
            )
        return web.Response(body=body, headers={"Content-Type": IMAGE_TYPES[0]})

    async with serving(storage) as other, serving(answer) as server, asking() as registry:
        for repository in ("good", "bad"):
            manifest = await registry.manifest(server.host, repository, Digest.of(body))
            assert isinstance(manifest, Manifest)
            platform = await registry.platform(server.host, repository, manifest)
            if repository == "good":
                assert platform == Platform("linux", "arm64")
            else:
                told(platform, Failure.GARBAGE)


async def test_a_manifest_that_is_too_long_is_not_read() -> None:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": IMAGE_TYPES[0]})
        await response.prepare(request)
        if request.method == "GET":
            for _ in range(70):
                await response.write(b" " * 65_536)
        return response

    async with serving(answer) as server, asking() as registry:
        assert "4194304 bytes" in told(await registry.resolve(Stream(server.host, "a", "1")), Failure.GARBAGE)


async def test_tls_with_the_authority_of_a_rule_and_of_the_environment(
    private_authority: PrivateAuthority,
) -> None:
    server = EmbeddedRegistry(tls=(private_authority.certificate, private_authority.key))
    server.store.push_image("acme/api", "1")
    async with server:
        stream = Stream(server.host, "acme/api", "1")
        ca = str(private_authority.ca)
        async with asking(rules=[RegistryRule(server.host, ca=ca)]) as registry:
            assert isinstance(await registry.resolve(stream), Descriptor)
        async with asking({"SSL_CERT_FILE": ca}) as registry:
            assert isinstance(await registry.resolve(stream), Descriptor)
        async with asking() as registry:
            assert "is not trusted" in told(await registry.resolve(stream), Failure.TLS)


@pytest.mark.parametrize(
    ("plain_http", "begins"), [(False, "CONNECT "), (True, "HEAD http://registry.example/")]
)
async def test_plain_http_is_spoken_to_others_only_where_it_is_configured(
    plain_http: bool, begins: str
) -> None:
    refusal = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
    rules = [RegistryRule("registry.example", plain_http=plain_http)]
    async with proxying(1, refusal) as proxy:
        environment = {"HTTP_PROXY": proxy.url, "HTTPS_PROXY": proxy.url}
        async with asking(environment, rules) as registry:
            assert isinstance(await registry.resolve(Stream("registry.example", "a", "1")), Unresolved)
        assert all(head.startswith(begins) for head in proxy.heads)
        assert proxy.heads


@pytest.mark.parametrize(
    "host",
    ["localhost:99999", "[:::]:5000", "[::::1]", "[1:2]", f"{'a' * 70}.invalid", "999.1.1.1", "1.2.3.4.5"],
)
async def test_what_the_grammar_allows_and_is_no_host_is_told(host: str) -> None:
    assert Reference.parse(f"{host}/x:1").registry == host
    async with asking() as registry:
        assert "spelling" in told(await registry.resolve(Stream(host, "x", "1")), Failure.DNS)


async def test_a_registry_may_have_an_ipv6_address() -> None:
    if not socket.has_ipv6 or not Path("/proc/net/if_inet6").read_text().strip():
        pytest.skip("this machine has no IPv6")
    server = EmbeddedRegistry(listen=("::1", 0))
    server.store.push_image("acme/api", "1")
    found = await resolve(server)
    assert isinstance(found, Descriptor)
    assert server.host.startswith("[::1]:")


async def test_an_upstream_takes_the_registrys_place() -> None:
    async with filled() as server:
        server.store.push_image("mirror/library/debian", "12")
        rules = [RegistryRule("docker.io", upstream=f"{server.host}/mirror")]
        async with asking(rules=rules) as registry:
            assert isinstance(await registry.resolve(Stream("docker.io", "library/debian", "12")), Descriptor)
        assert [each.path for each in server.log] == ["/v2/mirror/library/debian/manifests/12"]


async def test_an_upstream_that_names_no_repository_is_told() -> None:
    async with asking(rules=[RegistryRule("a.example/x", upstream="b.example")]) as registry:
        reason = told(await registry.resolve(Stream("a.example", "x", "1")), Failure.UNSUPPORTED)
    assert "names no repository" in reason


async def test_no_secret_is_in_any_reason(tmp_path: Path) -> None:
    """A server that sends back whatever it got, in every place that we read."""

    async def echo(request: web.BaseRequest) -> web.StreamResponse:
        sent = request.headers.get("Authorization", "")
        if not sent:
            return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="x"'})
        status = int(request.path.rpartition("/")[2])
        body = json.dumps({"errors": [{"code": SECRET, "message": f"{sent} {SECRET}"}], "mediaType": "x"})
        return web.Response(status=status, text=body, headers={"Docker-Content-Digest": "sha256:x"})

    async with (
        serving(echo) as server,
        asking(login(tmp_path, **{server.host: f"user:{SECRET}"})) as registry,
    ):
        for status in (200, 400, 401, 403, 404, 405, 409, 410, 418, 429, 451, 500, 503):
            answer = await registry.resolve(Stream(server.host, "a", f"{status}"))
            assert isinstance(answer, Unresolved)
            assert SECRET not in repr(answer)
