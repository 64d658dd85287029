"""Every example of the README and of docs/ is run, and prints what stands there.

A `console` block is a session: a line that starts with `$ ` is run by bash in the sample code base (sample.py), and the
lines below are what it prints. `…` stands for anything in a line, alone on a line for any lines; digests are compared
as digests, whichever they are. A command that ends with another status than 0 is followed by `$ echo $?`.
The blocks of one document share the code base, in order. `python tests/docs/accept.py FILE…` writes what is printed.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.checks.code_base import ROOT
from tests.conftest import require_tool
from tests.docs.sample import CALENDAR
from tests.docs.session import as_pattern, blocks, normalised, run

from tagwake.core.service_settings import ServiceSettings
from tagwake.formats.service_settings import read_service_settings
from tagwake.formats.settings import read_layer
from tagwake.testing.registry import EmbeddedRegistry

OF_THE_SERVICE = re.compile(r"^\[\[?(?:sources|repositories|immutable|poll|egress|retention)\b", re.MULTILINE)
"""Sections of `tagwake-service.toml`; none of them is one of `tagwake.toml`."""
DOCUMENTS = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]


def having(language: str) -> list[Path]:
    return [path for path in DOCUMENTS if any(blocks(path.read_text(), language))]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture
def registry() -> Iterator[EmbeddedRegistry]:
    with EmbeddedRegistry(now=CALENDAR).in_thread() as running:
        yield running


@pytest.mark.parametrize("document", having("console"), ids=named)
def test_the_examples_print_what_stands_there(
    document: Path, tmp_path: Path, registry: EmbeddedRegistry
) -> None:
    bash = require_tool("bash", "it runs the examples")
    before = 0
    for step, printed, status in run(document, tmp_path, registry, bash):
        where = f"{named(document)}:{step.line}: $ {step.command}"
        assert before == 0 or step.command == "echo $?", f"{where}\nthe command before ended with {before}"
        assert as_pattern(step.expected).fullmatch(normalised(printed)), (
            f"{where}\n--- expected\n{step.expected}--- printed\n{printed}"
        )
        before = status
    assert before == 0, f"the last command of {named(document)} ended with {before}"


@pytest.mark.parametrize("document", having("toml"), ids=named)
def test_settings_in_the_examples_can_be_read(document: Path) -> None:
    for line, block in blocks(document.read_text(), "toml"):
        if OF_THE_SERVICE.search(block):
            assert read_service_settings(block.encode(), f"{named(document)}:{line}") != ServiceSettings()
            continue
        table = ("tool", "tagwake") if "[tool.tagwake" in block else ()
        assert read_layer(block.encode(), f"{named(document)}:{line}", "1.0.0", table=table)


def test_a_pattern_matches_what_it_should() -> None:
    assert as_pattern("a … c\n…\nz\n").fullmatch("a b c\nd\ne\nz\n")
    assert as_pattern("a\n…\n").fullmatch("a\n")
    assert not as_pattern("a …\n").fullmatch("b\n")
    assert as_pattern("x@sha256:12ab…\n").pattern == as_pattern(f"x@sha256:{'0' * 64}\n").pattern
