"""Every example of the README and of docs/ is run, and prints what stands there.

A `console` block is a session: a line that starts with `$ ` is run by bash in the sample code base (sample.py), and the
lines below are what it prints. `…` stands for anything in a line, alone on a line for any lines; digests are compared
as digests, whichever they are. A command that ends with another status than 0 is followed by `$ echo $?`.
The blocks of one document share the code base, in order.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.checks.code_base import ROOT
from tests.conftest import require_tool
from tests.docs.sample import AUTHOR, NAMED, lay

from tagwake.formats.settings import read_layer
from tagwake.testing.registry import EmbeddedRegistry

GENERATED = ("reference/api/", "reference/schemas/")
DOCUMENTS = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]
DIGEST = re.compile(r"sha256:[0-9a-f]{3,64}…?")
FENCE = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Step:
    """One command and what it should print."""

    line: int
    command: str
    expected: str


def blocks(document: Path, language: str) -> Iterator[tuple[int, str]]:
    text = document.read_text()
    for block in FENCE.finditer(text):
        if block[2] == language:
            indent = len(block[1])
            yield (
                text.count("\n", 0, block.start()) + 2,
                "".join(line[indent:] for line in block[3].splitlines(keepends=True)),
            )


def steps(document: Path) -> list[Step]:
    found: list[Step] = []
    for start, block in blocks(document, "console"):
        for number, line in enumerate(block.splitlines(), start):
            if line.startswith("$ "):
                found.append(Step(number, line[2:], ""))
            else:
                last = found.pop()
                found.append(Step(last.line, last.command, f"{last.expected}{line}\n"))
    return found


def having(language: str) -> list[Path]:
    return [path for path in DOCUMENTS if any(blocks(path, language))]


def as_pattern(expected: str) -> re.Pattern[str]:
    lines = []
    for line in DIGEST.sub("sha256:D", expected).splitlines():
        if line.strip() == "…":
            lines.append(r"(?:.*\n)*?")
        else:
            lines.append(re.escape(line.rstrip()).replace("…", r".*?") + r" *\n")
    return re.compile("".join(lines))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture(scope="session")
def registry() -> Iterator[EmbeddedRegistry]:
    with EmbeddedRegistry().in_thread() as running:
        yield running


@pytest.mark.parametrize("document", having("console"), ids=named)
def test_the_examples_print_what_stands_there(
    document: Path, tmp_path: Path, registry: EmbeddedRegistry
) -> None:
    bash = require_tool("bash", "it runs the examples")
    code_base = tmp_path / "shop"
    lay(code_base, registry)
    environment = {
        **{name: value for name, value in os.environ.items() if name not in {"CI", "GITHUB_ACTIONS"}},
        **AUTHOR,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "COLUMNS": "100",
        "NO_COLOR": "1",
    }
    status = 0
    for step in steps(document):
        where = f"{named(document)}:{step.line}: $ {step.command}"
        if step.command == "echo $?":
            assert step.expected == f"{status}\n", where
            status = 0
            continue
        assert status == 0, f"{where}\nthe command before ended with {status}"
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
        printed = done.stdout.replace(registry.host, NAMED)
        assert as_pattern(step.expected).fullmatch(DIGEST.sub("sha256:D", printed)), (
            f"{where}\n--- expected\n{step.expected}--- printed\n{printed}"
        )
    assert status == 0, f"the last command of {named(document)} ended with {status}"


@pytest.mark.parametrize("document", having("toml"), ids=named)
def test_settings_in_the_examples_can_be_read(document: Path) -> None:
    for line, block in blocks(document, "toml"):
        table = ("tool", "tagwake") if "[tool.tagwake" in block else ()
        assert read_layer(block.encode(), f"{named(document)}:{line}", "1.0.0", table=table)


def test_a_pattern_matches_what_it_should() -> None:
    assert as_pattern("a … c\n…\nz\n").fullmatch("a b c\nd\ne\nz\n")
    assert as_pattern("a\n…\n").fullmatch("a\n")
    assert not as_pattern("a …\n").fullmatch("b\n")
    assert as_pattern("x@sha256:12ab…\n").pattern == as_pattern(f"x@sha256:{'0' * 64}\n").pattern
