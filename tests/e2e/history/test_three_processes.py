"""Three processes share the work on PostgreSQL: one is killed in the midst of it, one is frozen, all keep to one budget."""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

import aiohttp
import psycopg
import pytest
from tests.e2e.history.answers import AnswerLog
from tests.e2e.history.asking import Service
from tests.e2e.history.gate import Gate, gated
from tests.e2e.history.lossy_hooks import SECRET, LossyHooks
from tests.e2e.history.processes import Member, ended, free_port, until
from tests.e2e.history.receiver import Receiver, receiving

from tagwake.testing.registry import EmbeddedRegistry

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

REPOSITORY = "team/app"
LEASE = 10.0
"""Seconds after which what a dead process has in hand is anybody's (the design's own figure)."""
WITHIN = 15.0
"""Seconds after a kill in which everything is to be done, on two processors of which nobody else takes much."""
SETTINGS = """
[egress]
allow = ["127.0.0.1"]
[registries."{host}"]
plain_http = true
[poll.hosts."{host}"]
rate = {rate}
burst = {burst}
[[sources]]
kind = "distribution"
name = "here"
secret_env = "HOOK"
"""


@dataclass(frozen=True)
class Trio:
    """Three processes of a service, the registry behind its gate, and the database they share."""

    members: Sequence[Member]
    service: Service
    session: aiohttp.ClientSession
    registry: EmbeddedRegistry
    log: AnswerLog
    gate: Gate
    host: str
    database: psycopg.AsyncConnection[tuple[int]]

    async def count(self, what: str) -> int:
        """How many rows there are of this."""
        cursor = await self.database.execute(f"SELECT count(*) FROM {what}".encode())
        row = await cursor.fetchone()
        assert row is not None
        return row[0]

    async def counts(self, what: str, wanted: int) -> None:
        """Wait until there are so many, or more."""
        end = time.monotonic() + 300
        while (there := await self.count(what)) < wanted:
            assert time.monotonic() < end, f"there are {there} of {what}, and not {wanted}"
            await asyncio.sleep(0.05)

    async def rests(self) -> None:
        """Wait until nobody holds anything, and nothing hurries."""
        busy = (
            "looks WHERE leased_until IS NOT NULL OR turn <= extract(epoch from now()) * 1000",
            "deliveries WHERE turn IS NOT NULL",
        )
        end = time.monotonic() + 300
        while there := [await self.count(each) for each in busy if await self.count(each)]:
            assert time.monotonic() < end, f"there is still something to do: {there}"
            await asyncio.sleep(0.05)

    def push(self, tags: Sequence[str], seed: str) -> dict[str, str]:
        """Set these tags in the registry; gives their digests."""
        return {tag: self.registry.store.push_image(REPOSITORY, tag, seed=f"{seed} {tag}") for tag in tags}

    async def watch(self, tags: Sequence[str]) -> None:
        patterns = [f"{self.host}/{REPOSITORY}:{tag}" for tag in tags]
        await self.service.post("/api/watches", {"patterns": patterns})

    async def hint(self, digests: dict[str, str]) -> None:
        """Tell of these, and surely."""
        hooks = LossyHooks(self.session, f"{self.service.url}/hooks/distribution/here", self.host, Random(1))
        for tag, digest in digests.items():
            hooks.surely(REPOSITORY, tag, digest)
        await hooks.flush()

    async def frozen(self, *members: Member) -> None:
        """Freeze these between two transactions: what a frozen one has locked would hold up all."""
        open_ones = (
            "pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND state IN ('active', 'idle in transaction', 'idle in transaction (aborted)')"
        )
        for member in members:
            while True:
                member.freeze()
                if not await self.count(open_ones):
                    break
                member.wake()
                await asyncio.sleep(0.03)

    async def digests_of(self, tag: str) -> list[str]:
        """What a tag was, oldest first."""
        moves = await self.service.moves(f"{self.host}/{REPOSITORY}:{tag}")
        return [move["digest"] for move in reversed(moves)]


class Pauses:
    """Adds up for how long this machine let nobody work, until its end."""

    def __init__(self) -> None:
        self._paused = 0.0
        self._task = asyncio.create_task(self._watch())

    def end(self) -> float:
        """The seconds."""
        self._task.cancel()
        return self._paused

    async def _watch(self) -> None:
        before = time.time()
        while True:
            await asyncio.sleep(0.05)
            now = time.time()
            self._paused += max(now - before - 0.2, 0.0)
            before = now


@contextlib.asynccontextmanager
async def trio(
    folder: Path, database: str, *, rate: float = 50_000, burst: float = 50_000
) -> AsyncIterator[Trio]:
    """None of the processes is started yet."""
    log, port = AnswerLog(), free_port()
    registry = EmbeddedRegistry()
    registry.log = log
    environment = {
        "TAGWAKE_DATABASE_URL": database,
        "HOOK": SECRET,
        "TAGWAKE_SECRET_KEY": "A" * 43 + "=",
    }
    members = [Member(folder, "serve", ["serve", "--listen", f"127.0.0.1:{port}"], environment)]
    members += [Member(folder, f"worker{number}", ["worker"], environment) for number in (1, 2)]
    async with AsyncExitStack() as stack:
        stack.enter_context(registry.in_thread())
        gate, host = await stack.enter_async_context(gated(int(registry.host.rpartition(":")[2])))
        settings = SETTINGS.format(host=host, rate=rate, burst=burst)
        (folder / "tagwake-service.toml").write_text(settings)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        connection = await psycopg.AsyncConnection.connect(database, autocommit=True)
        stack.push_async_callback(connection.close)
        service = Service(session, f"http://127.0.0.1:{port}")
        stack.enter_context(ended(members))
        yield Trio(members, service, session, registry, log, gate, host, connection)


