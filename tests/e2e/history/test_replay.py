"""Real moves replayed through a registry, to a service whose hooks get lost and whose processes are killed."""

import asyncio
import hashlib
import json
import os
import random
import time
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from tests.e2e.history import checking, real_moves
from tests.e2e.history.answers import AnswerLog, Name
from tests.e2e.history.lossy_hooks import SECRET, LossyHooks
from tests.e2e.history.processes import Member, ended, free_port, until
from tests.e2e.history.real_moves import Row
from tests.e2e.history.receiver import Receiver, receiving
from yarl import URL

from tagwake.testing.registry import EmbeddedRegistry

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

SEED = int(os.environ.get("TAGWAKE_REPLAY_SEED", "20261125"))
UNDER_WAY = 256
"""Tags that wait for a look at most, when another one moves."""
REFUSALS = 0.002
SETTINGS = """
[egress]
allow = ["127.0.0.1"]
[poll.hosts."{host}"]
rate = 50000
burst = 50000
[[sources]]
kind = "distribution"
name = "here"
secret_env = "HOOK"
"""


@dataclass
class Replay:
    """The real moves, the registry that makes them, and what it has said."""

    registry: EmbeddedRegistry
    log: AnswerLog
    hooks: LossyHooks
    digests: dict[str, str] = field(default_factory=dict)
    applied: int = 0
    kills: list[int] = field(default_factory=list)

    def apply(self, row: Row) -> str | None:
        """Make a move in the registry; each digest of the data stands for a small index of its own."""
        self.applied += 1
        store = self.registry.store
        if not row.digest:
            store.untag(row.repository, row.tag)
            return None
        content = (
            '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[],'
            f'"annotations":{{"of":"{row.digest}"}}}}'
        ).encode()
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        assert self.digests.setdefault(row.digest, digest) == digest
        assert store.put_manifest(row.repository, content, tags=[row.tag]).digest == digest
        return digest

    async def run(self, rows: Sequence[Row], disasters: Iterator[tuple[int, Member]]) -> None:
        """All of them, each tag's in order, as fast as the service follows.

        :param disasters: which process is killed once the registry has given so many answers.
        """
        left: dict[Name, deque[Row]] = defaultdict(deque)
        for row in rows:
            left[row.repository, row.tag].append(row)
        ready = deque(left)
        waiting: set[Name] = set()
        restarts: set[asyncio.Task[None]] = set()
        disaster = next(disasters, None)
        heard = time.monotonic()
        while ready or waiting:
            while ready and len(waiting) < UNDER_WAY:
                name = ready.popleft()
                is_told = self.hooks.tell(*name, self.apply(left[name].popleft()))
                if is_told:
                    waiting.add(name)
                elif left[name]:
                    ready.append(name)
            self.hooks.send()
            await asyncio.sleep(0.005)
            for name in self.log.fresh():
                heard = time.monotonic()
                if name in waiting:
                    waiting.remove(name)
                    if left[name]:
                        ready.append(name)
            assert time.monotonic() < heard + 120, f"{len(waiting)} hooks led to no look"
            if disaster is not None and len(self.log.times) >= disaster[0]:
                disaster[1].kill()
                self.kills.append(time.time_ns() // 1_000_000)
                restarts.add(asyncio.create_task(disaster[1].start()))
                disaster = next(disasters, None)
        await asyncio.gather(*restarts)
        assert disaster is None, "it was over before the last process was killed"


@dataclass(frozen=True)
class Service:
    """What a service is asked over HTTP."""

    session: aiohttp.ClientSession
    url: str

    async def ask(self, path: str, **query: str) -> Any:
        async with self.session.get(self.url + path, params=query) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def post(self, path: str, body: object) -> Any:
        async with self.session.post(self.url + path, json=body) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json()

    async def feed(self, after: int = 0) -> list[dict[str, Any]]:
        """All of it after a cursor."""
        events: list[dict[str, Any]] = []
        while True:
            told = await self.ask("/api/events", after=str(after), n="1000")
            events += told["events"]
            if not told["events"]:
                return events
            after = told["next"]

    async def moves(self, image: str) -> list[dict[str, Any]]:
        """A tag's history, newest first, page by page."""
        moves: list[dict[str, Any]] = []
        path, query = "/api/history", {"image": image, "n": "1000"}
        while True:
            async with self.session.get(self.url + path, params=query) as answer:
                assert answer.status == 200, await answer.text()
                moves += json.loads(await answer.read())["moves"]
                following = answer.links.get("next")
            if following is None:
                return moves
            target = URL(str(following["url"]))
            path, query = target.path, dict(target.query)


@dataclass(frozen=True)
class Scale:
    """How much is replayed, and by what."""

    rows: int
    between: tuple[int, int]
    workers: int
    kills: int


SCALES = {
    "sqlite": Scale(100_000, (40, 90), workers=1, kills=8),
    "postgresql": Scale(10_000, (40, 60), workers=2, kills=5),
}


@pytest.mark.parametrize("database", SCALES)
async def test_a_replayed_history_is_what_the_registry_told(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    scale, chance = SCALES[database], random.Random(SEED)
    factor = float(os.environ.get("TAGWAKE_REPLAY_PART", "1"))
    least = int(scale.rows * factor)
    rows = real_moves.of_tags(real_moves.read(), between=scale.between, least=least)
    names = list(dict.fromkeys((row.repository, row.tag) for row in rows))
    where = (
        {"TAGWAKE_STATE_DIR": str(tmp_path / "state")}
        if database == "sqlite"
        else {"TAGWAKE_DATABASE_URL": request.getfixturevalue("postgres_url")}
    )
    environment = {**where, "HOOK": SECRET, "TAGWAKE_SECRET_KEY": "A" * 43 + "="}
    log, receiver, port = AnswerLog(), Receiver(chance, REFUSALS), free_port()
    registry = EmbeddedRegistry(sparse=True)
    registry.log = log
    members = [Member(tmp_path, "serve", ["serve", "--listen", f"127.0.0.1:{port}"], environment)]
    members += [
        Member(tmp_path, f"worker{number}", ["worker"], environment) for number in range(scale.workers)
    ]
    async with receiving(receiver) as subscriber, aiohttp.ClientSession() as session:
        with registry.in_thread(), ended(members):
            (tmp_path / "tagwake-service.toml").write_text(SETTINGS.format(host=registry.host))
            for member in members:
                await member.start()
            service = Service(session, f"http://127.0.0.1:{port}")
            repositories = sorted({f"{registry.host}/{repository}" for repository, _ in names})
            await service.post("/api/watches", {"patterns": repositories})
            told = await service.post("/api/subscriptions", {"name": "all", "url": subscriber, "after": 0})
            receiver.subscribed(told["secret"])
            url = f"{service.url}/hooks/distribution/here"
            replay = Replay(registry, log, LossyHooks(session, url, registry.host, chance))
            moments = sorted(chance.randrange(len(rows) * 8 // 10) for _ in range(scale.kills))
            began = time.monotonic()
            await replay.run(rows, iter([(each, chance.choice(members)) for each in moments]))
            lasted = time.monotonic() - began
            await reconcile(replay, names)
            reconciled = time.monotonic() - began
            await all_told(service, receiver)
            delivered = time.monotonic() - began
            feed = await service.feed()
            history = {name: await service.moves(image_of(registry, name)) for name in names}
            final = {name: state(registry, name) for name in names}
    seen = check(replay, history, final)
    check_feed(feed, {image_of(registry, name): moves for name, moves in history.items()})
    assert receiver.forged == 0
    turns = [(event["image"], event["cursor"]) for event in feed]
    assert checking.out_of_order(receiver.taken, turns) == []
    assert {each.cursor for each in receiver.taken} == {event["cursor"] for event in feed}
    assert replay.applied == len(rows) >= least
    print(
        f"{database}: {len(rows)} events of {len(names)} tags replayed in {lasted:.1f} s ({len(rows) / lasted:.0f}/s), "
        f"reconciled after {reconciled:.1f} s, delivered after {delivered:.1f} s; {len(log.times)} looks, "
        f"{seen} moves recorded, {len(feed)} events, {len(receiver.taken)} deliveries taken and "
        f"{len(receiver.refused)} refused; {replay.hooks.lost} hooks lost, {replay.hooks.doubled} doubled, "
        f"{replay.hooks.held_up} held up, {replay.hooks.failed} posts tried again; {len(replay.kills)} kills"
    )


def image_of(registry: EmbeddedRegistry, name: Name) -> str:
    return f"{registry.host}/{name[0]}:{name[1]}"


def state(registry: EmbeddedRegistry, name: Name) -> str | None:
    """What a tag is now, by the registry's own record."""
    last = registry.store.history(*name)[-1]
    return last.manifest.digest if last.kind == "created" else None


async def reconcile(replay: Replay, names: Sequence[Name]) -> None:
    """Have every tag looked at once more."""
    await replay.hooks.flush()
    begin = time.time_ns() // 1_000_000
    for name in names:
        replay.hooks.surely(*name, state(replay.registry, name))
    await replay.hooks.flush()
    answers = replay.log.answers
    await until(
        lambda: all(answers[name] and answers[name][-1].at > begin for name in names),
        "every tag was looked at",
    )


async def all_told(service: Service, receiver: Receiver) -> None:
    """Wait until nothing is due any more, and the subscriber has all there is."""
    cursors: set[int] = set()
    while True:
        async with service.session.get(service.url + "/metrics") as answer:
            figures = await answer.text()
        due = [line for line in figures.splitlines() if line.startswith("tagwake_looks_")]
        fresh = await service.feed(max(cursors, default=0))
        cursors |= {event["cursor"] for event in fresh}
        if not fresh and all(line.endswith(" 0.0") for line in due if "due" in line or "leased" in line):
            break
        await asyncio.sleep(0.2)
    await until(lambda: cursors <= {each.cursor for each in receiver.taken}, "every event was taken")


def check(replay: Replay, history: dict[Name, list[dict[str, Any]]], final: dict[Name, str | None]) -> int:
    """The history is what the registry told, at the times when it told it; how many moves there are."""
    missing, moves = [], 0
    for name, told in history.items():
        runs, answers = checking.runs_of(told), replay.log.answers[name]
        moves += len(runs)
        assert checking.faults_of_runs(runs, answers) == [], name
        assert (runs[-1].digest if runs else None) == final[name], name
        missing += checking.unrecorded(runs, answers)
    assert checking.excused(missing, replay.kills) == []
    return moves


def check_feed(feed: list[dict[str, Any]], history: dict[str, list[dict[str, Any]]]) -> None:
    """The feed has no gap, and tells of each tag the moves of its history, once each and in order."""
    assert [event["cursor"] for event in feed] == list(range(1, len(feed) + 1))
    told: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for event in feed:
        told[event["image"]].append((event["type"], event["digest"], event["seen_at"], event["not_before"]))
    for image, moves in history.items():
        assert told.pop(image, []) == [
            (f"tag.{move['event']}", move["digest"], move["seen_at"], move["not_before"])
            for move in reversed(moves)
        ], image
    assert told == {}


def test_a_wrong_history_is_found() -> None:
    """What the replay is checked by finds what it is for."""
    answers = [(10000, "a"), (20000, "b"), (30000, "a"), (40000, None), (50000, None)]
    right = [
        checking.Run("a", None, 10001),
        checking.Run("b", 10001, 20001),
        checking.Run("a", 20001, 30001),
        checking.Run(None, 30001, 50001),
    ]
    assert checking.faults_of_runs(right, answers) == []
    assert checking.unrecorded(right, answers) == []
    assert checking.faults_of_runs([right[0], right[1]._replace(digest="c")], answers)
    assert checking.faults_of_runs([right[0], right[1]._replace(seen=19000)], answers)
    assert checking.faults_of_runs([right[0]._replace(seen=9000)], answers)
    assert checking.unrecorded([right[0], right[2]._replace(before=10001), right[3]], answers) == [20000]
    assert checking.excused([20000], [25000]) == []
    assert checking.excused([20000], [15000]) == [20000]
    assert len(checking.excused([20000] * 70, [25000])) == 70 - checking.AT_ONCE
    turns = [("a", 1), ("b", 2), ("a", 3), ("a", 4)]
    assert checking.out_of_order([*turns[:3], *turns[:1], turns[2], turns[2], turns[3]], turns) == []
    assert checking.out_of_order([turns[0], turns[3]], turns) == [turns[3]]
    assert checking.out_of_order([turns[2], turns[0]], turns) == [turns[2]]
    assert checking.out_of_order([*turns, turns[0], turns[3]], turns) == [turns[3]]
    assert checking.out_of_order([("c", 1)], turns) == [("c", 1)]
