"""`tagwake scan` of 100,000 files beside ripgrep and `git status`: first run, second run, tags only, memory.

`python bench/scan.py [--runs N] [--files N]` makes the trees on the first call (bench/tree.py) and prints a Markdown
table and one JSON line a row. Everything is warm: cold runs measure the disk.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from measure import Command, Measured, Row, measure, measure_once, print_rows
from tree import FILES, make_tree, trees_folder

EXPRESSION = "[a-z0-9./:_-]+:[A-Za-z0-9._-]+@sha256:[a-f0-9]{64}"
TAGWAKE = (sys.executable, "-c", "import sys; from tagwake.entry.main import main; sys.exit(main())")
FIRST, SECOND, SECOND_TO_GIT, TAGGED = 0.8, 0.4, 1.3, 3.0
MEMORY = 150_000_000


def main() -> None:
    """Measure, print, and end with 1 where a limit is not held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--files", type=int, default=FILES)
    arguments = parser.parse_args()
    if shutil.which("rg") is None:
        raise SystemExit("bench/scan.py: the peer is ripgrep, and there is no rg on PATH")
    pinned = make_tree(trees_folder(), "pinned", arguments.files)
    tagged = make_tree(trees_folder(), "tagged", arguments.files)
    with tempfile.TemporaryDirectory() as home:
        commands = _commands(pinned, tagged, Path(home))
        for command in commands.values():
            measure_once(command)
        seen = measure(commands, runs=arguments.runs)
        memory = {
            name: measure_once(commands[name], watch_memory=True).memory
            for name in ("first run", "second run", "tags only")
        }
    held = print_rows(f"Scanning {arguments.files:,} files", _rows(seen, memory))
    sys.exit(0 if held else 1)


def _commands(pinned: Path, tagged: Path, home: Path) -> dict[str, Command]:
    scan = (*TAGWAKE, "scan", ".", "--format", "json")
    environment = os.environ | {"XDG_CACHE_HOME": os.fspath(home), "HOME": os.fspath(home)}

    def forget() -> None:
        shutil.rmtree(home / "tagwake", ignore_errors=True)

    found_or_not = frozenset({0, 1})
    return {
        "rg": Command(("rg", EXPRESSION), pinned),
        "first run": Command(scan, pinned, environment, forget),
        "second run": Command(scan, pinned, environment),
        "git status": Command(("git", "status", "--porcelain"), pinned),
        "rg, tags only": Command(("rg", EXPRESSION), tagged, statuses=found_or_not),
        "tags only": Command(scan, tagged, environment, forget),
    }


def _rows(seen: dict[str, Measured], memory: dict[str, int]) -> list[Row]:
    rg, git = seen["rg"].wall, seen["git status"].wall
    second = max(SECOND, SECOND_TO_GIT * git / rg)
    rows = [
        _row("first run, beside rg", seen["first run"], seen["rg"], FIRST),
        _row("second run, nothing changed, beside rg", seen["second run"], seen["rg"], second),
        _row("first run, tags only, beside rg", seen["tags only"], seen["rg, tags only"], TAGGED),
    ]
    return rows + [
        Row(f"memory, {name}", f"{peak / 1e6:.0f} MB", f"{MEMORY / 1e6:.0f} MB", peak / MEMORY, 1.0)
        for name, peak in memory.items()
    ]


def _row(what: str, ours: Measured, peer: Measured, limit: float) -> Row:
    return Row(what, f"{ours.wall:.2f} s", f"{peer.wall:.2f} s", ours.wall / peer.wall, limit)


if __name__ == "__main__":
    main()
