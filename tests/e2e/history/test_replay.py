"""Real moves replayed through a registry, to a service whose hooks get lost and whose processes are killed."""

import asyncio
import hashlib
import os
import random
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from tests.e2e.history import checking, real_moves
from tests.e2e.history.answers import AnswerLog, Name
from tests.e2e.history.asking import Service
from tests.e2e.history.lossy_hooks import SECRET, LossyHooks
from tests.e2e.history.processes import Member, ended, free_port, until
from tests.e2e.history.real_moves import Row
from tests.e2e.history.receiver import Receiver, receiving
from tests.postgres_server import postgres

from tagwake.testing.registry import EmbeddedRegistry

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

SEED = int(os.environ.get("TAGWAKE_REPLAY_SEED", "20261125"))
PART = float(os.environ.get("TAGWAKE_REPLAY_PART", "1"))
"""How much of it is replayed, for who has less time; all, where nothing is said."""
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

Disaster = Callable[[list[tuple[int, int]]], Awaitable[None]]
"""Notes when it happened, and to how many processes."""


@dataclass
class Replay:
    """The real moves, the registry that makes them, and what it has said."""

    registry: EmbeddedRegistry
    log: AnswerLog
    hooks: LossyHooks
    digests: dict[str, str] = field(default_factory=dict)
    applied: int = 0
    disasters: list[tuple[int, int]] = field(default_factory=list)

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

    async def run(self, rows: Sequence[Row], disasters: Iterator[tuple[int, Disaster]]) -> None:
        """All of them, each tag's in order, as fast as the service follows.

        :param disasters: what happens once the registry has given so many answers.
        """
        left: dict[Name, deque[Row]] = defaultdict(deque)
        for row in rows:
            left[row.repository, row.tag].append(row)
        ready = deque(left)
        waiting: set[Name] = set()
        restarts: set[asyncio.Future[None]] = set()
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
                restarts.add(asyncio.ensure_future(disaster[1](self.disasters)))
                disaster = next(disasters, None)
        await asyncio.gather(*restarts)
        assert disaster is None, "it was over before all had happened"


@dataclass(frozen=True)
class Scale:
    """How much is replayed, and by what."""

    rows: int
    between: tuple[int, int]
    workers: int
    kills: int


SQLITE = Scale(100_000, (40, 90), workers=1, kills=8)
POSTGRESQL = Scale(10_000, (40, 60), workers=2, kills=5)
RESTARTED = Scale(5_000, (40, 60), workers=2, kills=0)


async def test_on_sqlite(tmp_path: Path) -> None:
    await replayed(SQLITE, tmp_path, {"TAGWAKE_STATE_DIR": str(tmp_path / "state")})


async def test_on_postgresql_by_three_processes(tmp_path: Path, postgres_url: str) -> None:
    await replayed(POSTGRESQL, tmp_path, {"TAGWAKE_DATABASE_URL": postgres_url})


async def test_postgresql_is_restarted_under_load(tmp_path: Path) -> None:
    """Once in order and once by a crash of the server, which loses nothing either."""
    with postgres({"fsync": "off"}) as server:  # the machine does not crash, only the server

        def restarting(mode: str) -> Disaster:
            async def restart(disasters: list[tuple[int, int]]) -> None:
                await asyncio.to_thread(server.restart, mode)
                disasters.append((time.time_ns() // 1_000_000, RESTARTED.workers + 1))

            return restart

        where = {"TAGWAKE_DATABASE_URL": server.new_database()}
        await replayed(RESTARTED, tmp_path, where, [restarting("fast"), restarting("immediate")])


def killing(member: Member) -> Disaster:
    """It is killed, as soon as it is up, and started again."""

    async def kill(disasters: list[tuple[int, int]]) -> None:
        async with member.turn:
            member.kill()
            disasters.append((time.time_ns() // 1_000_000, 1))
            await member.start()

    return kill


async def replayed(
    scale: Scale, folder: Path, where: Mapping[str, str], disasters: Sequence[Disaster] = ()
) -> None:
    """Replay so much, and check all that is recorded and told of it."""
    chance, least = random.Random(SEED), int(scale.rows * PART)
    rows = real_moves.of_tags(real_moves.read(), between=scale.between, least=least)
    names = list(dict.fromkeys((row.repository, row.tag) for row in rows))
    environment = {**where, "HOOK": SECRET, "TAGWAKE_SECRET_KEY": "A" * 43 + "="}
    log, receiver, port = AnswerLog(), Receiver(chance, REFUSALS), free_port()
    registry = EmbeddedRegistry(sparse=True)
    registry.log = log
    members = [Member(folder, "serve", ["serve", "--listen", f"127.0.0.1:{port}"], environment)]
    members += [Member(folder, f"worker{number}", ["worker"], environment) for number in range(scale.workers)]
    happening = [*disasters, *(killing(chance.choice(members)) for _ in range(scale.kills))]
    moments = sorted(chance.randrange(len(rows) // 10, len(rows) * 8 // 10) for _ in happening)
    async with receiving(receiver) as subscriber, aiohttp.ClientSession() as session:
        with registry.in_thread(), ended(members):
            (folder / "tagwake-service.toml").write_text(SETTINGS.format(host=registry.host))
            for member in members:
                await member.start()
            service = Service(session, f"http://127.0.0.1:{port}")
            repositories = sorted({f"{registry.host}/{repository}" for repository, _ in names})
            await service.post("/api/watches", {"patterns": repositories})
            told = await service.post("/api/subscriptions", {"name": "all", "url": subscriber, "after": 0})
            receiver.subscribed(told["secret"])
            url = f"{service.url}/hooks/distribution/here"
            replay = Replay(registry, log, LossyHooks(session, url, registry.host, chance))
            began = time.monotonic()
            await replay.run(rows, iter(zip(moments, happening, strict=True)))
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
        f"{len(rows)} events of {len(names)} tags replayed in {lasted:.1f} s ({len(rows) / lasted:.0f}/s), "
        f"reconciled after {reconciled:.1f} s, delivered after {delivered:.1f} s; {len(log.times)} looks, "
        f"{seen} moves recorded, {len(feed)} events, {len(receiver.taken)} deliveries taken and "
        f"{len(receiver.refused)} refused; {replay.hooks.lost} hooks lost, {replay.hooks.doubled} doubled, "
        f"{replay.hooks.held_up} held up, {replay.hooks.failed} posts tried again; "
        f"{len(replay.disasters)} disasters"
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
    assert checking.unexcused(missing, sorted(replay.disasters)) == []
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
    assert checking.unexcused([20000], [(25000, 1)]) == []
    assert checking.unexcused([20000], [(15000, 1)]) == [20000]
    assert len(checking.unexcused([20000] * 70, [(25000, 1)])) == 70 - checking.AT_ONCE
    assert checking.unexcused([20000] * 70, [(25000, 2)]) == []
    turns = [("a", 1), ("b", 2), ("a", 3), ("a", 4)]
    assert checking.out_of_order([*turns[:3], *turns[:1], turns[2], turns[2], turns[3]], turns) == []
    assert checking.out_of_order([turns[0], turns[3]], turns) == [turns[3]]
    assert checking.out_of_order([turns[2], turns[0]], turns) == [turns[2]]
    assert checking.out_of_order([*turns, turns[0], turns[3]], turns) == [turns[3]]
    assert checking.out_of_order([("c", 1)], turns) == [("c", 1)]
