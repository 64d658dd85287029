"""Pin, from files to files."""

from datetime import date

from tests.verbs.tree import Tree, outcomes, reasons

from tagwake.core.hold import Hold
from tagwake.core.image_glob import ImageGlob
from tagwake.core.settings import Settings
from tagwake.testing.twins.registry import RegistryTwin


async def test_a_digest_is_added_after_the_tag_and_with_latest_after_a_bare_name(
    tree: Tree, registry: RegistryTwin
) -> None:
    twelve, latest = registry.push_index("debian:12", "12"), registry.push_index("debian:latest", "latest")
    tree.write("Dockerfile", "FROM debian:12 AS a\r\nFROM debian\r\nFROM scratch\r\nFROM a\r\n")
    done = await tree.pin(registry)
    assert outcomes(done) == ["pinned", "pinned"]
    assert reasons(done) == ["", ""]
    assert tree.read("Dockerfile") == (
        f"FROM debian:12@{twelve} AS a\r\nFROM debian:latest@{latest}\r\nFROM scratch\r\nFROM a\r\n"
    )
    assert done.report.lookups == 2
    again = await tree.pin(registry)
    assert (outcomes(again), again.changes) == (["current", "current"], ())


async def test_what_is_pinned_stays_as_it_is(tree: Tree, registry: RegistryTwin) -> None:
    old = registry.push_index("debian:12", "1")
    before = f"FROM debian:12@{old}\n"
    tree.write("Dockerfile", before)
    registry.push_index("debian:12", "2")
    done = await tree.pin(registry)
    assert (outcomes(done), done.changes, tree.read("Dockerfile")) == (["behind"], (), before)


async def test_what_cannot_be_looked_up_stays_unpinned_with_the_reason(
    tree: Tree, registry: RegistryTwin
) -> None:
    registry.push_index("debian:12", "1")
    tree.write("Dockerfile", "FROM debian:12\nFROM alpine:3\n")
    done = await tree.pin(registry)
    assert outcomes(done) == ["pinned", "unpinned"]
    assert reasons(done)[1].startswith("no digest could be looked up: 404")
    assert len(done.report.incomplete) == 1


async def test_a_held_digest_is_not_added(tree: Tree, registry: RegistryTwin) -> None:
    digest = registry.push_index("debian:12", "1")
    tree.write("Dockerfile", "FROM debian:12\n")
    hold = Hold(ImageGlob("debian"), digest, "fails", date(2026, 12, 1))
    done = await tree.pin(registry, settings=Settings(holds=(hold,)))
    assert (outcomes(done), reasons(done)) == (
        ["unpinned"],
        ["held until 1 Dec: fails (tagwake.toml)"],
    )


async def test_a_dry_run_writes_nothing(tree: Tree, registry: RegistryTwin) -> None:
    digest = registry.push_index("debian:12", "1")
    tree.write("Dockerfile", "FROM debian:12\n")
    done = await tree.pin(registry, dry_run=True)
    assert (outcomes(done), tree.read("Dockerfile")) == (["unpinned"], "FROM debian:12\n")
    assert [change.new for change in done.changes] == [f"FROM debian:12@{digest}\n".encode()]
