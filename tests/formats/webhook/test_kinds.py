import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import hook_samples
from tests.hook_samples import NOW, SAMPLES, SECRET, TOKEN, Sample

from tagwake.core.hook_login import (
    BasicLogin,
    BodySignature,
    HookLogin,
    IdentityToken,
    PathToken,
    SharedHeader,
)
from tagwake.core.hook_source import HookSource
from tagwake.formats.webhook.delivery import Delivery
from tagwake.formats.webhook.identity import read_key_set
from tagwake.formats.webhook.kinds import KINDS, fault_of
from tagwake.formats.webhook.proof import Denial, UnknownKey
from tagwake.formats.webhook.translation import Translation, translate
from tagwake.formats.webhook.verification import check_body, check_head

each_sample = pytest.mark.parametrize("make", SAMPLES, ids=lambda make: make.__name__)


def checked(sample: Sample) -> Denial | UnknownKey | bytes:
    """What both steps of the verification say of it."""
    kind, login = KINDS[sample.source.kind], sample.source.login
    keys = None
    if isinstance(login, IdentityToken):
        keys = read_key_set((login.keys or "").encode())
    return check_head(login, sample.all_headers, sample.token) or check_body(
        kind, login, sample.all_headers, sample.body, keys=keys, now=NOW
    )


def test_there_is_a_sample_of_every_kind() -> None:
    assert {make().source.kind for make in SAMPLES} == set(KINDS)


@each_sample
def test_a_good_delivery_is_proven_and_comes_to_its_hints(make: Callable[[], Sample]) -> None:
    sample = make()
    proven = checked(sample)
    assert proven == sample.body
    translation = translate(
        KINDS[sample.source.kind].read, sample.source, Delivery(sample.all_headers, sample.body)
    )
    assert (translation.hints, translation.reason) == (sample.hints, None)


@each_sample
def test_without_a_credential_it_is_unauthorized(make: Callable[[], Sample]) -> None:
    denial = checked(replace(make(), proof={}, token=None))
    assert isinstance(denial, Denial)
    assert denial.status == 401


def _one_byte_changed(text: str) -> str:
    return text[:-1] + ("a" if text[-1] != "a" else "b")


@each_sample
def test_one_byte_of_the_credential_changed_is_forbidden(make: Callable[[], Sample]) -> None:
    sample = make()
    proof = {
        name: text[:-3] + _one_byte_changed(text[-3:-1]) + text[-1] for name, text in sample.proof.items()
    }
    token = None if sample.token is None else _one_byte_changed(sample.token)
    denial = checked(replace(sample, proof=proof, token=token))
    assert isinstance(denial, Denial)
    assert denial.status == 403


@each_sample
def test_another_secret_is_forbidden(make: Callable[[], Sample]) -> None:
    sample = make()
    login: HookLogin = sample.source.login
    match login:
        case SharedHeader() | BodySignature():
            login = replace(login, secrets=("another",))
        case BasicLogin():
            login = replace(login, passwords=("another",))
        case PathToken():
            login = replace(login, tokens=("another",))
        case IdentityToken():
            return  # its refusals are in test_identity.py
    denial = checked(replace(sample, source=replace(sample.source, login=login)))
    assert isinstance(denial, Denial)
    assert denial.status == 403


SIGNED = [make for make in SAMPLES if isinstance(make().source.login, BodySignature)] + [
    hook_samples.chainguard
]


@pytest.mark.parametrize("make", SIGNED, ids=lambda make: make.__name__)
@pytest.mark.parametrize("place", [0, 20, -1])
def test_one_byte_of_a_signed_body_changed_is_forbidden(make: Callable[[], Sample], place: int) -> None:
    sample = make()
    body = bytearray(sample.body)
    body[place] ^= 1
    denial = checked(replace(sample, body=bytes(body)))
    assert isinstance(denial, Denial)
    assert denial.status == 403


@each_sample
def test_an_old_secret_is_good_beside_a_new_one(make: Callable[[], Sample]) -> None:
    sample = make()
    login: HookLogin = sample.source.login
    match login:
        case SharedHeader() | BodySignature():
            login = replace(login, secrets=("newer", *login.secrets))
        case BasicLogin():
            login = replace(login, passwords=("newer", *login.passwords))
        case PathToken():
            login = replace(login, tokens=("newer", *login.tokens))
        case IdentityToken():
            pass
    assert checked(replace(sample, source=replace(sample.source, login=login))) == sample.body


