"""Anonymous, basic and bearer, against the embedded registry and servers that ask in other ways."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web
from tests.adapters.registries.asked import SECRET, asking, login, told
from tests.adapters.scripted import FakeTime, Scripted, proxying, serving

from tagwake.core.manifest import IMAGE_TYPES, Descriptor
from tagwake.core.reference import Stream
from tagwake.core.registry_rule import RegistryRule
from tagwake.core.resolution import Failure
from tagwake.testing.registry.auth import BasicAuth, TokenAuth
from tagwake.testing.registry.embedded import EmbeddedRegistry

DIGEST = f"sha256:{'a' * 64}"
ACCOUNT = {"user": SECRET}


def manifest() -> web.Response:
    return web.Response(headers={"Docker-Content-Digest": DIGEST, "Content-Type": IMAGE_TYPES[0]})


def challenged(text: str) -> web.Response:
    return web.Response(status=401, headers={"WWW-Authenticate": text})


class TestBasic:
    async def test_a_login_is_sent_when_it_is_asked_for_and_then_at_once(self, tmp_path: Path) -> None:
        async with EmbeddedRegistry(auth=BasicAuth(ACCOUNT)) as server:
            for tag in "123":
                server.store.push_image("acme/api", tag)
            async with asking(login(tmp_path, **{server.host: f"user:{SECRET}"})) as registry:
                for tag in "123":
                    assert isinstance(
                        await registry.resolve(Stream(server.host, "acme/api", tag)), Descriptor
                    )
            assert [each.status for each in server.log] == [401, 200, 200, 200]

    async def test_without_a_login_the_reason_is_how_to_get_one(self) -> None:
        async with EmbeddedRegistry(auth=BasicAuth(ACCOUNT)) as server, asking() as registry:
            reason = told(await registry.resolve(Stream(server.host, "a", "1")), Failure.UNAUTHORIZED)
        assert reason == f"401 from {server.host}: log in with `docker login {server.host}`"

    async def test_a_login_that_is_refused_is_named_and_not_sent_again(self, tmp_path: Path) -> None:
        async with EmbeddedRegistry(auth=BasicAuth(ACCOUNT)) as server:
            async with asking(login(tmp_path, **{server.host: f"user:{SECRET}x"})) as registry:
                reason = told(await registry.resolve(Stream(server.host, "a", "1")), Failure.UNAUTHORIZED)
            assert len(server.log) == 2
        assert "the login of ~/config.json is refused: log in again with `docker login" in reason

    async def test_what_kept_us_from_a_login_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "config.json").write_text("{")
        environment = {"DOCKER_CONFIG": str(tmp_path), "HOME": str(tmp_path)}
        async with EmbeddedRegistry(auth=BasicAuth(ACCOUNT)) as server, asking(environment) as registry:
            reason = told(await registry.resolve(Stream(server.host, "a", "1")), Failure.UNAUTHORIZED)
        assert "~/config.json is no file of logins" in reason


class TestToken:
    async def test_a_token_is_had_once_for_each_repository(self) -> None:
        async with EmbeddedRegistry(auth=TokenAuth(ACCOUNT, anonymous=("pull",))) as server:
            for repository in ("a", "b"):
                for tag in "123":
                    server.store.push_image(repository, tag)
            async with asking() as registry:
                found = await asyncio.gather(
                    *(registry.resolve(Stream(server.host, name, tag)) for name in "ab" for tag in "123")
                )
            assert all(isinstance(each, Descriptor) for each in found)
            assert server.log.count("GET", "/token") == 2
            assert server.log.count("HEAD", status=200) == 6

    async def test_no_more_tokens_are_kept_than_are_of_use(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A service asks about repositories without end."""
        monkeypatch.setattr("tagwake.adapters.registries.authorization.MAX_TOKENS", 4)
        async with EmbeddedRegistry(auth=TokenAuth(ACCOUNT, anonymous=("pull",))) as server:
            for repository in "abcdef":
                for tag in "12":
                    server.store.push_image(repository, tag)
            async with asking() as registry:
                for repository in "abcdef":
                    assert isinstance(
                        await registry.resolve(Stream(server.host, repository, "1")), Descriptor
                    )
                assert server.log.count("GET", "/token") == 6
                for repository in "efa":
                    assert isinstance(
                        await registry.resolve(Stream(server.host, repository, "2")), Descriptor
                    )
                assert server.log.count("GET", "/token") == 7

    async def test_the_second_repository_needs_no_refusal_first(self) -> None:
        async with EmbeddedRegistry(auth=TokenAuth(ACCOUNT, anonymous=("pull",))) as server:
            server.store.push_image("a", "1")
            server.store.push_image("b", "1")
            async with asking() as registry:
                await registry.resolve(Stream(server.host, "a", "1"))
                await registry.resolve(Stream(server.host, "b", "1"))
            assert [each.status for each in server.log if each.method == "HEAD"] == [401, 200, 200]

    async def test_a_login_goes_to_the_token_service_and_not_to_the_registry(self, tmp_path: Path) -> None:
        async with EmbeddedRegistry(auth=TokenAuth(ACCOUNT)) as server:
            server.store.push_image("acme/api", "1")
            async with asking(login(tmp_path, **{server.host: f"user:{SECRET}"})) as registry:
                assert isinstance(await registry.resolve(Stream(server.host, "acme/api", "1")), Descriptor)
            schemes = {(each.path, each.authorization) for each in server.log}
        assert schemes == {
            ("/v2/acme/api/manifests/1", None),
            ("/token", "Basic"),
            ("/v2/acme/api/manifests/1", "Bearer"),
        }

    async def test_an_identity_token_is_posted(self, tmp_path: Path) -> None:
        async with EmbeddedRegistry(auth=TokenAuth(ACCOUNT)) as server:
            server.store.push_image("acme/api", "1")
            assert server.guard is not None
            refresh = server.guard.refresh_token(server.guard.login("user", SECRET))
            async with asking(login(tmp_path, **{server.host: {"identitytoken": refresh}})) as registry:
                assert isinstance(await registry.resolve(Stream(server.host, "acme/api", "1")), Descriptor)
            assert server.log.count("POST", "/token", 200) == 1

    async def test_a_registry_token_goes_as_it_is(self, tmp_path: Path) -> None:
        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            if request.headers.get("Authorization") == f"Bearer {SECRET}":
                return manifest()
            return challenged('Bearer realm="https://auth.example/token"')

        async with (
            serving(answer) as server,
            asking(login(tmp_path, **{server.host: {"registrytoken": SECRET}})) as registry,
        ):
            assert isinstance(await registry.resolve(Stream(server.host, "a", "1")), Descriptor)

    async def test_the_token_service_refuses_the_login(self, tmp_path: Path) -> None:
        async with (
            EmbeddedRegistry(auth=TokenAuth(ACCOUNT)) as server,
            asking(login(tmp_path, **{server.host: f"user:{SECRET}x"})) as registry,
        ):
            reason = told(await registry.resolve(Stream(server.host, "a", "1")), Failure.UNAUTHORIZED)
        assert "refuses the login of ~/config.json" in reason
        assert f"`docker login {server.host}`" in reason

    async def test_nobody_gets_a_token(self) -> None:
        async with EmbeddedRegistry(auth=TokenAuth(ACCOUNT)) as server, asking() as registry:
            reason = told(await registry.resolve(Stream(server.host, "a", "1")), Failure.UNAUTHORIZED)
        assert reason == f"401 from {server.host}: log in with `docker login {server.host}`"


