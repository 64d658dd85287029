"""A service that has seen something of everything, over all the real data, on a real database, at a time that stands still."""

import base64
import lzma
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tagwake.adapters.stores.engine import open_engine, transaction
from tagwake.adapters.stores.gaps import note_gap
from tagwake.core.budget import Budget
from tagwake.core.digest import Digest
from tagwake.core.event import EventType
from tagwake.core.history import Gap
from tagwake.core.hook_login import SharedHeader
from tagwake.core.hook_source import HookSource
from tagwake.core.image_glob import ImageGlob
from tagwake.core.reference import Reference, Stream
from tagwake.core.secret import Secret
from tagwake.core.service_settings import ImmutableRule, ServiceSettings
from tagwake.core.sighting import Sighting
from tagwake.core.subscription import Subscription
from tagwake.core.watch_pattern import WatchPattern
from tagwake.faces.service.access import Access
from tagwake.faces.service.app import App
from tagwake.faces.service.web.pages import Pages
from tagwake.formats.backfill.moves_table import read_table
from tagwake.ports.source_store import Unread
from tagwake.ports.subscription_store import Attempt, DeadLetter, Progress
from tagwake.ports.timing import Timing
from tagwake.wiring.service import Service, open_service

DATA = Path(__file__).parents[1] / "data" / "dotnet_tag_moves.csv.xz"
NOW = datetime(2026, 8, 22, 9, 30, tzinfo=UTC)
"""Half a day after the last move of the real data."""
KEY = base64.b64encode(bytes(range(32))).decode()
SETTINGS = ServiceSettings(immutable=(ImmutableRule(ImageGlob("registry.example/*:v*"), ()),))

API = "registry.example/team/api:1.4"
FIXED = "registry.example/team/api:v1.4.2"
LONG = (
    "registry.internal.example:5000/platform-engineering/continuous-delivery/long-lived-service-for-billing/"
    "gateway-linux-amd64:2026.08.21-build.20260821.123456-rc.1-azurelinux3.0-distroless-extra-composite-arm64v8"
)
BUSY = "mcr.microsoft.com/dotnet/nightly/sdk:latest"
REPOSITORY = "mcr.microsoft.com/dotnet/nightly/runtime"
SHARED = Digest("sha256", "91f0d7a0c6b3" + "5e" * 26)


def stream(text: str) -> Stream:
    found = Reference.parse(text).stream
    assert found is not None
    return found


def made(number: int) -> Digest:
    """One of many digests, always the same."""
    return Digest.of(f"content {number}".encode())


def before(**time: float) -> datetime:
    """So long before now."""
    return NOW - timedelta(**time)


def load_real_data(folder: Path) -> None:
    """A database with all the real moves."""
    folder.mkdir()
    with opened(folder / "tagwake.db") as service, lzma.open(DATA, "rt") as lines:
        service.history.import_sightings(read_table(lines, "mcr.microsoft.com", DATA.name), now=NOW)


@contextmanager
def opened(database: Path) -> Iterator[Service]:
    """The service on a database, at a time that stands still."""
    environment = {"TAGWAKE_DATABASE_URL": f"sqlite:///{database}", "TAGWAKE_SECRET_KEY": KEY}
    with open_service(environment, SETTINGS) as service:
        timing = service.timing
        yield replace(service, timing=Timing(lambda: NOW, timing.monotonic, timing.sleep, timing.chance))


def app_of(service: Service) -> App:
    access = Access(service, is_loopback=True, rate=Budget(10_000, 10_000))
    pages = Pages(service, access)
    return App(service, access, pages=pages, refuse=pages.refuse)


def copy(folder: Path, into: Path) -> Path:
    """A database of one's own."""
    database = into / "tagwake.db"
    shutil.copy(folder / "tagwake.db", database)
    return database


def live_through(service: Service, database: Path) -> None:
    """What happened besides: looks, hooks, deliveries, and what goes wrong with them."""
    watched = ("registry.example/team/api:*", API, FIXED, "registry.example/team/nightly:main", BUSY)
    service.watches.watch(map(WatchPattern.parse, watched), by="ops", now=before(days=40))
    _looks(service)
    _gap(database)
    _sources(service)
    _deliveries(service)


