"""Status: one outcome for every reference of a tree, with the look-ups that it takes."""

import asyncio

from tests.verbs.tree import TODAY, SilentRegistry, Tree

from tagwake.core.digest import Digest
from tagwake.core.image_glob import Selection
from tagwake.core.outcome import Outcome
from tagwake.core.resolution import Failure
from tagwake.core.settings import Settings
from tagwake.testing.twins.registry import RegistryTwin
from tagwake.verbs.status import INTERRUPTED, status, status_offline

API = "ghcr.io/acme/api:2"
NOBODY = Digest("sha256", "f" * 64)


async def test_every_reference_has_one_outcome(tree: Tree, registry: RegistryTwin) -> None:
    old = registry.push_index(API, "1")
    now = registry.push_index(API, "2")
    tree.write(
        "run.sh",
        f"{API}@{old}\n{API}@{now}\n{API}@{NOBODY}\nghcr.io/acme/api@{now}\nghcr.io/acme/none:1@{NOBODY}\n"
        f"skip:1@{now} # tagwake: ignore\nghcr.io/ACME/api:2@{now}\n",
    )
    tree.write("Dockerfile", "FROM debian:12\nFROM ${BASE}\n")
    report = await status(tree.scan(), registry, Settings(), today=TODAY)
    assert [each.outcome.value for each in report.references] == [
        "unpinned",
        "templated",
        "behind",
        "current",
        "broken",
        "untagged",
        "broken",
        "ignored",
        "invalid",
    ]
    assert report.lookups == 2
    assert sum(report.summary().values()) == 9
    assert report.files_scanned == 2
    assert set(report.summary()) == set(Outcome)


async def test_a_deep_look_asks_for_every_image_and_says_what_it_could_not_ask(
    tree: Tree, registry: RegistryTwin
) -> None:
    digest = registry.push_index(API, "1")
    children = registry.children("ghcr.io/acme/api", digest)
    tree.write("run.sh", f"{API}@{digest}\n")
    shallow = await status(tree.scan(), registry, Settings(), today=TODAY)
    assert [each.outcome for each in shallow.references] == [Outcome.CURRENT]
    registry.fail(f"ghcr.io/acme/api@{children['linux/amd64']}", Failure.TIMEOUT, "no answer")
    doubtful = await status(tree.scan(), registry, Settings(), today=TODAY, deep=True)
    assert [each.outcome for each in doubtful.references] == [Outcome.CURRENT]
    assert len(doubtful.incomplete) == 1
    assert "no answer" in doubtful.incomplete[0]
    registry.delete("ghcr.io/acme/api", children["linux/arm64"])
    deep = await status(tree.scan(), registry, Settings(), today=TODAY, deep=True)
    assert [each.outcome for each in deep.references] == [Outcome.BROKEN]
    assert "(linux/arm64)" in deep.references[0].reason


async def test_what_is_not_chosen_is_not_looked_up(tree: Tree, registry: RegistryTwin) -> None:
    digest = registry.push_index(API, "1")
    tree.write("run.sh", f"{API}@{digest}\ndebian:12@{digest}\n")
    chosen = Selection.of(("ghcr.io/*",))
    report = await status(tree.scan(), registry, Settings(), today=TODAY, selection=chosen)
    assert [each.outcome.value for each in report.references] == ["current", "ignored"]
    assert report.lookups == 1


def test_offline_nothing_is_asked(tree: Tree) -> None:
    tree.write("run.sh", f"{API}@{NOBODY}\n")
    tree.write("Dockerfile", "FROM debian:12\n")
    report = status_offline(tree.scan(), Settings(), today=TODAY)
    assert [each.outcome.value for each in report.references] == ["unpinned", "unresolved"]
    assert (report.lookups, report.incomplete) == (0, ())


async def test_an_interrupted_run_says_what_it_knows(tree: Tree) -> None:
    registry = SilentRegistry(silent=frozenset({"acme/slow"}))
    digest = registry.push_index(API, "1")
    tree.write("run.sh", f"{API}@{digest}\nghcr.io/acme/slow:1@{digest}\n")
    run = asyncio.ensure_future(status(tree.scan(), registry, Settings(), today=TODAY))
    await registry.reached.wait()
    while not registry.calls:
        await asyncio.sleep(0)
    run.cancel()
    report = await run
    assert [each.outcome.value for each in report.references] == ["current", "unresolved"]
    assert report.incomplete[0] == INTERRUPTED