Step = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class TokenService:
    """A registry with a token service beside it that counts, and whose tokens end when the test says so."""

    def __init__(
        self, *, expires_in: int | None = None, challenge: str | None = None, key: str = "token"
    ) -> None:
        self.expires_in = expires_in
        self.challenge = challenge
        self.key = key
        self.given = 0
        self.good: set[str] = set()
        self.server: Scripted | None = None

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path == "/token":
            self.given += 1
            token = f"token-{self.given}"
            self.good.add(token)
            answer: dict[str, object] = {self.key: token}
            if self.expires_in is not None:
                answer["expires_in"] = self.expires_in
            return web.json_response(answer)
        if request.headers.get("Authorization", "").removeprefix("Bearer ") in self.good:
            return manifest()
        assert self.server is not None
        realm = f'Bearer realm="http://{self.server.host}/token"'
        return challenged(self.challenge or f'{realm},service="s",scope="repository:a:pull"')


@pytest.mark.parametrize("key", ["token", "access_token"])
async def test_a_token_goes_by_two_names(key: str) -> None:
    service = TokenService(key=key)
    async with serving(service) as service.server, asking() as registry:
        assert isinstance(await registry.resolve(Stream(service.server.host, "a", "1")), Descriptor)


@pytest.mark.parametrize(
    ("expires_in", "passed", "tokens"), [(None, 50, 1), (None, 61, 2), (300, 200, 1), (300, 301, 2)]
)
async def test_a_token_is_kept_while_it_lives(expires_in: int | None, passed: float, tokens: int) -> None:
    time, service = FakeTime(), TokenService(expires_in=expires_in)
    async with serving(service) as service.server, asking(time=time) as registry:
        await registry.resolve(Stream(service.server.host, "a", "1"))
        time.seconds += passed
        assert isinstance(await registry.resolve(Stream(service.server.host, "a", "2")), Descriptor)
    assert service.given == tokens


