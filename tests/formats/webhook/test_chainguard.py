import json

import pytest
from tests.hook_reading import read, told
from tests.hook_samples import DIGEST, GROUP, REPO_UIDP, chainguard, encoded

from tagwake.formats.webhook.delivery import Lesson

API = "dev.chainguard.api.platform.registry."
TAG_ID = f"{REPO_UIDP}/fedcba9876543210"


def pushed(**body: object) -> dict[str, object]:
    good = json.loads(chainguard().body)
    return {**good, "body": {**good["body"], **body}}


def headers(type_: str = "dev.chainguard.registry.push.v1", subject: str = REPO_UIDP) -> dict[str, str]:
    return {"ce-type": type_, "ce-id": "c-1", "ce-subject": subject, "ce-time": "2026-08-20T20:16:31Z"}


GOOD = ["cgr.dev/shop.example/app:latest a1a1"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (pushed(), GOOD),
        (pushed(tag=None), []),
        (pushed(tag=""), []),
        (pushed(type="blob"), []),
        (pushed(tag_previous_digest=None, error=None), GOOD),
        (pushed(error={"code": "DENIED", "message": "no", "status": 403}), []),
        (pushed(subdomain="skills"), ["skills.cgr.dev/shop.example/app:latest a1a1"]),
        (pushed(subdomain="evil.example/"), GOOD),
    ],
)
def test_what_moves_a_tag(body: object, expected: list[str]) -> None:
    translation = read("chainguard", body, headers(), registry=None)
    assert (told(translation), translation.reason) == (expected, None)


def test_a_push_teaches_the_names_of_repository_and_organisation() -> None:
    lessons = read("chainguard", pushed(), headers()).lessons
    assert lessons == (Lesson(REPO_UIDP, "shop.example/app"), Lesson(GROUP, "shop.example"))


@pytest.mark.parametrize(
    ("known", "renames", "expected"),
    [
        ({REPO_UIDP: "shop.example/app"}, (), GOOD),
        ({GROUP: "shop.example"}, (), GOOD),
        ({}, ((GROUP, "shop.example"),), GOOD),
        ({}, (), [f"cgr.dev/{GROUP}/app:latest a1a1"]),
    ],
)
def test_a_push_of_an_internal_service_names_a_uidp(
    known: dict[str, str], renames: tuple[tuple[str, str], ...], expected: list[str]
) -> None:
    body = pushed(repository=REPO_UIDP)
    assert told(read("chainguard", body, headers(), registry=None, known=known, renames=renames)) == expected


def test_a_uidp_without_a_display_name_has_a_reason() -> None:
    body = pushed(repository=REPO_UIDP, display_name=None)
    assert read("chainguard", body, headers()).reason == "it names no repository"


def tag(**body: object) -> dict[str, object]:
    return {"actor": {}, "body": {"id": TAG_ID, **body}}


KNOWN = {REPO_UIDP: "shop.example/app"}


@pytest.mark.parametrize("type_", [f"{API}tag.created.v1", f"{API}tag.updated.v1"])
@pytest.mark.parametrize("subject", [REPO_UIDP, TAG_ID, ""])
def test_a_tag_of_a_known_repository(type_: str, subject: str) -> None:
    translation = read(
        "chainguard", tag(name="1", digest=DIGEST), headers(type_, subject), registry=None, known=KNOWN
    )
    assert told(translation) == ["cgr.dev/shop.example/app:1 a1a1"]
    assert translation.lessons == (Lesson(TAG_ID, "1"),)


def test_a_deleted_tag_is_known_by_its_id() -> None:
    deleted = headers(f"{API}tag.deleted.v1")
    by_name = read("chainguard", tag(), deleted, registry=None, known={**KNOWN, TAG_ID: "1"})
    assert told(by_name) == ["cgr.dev/shop.example/app:1 deleted"]
    of_repository = read("chainguard", tag(), deleted, registry=None, known=KNOWN)
    assert told(of_repository) == ["cgr.dev/shop.example/app deleted"]
    unknown = read("chainguard", tag(), deleted, registry=None)
    assert "is not known" in (unknown.reason or "")


def test_an_organisation_is_never_taken_for_a_repository() -> None:
    unknown = read("chainguard", tag(), headers(f"{API}tag.deleted.v1", GROUP), known={GROUP: "shop.example"})
    assert unknown.hints == ()


def test_a_new_repository_is_learnt_where_its_organisation_is_known() -> None:
    body = {"body": {"id": REPO_UIDP, "name": "app"}}
    created = headers(f"{API}repo.created.v1", GROUP)
    known = read("chainguard", body, created, known={GROUP: "shop.example"})
    assert known.lessons == (Lesson(REPO_UIDP, "shop.example/app"),)
    assert read("chainguard", body, created).lessons == ()


@pytest.mark.parametrize(
    "type_",
    ["dev.chainguard.registry.pull.v1", f"{API}chart.added.v1", "dev.chainguard.api.iam.group.created.v1"],
)
def test_other_events_of_the_organisation_are_nothing(type_: str) -> None:
    translation = read("chainguard", b"not read", headers(type_))
    assert (translation.hints, translation.reason) == ((), None)


def test_what_is_no_event_of_chainguard_has_a_reason() -> None:
    assert "Ce-Type" in (read("chainguard", pushed()).reason or "")
    assert "no event of Chainguard" in (read("chainguard", pushed(), headers("com.example")).reason or "")
    assert "expected shape" in (read("chainguard", encoded({"actor": 1}), headers()).reason or "")
