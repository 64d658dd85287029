"""Update, from files to files: real files, and the twin of the registry."""

import asyncio
from datetime import date

import pytest
from tests.verbs.tree import MeddlingRegistry, SilentRegistry, Tree, outcomes, reasons

from tagwake.core.digest import Digest
from tagwake.core.errors import UsageRefused
from tagwake.core.hold import Hold
from tagwake.core.image_glob import ImageGlob
from tagwake.core.resolution import Failure
from tagwake.core.settings import FollowRule, ScanRules, Settings
from tagwake.testing.twins.registry import RegistryTwin
from tagwake.verbs.update import FileChange

API, DB = "ghcr.io/acme/api:2", "ghcr.io/acme/db:9"
NOBODY = Digest("sha256", "f" * 64)


async def test_a_digest_moves_and_nothing_else_changes(tree: Tree, registry: RegistryTwin) -> None:
    old = registry.push_index(API, "1")
    before = f"a={API}@{old}\r\nb='{API}@{old}' # {old}\nc=x/{API}@{old}"
    tree.write("run.sh", before)
    new = registry.push_index(API, "2")
    done = await tree.update(registry)
    moved = before.replace(f"={API}@{old}", f"={API}@{new}").replace(f"'{API}@{old}", f"'{API}@{new}")
    assert tree.read("run.sh") == moved
    assert outcomes(done)[:2] == ["updated", "updated"]
    assert done.changes == (FileChange("run.sh", before.encode(), moved.encode()),)
    assert not done.is_interrupted


async def test_each_tag_is_asked_for_once(tree: Tree, registry: RegistryTwin) -> None:
    old = [registry.push_image(image, "1") for image in (API, DB)]
    for number in range(10):
        tree.write(f"{number}.sh", f"{API}@{old[0]}\n{DB}@{old[1]}\n{API}@{old[0]}\n")
    for image in (API, DB):
        registry.push_image(image, "2")
    done = await tree.update(registry)
    assert done.report.lookups == 2
    assert outcomes(done) == ["updated"] * 30
    assert len(registry.calls) == len(set(registry.calls)) == 4, "a question is asked once"


async def test_a_second_run_changes_nothing(tree: Tree, registry: RegistryTwin) -> None:
    old = registry.push_index(API, "1")
    child = registry.children("ghcr.io/acme/api", old)["linux/arm64"]
    tree.write("run.sh", f"{API}@{old}\n{API}@{child}\n")
    registry.push_index(API, "2")
    assert outcomes(await tree.update(registry)) == ["updated", "updated"]
    files = tree.contents()
    again = await tree.update(registry)
    assert (outcomes(again), again.changes, tree.contents()) == (["current", "current"], (), files)


async def test_a_dry_run_says_what_it_would_write(tree: Tree, registry: RegistryTwin) -> None:
    old = registry.push_image(API, "1")
    tree.write("run.sh", f"{API}@{old}\n")
    new = registry.push_image(API, "2")
    files = tree.contents()
    done = await tree.update(registry, dry_run=True)
    assert (outcomes(done), tree.contents()) == (["behind"], files)
    assert done.changes == (FileChange("run.sh", f"{API}@{old}\n".encode(), f"{API}@{new}\n".encode()),)
    assert done.report.incomplete == ()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8"])
async def test_a_file_keeps_its_encoding(tree: Tree, registry: RegistryTwin, encoding: str) -> None:
    old = registry.push_image(API, "1")
    text = "\ufeff# größe\r\n$image = '{}@{}'\r\n"
    tree.write("run.ps1", text.format(API, old).encode(encoding))
    new = registry.push_image(API, "2")
    assert outcomes(await tree.update(registry)) == ["updated"]
    assert tree.contents()["run.ps1"] == text.format(API, new).encode(encoding)


async def test_only_and_except_choose_images(tree: Tree, registry: RegistryTwin) -> None:
    old = [registry.push_image(image, "1") for image in (API, DB, "debian:12")]
    tree.write("run.sh", f"{API}@{old[0]}\n{DB}@{old[1]}\ndebian:12@{old[2]}\n")
    for image in (API, DB, "debian:12"):
        registry.push_image(image, "2")
    done = await tree.update(registry, only=("ghcr.io/*", "docker.io/library/*"), excepted=("*/db",))
    assert outcomes(done) == ["updated", "ignored", "updated"]
    assert reasons(done)[1] == "left out by --except */db"
    assert done.report.lookups == 2


async def test_a_reference_without_a_digest_is_left(tree: Tree, registry: RegistryTwin) -> None:
    tree.write("Dockerfile", "FROM debian:12\n")
    done = await tree.update(registry)
    assert (outcomes(done), done.report.lookups, registry.calls) == (["unpinned"], 0, [])


