"""Steps with what a history tells of their pins."""

import asyncio
from datetime import UTC, date, datetime

from tests.verbs.tree import Tree

from tagwake.core.lag import Lag
from tagwake.core.settings import Settings
from tagwake.ports.lag_source import Lags
from tagwake.verbs.status import INTERRUPTED, status
from tagwake.verbs.update import update

TODAY = date(2026, 1, 1)
NOW = datetime(2026, 1, 2, tzinfo=UTC)
SINCE = datetime(2026, 1, 1, tzinfo=UTC)


class Source:
    def __init__(self):
        self.asked = []
        self.begun = []

    def begin(self, stream):
        self.begun.append(str(stream))

    async def lags(self, behind, ahead=()):
        self.asked.append(behind)
        self.ahead = ahead
        return Lags(dict.fromkeys(behind, Lag(NOW, 3, SINCE)), ("somebody",), NOW)


class Cancelled:
    def begin(self, stream):
        assert str(stream) == "a.test/x:1"

    async def lags(self, behind, ahead=()):
        raise asyncio.CancelledError


def behind(tree: Tree, registry):
    old = registry.push_index("a.test/x:1", "old")
    new = registry.push_index("a.test/x:1", "new")
    current = registry.push_index("a.test/y:1", "y")
    tree.write("a.txt", f"a.test/x:1@{old}\na.test/y:1@{current}\na.test/x:1@{old}\n")
    return old, new


async def test_a_pin_that_is_behind_has_moves_and_times(tree, registry):
    old, new = behind(tree, registry)
    source = Source()
    report = await status(tree.scan(), registry, Settings(), today=TODAY, lags=source)
    told = [(each.moves_behind, each.first_seen, each.behind_since) for each in report.references]
    assert told == [(3, NOW, SINCE), (None, None, None), (3, NOW, SINCE)]
    assert (report.tellers, report.told_at) == (("somebody",), NOW)
    assert source.begun == ["a.test/x:1"]
    ((pin,),) = source.asked
    assert (str(pin[0]), str(pin[1]), str(pin[2])) == ("a.test/x:1", str(old), str(new))


async def test_a_tag_whose_newest_digest_is_pinned_already_is_known_to_the_commits(tree, registry):
    _, new = behind(tree, registry)
    source = Source()
    await status(tree.scan(), registry, Settings(), today=TODAY, lags=source)
    assert source.ahead == frozenset()
    tree.write("b.txt", f"a.test/x:1@{new}\n")
    await status(tree.scan(), registry, Settings(), today=TODAY, lags=source)
    assert [str(stream) for stream in source.ahead] == ["a.test/x:1"]


async def test_nobody_is_asked_where_no_pin_is_behind(tree, registry):
    tree.write("a.txt", f"a.test/y:1@{registry.push_index('a.test/y:1', 'y')}\n")
    source = Source()
    await status(tree.scan(), registry, Settings(), today=TODAY, lags=source)
    assert source.asked == []


async def test_what_is_updated_keeps_them(tree, registry):
    behind(tree, registry)
    done = await update(tree.open(), tree.scan(), registry, Settings(), today=TODAY, lags=Source())
    assert [each.moves_behind for each in done.report.references] == [3, None, 3]
    assert done.report.tellers == ("somebody",)


async def test_cancelled_while_asking_nothing_is_written(tree, registry):
    behind(tree, registry)
    before = tree.read("a.txt")
    done = await update(tree.open(), tree.scan(), registry, Settings(), today=TODAY, lags=Cancelled())
    assert done.is_interrupted
    assert tree.read("a.txt") == before
    report = await status(tree.scan(), registry, Settings(), today=TODAY, lags=Cancelled())
    assert INTERRUPTED in report.incomplete
