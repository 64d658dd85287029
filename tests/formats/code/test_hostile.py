"""Hostile text costs no more than its length: a quadratic search of these would not end in a day, and calls are counted."""

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from tagwake.core.pin import BARE
from tagwake.formats.code.reader import CodeReader

MEGABYTES_10 = 10_000_000
PATHS = (
    "a.txt",
    "Dockerfile",
    "k8s/a.yaml",
    "values.yaml",
    "main.tf",
    "Jenkinsfile",
    "a.json",
    "WORKSPACE",
    "web.container",
)

HOSTILE: dict[str, Callable[[int], str]] = {
    "names": lambda n: "FROM image: " + "a:" * (n // 2),
    "names on lines": lambda n: "image: a:a\nFROM a:a\n" * (n // 20),
    "digests without an end": lambda n: "FROM image: " + "@sha256:" * (n // 8),
    "short digests": lambda n: "image: " + "a@sha256:0 " * (n // 11),
    "opened templates": lambda n: "image: FROM " + "{{" * (n // 2),
    "opened substitutions": lambda n: "image: FROM " + "${A:-" * (n // 5),
    "opened brackets": lambda n: "image: " + "{[(" * (n // 3),
    "opened tags": lambda n: "image: FROM " + "<%<a" * (n // 4),
    "quotes": lambda n: 'image: ARG A="' + "\"'" * (n // 2),
    "escapes": lambda n: 'image = "' + '\\"' * (n // 2),
    "escapes apart": lambda n: 'image = "' + '"\\' * (n // 2),
    "continuations": lambda n: "FROM a\n#image:\nRUN " + "a\\\n" * (n // 3),
    "heredocs that never close": lambda n: "FROM a\nimage\n" + "".join(f"RUN <<A{i}\n" for i in range(n // 12)),
    "heredocs that close": lambda n: "FROM a\nimage\n" + "RUN <<A <<B\nA\n" * (n // 14),
    "arguments of arguments": lambda n: "ARG A0=a\n" + "".join(f"ARG A{i + 1}=$A{i}$A{i}\n" for i in range(n // 20)) + "FROM $A9",
    "one version of many": lambda n: "ARG V=1\n" + "FROM a:$V\n" * (n // 10),
    "mounts": lambda n: "FROM a\nRUN --mount=from=" + "a,from=" * (n // 7),
    "flags": lambda n: "FROM a\nRUN " + "--mount=from=a " * (n // 15),
    "remarks": lambda n: "image " + "/*" * (n // 2),
    "anchors": lambda n: "image: &a x\nb: " + "*a " * (n // 3),
    "deep": lambda n: "".join(f"{' ' * (i % 300)}image:\n" for i in range(n // 160)),
    "comments": lambda n: "image: a@sha256:" + "0" * 64 + " #" + " #" * (n // 2),
    "sections": lambda n: "[Container]\nImage=" + "Image=\n" * (n // 7),
    "pulls": lambda n: "oci_pull(" + "oci_pull(image='a'," * (n // 19),
}  # fmt: skip


@pytest.mark.parametrize("path", ["a.txt", "Dockerfile", "a.sh", "README.md"])
@pytest.mark.parametrize("hostile", ["names", "digests without an end"])
def test_ten_megabytes_end(path: str, hostile: str) -> None:
    scan = CodeReader()(path, HOSTILE[hostile](MEGABYTES_10).encode())
    assert scan.skipped is None
    assert len(scan.references) <= 1


@pytest.mark.parametrize("hostile", HOSTILE)
def test_half_a_megabyte_ends(hostile: str) -> None:
    for path in PATHS:
        scan = CodeReader()(path, HOSTILE[hostile](500_000).encode())
        assert scan.path == path or scan is BARE


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_twice_the_text_is_twice_the_work(path: str, hostile: str) -> None:
    CodeReader()(path, HOSTILE[hostile](200).encode())  # imports and caches are no work of this text
    once, twice = (calls(path, HOSTILE[hostile](size).encode()) for size in (20_000, 40_000))
    assert twice <= 2.2 * once + 500


def calls(path: str, data: bytes) -> int:
    """How many functions were called, Python's and C's."""
    count = 0

    def counted(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        if event in ("call", "c_call"):
            count += 1

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        CodeReader()(path, data)
    finally:
        sys.setprofile(before)
    return count
