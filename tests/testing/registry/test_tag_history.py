"""The draft extension `_oci/tag-history`: each MUST of it, and the edges of its pages."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from tagwake.testing.registry import EmbeddedRegistry, Store
from tagwake.testing.registry.manifest import OCI_INDEX

PREFIX = "org.opencontainers.distribution.tag"
PATH = "/v2/app/_oci/tag-history/latest"


class Time:
    def __init__(self) -> None:
        self.at = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def registry(time: Time) -> AsyncIterator[EmbeddedRegistry]:
    async with EmbeddedRegistry(now=time) as running:
        yield running


@pytest.fixture
async def client(registry: EmbeddedRegistry) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(registry.url) as session:
        yield session


async def asked(
    client: aiohttp.ClientSession, path: str, **query: str
) -> tuple[list[dict[str, Any]], str | None]:
    url = URL(path, encoded=True)
    async with client.get(url.update_query(query) if query else url) as response:
        assert (response.status, response.content_type) == (200, OCI_INDEX)
        document = await response.json()
        assert (document["schemaVersion"], document["mediaType"]) == (2, OCI_INDEX)
        link = response.headers.get("Link")
        return document["manifests"], link and link.removeprefix("<").removesuffix('>; rel="next"')


def briefly(entries: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(each["annotations"][f"{PREFIX}.event"], each["digest"]) for each in entries]


async def test_every_move_and_deletion_is_told_newest_first(
    registry: EmbeddedRegistry, client: aiohttp.ClientSession, time: Time
) -> None:
    store = registry.store
    one = store.push_image("app", tag="latest", seed="1", annotations={f"{PREFIX}.event": "copied"})
    time.pass_by(10)
    two = store.push_image("app", tag="latest", seed="2")
    store.tag("app", "latest", two)
    time.pass_by(10)
    store.untag("app", "latest")
    store.tag("app", "latest", one)
    store.delete("app", one)
    entries, link = await asked(client, PATH)
    assert briefly(entries) == [
        ("deleted", one), ("created", one), ("deleted", two), ("created", two), ("created", one)
    ]  # fmt: skip
    assert link is None
    assert set(entries[-1]) == {"mediaType", "digest", "size", "annotations"}
    assert set(entries[-1]["annotations"]) == {f"{PREFIX}.event", f"{PREFIX}.timestamp"}
    times = [datetime.fromisoformat(each["annotations"][f"{PREFIX}.timestamp"]) for each in entries]
    assert times == sorted(set(times), reverse=True), "no two events of a tag have one time"
    assert times[-1] == datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize("path", [PATH, "/v2/app/_oci/tag-history/none", "/v2/none/_oci/tag-history/latest"])
async def test_what_is_not_known_has_an_empty_history(client: aiohttp.ClientSession, path: str) -> None:
    assert await asked(client, path) == ([], None)


async def test_only_a_registry_without_the_extension_answers_404() -> None:
    async with EmbeddedRegistry(tag_history=False) as registry, aiohttp.ClientSession(registry.url) as client:
        for path in (PATH, "/v2/_oci/ext/discover", "/v2/app/_oci/ext/discover"):
            async with client.get(path) as response:
                assert response.status == 404
                assert (await response.json())["errors"][0]["code"] == "UNSUPPORTED"


async def test_the_extension_is_discovered(client: aiohttp.ClientSession) -> None:
    for path in ("/v2/_oci/ext/discover", "/v2/app/_oci/ext/discover"):
        async with client.get(path) as response:
            (extension,) = (await response.json())["extensions"]
            assert (extension["name"], extension["endpoints"]) == ("_oci", ["_oci/tag-history"])


async def test_before_since_and_digest_choose(
    registry: EmbeddedRegistry, client: aiohttp.ClientSession, time: Time
) -> None:
    digests = []
    for seed in "abca":
        digests.append(registry.store.push_image("app", tag="latest", seed=seed))
        time.pass_by(10)
    at = [f"2026-05-04T03:02:{second:02}Z" for second in (1, 11, 21, 31)]
    a, b, c, _ = (("created", digest) for digest in digests)
    for query, expected in [
        ({"before": at[2]}, [b, a]),
        ({"since": at[2]}, [a]),
        ({"since": at[0], "before": at[3]}, [c, b]),
        ({"since": "2026-05-04T05:02:11+02:00"}, [a, c]),
        ({"digest": digests[0]}, [a, a]),
        ({"digest": "sha256:" + "0" * 64}, []),
        ({"n": "0"}, []),
    ]:
        entries, link = await asked(client, PATH, **query)
        assert (briefly(entries), link) == (expected, None), query


@pytest.mark.parametrize(
    "query",
    [{"n": "x"}, {"n": "-1"}, {"n": "1.5"}, {"before": "yesterday"}, {"since": "2026-05-04"}, {"digest": "x"},
     {"before": "2026-13-41T00:00:00Z"}, {"since": "2026-05-04T00:00:00"}, {"n": "１"}],
)  # fmt: skip
async def test_what_cannot_be_read_is_a_bad_request(
    client: aiohttp.ClientSession, query: dict[str, str]
) -> None:
    async with client.get(PATH, params=query) as response:
        assert response.status == 400


@pytest.mark.parametrize("n", ["1", "2", "3", "7", "8"])
async def test_pages_lose_and_repeat_nothing_though_all_happens_at_once(
    registry: EmbeddedRegistry, client: aiohttp.ClientSession, n: str
) -> None:
    for seed in "abcdefg":
        registry.store.push_image("app", tag="latest", seed=seed)
    whole, _ = await asked(client, PATH)
    seen: list[dict[str, Any]] = []
    link: str | None = f"{PATH}?n={n}&since=2020-01-01T00:00:00Z"
    while link:
        entries, link = await asked(client, link)
        assert 0 < len(entries) <= int(n)
        assert link is None or "since=" in link
        seen += entries
        registry.store.push_image("app", tag="latest", seed=f"later {len(seen)}")  # moves on while it is read
    assert seen == whole


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(-3, 3)), max_size=12))
def test_times_rise_whatever_the_clock_does(pushes: list[tuple[str, int]]) -> None:
    time = Time()
    store = Store(None, time)
    for seed, seconds in pushes:
        time.pass_by(seconds)
        store.put_manifest("app", f'{{"schemaVersion":2,"x":"{seed}"}}'.encode(), tags=["latest"])
    events = store.history("app", "latest")
    assert [each.sequence for each in events] == list(range(1, len(events) + 1))
    assert [each.at for each in events] == sorted({each.at for each in events})
