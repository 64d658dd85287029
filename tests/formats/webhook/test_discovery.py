import pytest
from tests.hook_samples import encoded

from tagwake.core.errors import InvalidHook
from tagwake.formats.webhook.discovery import read_keys_address

ISSUER = "https://issuer.example"


def test_the_address_of_the_keys_is_read() -> None:
    document = {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys", "response_types_supported": ["id_token"]}
    assert read_keys_address(encoded(document), ISSUER) == f"{ISSUER}/keys"


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": f"{ISSUER}/", "jwks_uri": f"{ISSUER}/keys"},
        {"issuer": ISSUER, "jwks_uri": "http://issuer.example/keys"},
        {"issuer": ISSUER},
        [],
    ],
)
def test_what_is_not_its_document_is_refused(document: object) -> None:
    with pytest.raises(InvalidHook):
        read_keys_address(encoded(document), ISSUER)
