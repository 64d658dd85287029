"""Signatures, checked against PyPI's standardwebhooks and cryptography's own Ed25519."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
import standardwebhooks
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from tagwake.adapters.clock import SystemClock
from tagwake.core.errors import InvalidSecret
from tagwake.formats.standard_webhooks import (
    MAX_HEADER,
    Signer,
    hmac_secret,
    private_secret,
    public_key_of,
    refusal,
)

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
OLD, NEW = hmac_secret(bytes(range(24))), hmac_secret(bytes(range(64)))
PRIVATE = private_secret(bytes(range(32)))
PUBLIC = public_key_of(PRIVATE)
BODY = b'{"type":"tag.moved"}'


def signed(
    *secrets: str, message_id: str = "7-abc", body: bytes = BODY, at: datetime = NOW
) -> dict[str, str]:
    return Signer.of(secrets).headers(message_id, at, body)


@given(
    st.binary(min_size=24, max_size=64),
    st.text("abcdefghij0123456789-_", min_size=1, max_size=64),
    st.text(max_size=200),
)
def test_a_signature_is_the_reference_librarys(chance: bytes, message_id: str, body: str) -> None:
    secret = hmac_secret(chance)
    ours = signed(secret, message_id=message_id, body=body.encode("utf-8", "replace"))
    theirs = standardwebhooks.Webhook(secret).sign(message_id, NOW, body.encode("utf-8", "replace").decode())
    assert ours["webhook-signature"] == theirs


def test_the_vector_of_the_specification() -> None:
    """Standard Webhooks' published example, also used by the reference libraries' tests."""
    headers = Signer.of(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]).headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1_614_265_330, UTC),
        b'{"test": 2432232314}',
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_the_reference_library_takes_what_two_keys_signed() -> None:
    now = SystemClock().now()
    headers = signed(PRIVATE, OLD, NEW, at=now)
    for secret in (OLD, NEW):
        assert standardwebhooks.Webhook(secret).verify(BODY, headers) == {"type": "tag.moved"}
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(hmac_secret(bytes(24))).verify(BODY, headers)


def test_a_public_key_verifies_what_the_private_one_signed() -> None:
    headers = signed(PRIVATE)
    version, _, signature = headers["webhook-signature"].partition(",")
    assert version == "v1a"
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(PUBLIC.removeprefix("whpk_")))
    public.verify(base64.b64decode(signature), b"7-abc.1795608000." + BODY)
    assert refusal(headers, BODY, [PUBLIC], NOW) is None
    assert refusal(headers, BODY, [PRIVATE], NOW) is None


@pytest.mark.parametrize("key", [OLD, NEW, PUBLIC])
def test_each_key_of_a_rotation_is_enough(key: str) -> None:
    assert refusal(signed(OLD, NEW, PRIVATE), BODY, [key], NOW) is None


@pytest.mark.parametrize("secret", [OLD, PRIVATE])
@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature", "body"])
def test_one_byte_changed_is_refused(secret: str, name: str) -> None:
    headers, body = signed(secret), BODY
    if name == "body":
        body = BODY[:-1] + b" "
    else:
        text = headers[name]
        at = len(text) // 2
        headers[name] = text[:at] + ("1" if text[at] != "1" else "2") + text[at + 1 :]
    key = OLD if secret == OLD else PUBLIC
    assert refusal(headers, body, [key], NOW) is not None


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_every_header_is_needed(name: str) -> None:
    headers = {**signed(OLD), name: ""}
    assert refusal(headers, BODY, [OLD], NOW) == (
        "the headers webhook-id, webhook-timestamp and webhook-signature are needed"
    )


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_message_of_another_time_is_refused(minutes: int) -> None:
    headers = signed(OLD, at=NOW + timedelta(minutes=minutes))
    assert refusal(headers, BODY, [OLD], NOW) == "webhook-timestamp is too far from now"
    assert refusal(signed(OLD, at=NOW + timedelta(minutes=4)), BODY, [OLD], NOW) is None


@pytest.mark.parametrize(
    "header", ["v1", "v1,", "v1,%%%", "v2,AAAA", "v1a,AAAA", ",", "v1,é", "v1," + "A" * MAX_HEADER]
)
def test_what_is_no_signature_is_refused(header: str) -> None:
    assert refusal({**signed(OLD), "webhook-signature": header}, BODY, [OLD, PUBLIC], NOW) is not None


@pytest.mark.parametrize("timestamp", ["", "x", "-5", "1.5", "1" * 13, "١٧٩٥٦٠٨٠٠٠"])
def test_what_is_no_timestamp_is_refused(timestamp: str) -> None:
    assert refusal({**signed(OLD), "webhook-timestamp": timestamp}, BODY, [OLD], NOW) is not None


def test_a_signature_is_good_for_its_own_version_only() -> None:
    text = signed(OLD)["webhook-signature"].removeprefix("v1,")
    assert refusal({**signed(OLD), "webhook-signature": f"v1a,{text}"}, BODY, [OLD, PUBLIC], NOW) is not None


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "s3cret",
        "whsec_",
        "whsec_AAAA",
        "whsec_" + "A" * 300,
        "whsec_!!!!AAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "whsk_AAAA",
        "whsk_" + base64.b64encode(bytes(64)).decode(),
        PUBLIC,
    ],
)
def test_what_is_no_secret_signs_nothing_and_is_not_shown(secret: str) -> None:
    with pytest.raises(InvalidSecret) as caught:
        Signer.of([secret])
    assert len(secret) <= 6 or secret[6:] not in str(caught.value)


def test_nobody_signs_without_a_secret() -> None:
    with pytest.raises(InvalidSecret, match="without a signing secret"):
        Signer.of([])
    with pytest.raises(InvalidSecret):
        refusal(signed(OLD), BODY, ["whpk_AAAA"], NOW)
    with pytest.raises(InvalidSecret, match="24 to 64"):
        hmac_secret(b"short")
    with pytest.raises(InvalidSecret, match="32"):
        private_secret(b"short")


def test_a_private_key_may_carry_its_public_half() -> None:
    halves = base64.b64decode(PRIVATE.removeprefix("whsk_")) + base64.b64decode(PUBLIC.removeprefix("whpk_"))
    both = "whsk_" + base64.b64encode(halves).decode()
    assert signed(both) == signed(PRIVATE)


def test_no_representation_shows_a_secret() -> None:
    assert repr(Signer.of([OLD, PRIVATE])) == "Signer()"
