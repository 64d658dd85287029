import asyncio
import json
import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.faces.service.hook_stage import hooks_on_twins
from tests.hook_samples import (
    GROUP,
    NOW,
    REPO_UIDP,
    SAMPLES,
    SECRET,
    TOKEN,
    Sample,
    bearer,
    chainguard,
    claims_for,
    distribution,
    dockerhub,
    encoded,
    github,
    gitlab,
    harbor,
    key_set,
    quay,
    signature,
    zot,
)

from tagwake.core.hook_login import IdentityToken, PathToken
from tagwake.core.reference import Stream
from tagwake.faces.service.hook_keys import PAUSE
from tagwake.faces.service.hooks import MAX_DRAINED, read_path
from tagwake.faces.service.logs import redacted
from tagwake.formats.webhook.kinds import KINDS, MAX_BODY
from tagwake.ports.source_store import PARKED_BYTES

each_sample = pytest.mark.parametrize("make", SAMPLES, ids=lambda make: make.__name__)


@each_sample
async def test_a_good_delivery_is_taken_and_its_hints_are_kept(make: Callable[[], Sample]) -> None:
    sample = make()
    async with hooks_on_twins(sample) as stage:
        answered = await stage.deliver(sample)
        assert (answered.status, stage.queue.hints) == (202, list(sample.hints))
    (health,) = stage.sources.health()
    assert (health.accepted, health.refused, health.parked) == (1, 0, 0)
    assert stage.failures == []


@each_sample
async def test_what_proves_nothing_is_refused_counted_and_not_kept(make: Callable[[], Sample]) -> None:
    sample = make()
    async with hooks_on_twins(sample) as stage:
        without = await stage.deliver(replace(sample, proof={}, token=None))
        wrong = replace(
            sample,
            proof={name: text[:-2] + "zz" for name, text in sample.proof.items()},
            token=sample.token and "wrong-token-in-the-path",
        )
        refused = await stage.deliver(wrong)
        assert (without.status, refused.status) == (401, 403)
        assert "www-authenticate" in without.headers
        assert stage.queue.hints == []
    (health,) = stage.sources.health()
    assert (health.accepted, health.refused, health.parked) == (0, 2, 0)
    reasons = [refusal.reason for refusal in stage.sources.refusals(sample.source.kind, sample.source.name)]
    assert len(reasons) == 2
    assert [text for text in reasons if SECRET in text or TOKEN in text or "wrong-token" in text] == []


@each_sample
async def test_garbage_that_proves_itself_is_taken_and_parked(make: Callable[[], Sample]) -> None:
    sample = make()
    body = b"\xff no JSON at all"
    proof = dict(sample.proof)
    match sample.source.kind:
        case "chainguard":
            proof["authorization"] = bearer(claims_for(body))
        case "github" | "jfrog" | "nexus" | "gitea" | "forgejo":
            signed = {name: signature(body, "sha1" if "nexus" in name else "sha256") for name in proof}
            proof = {name: f"sha256={text}" if "hub" in name else text for name, text in signed.items()}
    async with hooks_on_twins(sample) as stage:
        answered = await stage.deliver(replace(sample, body=body, proof=proof))
        assert answered.status == 202
        (parked,) = stage.sources.parked(10)
        assert (parked.body, parked.size) == (body, len(body))
        assert parked.reason
        assert parked.reason == parked.reason.splitlines()[0]
    assert stage.queue.hints == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/hooks/nope/main", 404),
        ("POST", "/hooks/harbor/other", 404),
        ("GET", "/hooks/harbor/other", 404),
        ("POST", "/hooks/harbor", 404),
        ("POST", "/hooks/", 404),
        ("POST", "/hooks/harbor/", 404),
        ("POST", "/hooks//main", 404),
        ("POST", "/hooks/harbor/main/", 404),
        ("POST", "/hooks/harbor/main/token", 404),
        ("POST", "/hooks/harbor/main/a/b", 404),
        ("POST", "/hooks/Harbor/main", 404),
        ("GET", "/hooks/harbor/main", 405),
        ("PUT", "/hooks/harbor/main", 405),
        ("OPTIONS", "/hooks/harbor/main", 405),
        ("POST", "/hooks/harbor/main", 202),
    ],
)
async def test_paths_and_methods(method: str, path: str, status: int) -> None:
    sample = harbor()
    async with hooks_on_twins(sample) as stage:
        answered = await stage.send(path, sample.body, sample.all_headers, method)
    assert answered.status == status
    assert answered.headers.get("allow") == ("POST" if status == 405 else None)


