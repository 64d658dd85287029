"""Sessions in documents: `console` blocks, run by bash in the sample code base."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.docs.sample import AUTHOR, NAMED, lay

from tagwake.testing.registry import EmbeddedRegistry

FENCE = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
DIGEST = re.compile(r"sha256:[0-9a-f]{3,64}…?|\b[0-9a-f]{12}\b")
COMMIT = re.compile(r"\b[0-9a-f]{7}\.\.[0-9a-f]{7}\b")


@dataclass(frozen=True, slots=True)
class Step:
    """One command, where it stands, and what it should print."""

    line: int
    command: str
    expected: str


def blocks(text: str, language: str) -> Iterator[tuple[int, str]]:
    """The blocks of a language: the number of their first line, and their text without its indentation."""
    for block in FENCE.finditer(text):
        if block[2] == language:
            indent = len(block[1])
            lines = block[3].splitlines(keepends=True)
            yield text.count("\n", 0, block.start()) + 2, "".join(line[indent:] for line in lines)


def steps(text: str) -> list[Step]:
    """The commands of all sessions in order; a line that ends in a backslash goes on in the next."""
    found: list[Step] = []
    for start, block in blocks(text, "console"):
        for number, line in enumerate(block.splitlines(), start):
            if line.startswith("$ "):
                found.append(Step(number, line[2:], ""))
                continue
            last = found.pop()
            if last.command.endswith("\\") and not last.expected:
                found.append(Step(last.line, f"{last.command}\n{line}", ""))
            else:
                found.append(Step(last.line, last.command, f"{last.expected}{line}\n"))
    return found


def as_pattern(expected: str) -> re.Pattern[str]:
    """What fits: `…` is anything in a line, alone on a line any lines; a digest is any digest."""
    lines = []
    for line in normalised(expected).splitlines():
        if line.strip() == "…":
            lines.append(r"(?:.*\n)*?")
        else:
            lines.append(re.escape(line.rstrip()).replace("…", r".*?") + r" *\n")
    return re.compile("".join(lines))


def normalised(text: str) -> str:
    """The text with every digest the same, and every pair of abbreviated blobs."""
    return COMMIT.sub("A..B", DIGEST.sub("sha256:D", text))


def run(
    document: Path, folder: Path, registry: EmbeddedRegistry, bash: Path
) -> Iterator[tuple[Step, str, int]]:
    """Run a document's commands in a fresh code base: each with what it printed and ended with."""
    code_base = folder / "shop"
    lay(code_base, registry)
    environment = {
        **{name: value for name, value in os.environ.items() if name not in {"CI", "GITHUB_ACTIONS"}},
        **AUTHOR,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "COLUMNS": "100",
        "NO_COLOR": "1",
    }
    status = 0
    for step in steps(document.read_text()):
        if step.command == "echo $?":
            yield step, f"{status}\n", 0
            status = 0
            continue
        done = subprocess.run(
            [bash, "-c", step.command.replace(NAMED, registry.host)],
            cwd=code_base,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )
        status = done.returncode
        yield step, done.stdout.replace(registry.host, NAMED), status
