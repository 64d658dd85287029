"""The real registries start, answer, and ask for what they were told to ask for."""

import base64
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from tests import parts
from tests.crane import Crane
from tests.servers import PrivateAuthority, Server, crane_registry, distribution

from tagwake.testing.registry import EmbeddedRegistry

pytestmark = pytest.mark.e2e


def status_of(server: Server, authorization: str | None = None) -> int:
    request = urllib.request.Request(f"{server.url}/v2/")
    if authorization:
        request.add_header("Authorization", authorization)
    context = ssl.create_default_context(cafile=server.ca) if server.ca else None
    try:
        with urllib.request.urlopen(request, context=context, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.mark.parametrize(
    "start",
    [distribution, crane_registry, lambda folder: distribution(folder, binary=parts.debian_registry())],
    ids=["distribution", "crane", "debian"],
)
def test_an_open_registry_answers(
    start: Callable[[Path], AbstractContextManager[Server]], tmp_path: Path
) -> None:
    with start(tmp_path) as server:
        assert status_of(server) == 200


@pytest.mark.parametrize("is_debian", [False, True], ids=["distribution", "debian"])
def test_a_registry_begins_empty_and_keeps_to_its_folder(is_debian: bool, tmp_path: Path) -> None:
    binary = parts.debian_registry() if is_debian else None
    with (
        distribution(tmp_path, binary=binary) as server,
        urllib.request.urlopen(f"{server.url}/v2/_catalog") as told,
    ):
        assert json.load(told) == {"repositories": []}
    with distribution(tmp_path / "full", binary=binary) as server, EmbeddedRegistry().in_thread() as ours:
        ours.store.push_image("app", tag="1.0")
        crane = Crane(tmp_path / "home")
        crane("copy", f"{ours.host}/app:1.0", f"{server.host}/app:1.0")
        assert list((tmp_path / "full").glob("distribution/data/**/repositories/app"))


def test_an_account_is_asked_for_over_tls(tmp_path: Path, private_authority: PrivateAuthority) -> None:
    with distribution(tmp_path, accounts=True, authority=private_authority) as server:
        right = base64.b64encode(f"{server.username}:{server.password}".encode()).decode()
        assert status_of(server) == 401
        assert status_of(server, f"Basic {right}") == 200
