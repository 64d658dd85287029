from datetime import UTC, datetime

import pytest

from tagwake.core.digest import Digest
from tagwake.core.event import Event, EventType
from tagwake.core.image_glob import ImageGlob
from tagwake.core.reference import Stream
from tagwake.core.subscription import Subscription

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NODE = Stream("docker.io", "library/node", "22")


def event(type_: EventType = EventType.MOVED, stream: Stream = NODE) -> Event:
    return Event(
        1,
        type_,
        stream,
        Digest("sha256", "a" * 64),
        None,
        NOW,
        None,
        None,
        "poll",
        False,
        False,
        NOW,
        "0" * 64,
    )


def telling(*images: str, types: frozenset[EventType] = frozenset(), excepted: str = "") -> Subscription:
    return Subscription(
        "ops",
        "https://hooks.example/s3cret",
        types,
        tuple(map(ImageGlob, images)),
        (ImageGlob(excepted),) if excepted else (),
    )


def test_without_filters_everything_is_told() -> None:
    assert all(telling().wants(event(type_)) for type_ in EventType)


def test_types_are_chosen() -> None:
    chosen = telling(types=frozenset({EventType.DELETED, EventType.CORRECTED}))
    assert [type_ for type_ in EventType if chosen.wants(event(type_))] == [
        EventType.DELETED,
        EventType.CORRECTED,
    ]


@pytest.mark.parametrize(
    ("images", "excepted", "told"),
    [
        (("node",), "", True),
        (("node:22",), "", True),
        (("node:20",), "", False),
        (("docker.io/library/*",), "", True),
        (("ghcr.io/*", "node*"), "", True),
        (("ghcr.io/*",), "", False),
        (("node",), "*:2?", False),
        (("node",), "*:20", True),
        ((), "node", False),
    ],
)
def test_images_are_chosen(images: tuple[str, ...], excepted: str, told: bool) -> None:
    assert telling(*images, excepted=excepted).wants(event()) is told


def test_where_it_is_told_is_not_shown() -> None:
    assert "s3cret" not in repr(telling())
