"""The real registries start, answer, and ask for what they were told to ask for."""

import base64
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from tests import parts
from tests.servers import PrivateAuthority, Server, crane_registry, distribution

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


def test_an_account_is_asked_for_over_tls(tmp_path: Path, private_authority: PrivateAuthority) -> None:
    with distribution(tmp_path, accounts=True, authority=private_authority) as server:
        right = base64.b64encode(f"{server.username}:{server.password}".encode()).decode()
        assert status_of(server) == 401
        assert status_of(server, f"Basic {right}") == 200