@each_sample
def test_no_secret_is_shown(make: Callable[[], Sample]) -> None:
    sample = make()
    shown = [
        repr(sample.source),
        repr(checked(replace(sample, proof={}, token=None))),
        repr(
            checked(
                replace(sample, proof=dict.fromkeys(sample.proof, "wrong"), token=sample.token and "wrong")
            )
        ),
        repr(Delivery(sample.all_headers, sample.body)),
    ]
    assert [text for text in shown if SECRET in text or TOKEN in text] == []


@each_sample
def test_unknown_fields_are_passed_over(make: Callable[[], Sample]) -> None:
    sample = make()
    body = sample.body.replace(b"{", b'{"zzz": [{"a": null}, 1.5, "x"], ')
    if sample.source.kind == "gar":
        body = hook_samples.pushed_message(
            {
                "zzz": "x",
                "action": "INSERT",
                "digest": f"us-docker.pkg.example/shop/images/app@{hook_samples.DIGEST}",
                "tag": "us-docker.pkg.example/shop/images/app:1.1",
            }
        )
    translation = translate(KINDS[sample.source.kind].read, sample.source, Delivery(sample.all_headers, body))
    places = [(hint.stream, hint.digest, hint.deleted) for hint in translation.hints]
    assert places == [(hint.stream, hint.digest, hint.deleted) for hint in sample.hints]
    assert translation.reason is None


@each_sample
def test_a_duplicate_comes_to_the_same(make: Callable[[], Sample]) -> None:
    sample = make()
    read = KINDS[sample.source.kind].read
    first, second = (translate(read, sample.source, Delivery(sample.all_headers, sample.body)) for _ in "12")
    assert first == second


GARBAGE = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"{}",
    b'"text"',
    b"\xff\xfe",
    b'{"a":' * 100 + b"1" + b"}" * 100,
    b'{"events":7}',
    b"\0" * 100,
]


@each_sample
@pytest.mark.parametrize("body", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_has_a_reason(make: Callable[[], Sample], body: bytes) -> None:
    sample = make()
    translation = translate(KINDS[sample.source.kind].read, sample.source, Delivery(sample.all_headers, body))
    assert translation.hints == ()
    assert translation.reason


@each_sample
@given(data=st.data())
def test_no_bytes_raise(make: Callable[[], Sample], data: st.DataObject) -> None:
    sample = make()
    start = data.draw(st.integers(0, len(sample.body)))
    end = data.draw(st.integers(start, len(sample.body)))
    body = sample.body[:start] + data.draw(st.binary(max_size=20)) + sample.body[end:]
    translation = translate(KINDS[sample.source.kind].read, sample.source, Delivery(sample.all_headers, body))
    assert isinstance(translation, Translation)


@each_sample
def test_its_source_has_no_fault(make: Callable[[], Sample]) -> None:
    assert fault_of(make().source) is None


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        (HookSource("nope", "main", PathToken((TOKEN,))), "there is no kind 'nope'"),
        (HookSource("quay", "a/b", PathToken((TOKEN,))), "the name of a source"),
        (HookSource("quay", "main", PathToken(("short",))), "at least 16 characters"),
        (HookSource("quay", "main", PathToken((TOKEN + "/",))), "of A-Z a-z 0-9"),
        (HookSource("quay", "main", PathToken(())), "a secret is missing"),
        (HookSource("github", "main", PathToken((TOKEN,))), "GitHub packages proves itself by a signature"),
        (HookSource("github", "main", BodySignature(("",))), "a secret is missing"),
        (HookSource("zot", "main", BasicLogin("u", ("p",))), "set `registry`"),
        (HookSource("acr", "main", SharedHeader("X-Token", ("p",))), "lower case"),
        (HookSource("gar", "main", IdentityToken("http://a.example", "b", "c")), "an issuer with https"),
        (HookSource("gar", "main", IdentityToken("https://a.example", "", "c")), "an audience"),
        (
            HookSource("gar", "main", IdentityToken("https://a.example", "b", "c", "{}")),
            "no JSON Web Key Set",
        ),
    ],
)
def test_a_source_of_which_no_hook_could_be_taken(source: HookSource, fault: str) -> None:
    assert fault in (fault_of(source) or "")


def test_kinds_are_known_without_the_extra() -> None:
    """`tagwake source add` at a service elsewhere needs no library for tokens."""
    code = (
        "import sys\n"
        "for name in ('jwt', 'cryptography', 'sqlalchemy', 'uvicorn', 'litestar'):\n"
        "    sys.modules[name] = None\n"
        "from tagwake.formats.webhook.kinds import KINDS\n"
        "print(len(KINDS))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == (str(len(KINDS)), "")
