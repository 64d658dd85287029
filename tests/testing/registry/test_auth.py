"""Who may do what over HTTP: basic authentication, tokens and their scopes."""

import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.testing.registry import Account, BasicAuth, EmbeddedRegistry, TokenAuth
from tagwake.testing.registry.auth import Guard, Need, parse_basic

TEAM = Account("team", "s3cret", repositories="team/*", actions=("pull", "push"))
ADMIN = Account("admin", "root")
Headers = dict[str, str]


def basic(name: str, password: str) -> Headers:
    return {"Authorization": aiohttp.encode_basic_auth(name, password)}


AS_ADMIN = basic("admin", "root")
AS_TEAM = basic("team", "s3cret")


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def filled(registry: EmbeddedRegistry) -> EmbeddedRegistry:
    registry.store.push_image("team/app", tag="1.0")
    registry.store.push_image("other", tag="1.0")
    return registry


async def test_basic_authentication_asks_and_checks(client: aiohttp.ClientSession) -> None:
    async with EmbeddedRegistry(auth=BasicAuth((TEAM, ADMIN))) as registry:
        url = f"{filled(registry).url}/v2/"
        for path, method, auth, status in [
            ("", "GET", None, 401),
            ("", "GET", AS_TEAM, 200),
            ("", "GET", basic("team", "wrong"), 401),
            ("", "GET", basic("nobody", ""), 401),
            ("team/app/manifests/1.0", "HEAD", AS_TEAM, 200),
            ("team/app/manifests/1.0", "DELETE", AS_TEAM, 403),
            ("team/app/blobs/uploads/", "POST", AS_TEAM, 202),
            ("other/manifests/1.0", "GET", AS_TEAM, 403),
            ("other/manifests/1.0", "DELETE", AS_ADMIN, 202),
            ("other/manifests/1.0", "GET", None, 401),
        ]:
            async with client.request(method, url + path, headers=auth) as response:
                assert response.status == status, (path, method, auth)
                challenge = response.headers.get("WWW-Authenticate")
                assert challenge == ('Basic realm="tagwake"' if status == 401 else None)


async def test_anybody_may_pull_where_that_is_said(client: aiohttp.ClientSession) -> None:
    async with EmbeddedRegistry(auth=BasicAuth({"admin": "root"}, anonymous=("pull",))) as registry:
        url = f"{filled(registry).url}/v2/other/manifests/1.0"
        async with client.get(url) as response:
            assert response.status == 200
        async with client.delete(url) as response:
            assert response.status == 401


def challenged(response: aiohttp.ClientResponse) -> dict[str, str]:
    header = response.headers["WWW-Authenticate"]
    assert header.startswith("Bearer ")
    return dict(re.findall(r'(\w+)="([^"]*)"', header))


async def token_for(
    client: aiohttp.ClientSession, challenge: dict[str, str], auth: Headers | None
) -> dict[str, str]:
    asked: Headers = {key: challenge[key] for key in ("service", "scope") if key in challenge}
    async with client.get(challenge["realm"], params=asked, headers=auth) as response:
        assert response.status == 200
        given: dict[str, str] = await response.json()
        return {"Authorization": f"Bearer {given['token']}"}


async def test_a_token_is_good_for_the_scope_it_was_given_for(client: aiohttp.ClientSession) -> None:
    async with EmbeddedRegistry(auth=TokenAuth((TEAM, ADMIN))) as registry:
        url = f"{filled(registry).url}/v2"
        async with client.get(f"{url}/") as response:
            challenge = challenged(response)
            assert challenge == {"realm": f"{registry.url}/token", "service": "tagwake"}
        async with client.get(f"{url}/", headers=await token_for(client, challenge, AS_TEAM)) as response:
            assert response.status == 200
        async with client.head(f"{url}/team/app/manifests/1.0") as response:
            challenge = challenged(response)
            assert challenge["scope"] == "repository:team/app:pull"
        headers = await token_for(client, challenge, AS_TEAM)
        async with client.head(f"{url}/team/app/manifests/1.0", headers=headers) as response:
            assert response.status == 200
        async with client.post(f"{url}/team/app/blobs/uploads/", headers=headers) as response:
            again = challenged(response)
            assert (again["error"], again["scope"]) == ("insufficient_scope", "repository:team/app:pull,push")
        async with client.head(f"{url}/other/manifests/1.0", headers=headers) as response:
            assert response.status == 401
            headers = await token_for(client, challenged(response), AS_TEAM)
        async with client.head(f"{url}/other/manifests/1.0", headers=headers) as response:
            assert challenged(response)["error"] == "insufficient_scope", "the account may not"


async def test_a_token_ends(client: aiohttp.ClientSession) -> None:
    async with EmbeddedRegistry(auth=TokenAuth((ADMIN,))) as registry:
        url = f"{filled(registry).url}/v2/other/manifests/1.0"
        async with client.head(url) as response:
            headers = await token_for(client, challenged(response), AS_ADMIN)
        assert registry.guard is not None
        registry.guard.revoke()
        async with client.head(url, headers=headers) as response:
            assert (response.status, challenged(response)["error"]) == (401, "invalid_token")


