import pytest
from tests.hook_reading import read, told
from tests.hook_samples import DIGEST, INDEX, OTHER

from tagwake.formats.webhook.translation import MAX_HINTS


def event(action: str = "push", **target: object) -> dict[str, object]:
    return {"id": "e", "action": action, "target": {"repository": "team/app", **target}}


def pushed(tag: str | None = "1", **target: object) -> dict[str, object]:
    return {
        **event(),
        "target": {"mediaType": INDEX, "digest": DIGEST, "repository": "team/app", "tag": tag, **target},
    }


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([pushed("1")], ["reg.example/team/app:1 a1a1"]),
        ([pushed(None)], []),
        ([pushed("")], []),
        (
            [pushed(None), pushed("1"), pushed("2")],
            ["reg.example/team/app:1 a1a1", "reg.example/team/app:2 a1a1"],
        ),
        ([event(mediaType="application/octet-stream", digest=DIGEST)], []),
        ([event(mediaType="application/vnd.oci.image.layer.v1.tar+gzip", digest=DIGEST, tag="1")], []),
        (
            [
                event(
                    mediaType="application/vnd.docker.distribution.manifest.v1+prettyjws",
                    digest=DIGEST,
                    tag="1",
                )
            ],
            ["reg.example/team/app:1 a1a1"],
        ),
        ([event(tag="1")], ["reg.example/team/app:1"]),
        ([event("pull", mediaType=INDEX, digest=DIGEST, tag="1")], []),
        ([event("mount", digest=DIGEST)], []),
        ([event("delete", tag="1")], ["reg.example/team/app:1 deleted"]),
        ([event("delete", digest=DIGEST)], ["reg.example/team/app a1a1 deleted"]),
        ([event("delete")], ["reg.example/team/app deleted"]),
        ([], []),
    ],
)
def test_what_moves_a_tag(events: list[object], expected: list[str]) -> None:
    translation = read("distribution", {"events": events})
    assert (told(translation), translation.reason) == (expected, None)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({"action": "explode", "target": {"repository": "a"}}, "an action that is not known"),
        ({"action": "push"}, "names no repository"),
        ({"action": 7}, "has not the expected shape"),
        ("text", "has not the expected shape"),
        (pushed("no tag"), "as a tag is none"),
        (pushed("1", repository="UPPER"), "a repository name is lower case"),
        (pushed("1", repository="a:b"), "neither tag nor digest"),
    ],
)
def test_a_bad_event_hides_no_good_one(bad: object, reason: str) -> None:
    translation = read("distribution", {"events": [pushed("1"), bad, pushed("2")]})
    assert told(translation) == ["reg.example/team/app:1 a1a1", "reg.example/team/app:2 a1a1"]
    assert reason in (translation.reason or "")


def test_a_digest_that_is_none_is_no_claim() -> None:
    assert told(read("distribution", {"events": [event(tag="1", digest="sha256:xyz")]})) == [
        "reg.example/team/app:1"
    ]


def test_each_event_keeps_its_id_and_what_has_none_gets_the_same_each_time() -> None:
    envelope = {"events": [pushed("1"), {**pushed("2"), "id": None}, {**pushed("3"), "id": "new\nline"}]}
    first, second = (read("distribution", envelope).hints for _ in "12")
    assert first == second
    assert first[0].delivery == "e"
    assert first[1].delivery == first[2].delivery
    assert first[1].delivery.startswith("sha256:")


def test_the_host_is_the_one_of_the_request_where_none_is_configured() -> None:
    envelope = {"events": [{**pushed("1"), "request": {"host": "pulled.example:5000"}}]}
    assert told(read("distribution", envelope, registry=None)) == ["pulled.example:5000/team/app:1 a1a1"]
    without = read("distribution", {"events": [pushed("1")]}, registry=None)
    assert "set `registry` of the source main" in (without.reason or "")


def test_no_more_events_are_read_than_a_limit() -> None:
    translation = read("distribution", {"events": [pushed(f"t{number}") for number in range(MAX_HINTS + 5)]})
    assert len(translation.hints) == MAX_HINTS
    assert translation.reason == f"it has more than {MAX_HINTS} events"


def test_reasons_do_not_pile_up() -> None:
    bad = [pushed("1", repository=name) for name in ("A", "b:c", "", "b//c")] + [pushed("no tag")]
    reason = read("distribution", {"events": bad * 100}).reason or ""
    assert "more reasons" in reason
    assert len(reason) < 1_000


def test_a_time_in_nanoseconds_is_kept_to_the_microsecond() -> None:
    told_at = "2026-03-09T14:44:26.402973972-08:00"
    (hint,) = read("distribution", {"events": [{**pushed("1"), "timestamp": told_at}]}).hints
    assert hint.claimed_at is not None
    assert hint.claimed_at.isoformat() == "2026-03-09T22:44:26.402973+00:00"


def test_the_other_digest_is_another_claim() -> None:
    both = {"events": [pushed("1"), {**pushed("1"), "target": {**event(tag="1")["target"], "digest": OTHER}}]}  # type: ignore[dict-item]
    assert told(read("distribution", both)) == ["reg.example/team/app:1 a1a1", "reg.example/team/app:1 b2b2"]
