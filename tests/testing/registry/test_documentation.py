"""The Python of the registry's how-to page runs, and what it asserts holds."""

from pathlib import Path

import pytest
from tests.checks.code_base import ROOT
from tests.docs.session import blocks

from tagwake.testing.registry import Kind

PAGE = ROOT / "docs" / "how-to" / "run-the-embedded-registry.md"
BLOCKS = [code for _, code in blocks(PAGE.read_text(), "python")]


@pytest.mark.parametrize("code", BLOCKS, ids=range(len(BLOCKS)))
def test_the_python_of_the_page_runs(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(code, str(PAGE), "exec"), {"__name__": "page"})
    assert not list(tmp_path.iterdir()), "it leaves nothing behind"


def test_the_page_has_examples() -> None:
    assert len(BLOCKS) == 3


def test_the_page_names_every_kind_of_fault() -> None:
    assert [kind.name for kind in Kind if f"`{kind.name}`" not in PAGE.read_text()] == []
