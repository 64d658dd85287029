"""Random trees: every reference has one outcome, only digests change, and a second run changes nothing."""

import asyncio
import re
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.verbs.tree import TODAY, Tree, outcomes, reasons

from tagwake.core.digest import Digest
from tagwake.core.edit import EditConflict
from tagwake.core.errors import TagwakeError
from tagwake.core.outcome import Outcome
from tagwake.core.resolution import Failure
from tagwake.core.settings import Settings
from tagwake.formats.code.reader import CodeReader
from tagwake.testing.twins.registry import RegistryTwin
from tagwake.testing.twins.worktree import WorktreeTwin
from tagwake.verbs.scan import scan
from tagwake.verbs.update import update

DIGEST = re.compile(rb"sha256:[0-9a-f]{64}")


def make_registry() -> tuple[RegistryTwin, list[str]]:
    """Streams that moved, that stand, that lost the old digest, whose look-up fails; and references to them."""
    registry = RegistryTwin()
    references = []
    for name, kinds in (("moved", 2), ("stands", 1), ("image", 2)):
        for number in range(kinds):
            push = registry.push_image if name == "image" else registry.push_index
            digest = push(f"x.example/{name}:1", str(number))
            references.append(f"x.example/{name}:1@{digest}")
            if name != "image":
                references += [
                    f"x.example/{name}:1@{child}"
                    for child in registry.children(f"x.example/{name}", digest).values()
                ]
    gone = Digest("sha256", "e" * 64)
    registry.push_image("x.example/fails:1", "1")
    registry.fail("x.example/fails", Failure.TIMEOUT, "no answer")
    references += [
        f"x.example/moved:1@{gone}",
        f"x.example/fails:1@{gone}",
        f"x.example/nowhere:1@{gone}",
        f"x.example/moved@{gone}",
        f"X.example/UPPER:1@{gone}",
        f"sha256:{'d' * 64}",
        "x.example/moved:1",
    ]
    return registry, references


REFERENCES = make_registry()[1]
lines = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "image: ", "a='", 'b="', "(", "\t", "# ", "ö "]),
    st.sampled_from(REFERENCES),
    st.sampled_from(["", "'", '"', ")", " # why", " tagwake: ignore"]),
    st.sampled_from(["\n", "\r\n"]),
)
files = st.dictionaries(
    st.sampled_from(["a.sh", "k8s/b.yaml", "c.md", "d.txt", "Makefile"]),
    st.tuples(
        st.lists(lines | st.just("no reference\n"), max_size=6).map("".join),
        st.sampled_from(["utf-8", "utf-16"]),
    ),
    max_size=4,
)


@hypothesis_settings(max_examples=60)
@given(files)
def test_an_update_of_any_tree(content: dict[str, tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        tree = Tree(Path(name))
        for path, (text, encoding) in content.items():
            tree.write(path, text.encode(encoding))
        before = tree.contents()
        registry, _ = make_registry()
        done = asyncio.run(tree.update(registry))
        after = tree.contents()
        for reference in done.report.references:
            assert bool(reference.reason) is (
                reference.outcome not in (Outcome.UPDATED, Outcome.PINNED, Outcome.CURRENT)
            )
        assert before.keys() == after.keys()
        changed = {path for path, data in after.items() if data != before[path]}
        assert changed == {change.path for change in done.changes}
        assert changed == {
            reference.path for reference in done.report.references if reference.outcome is Outcome.UPDATED
        }
        for path in changed:
            encoding = content[path][1]
            one, other = (DIGEST.split(data[path].decode(encoding).encode()) for data in (before, after))
            assert one == other, "only digests change"
        again = asyncio.run(tree.update(registry))
        assert tree.contents() == after
        assert "updated" not in outcomes(again)
        assert len(again.report.references) == len(done.report.references)


async def test_one_digest_written_once_for_two_references_is_written_once(
    tree: Tree, registry: RegistryTwin
) -> None:
    old = registry.push_image("x.example/a:1", "1")
    tree.write("Dockerfile", f"ARG BASE=x.example/a:1@{old}\nFROM ${{BASE}} AS one\nFROM ${{BASE}} AS two\n")
    new = registry.push_image("x.example/a:1", "2")
    done = await tree.update(registry)
    assert set(outcomes(done)) == {"updated"}
    assert tree.read("Dockerfile").startswith(f"ARG BASE=x.example/a:1@{new}\n")


def test_a_conflict_is_one_of_our_errors_so_that_it_stops_one_file_only() -> None:
    assert issubclass(EditConflict, TagwakeError)


async def test_a_file_that_cannot_be_written_is_reported_and_the_others_are_done(
    registry: RegistryTwin,
) -> None:
    old = registry.push_image("x.example/a:1", "1")
    text = f"x.example/a:1@{old}\n".encode()
    worktree = WorktreeTwin(
        {f"{name}.sh": text for name in "abc"},
        full={"a.sh"},
        garbled={"b.sh"},
        skipped={"z.sh": "unreadable"},
    )
    new = registry.push_image("x.example/a:1", "2")
    scanned = scan(worktree, CodeReader(), Settings(), fresh=True)
    done = await update(worktree, scanned, registry, Settings(), today=TODAY)
    assert outcomes(done) == ["behind", "behind", "updated"]
    assert all("; not written: " in reason for reason in reasons(done)[:2])
    assert len(done.report.incomplete) == 2
    assert [change.path for change in done.changes] == ["c.sh"]
    assert worktree.files == {
        "a.sh": text,
        "b.sh": text,
        "c.sh": text.replace(str(old).encode(), str(new).encode()),
    }
    assert [file.path for file in done.report.files_skipped] == ["z.sh"]
