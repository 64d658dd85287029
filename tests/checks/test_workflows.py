"""The workflows and shell scripts of this repository: right, pinned, and allowed no more than they need."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.checks.code_base import ROOT
from tests.conftest import require_tool
from tests.parts import go_tool

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
SHELL = [ROOT / ".ci" / "run", ROOT / "requirements" / "lock.sh"]
PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*$")

each_workflow = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)


def test_there_are_workflows() -> None:
    assert WORKFLOWS


@each_workflow
def test_actions_are_pinned_by_commit(workflow: Path) -> None:
    uses = [line.strip().removeprefix("- ") for line in workflow.read_text().splitlines() if "uses:" in line]
    assert [line for line in uses if not PINNED.fullmatch(line)] == []


@each_workflow
def test_a_workflow_may_do_nothing_unless_a_job_says_so(workflow: Path) -> None:
    assert "\npermissions: {}\n" in workflow.read_text()


@each_workflow
def test_actionlint_finds_nothing(workflow: Path) -> None:
    assert _said(go_tool("actionlint"), "-no-color", workflow) == ""


@each_workflow
def test_zizmor_finds_nothing(workflow: Path) -> None:
    zizmor = Path(sys.executable).with_name("zizmor")
    assert "No findings to report" in _said(zizmor, "--offline", "--pedantic", "--color=never", workflow)


@pytest.mark.parametrize("script", SHELL, ids=lambda path: path.name)
def test_shellcheck_finds_nothing(script: Path) -> None:
    assert _said(require_tool("shellcheck", "it checks the shell scripts"), script) == ""


def _said(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
