"""Runs every benchmark of this folder, one after the other, and writes bench/RESULTS.md.

`python bench/run.py [NAME…]`; each script prints Markdown and one JSON line a row, and ends with 1 where a limit is not
held. Run it on a machine that does nothing else.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
NAMES = (
    "startup",
    "hostile",
    "scan",
    "lookups",
    "update",
    "ingest",
    "claims",
    "deliveries",
    "polling",
    "poll_cost",
    "import_history",
    "queries",
    "pages",
)


def main() -> None:
    """Run them; end with 1 where one failed or a limit is not held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; all without one")
    arguments = parser.parse_args()
    names = arguments.names or NAMES
    results: list[str] = []
    worst = 0
    for name in names:
        print(f"{name} …", flush=True)
        done = subprocess.run(
            [sys.executable, HERE / f"{name}.py"], stdout=subprocess.PIPE, text=True, check=False
        )
        print(done.stdout, flush=True)
        worst = max(worst, done.returncode)
        results.append(_markdown(name, done.stdout, done.returncode))
    if not arguments.names:
        (HERE / "RESULTS.md").write_text("\n".join([_head(), *results]))
    sys.exit(1 if worst else 0)


def _head() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        "<!-- Written by `python bench/run.py`. -->\n\n# How fast\n\n"
        "Ratios of whole processes in one run, medians of runs taken in turns; absolute figures belong to the machine.\n\n"
        f"Measured on {cores} cores ({platform.machine()}, {platform.system()}), Python {platform.python_version()}.\n"
    )


def _markdown(name: str, output: str, status: int) -> str:
    lines = [line for line in output.splitlines() if not _is_row(line)]
    text = "\n".join(lines).strip()
    if status not in {0, 1} or not text:
        text += f"\n\n`bench/{name}.py` failed with status {status}."
    return f"{text}\n"


def _is_row(line: str) -> bool:
    if not line.startswith("{"):
        return False
    try:
        return "ratio" in json.loads(line)
    except ValueError:
        return False


if __name__ == "__main__":
    main()
