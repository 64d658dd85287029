import json
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidAnswer
from tagwake.core.event import Event, EventType
from tagwake.core.reference import Stream
from tagwake.formats.api import history

moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
digests = st.sampled_from([Digest("sha256", "a" * 64), Digest("sha512", "b" * 128)])
streams = st.sampled_from(
    [
        Stream("docker.io", "library/debian", "12"),
        Stream("localhost:5000", "a/b/c", "v1"),
        Stream("[::1]:5", "x", "1"),
    ]
)
events = st.builds(
    Event,
    cursor=st.integers(1, 2**40),
    type=st.sampled_from(EventType),
    stream=streams,
    digest=st.none() | digests,
    previous=st.none() | digests,
    seen_at=moments,
    not_before=st.none() | moments,
    claimed_at=st.none() | moments,
    how=st.sampled_from(["poll", "hook:zot"]),
    rollback=st.booleans(),
    immutable=st.booleans(),
    recorded_at=moments,
    chain=st.just("0f" * 32),
    since=st.none() | moments,
)


@given(st.lists(events, max_size=4), st.integers(0, 9))
def test_a_piece_of_the_feed_is_read_as_it_was_told(told, after):
    document = history.events_document(told, after, 2**41)
    read, following = history.read_events(msgspec.json.encode(document))
    assert read == tuple(told)
    assert following == (told[-1].cursor if told else after)


def test_a_reader_is_never_sent_past_the_newest():
    assert history.events_document([], 7, 3).newest == 7


@pytest.mark.parametrize("image", ["a", "ghcr.io/a@b", "a/UPPER:1"])
def test_an_event_of_no_tag_is_refused(image):
    event = {
        "cursor": 1,
        "type": "tag.moved",
        "image": image,
        "seen_at": "2026-01-01T00:00:00Z",
        "recorded_at": "2026-01-01T00:00:00Z",
        "how": "poll",
        "rollback": False,
        "immutable": False,
        "chain": "0" * 64,
    } | dict.fromkeys(("digest", "previous", "not_before", "claimed_at", "since"))
    document = {"schema": "tagwake/events/1", "events": [event], "next": 1, "newest": 1}
    with pytest.raises(InvalidAnswer, match="names an image"):
        history.read_events(json.dumps(document).encode())


def test_what_a_tag_was_and_since_when():
    first = history.FirstSeenDocument(
        "tagwake/first-seen/1", "a.example/b:1", "sha256:" + "a" * 64, datetime(2026, 1, 1, tzinfo=UTC)
    )
    assert history.read_first_seen(msgspec.json.encode(first)) == (
        Digest("sha256", "a" * 64),
        datetime(2026, 1, 1, tzinfo=UTC),
    )
    live = history.LiveDocument(
        "tagwake/live/1", "a.example/b:1", datetime(2026, 1, 1, tzinfo=UTC), "unknown", None, None
    )
    assert history.read_live(msgspec.json.encode(live)) == live
    placed = history.PlacedTag("a.example/b:1", "a.example", "b", "1", live.at, None, live.at)
    tags = history.TagsDocument("tagwake/tags/1", "sha256:" + "a" * 64, None, None, [placed])
    assert history.read_tags(msgspec.json.encode(tags)) == tags
    assert history.stream_of(placed) == Stream("a.example", "b", "1")
    for read in (history.read_live, history.read_first_seen, history.read_tags):
        with pytest.raises(InvalidAnswer):
            read(b"{}")
