import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from tests.adapters.scripted import FakeTime, Scripted, serving
from tests.servers import PrivateAuthority

from tagwake.adapters.http import open_http
from tagwake.adapters.issuer_keys import HttpIssuerKeys
from tagwake.core.egress import Egress
from tagwake.core.patience import Patience
from tagwake.core.resolution import Failure, Unresolved
from tagwake.formats.webhook.discovery import MAX_BYTES, WELL_KNOWN

KEYS = b'{"keys":[]}'


class Issuer:
    """A server of a document and of keys, and what it was asked for."""

    def __init__(self, server: Scripted) -> None:
        self.server = server
        self.url = f"https://{server.host}"
        self.document: dict[str, object] = {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
        self.keys = KEYS
        self.status = 200

    @property
    def asked(self) -> list[str]:
        return [request.path for request in self.server.requests]


@pytest.fixture
async def issuer(private_authority: PrivateAuthority) -> AsyncIterator[Issuer]:
    made: list[Issuer] = []

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        if request.path == WELL_KNOWN:
            return web.json_response(made[0].document, status=made[0].status)
        return web.Response(body=made[0].keys)

    async with serving(handle, private_authority.server_context()) as server:
        made.append(Issuer(server))
        yield made[0]


async def fetch(issuer: str, authority: PrivateAuthority, *allow: str) -> bytes | Unresolved:
    async with open_http({}, Patience(attempts=1), FakeTime().timing, Egress.of(allow)) as http:
        return await HttpIssuerKeys(http, str(authority.ca)).fetch(issuer)


async def test_keys_are_where_the_document_says(issuer: Issuer, private_authority: PrivateAuthority) -> None:
    assert await fetch(issuer.url, private_authority, "127.0.0.1") == KEYS
    assert issuer.asked == [WELL_KNOWN, "/keys"]


async def test_a_private_issuer_is_reached_only_where_the_operator_allows_it(
    issuer: Issuer, private_authority: PrivateAuthority
) -> None:
    answer = await fetch(issuer.url, private_authority)
    assert isinstance(answer, Unresolved)
    assert "private address" in answer.reason
    assert issuer.asked == []


async def test_keys_on_a_private_address_are_not_fetched(
    issuer: Issuer, private_authority: PrivateAuthority
) -> None:
    issuer.document["jwks_uri"] = "https://169.254.169.254/keys"
    answer = await fetch(issuer.url, private_authority, "127.0.0.1")
    assert isinstance(answer, Unresolved)
    assert "169.254.169.254 is on a private address" in answer.reason


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"issuer": "https://other.example", "jwks_uri": "https://other.example/keys"}, "another issuer"),
        ({"jwks_uri": "http://127.0.0.1/keys"}, "not served over TLS"),
        ({"jwks_uri": "https://"}, "no URL"),
        ({"jwks_uri": 7}, "expected shape"),
    ],
)
async def test_a_document_that_is_not_right_is_not_followed(
    issuer: Issuer, private_authority: PrivateAuthority, document: dict[str, object], problem: str
) -> None:
    issuer.document |= document
    answer = await fetch(issuer.url, private_authority, "127.0.0.1")
    assert isinstance(answer, Unresolved)
    assert answer.failure is Failure.GARBAGE
    assert problem in answer.reason
    assert issuer.asked == [WELL_KNOWN]


async def test_an_issuer_without_a_document_is_told(
    issuer: Issuer, private_authority: PrivateAuthority
) -> None:
    issuer.status = 404
    answer = await fetch(issuer.url, private_authority, "127.0.0.1")
    assert isinstance(answer, Unresolved)
    assert "answers 404" in answer.reason


async def test_no_more_is_read_than_a_limit(issuer: Issuer, private_authority: PrivateAuthority) -> None:
    issuer.keys = json.dumps({"keys": ["x" * MAX_BYTES]}).encode()
    answer = await fetch(issuer.url, private_authority, "127.0.0.1")
    assert isinstance(answer, Unresolved)
    assert answer.failure is Failure.GARBAGE


async def test_an_issuer_is_asked_over_tls_only(private_authority: PrivateAuthority) -> None:
    answer = await fetch("http://issuer.example", private_authority)
    assert isinstance(answer, Unresolved)
    assert "https://" in answer.reason
