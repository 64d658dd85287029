"""What holds for every file that is committed, and for the locked requirements."""

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tests.checks.code_base import ROOT

VECTORS = re.compile(r"(^|/)(corpus|found|vectors|__snapshots__)/")  # there to be tested
HOME = re.compile(r"(?<![\w.~$}/=-])/(?:root|work|Users/\w+|home/\w+)/(?!\$)")
LOCKED = sorted((ROOT / "requirements").glob("*.txt"))


@cache
def committed() -> tuple[Path, ...]:
    """Every text file that git tracks; a source distribution has no git and is left out."""
    if not (ROOT / ".git").exists():
        pytest.fail("these checks read what git tracks: run them in a clone")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    paths = (ROOT / name for name in listed.split("\0") if name and not VECTORS.search(name))
    return tuple(path for path in paths if path.is_file() and b"\0" not in path.read_bytes())


def _violations(holds: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in committed()
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if holds.search(line)
    ]


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    assert _violations(HOME) == []


def test_no_file_names_a_package_index() -> None:
    assert (
        _violations(
            re.compile(r"(?i)--(?:extra-)?index-url[ =]\S|\bGOPROXY=\S|registry=https?://|\bPIP_INDEX_URL=")
        )
        == []
    )


def test_text_ends_in_a_newline_and_has_no_carriage_return() -> None:
    odd = [
        str(path.relative_to(ROOT))
        for path in committed()
        if (data := path.read_bytes()) and (not data.endswith(b"\n") or b"\r" in data)
    ]
    assert odd == []


def test_nothing_is_left_to_do() -> None:
    """What is missing is an issue, not a comment."""
    left = _violations(re.compile(r"\b(?:TODO|FIXME|XXX)\b"))
    assert [each for each in left if not each.startswith("tests/")] == []


@pytest.mark.parametrize("locked", LOCKED, ids=lambda path: path.name)
def test_requirements_are_locked_by_hash_and_name_no_host(locked: Path) -> None:
    text = locked.read_text()
    entries = re.findall(r"(?m)^[a-z0-9](?:.*\\\n)*.*", text)
    assert entries
    assert [
        entry.splitlines()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry
    ] == []
    assert "://" not in text


@pytest.mark.parametrize(
    ("locked", "groups"),
    [("runtime", ()), ("build", ("build",)), ("dev", ("build", "dev")), ("fuzz", ("fuzz",)), ("go", ("go",))],
)
def test_the_lock_has_what_the_project_asks_for(locked: str, groups: tuple[str, ...]) -> None:
    """`make lock` writes the files anew."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = [*project["project"]["dependencies"]] if locked in {"runtime", "dev"} else []
    for group in groups:
        asked += [entry for entry in project["dependency-groups"][group] if isinstance(entry, str)]
    have = dict(
        re.findall(r"(?m)^([A-Za-z0-9._-]+)==(\S+)", (ROOT / "requirements" / f"{locked}.txt").read_text())
    )
    lacking = [
        text
        for text in asked
        if (wanted := Requirement(text))
        and not wanted.specifier.contains(have.get(canonicalize_name(wanted.name), "0.dev0"))
    ]
    assert lacking == []
