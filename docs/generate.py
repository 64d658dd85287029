"""Writes the reference pages from the code; `--check` writes nothing and fails where a page is not what it would write."""

import difflib
import sys
from pathlib import Path

from generator import api, cli, decisions, errors, events, forms, http, outcomes, schemas

DOCS = Path(__file__).parent
OWNED = ("reference/api", "reference/schemas")  # folders in which every file is generated
MARK = "<!-- Written by `make docs` from the code: change it there. -->\n\n"


def pages() -> dict[Path, str]:
    """Every generated file and its text."""
    made: dict[str, str] = {}
    for part in (api, cli, decisions, errors, events, forms, http, outcomes, schemas):
        made.update(part.pages())
    return {DOCS / name: (MARK + text if name.endswith(".md") else text) for name, text in made.items()}


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` compare them."""
    if arguments not in ([], ["--check"]):
        print("usage: generate.py [--check]", file=sys.stderr)
        return 2
    made = pages()
    stale = [
        path for folder in OWNED for path in (DOCS / folder).rglob("*") if path.is_file() and path not in made
    ]
    changed = {path: text for path, text in made.items() if not path.exists() or path.read_text() != text}
    if not arguments:
        for path in stale:
            path.unlink()
        for path, text in changed.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        print(f"{len(made)} pages, {len(changed)} written, {len(stale)} removed")
        return 0
    for path in stale:
        print(f"{path.relative_to(DOCS.parent)}: nothing writes it any more")
    for path, text in changed.items():
        old = path.read_text() if path.exists() else ""
        name = str(path.relative_to(DOCS.parent))
        sys.stdout.writelines(
            difflib.unified_diff(
                old.splitlines(keepends=True), text.splitlines(keepends=True), name, name, n=1
            )
        )
    if stale or changed:
        print(
            "the reference is not what the code says: run `make docs` and commit what it writes",
            file=sys.stderr,
        )
    return 1 if stale or changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
