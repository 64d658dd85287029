"""Scan: references, ignored ones, files that were skipped, and what changed since a revision."""

from tests.verbs.tree import Tree

from tagwake.core.ignore_rules import IgnoreRule
from tagwake.core.image_glob import ImageGlob
from tagwake.core.path_glob import Glob
from tagwake.core.settings import ScanRules, Settings
from tagwake.verbs.scan import only_changed

D = "sha256:" + "a" * 64


def test_files_with_references_are_given_in_order_and_the_others_counted(tree: Tree) -> None:
    tree.write("b.sh", f"x:1@{D}\ny:1@{D}\n")
    tree.write("a.sh", f"z:1@{D}\n")
    tree.write("none.txt", "nothing\n")
    tree.write("image.png", b"\x89PNG\0\0" + f"x:1@{D}".encode())
    scanned = tree.scan()
    assert [(path, reference.image) for path, reference in scanned.references()] == [
        ("a.sh", "z:1"),
        ("b.sh", "x:1"),
        ("b.sh", "y:1"),
    ]
    assert scanned.files_scanned == 3
    assert [(skipped.path, skipped.reason) for skipped in scanned.files_skipped] == [("image.png", "binary")]
    assert scanned.root == str(tree.folder)


def test_rules_ignore_by_image_and_by_path_below_the_settings(tree: Tree) -> None:
    tree.write("docs/a.sh", f"x:1@{D}\n")
    tree.write("b.sh", f"x:1@{D}\ny:1@{D}\nz:1@{D} # tagwake: ignore\n")
    rules = (
        IgnoreRule(path=Glob.parse("/app/docs/**"), reason="examples"),
        IgnoreRule(image=ImageGlob("y")),
    )
    scanned = tree.scan(Settings(scan=ScanRules(ignore=rules), base="app/"))
    ignored = [reference.ignored for _, reference in scanned.references()]
    assert ignored[:3] == [None, "image = y", ignored[2]]
    assert ignored[2] is not None
    assert ignored[3] == "path = /app/docs/**: examples"


def test_since_keeps_what_stands_on_a_changed_line(tree: Tree) -> None:
    tree.write("a.sh", "".join(f"x{number}:1@{D}\n" for number in range(1, 6)))
    tree.write("b.sh", f"y:1@{D}\n")
    tree.write("c.ps1", f"\n\nz:1@{D}\n\n".encode("utf-16"))
    scanned = tree.scan()

    def left(changed: dict[str, list[tuple[int, int]]]) -> list[str]:
        found = only_changed(scanned, tree.open(), changed)
        assert found.files_scanned == 3
        return [reference.image for _, reference in found.references()]

    assert left({}) == []
    assert left({"a.sh": [(2, 3), (5, 9)], "gone.sh": [(1, 1)]}) == ["x2:1", "x3:1", "x5:1"]
    assert left({"a.sh": [], "b.sh": [(1, 1)]}) == ["y:1"]
    assert left({"c.ps1": [(3, 3)]}) == ["z:1"]
    assert left({"c.ps1": [(1, 2), (4, 4)]}) == []


def test_since_keeps_a_split_reference_when_any_key_of_it_changed(tree: Tree) -> None:
    tree.write(
        "values.yaml",
        f"image:\n  repository: ghcr.io/acme/api\n  pullPolicy: Always\n  tag: 1.2\n  digest: {D}\n",
    )
    scanned = tree.scan()
    assert len(list(scanned.references())) == 1
    for line, kept in ((1, 0), (2, 1), (3, 0), (4, 1), (5, 1)):
        found = only_changed(scanned, tree.open(), {"values.yaml": [(line, line)]})
        assert len(list(found.references())) == kept, f"line {line}"
