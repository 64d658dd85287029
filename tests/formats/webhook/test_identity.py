import base64
import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from tests.hook_samples import (
    GROUP,
    NOW,
    bearer,
    claims_for,
    ec_key,
    google_claims,
    key_set,
    rsa_key,
)

from tagwake.core.errors import InvalidHook
from tagwake.core.hook_login import IdentityToken
from tagwake.formats.webhook.identity import (
    LEEWAY,
    MAX_TOKEN,
    check_body_digest,
    check_identity,
    read_key_set,
)
from tagwake.formats.webhook.proof import Denial, UnknownKey

BODY = b'{"body":{}}'
LOGIN = IdentityToken("https://issuer.example", "customer", f"webhook:{GROUP}")
KEYS = read_key_set(key_set().encode())
NOW_SECONDS = int(NOW.timestamp())


def checked(authorization: str, login: IdentityToken = LOGIN, claim: str = "sub") -> object:
    return check_identity(login, {"authorization": authorization}, KEYS, NOW, claim)  # type: ignore[arg-type]


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_right_token_gives_its_claims(algorithm: str) -> None:
    claims = checked(bearer(claims_for(BODY), algorithm=algorithm))
    assert isinstance(claims, dict)
    assert claims["sub"] == f"webhook:{GROUP}"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "https://other.example"}, "of another issuer"),
        ({"iss": "https://issuer.example/"}, "of another issuer"),
        ({"iss": None}, "no claim iss"),
        ({"aud": "somebody"}, "for another audience"),
        ({"aud": ["somebody", "else"]}, "for another audience"),
        ({"aud": []}, "no claim aud"),
        ({"aud": None}, "no claim aud"),
        ({"sub": "webhook:ffff"}, "of another subject"),
        ({"sub": GROUP}, "of another subject"),
        ({"sub": None}, "no claim sub"),
        ({"exp": NOW_SECONDS - LEEWAY - 1}, "has expired"),
        ({"exp": None}, "no claim exp"),
        ({"exp": "tomorrow"}, "times of its token cannot be read"),
        ({"exp": True}, "times of its token cannot be read"),
        ({"nbf": NOW_SECONDS + LEEWAY + 1}, "not valid yet"),
        ({"nbf": []}, "times of its token cannot be read"),
    ],
)
def test_a_token_that_is_not_right_is_forbidden(changes: dict[str, object], reason: str) -> None:
    claims = {name: value for name, value in claims_for(BODY, **changes).items() if value is not None}
    denial = checked(bearer(claims))
    assert isinstance(denial, Denial)
    assert denial.status == 403
    assert reason in denial.reason


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": NOW_SECONDS - LEEWAY},
        {"nbf": NOW_SECONDS + LEEWAY},
        {"aud": ["customer", "other"]},
        {"iss": "issuer.example"},
        {"iat": NOW_SECONDS + 10_000},
    ],
)
def test_a_token_that_is_just_right(changes: dict[str, object]) -> None:
    assert isinstance(checked(bearer(claims_for(BODY, **changes))), dict)


@pytest.mark.parametrize("authorization", ["", "Basic eDp5", "Bearer", "Bearer ", "eyJ.eyJ.sig"])
def test_without_a_token_it_is_unauthorized(authorization: str) -> None:
    denial = checked(authorization)
    assert isinstance(denial, Denial)
    assert denial.status == 401


def test_the_scheme_is_read_in_any_case() -> None:
    assert isinstance(checked(bearer(claims_for(BODY)).replace("Bearer", "bearer")), dict)


@pytest.mark.parametrize(
    "token",
    ["x", "a.b", "a.b.c.d", "a.b.", "..", "é.é.é", "a.b.c", "a" * MAX_TOKEN + ".b.c", "e30.e30.AA"],
)
def test_what_is_no_token_is_forbidden(token: str) -> None:
    denial = checked(f"Bearer {token}")
    assert isinstance(denial, Denial)
    assert denial.status == 403


@given(text=st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    checked(f"Bearer {text}")
    checked(text)


@given(parts=st.lists(st.binary(max_size=60), min_size=3, max_size=3))
def test_no_parts_raise(parts: list[bytes]) -> None:
    checked("Bearer " + ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts))


def test_one_character_of_the_signature_changed_is_forbidden() -> None:
    good = bearer(claims_for(BODY))
    place = len(good) - 20
    changed = good[:place] + ("A" if good[place] != "A" else "B") + good[place + 1 :]
    denial = checked(changed)
    assert isinstance(denial, Denial)
    assert "signature" in denial.reason


def test_an_unknown_key_is_told_apart() -> None:
    assert checked(bearer(claims_for(BODY), kid="newer")) == UnknownKey()
    assert check_identity(LOGIN, {"authorization": bearer(claims_for(BODY))}, None, NOW) == UnknownKey()


def test_another_key_under_a_known_id_is_forbidden() -> None:
    other = rsa.generate_private_key(65_537, 2_048)
    token = jwt.encode(claims_for(BODY), other, algorithm="RS256", headers={"kid": "rsa"})
    denial = checked(f"Bearer {token}")
    assert isinstance(denial, Denial)
    assert "signature" in denial.reason


def _unsigned(header: dict[str, str]) -> str:
    parts = (json.dumps(part).encode() for part in (header, claims_for(BODY)))
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def test_no_algorithm_is_none_of_ours() -> None:
    for signed in ("", "AA"):
        denial = checked(f"Bearer {_unsigned({'alg': 'none', 'kid': 'rsa'})}.{signed}")
        assert isinstance(denial, Denial)
        assert denial.status == 403


