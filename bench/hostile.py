"""Ten megabytes of hostile text, in files of several kinds, each scanned in under a second.

`python bench/hostile.py` prints a Markdown table and one JSON line a row. The time is the reader's own, in one process:
what a user waits for is that and the start.
"""

import sys
import time

from measure import Row, print_rows
from tagwake.formats.code.reader import CodeReader

SIZE = 10_000_000
LIMIT = 1.0
NAMES = (
    "notes.txt",
    "Dockerfile",
    "deploy.yaml",
    "chart/values.yaml",
    "compose.yaml",
    ".github/workflows/ci.yml",
    "run.sh",
    "main.tf",
    "pod.json",
)
DIGEST = b"sha256:" + b"0" * 64


def _filled(part: bytes) -> bytes:
    return (part * (SIZE // len(part) + 1))[:SIZE]


TEXTS = {
    "a:a:a:…": _filled(b"a:"),
    "a/a/a/…": _filled(b"a/"),
    "a million @sha256:": b"@sha256:" * 1_000_000,
    "a:a:…@sha256:…": _filled(b"a:" * 500 + b"@sha256:"),
    "one long name and a digest": b"a" * (SIZE - 80) + b":1@" + DIGEST,
    "image: on every line": _filled(b"image: a\n"),
    "image: a:${${${…": _filled(b"image: a:${"),
    "deep YAML": _filled(b"".join(b" " * depth + b"a:\n" for depth in range(200))),
    "brackets": _filled(b"[{"),
    "FROM on every line": _filled(b"FROM $A\n"),
    "quotes": _filled(b"\"'"),
    "backslashes": _filled(b"\\\n"),
    "spaces": _filled(b" "),
    "newlines": _filled(b"\n"),
}


def main() -> None:
    """Measure each text in each kind of file; the slowest kind of each text is its row."""
    reader = CodeReader()
    rows = []
    for what, text in TEXTS.items():
        slowest, kind = max((_time(reader, name, text), name) for name in NAMES)
        rows.append(
            Row(f"{what}, slowest as {kind}", f"{slowest:.2f} s", f"{LIMIT:.0f} s", slowest / LIMIT, 1.0)
        )
    sys.exit(0 if print_rows("Ten megabytes of hostile text", rows) else 1)


def _time(reader: CodeReader, name: str, text: bytes) -> float:
    started = time.perf_counter()
    reader(name, text)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