def _looks(service: Service) -> None:
    api = [
        (30.0, 1),
        (24.0, 2),
        (20.0, 3),
        (16.5, 4),
        (16.0, 3),
        (12.0, None),
        (11.0, 5),
        (6.0, 6),
        (2.0, 7),
        (0.2, 6),
    ]
    for (days, number), (until, _) in zip(api, [*api[1:], (0.0, None)], strict=True):
        digest = None if number is None else SHARED if number == 6 else made(number)
        _see(service, API, days, digest)
        _see(service, API, until + 0.02, digest)  # it is looked at again and again
    for days, digest in [(25, made(20)), (9, made(20)), (1.5, made(21)), (0.01, made(21))]:
        _see(service, FIXED, days, digest)
    for days, digest in [(6.1, SHARED), (3, SHARED), (0.01, SHARED)]:
        _see(service, "registry.example/team/api:latest", days, digest)
    for number in range(9):
        _see(service, LONG, 20 - 2 * number, made(40 + number), how="hook:harbor")
        _see(service, LONG, 18.02 - 2 * number, made(40 + number))
    for number in range(70):
        _see(service, "registry.example/team/nightly:main", 36 - number / 2, made(100 + number))
        _see(service, "registry.example/team/nightly:main", 35.52 - number / 2, made(100 + number))


def _see(service: Service, image: str, days: float, digest: Digest | None, how: str = "poll") -> None:
    media_type = None if digest is None else "application/vnd.oci.image.index.v1+json"
    size = None if digest is None else 1609
    seen = Sighting(stream(image), before(days=days), digest, how, media_type=media_type, size=size)
    service.history.record(seen, now=seen.seen_at)


def _gap(database: Path) -> None:
    engine = open_engine(f"sqlite:///{database}")
    with transaction(engine) as connection:
        note_gap(connection, stream(API), Gap(before(days=9.5), before(days=7)))
    engine.dispose()


def _sources(service: Service) -> None:
    login = SharedHeader("authorization", ("a secret of the stage",))
    for kind, name in (("harbor", "main"), ("zot", "edge"), ("gitea", "forge")):
        service.sources.put(HookSource(kind, name, login), now=before(days=40))
    service.sources.accepted({("harbor", "main"): 1204}, now=before(minutes=4))
    service.sources.accepted({("zot", "edge"): 88}, now=before(hours=30))
    refusals = ["the header authorization is not there", "the header authorization has another value"]
    service.sources.refused("zot", "edge", refusals, count=17, now=before(hours=3))
    parked = [
        Unread(
            "harbor",
            "main",
            "$.event_data: expected an object, and this is null",
            61,
            b'{"type": "PUSH_ARTIFACT", "event_data": null, "<b>": "&amp;"}',
        ),
        Unread("harbor", "main", "the body is no JSON", 70_000, b"<html>" + b"x" * 60_000),
    ]
    service.sources.park(parked, now=before(days=2))


def _deliveries(service: Service) -> None:
    stores, newest = service.subscriptions, service.feed.newest()
    for name, url in (
        ("deploys", "https://hooks.shop.example/tagwake?key=hidden"),
        ("audit", "https://audit.example/in"),
    ):
        wanted = Subscription(name, url, frozenset({EventType.MOVED, EventType.DELETED}))
        stores.add(wanted, [Secret("whsec_" + KEY)], after=0, now=before(days=40))
    of_api = service.feed.newest_events(3, stream(API))
    last, second = of_api[0], of_api[1]
    behind = {last.stream: last.cursor, stream(FIXED): service.feed.newest_events(1, stream(FIXED))[0].cursor}
    for name in ("deploys", "audit"):
        stores.assign(name, 0, newest, behind, now=before(hours=5))
    for lease in stores.claim({"audit": 10}, now=before(hours=5)):
        good = Attempt(
            "audit", lease.stream, lease.until, 1, before(hours=5), timedelta(milliseconds=38), 204
        )
        stores.settle([Progress(lease, lease.until, None, tried=(good,))], now=before(hours=5))
    for lease in stores.claim({"deploys": 10}, now=before(hours=5)):
        if lease.stream == last.stream:
            tried = tuple(
                Attempt(
                    "deploys",
                    lease.stream,
                    second.cursor,
                    number,
                    before(hours=4, minutes=-10 * number),
                    timedelta(milliseconds=212 + number),
                    503,
                    "503 Service Unavailable",
                    b"upstream is <down>, come back later",
                )
                for number in (1, 2, 3)
            )
            dead = DeadLetter(
                "deploys",
                lease.stream,
                second.cursor,
                "given up after 3 days: 503 Service Unavailable",
                12,
                before(hours=3),
            )
            good = Attempt(
                "deploys",
                lease.stream,
                last.cursor,
                1,
                before(hours=2),
                timedelta(milliseconds=61),
                200,
                answer=b"ok",
            )
            stores.settle(
                [Progress(lease, last.cursor, None, tried=(*tried, good), dead=(dead,))], now=before(hours=2)
            )
        else:
            bad = Attempt(
                "deploys",
                lease.stream,
                lease.until,
                1,
                before(hours=1),
                timedelta(seconds=10),
                None,
                "no answer within 10 s",
            )
            again = Progress(lease, lease.told, before(minutes=-5), 1, before(hours=1), tried=(bad,))
            stores.settle([again], now=before(hours=1))