async def test_a_failure_leaves_the_others_done(tree: Tree, registry: RegistryTwin) -> None:
    old = [registry.push_image(image, "1") for image in (API, DB)]
    tree.write("run.sh", f"{API}@{old[0]}\n{DB}@{old[1]}\n")
    registry.push_image(DB, "2")
    registry.fail("ghcr.io/acme/api", Failure.UNAUTHORIZED, "401 from ghcr.io: log in")
    done = await tree.update(registry)
    assert outcomes(done) == ["unresolved", "updated"]
    assert reasons(done)[0] == "401 from ghcr.io: log in"
    assert done.report.incomplete == ("ghcr.io/acme/api:2: 401 from ghcr.io: log in",)


async def test_a_held_digest_is_not_written(tree: Tree, registry: RegistryTwin) -> None:
    old = registry.push_image(API, "1")
    tree.write("run.sh", f"{API}@{old}\n")
    new = registry.push_image(API, "2")
    hold = Hold(ImageGlob("ghcr.io/acme/api"), new, "fails", date(2026, 12, 1))
    held = await tree.update(registry, settings=Settings(holds=(hold,)))
    assert (outcomes(held), reasons(held)) == (["held"], ["until 1 Dec: fails (tagwake.toml)"])
    assert held.changes == ()
    gone = Hold(ImageGlob("ghcr.io/acme/api"), new, "fails", date(2026, 11, 24))
    assert outcomes(await tree.update(registry, settings=Settings(holds=(gone,)))) == ["updated"]


async def test_a_broken_pin_moves_unless_something_refuses(tree: Tree, registry: RegistryTwin) -> None:
    new = registry.push_image(API, "2")
    tree.write("run.sh", f"{API}@{NOBODY}\n")
    hold = Hold(ImageGlob("ghcr.io/acme/api"), new, "fails")
    held = await tree.update(registry, settings=Settings(holds=(hold,)))
    assert outcomes(held) == ["broken"]
    assert "held fails (tagwake.toml)" in reasons(held)[0]
    assert outcomes(await tree.update(registry)) == ["updated"]


async def test_a_pin_without_a_tag_follows_the_settings(tree: Tree, registry: RegistryTwin) -> None:
    old = registry.push_image("cgr.dev/acme/go:latest", "1")
    tree.write("run.sh", f"cgr.dev/acme/go@{old}\n")
    new = registry.push_image("cgr.dev/acme/go:latest", "2")
    assert outcomes(await tree.update(registry)) == ["untagged"]
    follow = Settings(scan=ScanRules(follow_untagged=(FollowRule(ImageGlob("cgr.dev/*"), "latest"),)))
    assert outcomes(await tree.update(registry, settings=follow)) == ["updated"]
    assert tree.read("run.sh") == f"cgr.dev/acme/go@{new}\n"


class TestTo:
    async def test_it_sets_a_digest_that_the_registry_serves(
        self, tree: Tree, registry: RegistryTwin
    ) -> None:
        first, second = registry.push_image(API, "1"), registry.push_image(API, "2")
        tree.write("run.sh", f"{API}@{second}\nghcr.io/acme/api@{second}\nghcr.io/acme/api:3@{second}\n")
        done = await tree.update(registry, to=f"{API}@{first}")
        assert outcomes(done) == ["updated", "ignored", "ignored"]
        assert [what for what, _ in registry.calls] == ["describe"]
        assert done.report.lookups == 0
        assert tree.read("run.sh").startswith(f"{API}@{first}\n")
        done = await tree.update(registry, to=f"ghcr.io/acme/api@{first}")
        assert outcomes(done) == ["current", "updated", "updated"], (
            "without a tag it is for every pin of the image"
        )

    async def test_it_writes_nothing_that_is_not_served(self, tree: Tree, registry: RegistryTwin) -> None:
        old = registry.push_image(API, "1")
        tree.write("run.sh", f"{API}@{old}\n")
        done = await tree.update(registry, to=f"{API}@{NOBODY}")
        assert (outcomes(done), done.changes) == (["unresolved"], ())
        assert done.report.incomplete

    async def test_it_writes_nothing_that_is_held(self, tree: Tree, registry: RegistryTwin) -> None:
        first, second = registry.push_image(API, "1"), registry.push_image(API, "2")
        tree.write("run.sh", f"{API}@{second}\n")
        settings = Settings(holds=(Hold(ImageGlob(API), first, "fails"),))
        assert outcomes(await tree.update(registry, settings=settings, to=f"{API}@{first}")) == ["held"]

    async def test_it_refuses_what_makes_no_sense(self, tree: Tree, registry: RegistryTwin) -> None:
        tree.write("run.sh", f"{API}@{NOBODY}\n")
        with pytest.raises(UsageRefused, match="there is no digest to set"):
            await tree.update(registry, to=API)
        with pytest.raises(UsageRefused, match="no reference here is of this image"):
            await tree.update(registry, to=f"ghcr.io/acme/api:3@{NOBODY}")
        assert registry.calls == []