async def test_a_token_that_ended_early_is_replaced() -> None:
    service = TokenService(expires_in=3600)
    async with serving(service) as service.server, asking() as registry:
        await registry.resolve(Stream(service.server.host, "a", "1"))
        service.good.clear()
        assert isinstance(await registry.resolve(Stream(service.server.host, "a", "2")), Descriptor)
    assert service.given == 2


async def test_tokens_that_are_never_good_enough_end_in_a_reason() -> None:
    class Never(TokenService):
        async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
            self.good.clear()
            return await super().__call__(request)

    service = Never()
    async with serving(service) as service.server, asking() as registry:
        told(await registry.resolve(Stream(service.server.host, "a", "1")), Failure.UNAUTHORIZED)
    assert service.given <= 3


async def test_a_token_that_cannot_be_good_enough_is_not_asked_for_twice() -> None:
    """What Docker Hub says to strangers of a repository that is private, or is not there."""
    seen: list[str] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        seen.append(request.path)
        if request.path == "/token":
            return web.json_response({"token": "t"})
        error = ',error="insufficient_scope"' if "Authorization" in request.headers else ""
        return challenged(f'Bearer realm="http://{server.host}/token",scope="repository:a:pull"{error}')

    async with serving(answer) as server, asking() as registry:
        told(await registry.resolve(Stream(server.host, "a", "1")), Failure.UNAUTHORIZED)
    assert seen == ["/v2/a/manifests/1", "/token", "/v2/a/manifests/1"]


async def test_a_token_service_that_knows_no_such_repository_says_its_name() -> None:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        if request.path == "/token":
            return web.Response(status=403)
        return challenged(f'Bearer realm="http://{server.host}/token"')

    async with serving(answer) as server, asking() as registry:
        reason = told(await registry.resolve(Stream(server.host, "acme/api", "1")), Failure.FORBIDDEN)
    assert "acme/api is not for everyone" in reason


async def test_a_challenge_without_scope_and_service_gets_them() -> None:
    service = TokenService()
    async with serving(service) as service.server, asking() as registry:
        service.challenge = f'Bearer realm="http://{service.server.host}/token?account=x"'
        assert isinstance(await registry.resolve(Stream(service.server.host, "acme/api", "1")), Descriptor)
    queries = [dict(each.url.query) for each in service.server.requests if each.path == "/token"]
    assert queries == [{"account": "x", "scope": "repository:acme/api:pull"}]


async def test_many_at_once_wait_for_one_token() -> None:
    service = TokenService()
    async with serving(service) as service.server, asking() as registry:
        host = service.server.host
        found = await asyncio.gather(*(registry.resolve(Stream(host, "a", f"{n}")) for n in range(40)))
    assert all(isinstance(each, Descriptor) for each in found)
    assert service.given == 1


