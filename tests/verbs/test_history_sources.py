"""What is at hand here: the store, the registry's own record, the commits; each says who it is and how complete."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.adapters.scripted import FakeTime

from tagwake.core.digest import Digest
from tagwake.core.errors import UsageRefused
from tagwake.core.history import Gap
from tagwake.core.pin_moves import PinSighting
from tagwake.core.reference import Stream
from tagwake.core.resolution import Failure, Unresolved
from tagwake.core.sighting import Sighting
from tagwake.core.tag_log import LogRange
from tagwake.ports.pin_history import PinLog
from tagwake.ports.registry_record import RecordKind, RegistryRecord
from tagwake.testing.twins.history_store import HistoryStoreTwin
from tagwake.testing.twins.watch_store import WatchStoreTwin
from tagwake.verbs.history_sources import CommitSource, RecordSource, StoreSource, commit_sightings

STREAM = Stream("a.test", "b", "1")
OTHER = Stream("a.test", "b", "2")
START = datetime(2026, 1, 1, tzinfo=UTC)
EVERYTHING = LogRange()
A, B = (Digest("sha256", letter * 64) for letter in "ab")


def at(hours):
    return START + timedelta(hours=hours)


def seen(hours, digest, how="poll", stream=STREAM):
    return Sighting(stream, at(hours), digest, how)


@pytest.fixture
def time():
    return FakeTime()


class Watches(WatchStoreTwin):
    """Knows the gaps of one tag."""

    def __init__(self, *gaps):
        super().__init__()
        self.known = gaps

    def gaps(self, stream):
        return self.known if stream == STREAM else ()


def stored(*sightings):
    store = HistoryStoreTwin()
    for sighting in sightings:
        store.record(sighting, now=sighting.seen_at)
    return store


async def test_a_store_that_has_looked(time):
    store = stored(seen(0, A), seen(1, B), seen(2, A))
    log = await StoreSource(store, store.feed, Watches(), time.timing).history(STREAM, LogRange(limit=2))
    assert (log.source, log.complete_since, log.older) == ("store", START, 1)
    assert [move.rollback for move in log.moves] == [True, False]
    assert log.teller == "the store of this machine"
    assert log.account == "It has looked at the tag since 2026-01-01."


async def test_a_store_says_where_it_was_not_looking_and_what_was_imported(time):
    store = stored(seen(0, B, "import:csv"), seen(24, A), seen(48, B))
    watches = Watches(Gap(at(30), at(40)))
    log = await StoreSource(store, store.feed, watches, time.timing).history(STREAM, EVERYTHING)
    assert log.gaps == (Gap(at(30), at(40)),)
    assert log.account.endswith(
        "since 2026-01-02 but for the times in which it was not looking; what is older was imported."
    )
    only = stored(seen(0, B, "import:csv"))
    log = await StoreSource(only, only.feed, Watches(), time.timing).history(STREAM, EVERYTHING)
    assert log.complete_since is None
    assert "All of it was imported" in log.account


async def test_a_store_that_knows_nothing(time):
    store = stored(seen(0, A, stream=OTHER))
    assert await StoreSource(store, store.feed, Watches(), time.timing).history(STREAM, EVERYTHING) is None


async def test_a_store_has_news_when_its_feed_grows(time):
    store = stored(seen(0, A))
    source = StoreSource(store, store.feed, Watches(), time.timing)
    await source.history(STREAM, EVERYTHING)
    store.record(seen(1, B), now=at(1))
    await source.news(STREAM)
    assert time.slept == []


class Records:
    def __init__(self, answer):
        self.answer = answer

    async def record(self, stream, kinds=()):
        return self.answer


@pytest.mark.parametrize("kind", RecordKind)
async def test_a_registrys_own_record(kind, time, snapshot):
    record = RegistryRecord(
        kind, "https://a.test/x", (seen(0, A, f"import:{kind}"), seen(1, B, f"import:{kind}"))
    )
    log = await RecordSource(Records(record), time.timing).history(STREAM, EVERYTHING)
    assert log.source == "https://a.test/x"
    assert (log.complete_since is None) is (kind is RecordKind.CHAINGUARD)
    assert log.account == snapshot


async def test_a_record_that_was_not_read_to_its_end_says_so(time):
    record = RegistryRecord(RecordKind.OCI, "https://a.test/x", (seen(0, A),), is_whole=False)
    log = await RecordSource(Records(record), time.timing).history(STREAM, EVERYTHING)
    assert "its oldest part is missing" in log.account


@pytest.mark.parametrize(
    "answer",
    [None, Unresolved(Failure.SERVER, "it fails"), RegistryRecord(RecordKind.OCI, "https://a.test/x", ())],
)
async def test_a_registry_without_a_record_of_the_tag(answer, time):
    source = RecordSource(Records(answer), time.timing)
    assert await source.history(STREAM, EVERYTHING) == (answer if isinstance(answer, Unresolved) else None)
    await source.news(STREAM)
    assert time.slept == [60.0]


class Pins:
    """The commits of two streams."""

    def __init__(self, *, is_cut_off=False, is_there=True):
        self.is_cut_off = is_cut_off
        self.is_there = is_there

    def pins(self, streams, progress=None):
        if not self.is_there:
            raise UsageRefused("there is no repository")
        known = {STREAM: (PinSighting("c" * 40, START, A), PinSighting("d" * 40, at(1), B))}
        return PinLog({stream: known.get(stream, ()) for stream in streams}, 2, self.is_cut_off)

    def pinned(self):
        return (STREAM,)


async def test_commits(time):
    log = await CommitSource(Pins(), time.timing).history(STREAM, EVERYTHING)
    assert [(move.digest, move.how) for move in log.moves] == [
        (B, "import:git:dddddddddddd"),
        (A, "import:git:cccccccccccc"),
    ]
    assert (log.source, log.complete_since) == ("git", None)
    assert await CommitSource(Pins(), time.timing).history(OTHER, EVERYTHING) is None


async def test_a_shallow_clone_says_what_brings_the_rest(time):
    log = await CommitSource(Pins(is_cut_off=True), time.timing).history(STREAM, EVERYTHING)
    assert "git fetch --unshallow" in log.account


async def test_where_there_is_no_repository(time):
    pins = Pins(is_there=False)
    assert await CommitSource(pins, time.timing, is_optional=True).history(STREAM, EVERYTHING) is None
    with pytest.raises(UsageRefused):
        await CommitSource(pins, time.timing).history(STREAM, EVERYTHING)


def test_commits_as_sightings_to_import():
    assert commit_sightings(Pins(), [STREAM, OTHER]) == [seen(0, A, "import:git"), seen(1, B, "import:git")]
