"""Events as CloudEvents, read by PyPI's cloudevents."""

import json
from datetime import UTC, datetime, timedelta

import jsonschema
import msgspec
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.digest import Digest
from tagwake.core.event import Event, EventType
from tagwake.core.reference import Stream
from tagwake.formats.api.history import feed_event
from tagwake.formats.cloudevents import MEDIA_TYPE, encode, event_id, schema

START = datetime(2026, 1, 1, tzinfo=UTC)
digests = st.binary(min_size=32, max_size=32).map(lambda data: Digest("sha256", data.hex()))
times = st.timedeltas(timedelta(), timedelta(days=9_000)).map(START.__add__)
events = st.builds(
    Event,
    cursor=st.integers(1, 2**53),
    type=st.sampled_from(EventType),
    stream=st.builds(
        Stream, st.sampled_from(["docker.io", "[::1]:5000"]), st.just("library/a"), st.just("1.0-ü")
    ),
    digest=st.none() | digests,
    previous=st.none() | digests,
    seen_at=times,
    not_before=st.none() | times,
    claimed_at=st.none() | times,
    how=st.sampled_from(["poll", "hook:zot"]),
    rollback=st.booleans(),
    immutable=st.booleans(),
    recorded_at=times,
    chain=st.binary(min_size=32, max_size=32).map(bytes.hex),
    since=st.none() | times,
)


@given(events)
def test_another_library_reads_the_event(event: Event) -> None:
    body = encode(event, "https://tagwake.example/")
    read = from_http_event(HTTPMessage({"content-type": MEDIA_TYPE}, body))
    assert read.get_specversion() == "1.0"
    assert read.get_id() == event_id(event)
    assert read.get_source() == "https://tagwake.example/"
    assert read.get_type() == event.type.value
    assert read.get_subject() == str(event.stream)
    assert read.get_time() == event.seen_at
    assert read.get_datacontenttype() == "application/json"
    data = read.get_data()
    assert isinstance(data, dict)
    assert data["image"] == str(event.stream)
    assert data["cursor"] == event.cursor


@given(events)
def test_what_is_told_is_what_the_feed_tells(event: Event) -> None:
    assert json.loads(encode(event, "x"))["data"] == msgspec.to_builtins(feed_event(event))


@given(events)
def test_an_id_is_the_events_own(event: Event) -> None:
    assert event_id(event).startswith(f"{event.cursor}-")
    assert "." not in event_id(event)
    assert encode(event, "x") == encode(event, "x")
    assert len(encode(event, "https://tagwake.example/")) < 20_000


@given(events)
def test_an_event_is_what_its_schema_says(event: Event) -> None:
    jsonschema.Draft202012Validator(schema()).validate(json.loads(encode(event, "tagwake")))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