class TestChangesMeanwhile:
    @pytest.fixture
    def meddling(self) -> MeddlingRegistry:
        return MeddlingRegistry()

    async def test_a_file_that_changed_is_reported_and_left(
        self, tree: Tree, meddling: MeddlingRegistry
    ) -> None:
        old = meddling.push_image(API, "1")
        for name in ("a.sh", "b.sh"):
            tree.write(name, f"{API}@{old}\n")
        new = meddling.push_image(API, "2")
        changed = f"# x\n{API}@{old}\n"
        meddling.meddle = lambda: tree.write("a.sh", changed)
        done = await tree.update(meddling)
        assert outcomes(done) == ["behind", "updated"]
        assert reasons(done)[0].endswith("not written: the file changed since it was scanned: run again")
        assert done.report.incomplete == (
            "ghcr.io/acme/api:2: not written: the file changed since it was scanned: run again",
        )
        assert (tree.read("a.sh"), tree.read("b.sh")) == (changed, f"{API}@{new}\n")

    async def test_a_digest_that_belongs_to_another_image_now_is_left(
        self, tree: Tree, meddling: MeddlingRegistry
    ) -> None:
        old = meddling.push_image(API, "1")
        tree.write("a.sh", f"{API}@{old}\n")
        meddling.push_image(API, "2")
        other = f"ghcr.io/acme/apj:2@{old}\n"
        meddling.meddle = lambda: tree.write("a.sh", other)
        assert outcomes(await tree.update(meddling)) == ["behind"]
        assert tree.read("a.sh") == other

    async def test_a_file_that_vanished_stops_no_other(self, tree: Tree, meddling: MeddlingRegistry) -> None:
        old = meddling.push_image(API, "1")
        for name in ("a.sh", "b.sh"):
            tree.write(name, f"{API}@{old}\n")
        meddling.push_image(API, "2")
        meddling.meddle = (tree.folder / "a.sh").unlink
        done = await tree.update(meddling)
        assert outcomes(done) == ["behind", "updated"]
        assert sorted(tree.contents()) == ["b.sh"]


class TestInterruption:
    async def test_during_look_ups_nothing_is_written_and_what_is_known_is_said(self, tree: Tree) -> None:
        registry = SilentRegistry(silent=frozenset({"acme/db"}))
        old = registry.push_image(API, "1")
        tree.write("run.sh", f"{API}@{old}\n{DB}@{NOBODY}\n")
        registry.push_image(API, "2")
        run = asyncio.ensure_future(tree.update(registry))
        await registry.reached.wait()
        while len(registry.calls) < 2:  # the other one is known
            await asyncio.sleep(0)
        run.cancel()
        done = await run
        assert done.is_interrupted
        assert done.changes == ()
        assert outcomes(done) == ["behind", "unresolved"]
        assert reasons(done)[1] == "interrupted before the registry answered"
        assert done.report.incomplete[0].startswith("interrupted: ")
        assert tree.read("run.sh") == f"{API}@{old}\n{DB}@{NOBODY}\n"

    async def test_during_writing_every_file_is_old_or_new_and_the_report_says_which(
        self, tree: Tree, registry: RegistryTwin
    ) -> None:
        old = registry.push_image(API, "1")
        names = [f"{number}.sh" for number in range(10, 60)]
        for name in names:
            tree.write(name, f"{API}@{old}\n")
        new = registry.push_image(API, "2")

        def stop(what: str, done: int, total: int) -> None:
            if (what, done, total) == ("files", 2, len(names)):
                run.cancel()

        run = asyncio.ensure_future(tree.update(registry, progress=stop))
        done = await run
        count = len(done.changes)
        assert done.is_interrupted
        assert 2 <= count < len(names), "the file at hand is finished, and no other begun"
        assert outcomes(done) == ["updated"] * count + ["behind"] * (len(names) - count)
        assert [change.path for change in done.changes] == names[:count]
        assert reasons(done)[-1].endswith("; interrupted before it was written")
        assert done.report.incomplete[0] == f"interrupted: {count} files were written"
        written = [f"{API}@{new if number < count else old}\n" for number in range(len(names))]
        assert [tree.read(name) for name in names] == written