def test_a_public_key_is_no_shared_secret() -> None:
    """Algorithm confusion (RFC 8725, section 2.1): HS256 with the public key's text as its secret."""
    import hmac

    pem = rsa_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    start = _unsigned({"alg": "HS256", "kid": "rsa"})
    mac = hmac.new(pem, start.encode(), hashlib.sha256).digest()
    denial = checked(f"Bearer {start}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}")
    assert isinstance(denial, Denial)
    assert "algorithm" in denial.reason


@pytest.mark.parametrize(("algorithm", "kid"), [("RS256", "ec"), ("ES256", "rsa")])
def test_a_key_serves_only_its_own_algorithm(algorithm: str, kid: str) -> None:
    denial = checked(bearer(claims_for(BODY), algorithm=algorithm, kid=kid))
    assert isinstance(denial, Denial)
    assert "another type" in denial.reason


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_other_algorithms_are_refused(algorithm: str) -> None:
    token = jwt.encode(claims_for(BODY), rsa_key(), algorithm=algorithm, headers={"kid": "rsa"})
    denial = checked(f"Bearer {token}")
    assert isinstance(denial, Denial)
    assert "algorithm" in denial.reason


GOOGLE = IdentityToken(
    "https://accounts.google.example",
    "https://tagwake.example/hooks/gar/main",
    "pusher@shop.iam.gserviceaccount.example",
)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"email": "other@shop.example"}, "another subject"),
        ({"email": None}, "another subject"),
        ({"email_verified": False}, "no verified address"),
        ({"email_verified": "true"}, "no verified address"),
        ({"aud": "https://else.example"}, "another audience"),
    ],
)
def test_the_subject_of_google_is_a_verified_address(changes: dict[str, object], reason: str | None) -> None:
    found = checked(bearer(google_claims(**changes)), GOOGLE, "email")
    assert isinstance(found, dict) if reason is None else isinstance(found, Denial) and reason in found.reason


def test_a_token_is_bound_to_its_body() -> None:
    claims = claims_for(BODY)
    assert check_body_digest(claims, BODY) is None
    denial = check_body_digest(claims, BODY + b" ")
    assert denial is not None
    assert denial.status == 403


@pytest.mark.parametrize(
    "webhook", [None, {}, "sha256:0", {"digest": None}, {"digest": ["x"]}, {"digest": "é"}]
)
def test_a_token_without_a_digest_is_forbidden(webhook: object) -> None:
    denial = check_body_digest({"webhook": webhook}, BODY)
    assert denial is not None
    assert denial.status == 403


def _jwk(**changes: object) -> dict[str, object]:
    key = jwt.algorithms.RSAAlgorithm.to_jwk(rsa_key().public_key(), as_dict=True)
    return {**key, "kid": "k", **changes}


def test_keys_of_other_uses_and_types_are_passed_over() -> None:
    small = jwt.algorithms.RSAAlgorithm.to_jwk(
        rsa.generate_private_key(65_537, 1_024).public_key(), as_dict=True
    )
    p384 = jwt.algorithms.ECAlgorithm.to_jwk(
        ec.generate_private_key(ec.SECP384R1()).public_key(), as_dict=True
    )
    others = [
        _jwk(kid="enc", use="enc"),
        _jwk(kid="ps", alg="PS256"),
        _jwk(kid=7),
        _jwk(kid="broken", n="!"),
        {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"},
        {"kty": "OKP", "crv": "Ed25519", "x": "AA", "kid": "ed"},
        {**small, "kid": "small"},
        {**p384, "kid": "p384"},
        {},
    ]
    read = read_key_set(json.dumps({"keys": [*others, _jwk()]}).encode())
    assert list(read.keys) == ["k"]


@pytest.mark.parametrize(
    "data", [b"", b"{}", b'{"keys":[]}', b'{"keys":[{"kty":"oct","k":"AA"}]}', b'{"keys":7}']
)
def test_a_set_without_a_usable_key_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidHook):
        read_key_set(data)


@given(
    key=st.fixed_dictionaries(
        {"kty": st.sampled_from(["RSA", "EC"])},
        optional={
            name: st.text(max_size=20) for name in ("kid", "use", "alg", "n", "e", "crv", "x", "y", "d")
        },
    )
)
def test_no_key_raises_anything_else(key: dict[str, str]) -> None:
    read = read_key_set(json.dumps({"keys": [key, _jwk(kid="good")]}).encode())
    assert "good" in read.keys


def test_a_key_without_an_id_serves_tokens_without_one() -> None:
    nameless = {name: value for name, value in _jwk().items() if name != "kid"}
    keys = read_key_set(json.dumps({"keys": [nameless]}).encode())
    token = jwt.encode(claims_for(BODY), rsa_key(), algorithm="RS256")
    assert isinstance(check_identity(LOGIN, {"authorization": f"Bearer {token}"}, keys, NOW), dict)


def test_time_is_the_one_that_is_passed_in() -> None:
    headers = {"authorization": bearer(claims_for(BODY), algorithm="ES256")}
    later = check_identity(LOGIN, headers, KEYS, NOW + timedelta(hours=1))
    assert isinstance(later, Denial)
    assert "expired" in later.reason


def test_a_subject_is_compared_whole() -> None:
    longer = replace(LOGIN, subject=f"webhook:{GROUP}0")
    assert isinstance(checked(bearer(claims_for(BODY)), longer), Denial)
    assert ec_key().curve.name == "secp256r1"
