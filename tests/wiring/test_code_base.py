"""What a code base is opened with, and that a scan of it loads nothing that it does not need."""

import subprocess
import sys
from pathlib import Path

import pytest

from tagwake.verbs.scan import scan
from tagwake.wiring.code_base import open_code_base
from tagwake.wiring.settings_home import open_settings_home

D = "sha256:" + "a" * 64
DEAR = ("aiohttp", "asyncio", "click", "msgspec", "rich", "ssl", "tomlkit", "tomllib", "tree_sitter")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "code"
    folder.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    for name in ("a.sh", "docs/b.sh", "k8s/c.sh", "k8s/vendor/d.sh"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(f"x:1@{D}\n")
    monkeypatch.chdir(folder)
    return folder


def paths(*typed: str) -> list[tuple[str, str | None]]:
    code = open_code_base(typed, {})
    scanned = scan(code.worktree, code.reader, code.settings)
    return [(path, reference.ignored) for path, reference in scanned.references()]


def test_settings_above_the_scanned_folder_hold_and_their_patterns_count_from_their_folder(
    repository: Path,
) -> None:
    (repository / "tagwake.toml").write_text(
        '[scan]\nexclude = ["k8s/vendor/"]\nignore = [{ path = "/k8s/c.sh", reason = "why" }]\n'
    )
    ignored = "path = /k8s/c.sh: why"
    assert paths() == [("a.sh", None), ("docs/b.sh", None), ("k8s/c.sh", ignored)]
    assert paths("k8s") == [("c.sh", ignored)]


def test_include_chooses(repository: Path) -> None:
    (repository / "tagwake.toml").write_text(
        '[scan]\ninclude = ["docs/**", "a.sh"]\nmax_file_size = "1 kB"\n'
    )
    (repository / "docs" / "large.sh").write_text(f"x:1@{D}\n" + "#" * 2000)
    assert [path for path, _ in paths()] == ["a.sh", "docs/b.sh"]
    code = open_code_base([], {})
    skipped = scan(code.worktree, code.reader, code.settings).files_skipped
    assert [file.path for file in skipped] == ["docs/large.sh"]


def test_a_scan_loads_nothing_that_it_does_not_need(repository: Path) -> None:
    """Start-up has a budget of 80 ms of CPU."""
    code = (
        "import sys\nfrom tagwake.verbs.scan import scan\nfrom tagwake.wiring.code_base import open_code_base\n"
        "code = open_code_base([], {})\nfound = scan(code.worktree, code.reader, code.settings)\n"
        "assert len(found.files) == 4\nprint(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()).isdisjoint(DEAR)


def test_the_home_of_holds(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "k8s")
    home = open_settings_home()
    assert (home.name, home.table, home.read()) == ("../tagwake.toml", (), None)
    (repository / "pyproject.toml").write_text("[tool.tagwake]\n")
    home = open_settings_home()
    assert (home.name, home.table) == ("../pyproject.toml", ("tool", "tagwake"))
    assert home.read() == b"[tool.tagwake]\n"
