"""Gitea answers as a forge and as a registry, whose token service gives tokens for its account."""

import json
import urllib.error
import urllib.request
from pathlib import Path

import aiohttp
import pytest
from tests.crane import Crane
from tests.gitea_server import GiteaServer

from tagwake.testing.registry import EmbeddedRegistry

pytestmark = pytest.mark.e2e


def get(url: str, authorization: str | None = None) -> tuple[int, str, dict[str, str]]:
    request = urllib.request.Request(url, headers={"Authorization": authorization} if authorization else {})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), dict(error.headers)


def test_the_forge_knows_its_administrator(gitea_server: GiteaServer) -> None:
    status, body, _ = get(f"{gitea_server.url}/api/v1/user", f"token {gitea_server.token}")
    assert status == 200
    assert (json.loads(body)["login"], json.loads(body)["is_admin"]) == (gitea_server.username, True)


def test_the_registry_gives_a_token_for_the_account(gitea_server: GiteaServer) -> None:
    status, _, headers = get(f"{gitea_server.url}/v2/")
    challenge = {key.lower(): value for key, value in headers.items()}["www-authenticate"]
    assert (status, challenge.partition(" ")[0]) == (401, "Bearer")
    assert f'realm="{gitea_server.url}/v2/token"' in challenge
    account = aiohttp.encode_basic_auth(gitea_server.username or "", gitea_server.password or "")
    status, body, _ = get(f"{gitea_server.url}/v2/token?service=container_registry", account)
    assert status == 200
    status, _, _ = get(f"{gitea_server.url}/v2/", f"Bearer {json.loads(body)['token']}")
    assert status == 200


def test_an_image_goes_there_from_our_own_registry(gitea_server: GiteaServer, tmp_path: Path) -> None:
    crane = Crane(tmp_path / "home")
    name = gitea_server.username or ""
    with EmbeddedRegistry().in_thread() as registry:
        index = registry.store.push_index("app", tag="1.0")
        crane("auth", "login", gitea_server.host, "-u", name, "-p", gitea_server.token)
        crane("copy", f"{registry.host}/app:1.0", f"{gitea_server.host}/{name}/app:1.0")
        assert crane("digest", f"{gitea_server.host}/{name}/app:1.0") == index