async def test_what_a_killed_process_had_in_hand_is_done_by_the_others(
    tmp_path: Path, postgres_url: str
) -> None:
    """It has 64 looks in hand and the events of 128 tags for two subscribers, and nobody else has any."""
    tags = [f"t{number}" for number in range(128)]
    receivers = [Receiver(Random(1), 0.0), Receiver(Random(2), 0.0)]
    async with trio(tmp_path, postgres_url) as there, AsyncExitStack() as stack:
        serve, *others = there.members
        urls = [await stack.enter_async_context(receiving(each)) for each in receivers]
        for member in there.members:
            await member.start()
        first = there.push(tags, "first")
        await there.watch(tags)
        await there.counts("events", len(tags))
        await there.rests()
        await there.frozen(*others)
        there.gate.closed()
        for number, (receiver, url) in enumerate(zip(receivers, urls, strict=True)):
            receiver.gate.clear()
            told = await there.service.post(
                "/api/subscriptions", {"name": f"s{number}", "url": url, "after": 0}
            )
            receiver.subscribed(told["secret"])
        second = there.push(tags[:64], "second")
        await there.hint(second)
        await there.counts("looks WHERE leased_until IS NOT NULL", 64)
        await there.counts("deliveries WHERE leased_until IS NOT NULL", 2 * len(tags))
        in_hand = await there.count("looks WHERE leased_until IS NOT NULL") + 2 * len(tags)
        assert in_hand >= 200
        assert there.gate.waiting > 0, "no question was under way"
        killed, pauses = time.time(), Pauses()
        serve.kill()
        for member in others:
            member.wake()
        there.gate.opened()
        for receiver in receivers:
            receiver.gate.set()
        cursor = await there.database.execute(
            "SELECT max(leased_until) FROM (SELECT leased_until FROM looks UNION ALL "
            "SELECT leased_until FROM deliveries) AS held"
        )
        row = await cursor.fetchone()
        assert row is not None
        assert row[0] / 1000 <= killed + LEASE + 1, "somebody holds what nobody works on"
        await there.counts("events", len(tags) + len(second))
        await there.rests()
        lasted, paused = time.time() - killed, pauses.end()
        await serve.start()
        feed = await there.service.feed()
        assert [event["cursor"] for event in feed] == list(range(1, 193))
        for tag in tags:
            assert await there.digests_of(tag) == [first[tag], *([second[tag]] if tag in second else [])]
        for receiver in receivers:
            assert {each.cursor for each in receiver.taken} == set(range(1, 193))
            assert receiver.forged == 0
        # others may use this machine too: the rest of the time is theirs as well
        crowd = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
        assert lasted <= WITHIN * crowd + 2 * paused
        print(
            f"{in_hand} units in hand: all done {lasted:.1f} s after the kill, {paused:.1f} s of it stood still"
        )


async def test_a_frozen_process_that_wakes_writes_nothing(tmp_path: Path, postgres_url: str) -> None:
    """It has asked, and is frozen before it hears the answers; meanwhile the tags move, and others look."""
    tags = [f"t{number}" for number in range(64)]
    async with trio(tmp_path, postgres_url) as there:
        serve, *others = there.members
        await serve.start()
        stale = there.push(tags, "stale")
        there.gate.closed()
        await there.watch(tags)
        await there.counts("looks WHERE leased_until IS NOT NULL", len(tags))
        await until(lambda: there.gate.waiting > 0, "questions are under way")
        await there.frozen(serve)
        there.gate.opened()
        await until(lambda: len(there.log.times) > 0, "the registry has answered the frozen one")
        true = there.push(tags, "true")
        for member in others:
            await member.start()
        await there.counts("events", len(tags))
        await there.rests()
        serve.wake()
        assert {tag: await there.digests_of(tag) for tag in tags} == {tag: [true[tag]] for tag in tags}
        newest = there.push(tags, "newest")
        await there.hint(newest)
        await there.counts("events", 2 * len(tags))
        await there.rests()
        serve.stop()  # whatever it still had to say, it has said now
        await serve.start()
        for tag in tags:
            answers = [answer.digest for answer in there.log.answers[REPOSITORY, tag]]
            assert await there.digests_of(tag) == [true[tag], newest[tag]], (tag, answers)
        told = [answers[0].digest for answers in there.log.answers.values()]
        unheard = sum(digest in stale.values() for digest in told)
        assert unheard > 0, "the frozen one had nothing to write"
        assert await there.count("events") == 2 * len(tags)
        print(f"{unheard} answers came to a frozen process, and none of them was written")


async def test_three_processes_keep_to_one_budget(tmp_path: Path, postgres_url: str) -> None:
    rate, burst = 40.0, 20.0
    tags = [f"t{number}" for number in range(320)]
    async with trio(tmp_path, postgres_url, rate=rate, burst=burst) as there:
        for member in there.members:
            await member.start()
        there.push(tags, "one")
        began = time.time()
        await there.watch(tags)
        await there.counts("events", len(tags))
        times = sorted(there.log.times)
        assert len(times) >= len(tags)
        for number, at in enumerate(times, 1):
            # the bucket was full when the tags were watched: whoever asks, it gives no more
            assert number <= burst + rate * (at / 1000 - began) + 1, (number, at / 1000 - began)
        lasted = times[-1] / 1000 - began
        print(f"{len(times)} questions in {lasted:.1f} s, {burst + rate * lasted:.0f} are allowed")
