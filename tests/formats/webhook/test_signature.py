import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.hook_samples import SECRET, signature

from tagwake.formats.webhook.proof import Denial
from tagwake.formats.webhook.signature import SignatureScheme, SignedHeader, check_signature

PLAIN = SignatureScheme((SignedHeader("x-signature"),))
PREFIXED = SignatureScheme((SignedHeader("x-hub-signature-256", prefix="sha256="),))
TWO = SignatureScheme(
    (SignedHeader("x-gitea-signature"), SignedHeader("x-hub-signature-256", prefix="sha256="))
)
COMPACT = SignatureScheme((SignedHeader("x-nexus-webhook-signature", "sha1"),), compact=True)
BODY = b'{"a": 1}'


def status(scheme: SignatureScheme, headers: dict[str, str], body: bytes = BODY, *secrets: str) -> object:
    found = check_signature(scheme, secrets or (SECRET,), headers, body)
    return found.status if isinstance(found, Denial) else found


def test_a_published_vector_holds() -> None:
    """RFC 4231, section 4.3, test case 2."""
    header = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    body = b"what do ya want for nothing?"
    assert status(PLAIN, {"x-signature": header}, body, "Jefe") == body


@given(body=st.binary(max_size=200))
def test_bytes_of_any_kind_are_signed(body: bytes) -> None:
    assert status(PLAIN, {"x-signature": signature(body)}, body) == body
    assert status(PLAIN, {"x-signature": signature(body)}, body + b" ") == 403


@pytest.mark.parametrize(
    "said",
    ["0" * 64, "", "sha256=" + signature(BODY), signature(BODY).upper(), signature(BODY)[:-1], "é", " "],
)
def test_another_text_is_no_signature(said: str) -> None:
    assert status(PLAIN, {"x-signature": said}) == (403 if said else 401)


def test_the_prefix_belongs_to_it() -> None:
    assert status(PREFIXED, {"x-hub-signature-256": f"sha256={signature(BODY)}"}) == BODY
    assert status(PREFIXED, {"x-hub-signature-256": signature(BODY)}) == 403
    assert status(PREFIXED, {"x-hub-signature-256": f"sha1={signature(BODY, 'sha1')}"}) == 403


def test_every_signature_that_is_there_must_be_right() -> None:
    right, wrong = signature(BODY), "0" * 64
    assert status(TWO, {"x-gitea-signature": right}) == BODY
    assert status(TWO, {"x-hub-signature-256": f"sha256={right}"}) == BODY
    assert status(TWO, {"x-gitea-signature": right, "x-hub-signature-256": f"sha256={wrong}"}) == 403
    assert status(TWO, {"x-gitea-signature": wrong, "x-hub-signature-256": f"sha256={right}"}) == 403
    assert status(TWO, {"x-hub-signature": f"sha1={signature(BODY, 'sha1')}"}) == 401


def test_what_is_signed_in_compact_form_is_what_is_read() -> None:
    compact = b'{"a":1}'
    headers = {"x-nexus-webhook-signature": signature(compact, "sha1")}
    assert status(COMPACT, headers, BODY) == compact
    assert status(COMPACT, headers, compact) == compact
    assert status(COMPACT, {"x-nexus-webhook-signature": signature(BODY, "sha1")}, BODY) == BODY
    assert status(COMPACT, headers, b'{"a": 2}') == 403
    assert status(COMPACT, headers, b'{"a": 2, "a": 1}') == compact
    assert status(PLAIN, {"x-signature": signature(compact)}, BODY) == 403


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 5_000 + b"]" * 5_000, b'"\\ud800"'])
def test_what_has_no_compact_form_is_forbidden(body: bytes) -> None:
    assert status(COMPACT, {"x-nexus-webhook-signature": "0" * 40}, body) == 403


def test_no_secret_proves_nothing() -> None:
    assert check_signature(PLAIN, (), {"x-signature": signature(BODY, secret="")}, BODY) != BODY
    assert status(PLAIN, {"x-signature": signature(BODY, secret="")}, BODY, "") == 403
