from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.access import Scope, Token
from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidAnswer
from tagwake.core.hook_login import BasicLogin, BodySignature, IdentityToken, PathToken, SharedHeader
from tagwake.core.reference import Stream
from tagwake.core.sighting import Sighting
from tagwake.formats.api import work

START = datetime(2026, 1, 1, tzinfo=UTC)
sightings = st.builds(
    Sighting,
    stream=st.sampled_from([Stream("docker.io", "library/debian", "12"), Stream("a.example:5", "b/c", "1")]),
    seen_at=st.integers(0, 10**6).map(lambda number: START + timedelta(milliseconds=number)),
    digest=st.none() | st.just(Digest("sha256", "a" * 64)),
    how=st.sampled_from(["import:csv", "import:quay"]),
    claimed_at=st.none() | st.just(START),
    media_type=st.none() | st.just("application/vnd.oci.image.index.v1+json"),
    size=st.none() | st.integers(0, 2**40),
)


@given(st.lists(sightings, max_size=5))
def test_an_import_is_read_as_it_was_sent(sent):
    request = msgspec.json.decode(work.import_request(sent), type=work.ImportRequest)
    assert work.imported(request) == tuple(sent)


@pytest.mark.parametrize(
    "change",
    [
        {"how": "poll"},
        {"how": "import:"},
        {"image": "a.example/b"},
        {"image": "A B:1"},
        {"digest": "sha256:x"},
        {"seen_at": "2026-01-01T00:00:00"},
        {"seen_at": "0001-01-01T00:00:00+05:00"},
        {"size": -1},
        {"surprise": 1},
    ],
)
def test_a_sighting_that_makes_no_sense_is_refused(change):
    told = {"image": "a.example/b:1", "seen_at": "2026-01-01T00:00:00Z", "digest": None, "how": "import:csv"}
    data = msgspec.json.encode({"sightings": [told | change]})
    with pytest.raises((InvalidAnswer, msgspec.ValidationError)):
        work.imported(msgspec.json.decode(data, type=work.ImportRequest))


@pytest.mark.parametrize(
    "login",
    [
        SharedHeader("authorization", ("a", "b")),
        BasicLogin("zot", ("p",)),
        BodySignature(("s",)),
        PathToken(()),
        IdentityToken("https://issuer.example", "aud", "sub", None),
    ],
)
def test_a_login_is_read_as_it_was_sent(login):
    data = msgspec.json.encode(work.login_request(login))
    assert work.login_of(msgspec.json.decode(data, type=work.Login)) == login


def test_a_token_is_told_without_its_hash():
    told = work.given_token(Token("ci", frozenset({Scope.WRITE, Scope.READ}), START))
    assert msgspec.to_builtins(told) == {
        "name": "ci",
        "scopes": ["read", "write"],
        "created_at": "2026-01-01T00:00:00Z",
        "last_used_at": None,
        "revoked_at": None,
    }