@pytest.mark.parametrize("make", [github, quay, zot, chainguard], ids=lambda make: make.__name__)
@pytest.mark.parametrize("is_told", [True, False])
async def test_a_body_that_is_too_long_is_refused(make: Callable[[], Sample], is_told: bool) -> None:
    sample = make()
    limit = KINDS[sample.source.kind].limit
    headers = dict(sample.all_headers)
    if is_told:
        headers["content-length"] = str(limit + 1)
    async with hooks_on_twins(sample) as stage:
        parts = [b"x" * 65_536] * (limit // 65_536) + [b"x"]
        answered = await stage.send(sample.path, parts, headers)
        assert answered.status == 413
        assert answered.headers["connection"] == "close"
        assert stage.sources.parked(10) == ()
        just = await stage.send(sample.path, parts[:-1], sample.all_headers)
        assert just.status != 413


@pytest.mark.parametrize("make", [distribution, gitlab], ids=lambda make: make.__name__)
@pytest.mark.parametrize("is_told", [True, False])
async def test_one_that_would_be_sent_for_ever_is_parked_instead(
    make: Callable[[], Sample], is_told: bool
) -> None:
    sample = make()
    size = MAX_BODY + 5
    headers = {**sample.all_headers, **({"content-length": str(size)} if is_told else {})}
    async with hooks_on_twins(sample) as stage:
        answered = await stage.send(sample.path, [b"x" * MAX_BODY, b"12345"], headers)
        assert answered.status == 202
        (parked,) = stage.sources.parked(10)
        assert (len(parked.body), parked.size) == (PARKED_BYTES, size)
        assert parked.reason == f"it is longer than {MAX_BODY} bytes"
        unproven = await stage.send(sample.path, [b"x" * size], {})
        assert unproven.status == 401
    assert len(stage.sources.parked(10)) == 1


async def test_a_body_without_end_is_not_read_to_it() -> None:
    sample = distribution()
    part = b"x" * (4 * MAX_BODY)
    async with hooks_on_twins(sample) as stage:
        endless = (part for _ in range(2 * MAX_DRAINED // len(part)))
        answered = await stage.send(sample.path, endless, sample.all_headers)
        assert answered.status == 202
        (parked,) = stage.sources.parked(10)
        assert MAX_DRAINED < parked.size <= MAX_DRAINED + len(part)


async def test_a_body_in_many_parts_is_one_body() -> None:
    sample = github()
    parts = [sample.body[place : place + 7] for place in range(0, len(sample.body), 7)]
    async with hooks_on_twins(sample) as stage:
        assert (await stage.send(sample.path, parts, sample.all_headers)).status == 202
        assert stage.queue.hints == list(sample.hints)


async def test_whoever_hangs_up_is_answered_nothing() -> None:
    sample = github()
    async with hooks_on_twins(sample) as stage:
        answered = await stage.send(sample.path, [b"{"], sample.all_headers, hangs_up=True)
        assert (answered.status, stage.noted) == (0, [])
        assert stage.queue.hints == []


async def test_duplicates_and_disorder_come_to_the_same_tags() -> None:
    samples = [make() for make in SAMPLES]
    async with hooks_on_twins(*samples) as stage:
        stage.watch(*{f"{hint.registry}/{hint.repository}" for each in samples for hint in each.hints})
        twice = samples * 2
        random.Random(7).shuffle(twice)
        answered = await asyncio.gather(*(stage.deliver(sample) for sample in twice))
        assert {each.status for each in answered} == {202}
        assert set(stage.queue.hints) == {hint for sample in samples for hint in sample.hints}
        taken_up = {stream for stream, row in stage.work.tags.items() if row.claim is not None}
    assert taken_up == {hint.stream for sample in samples for hint in sample.hints}


async def test_hooks_that_come_together_are_committed_together_and_each_is_answered() -> None:
    sample = harbor()
    async with hooks_on_twins(sample) as stage:
        answered = await asyncio.gather(*(stage.deliver(sample) for _ in range(500)))
        assert [each.status for each in answered] == [202] * 500
        assert len(stage.queue.hints) == 500
        assert len(stage.queue.batches) < 500


async def test_nothing_is_answered_202_that_is_not_committed() -> None:
    sample = harbor()
    async with hooks_on_twins(sample) as stage:
        stage.queue.broken = RuntimeError("disk full")
        answered = await stage.deliver(sample)
        assert answered.status == 503
        assert answered.headers["retry-after"] == "5"
        assert "disk full" not in answered.error
        assert [str(failure) for failure in stage.failures] == ["disk full"]
        stage.queue.broken = None
        assert (await stage.deliver(sample)).status == 202
    (health,) = stage.sources.health()
    assert health.accepted == 1


async def test_two_credentials_are_none() -> None:
    sample = harbor()
    twice = [("authorization", SECRET), ("authorization", SECRET)]
    async with hooks_on_twins(sample) as stage:
        assert (await stage.send(sample.path, sample.body, twice)).status == 403


async def test_what_nexus_signed_compactly_is_read_as_it_was_signed() -> None:
    from tests.hook_samples import nexus

    sample = nexus()
    spaced = json.dumps(json.loads(sample.body), indent=1).encode()
    async with hooks_on_twins(sample) as stage:
        assert (await stage.send(sample.path, spaced, sample.all_headers)).status == 202
        assert stage.queue.hints == list(sample.hints)


async def test_a_source_whose_secrets_are_locked_is_not_taken_for_unknown() -> None:
    sample = dockerhub()
    async with hooks_on_twins(sample) as stage:
        stage.sources.is_locked = True
        answered = await stage.deliver(sample)
        assert answered.status == 503
        assert "TAGWAKE_SECRET_KEY" in answered.error


async def test_a_source_comes_and_goes_while_hooks_are_taken() -> None:
    sample, late = harbor(), dockerhub()
    async with hooks_on_twins(sample) as stage:
        assert (await stage.deliver(late)).status == 404
        stage.sources.put(late.source, now=NOW)
        stage.time.pass_by(2)
        assert (await stage.deliver(late)).status == 202
        rotated = replace(late.source, login=PathToken(("another token of the path",)))
        stage.sources.put(rotated, now=NOW)
        stage.time.pass_by(6)
        assert (await stage.deliver(late)).status == 403
        stage.sources.remove("dockerhub", "main")
        stage.time.pass_by(6)
        assert (await stage.deliver(late)).status == 404


async def test_unknown_sources_cost_the_database_little() -> None:
    sample = harbor()
    async with hooks_on_twins(sample) as stage:
        for number in range(100):
            assert (await stage.send(f"/hooks/harbor/x{number}")).status == 404
        assert stage.sources.reads == 1


async def test_the_last_sources_serve_while_the_database_is_away() -> None:
    sample = harbor()
    async with hooks_on_twins(sample) as stage:
        stage.sources.is_away = True
        assert (await stage.deliver(sample)).status == 503
        stage.sources.is_away = False
        assert (await stage.deliver(sample)).status == 202
        stage.sources.is_away = True
        stage.time.pass_by(60)
        assert (await stage.deliver(sample)).status == 202
    assert [str(failure) for failure in stage.failures] == ["away", "away"]


def published(sample: Sample) -> Sample:
    """A sample whose source leaves its keys to the issuer."""
    login = sample.source.login
    assert isinstance(login, IdentityToken)
    return replace(sample, source=replace(sample.source, login=replace(login, keys=None)))


async def test_the_issuer_is_asked_for_its_keys_once() -> None:
    sample = published(chainguard())
    async with hooks_on_twins(sample) as stage:
        stage.issuers.answers["https://issuer.example"] = key_set().encode()
        answered = await asyncio.gather(*(stage.deliver(sample) for _ in range(5)))
        assert {each.status for each in answered} == {202}
        assert stage.issuers.asked == ["https://issuer.example"]


async def test_a_new_key_is_asked_for_but_not_for_every_token() -> None:
    sample = published(chainguard())
    newer = replace(sample, proof={"authorization": bearer(claims_for(sample.body), kid="newer")})
    async with hooks_on_twins(sample) as stage:
        stage.issuers.answers["https://issuer.example"] = key_set().encode()
        assert (await stage.deliver(sample)).status == 202
        for _ in range(3):
            refused = await stage.deliver(newer)
            assert refused.status == 403
            assert "does not publish" in refused.error
        assert len(stage.issuers.asked) == 1
        stage.time.pass_by(PAUSE + 1)
        keys = json.loads(key_set())["keys"]
        rolled = {"keys": [*keys, {**keys[0], "kid": "newer"}]}
        stage.issuers.answers["https://issuer.example"] = encoded(rolled)
        assert (await stage.deliver(newer)).status == 202
        assert len(stage.issuers.asked) == 2


@pytest.mark.parametrize("answer", [b"", b'{"keys":[]}'])
async def test_without_keys_nothing_is_said_of_a_token(answer: bytes) -> None:
    sample = published(chainguard())
    async with hooks_on_twins(sample) as stage:
        if answer:
            stage.issuers.answers["https://issuer.example"] = answer
        for _ in range(3):
            answered = await stage.deliver(sample)
            assert answered.status == 503
            assert "issuer.example" in answered.error
        assert len(stage.issuers.asked) == 1
        stage.time.pass_by(PAUSE + 1)
        stage.issuers.answers["https://issuer.example"] = key_set().encode()
        assert (await stage.deliver(sample)).status == 202
    (health,) = stage.sources.health()
    assert health.refused == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://other.example"},
        {"aud": "else"},
        {"sub": "webhook:ffff"},
        {"exp": int(NOW.timestamp()) - 3_600},
        {"webhook": {"digest": "sha256:" + "0" * 64}},
    ],
)
async def test_a_token_that_is_not_right_is_refused(changes: dict[str, object]) -> None:
    sample = chainguard()
    proof = {"authorization": bearer(claims_for(sample.body, **changes))}
    async with hooks_on_twins(sample) as stage:
        assert (await stage.deliver(replace(sample, proof=proof))).status == 403


async def test_a_name_that_one_delivery_teaches_serves_the_next() -> None:
    sample = chainguard()
    deleted = encoded({"actor": {}, "body": {"id": f"{REPO_UIDP}/fedcba9876543210"}})
    type_ = "dev.chainguard.api.platform.registry.tag.deleted.v1"
    headers = {"ce-type": type_, "ce-id": "2", "ce-subject": REPO_UIDP}
    late = replace(
        sample, body=deleted, headers=headers, proof={"authorization": bearer(claims_for(deleted))}
    )
    async with hooks_on_twins(sample) as stage:
        assert (await stage.deliver(late)).status == 202
        assert len(stage.sources.parked(10)) == 1
        await stage.deliver(sample)
        await stage.deliver(late)
        last = stage.queue.hints[-1]
    assert (last.registry, last.repository, last.tag, last.deleted) == (
        "cgr.dev",
        "shop.example/app",
        None,
        True,
    )
    assert GROUP in REPO_UIDP


async def test_hints_make_watched_tags_due_and_leave_others_alone() -> None:
    sample = dockerhub()
    async with hooks_on_twins(sample) as stage:
        stage.watch("docker.io/shop/other:latest")
        assert (await stage.deliver(sample)).status == 202
        assert Stream("docker.io", "shop/app", "latest") not in stage.work.tags


async def test_answers_are_noted_without_the_token() -> None:
    sample = dockerhub()
    async with hooks_on_twins(sample) as stage:
        await stage.deliver(sample)
        await stage.deliver(replace(sample, token=None))
        await stage.send("/hooks/nope/secret-looking")
        assert stage.noted == [("dockerhub", "main", 202), ("dockerhub", "main", 401), ("", "", 404)]


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        (f"/hooks/quay/main/{TOKEN}", "/hooks/quay/main/"),
        (f"/hooks/quay/main/{TOKEN}/more", "/hooks/quay/main/"),
        ("/hooks/quay/main", "/hooks/quay/main"),
    ],
)
def test_a_token_never_stands_in_a_log(path: str, logged: str) -> None:
    told = redacted(f"POST {path} 202")
    assert TOKEN not in told
    assert logged in told


def test_the_token_of_a_path_is_not_shown() -> None:
    path = read_path("/hooks/quay/main/s3cret")
    assert path is not None
    assert path.token == "s3cret"
    assert "s3cret" not in repr(path)