@pytest.mark.parametrize(
    ("challenge", "failure", "words"),
    [
        ('Bearer realm="http://auth.example/token"', Failure.TLS, "has no TLS"),
        ('Bearer realm="ftp://auth.example/token"', Failure.TLS, "has no TLS"),
        ('Bearer realm="/token"', Failure.GARBAGE, "names no token service"),
        ("Bearer", Failure.GARBAGE, "names no token service"),
        ('Bearer realm="https://a.example:99999/"', Failure.GARBAGE, "names no token service"),
        ('Bearer realm="https://[:::]/"', Failure.GARBAGE, "names no token service"),
        ('Digest realm="x"', Failure.UNAUTHORIZED, "log in with"),
        ("", Failure.UNAUTHORIZED, "log in with"),
    ],
)
async def test_challenges_that_cannot_be_met(
    challenge: str, failure: Failure, words: str, tmp_path: Path
) -> None:
    async def answer(_request: web.BaseRequest) -> web.StreamResponse:
        return challenged(challenge)

    async with serving(answer) as server, asking(login(tmp_path, other="x:y")) as registry:
        assert words in told(await registry.resolve(Stream(server.host, "a", "1")), failure)


@pytest.mark.parametrize("body", ["no json", "{}", '{"token": "a\\u0000b"}', "[" * 1000])
async def test_a_token_service_that_makes_no_sense(body: str) -> None:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        if request.path == "/token":
            return web.Response(text=body)
        return challenged(f'Bearer realm="http://{server.host}/token"')

    async with serving(answer) as server, asking() as registry:
        reason = told(await registry.resolve(Stream(server.host, "a", "1")), Failure.GARBAGE)
    assert "the token service" in reason


async def test_a_public_registry_cannot_point_us_at_a_private_token_service(tmp_path: Path) -> None:
    """The registry is reached by a name that is none of ours, through a proxy; its realm is an address of ours."""

    async def private(_request: web.BaseRequest) -> web.StreamResponse:
        return web.json_response({"token": "t"})

    async def public(_request: web.BaseRequest) -> web.StreamResponse:
        return challenged(f'Bearer realm="http://{inside.host}/token"')

    async with serving(private) as inside, serving(public) as server, proxying(server.port) as proxy:
        environment = login(tmp_path, **{"registry.example": f"user:{SECRET}"})
        rules = [RegistryRule("registry.example", plain_http=True)]
        async with asking({**environment, "HTTP_PROXY": proxy.url}, rules) as registry:
            reason = told(await registry.resolve(Stream("registry.example", "a", "1")), Failure.CONNECTION)
        assert inside.requests == []
    assert "is on a private address" in reason


async def test_a_login_never_follows_a_redirect_to_another_host(tmp_path: Path) -> None:
    async def last(_request: web.BaseRequest) -> web.StreamResponse:
        return manifest()

    async def first(request: web.BaseRequest) -> web.StreamResponse:
        if "Authorization" not in request.headers:
            return challenged('Basic realm="x"')
        return web.Response(status=307, headers={"Location": f"http://{other.host}{request.path}"})

    async with serving(last) as other, serving(first) as server:
        async with asking(login(tmp_path, **{server.host: f"user:{SECRET}"})) as registry:
            assert isinstance(await registry.resolve(Stream(server.host, "a", "1")), Descriptor)
        login_sent = base64.b64encode(f"user:{SECRET}".encode()).decode()
        assert server.sent("Authorization") == [None, f"Basic {login_sent}"]
        assert other.sent("Authorization") == [None]


async def test_a_mirror_gets_its_own_login_and_not_the_originals(tmp_path: Path) -> None:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        return manifest() if "Authorization" in request.headers else challenged('Basic realm="x"')

    async with serving(answer) as mirror:
        rules = [RegistryRule("ghcr.io", upstream=f"{mirror.host}/ghcr")]
        logins = login(tmp_path, **{"ghcr.io": f"original:{SECRET}", mirror.host: "mirror:its-own"})
        async with asking(logins, rules) as registry:
            assert isinstance(await registry.resolve(Stream("ghcr.io", "a/b", "1")), Descriptor)
        sent = base64.b64decode((mirror.sent("Authorization")[1] or "").removeprefix("Basic ")).decode()
        assert sent == "mirror:its-own"
        assert mirror.requests[1].path == "/v2/ghcr/a/b/manifests/1"