def test_a_token_ends_by_its_lifetime() -> None:
    guard = Guard(TokenAuth((ADMIN,), lifetime=60))
    token, _ = guard.issue(ADMIN, ["repository:app:pull"], 0.0)
    need = Need("app", ("pull",))
    assert guard.admit(f"Bearer {token}", need, "realm", 59.0) == "admin"
    with pytest.raises(Exception, match="authentication required"):
        guard.admit(f"Bearer {token}", need, "realm", 60.0)


async def test_nobody_gets_a_token_where_nothing_is_open(client: aiohttp.ClientSession) -> None:
    async with EmbeddedRegistry(auth=TokenAuth((ADMIN,))) as registry:
        for auth in (None, basic("admin", "wrong")):
            async with client.get(f"{registry.url}/token", headers=auth) as response:
                assert response.status == 401


async def test_an_anonymous_token_pulls_where_that_is_open(client: aiohttp.ClientSession) -> None:
    async with EmbeddedRegistry(auth=TokenAuth((ADMIN,), anonymous=("pull",))) as registry:
        url = f"{filled(registry).url}/v2/other/manifests/1.0"
        for method, status in (("HEAD", 200), ("DELETE", 401)):
            async with client.request(method, url) as response:
                headers = await token_for(client, challenged(response), None)
            async with client.request(method, url, headers=headers) as response:
                assert response.status == status


async def test_a_refresh_token_stands_for_the_password(client: aiohttp.ClientSession) -> None:
    scope = {"service": "tagwake", "scope": "repository:other:pull repository:team/app:pull"}
    async with EmbeddedRegistry(auth=TokenAuth((ADMIN,))) as registry:
        url = f"{filled(registry).url}/token"
        form = {
            **scope,
            "grant_type": "password",
            "username": "admin",
            "password": "root",
            "access_type": "offline",
        }
        async with client.post(url, data=form) as response:
            refresh = (await response.json())["refresh_token"]
        async with client.get(url, params={**scope, "offline_token": "true"}, headers=AS_ADMIN) as response:
            assert (await response.json())["refresh_token"]
        async with client.post(
            url, data={**scope, "grant_type": "refresh_token", "refresh_token": refresh}
        ) as response:
            headers = {"Authorization": f"Bearer {(await response.json())['access_token']}"}
        for repository in ("other", "team/app"):
            async with client.head(
                f"{registry.url}/v2/{repository}/manifests/1.0", headers=headers
            ) as response:
                assert response.status == 200
        for bad, status in [
            ({"grant_type": "refresh_token", "refresh_token": "x"}, 401),
            ({"grant_type": "password", "username": "admin", "password": "x"}, 401),
            ({"grant_type": "magic"}, 400),
            ({"grant_type": "x" * 70_000}, 413),
        ]:
            async with client.post(url, data=bad) as response:
                assert response.status == status


async def test_a_mount_needs_leave_for_its_source(client: aiohttp.ClientSession) -> None:
    async with EmbeddedRegistry(auth=TokenAuth((TEAM, ADMIN))) as registry:
        blob = filled(registry).store.put_blob("other", b"blob")
        url = f"{registry.url}/v2/team/app/blobs/uploads/"
        asked = {"mount": blob, "from": "other"}
        async with client.post(url, params=asked) as response:
            challenge = challenged(response)
            assert challenge["scope"] == "repository:team/app:pull,push repository:other:pull"
        for auth, status in ((AS_TEAM, 202), (AS_ADMIN, 201)):
            async with client.post(
                url, params=asked, headers=await token_for(client, challenge, auth)
            ) as response:
                assert response.status == status, "without leave an upload begins"
        own = await token_for(client, {**challenge, "scope": "repository:team/app:pull,push"}, AS_ADMIN)
        async with client.post(url, params=asked, headers=own) as response:
            assert challenged(response)["error"] == "insufficient_scope"
        other = registry.store.put_blob("hidden", b"other blob")
        async with client.post(url, params={"mount": other}, headers=own) as response:
            assert response.status == 202, "an unnamed source must be open to the token as well"


async def test_the_log_and_reprs_hold_no_secret(client: aiohttp.ClientSession) -> None:
    async with EmbeddedRegistry(auth=BasicAuth((ADMIN,))) as registry:
        async with client.get(f"{registry.url}/v2/", headers=AS_ADMIN) as response:
            assert response.status == 200
        (request,) = registry.log
        assert request.authorization == "Basic"
        assert AS_ADMIN["Authorization"].split()[1] not in repr(request)
        assert "root" not in repr(ADMIN)


@given(st.text())
def test_any_authorization_header_is_read_or_ignored(header: str) -> None:
    found = parse_basic(f"Basic {header}")
    assert found is None or ":" not in found[0]


def test_a_scope_of_another_kind_gives_nothing() -> None:
    guard = Guard(TokenAuth((ADMIN,)))
    _, grant = guard.issue(ADMIN, ["registry:catalog:*", "repository:app:*", "x", ""], 0.0)
    assert grant.actions == {"app": frozenset({"pull", "push", "delete"})}
