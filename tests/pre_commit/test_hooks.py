"""Both hooks of .pre-commit-hooks.yaml, installed and run by the real pre-commit."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.checks.code_base import ROOT
from tests.docs.sample import AUTHOR
from tests.once import once, shared_folder

from tagwake.testing.registry import EmbeddedRegistry

pytestmark = pytest.mark.slow
INSTALLED = ("src", ".pre-commit-hooks.yaml", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps what it installs, and beside it a repository that offers the hooks."""
    return once(shared_folder(tmp_path_factory) / "pre-commit", offer)


def offer(home: Path) -> None:
    offered = home / "tagwake"
    offered.mkdir(parents=True)
    for name in INSTALLED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, offered / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, offered / name)
    commit(offered)
    git(offered, "tag", "v0.1.0")
    user = home / "user"
    user.mkdir()
    write(user, offered, "tagwake-unpinned")
    commit(user)
    assert pre_commit(home, user, "install-hooks").returncode == 0


@pytest.fixture
def registry() -> Iterator[EmbeddedRegistry]:
    with EmbeddedRegistry().in_thread() as running:
        yield running


@pytest.fixture
def user(tmp_path: Path) -> Path:
    """A code base that uses the hooks."""
    folder = tmp_path / "user"
    folder.mkdir()
    return folder


def write(user: Path, offered: Path, hook: str) -> None:
    (user / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {offered}\n    rev: v0.1.0\n    hooks:\n      - id: {hook}\n"
    )


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, env={**os.environ, **AUTHOR}, check=True)


def commit(folder: Path) -> None:
    git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "All of it")


def pre_commit(home: Path, user: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    hidden = {"PYTHONPATH", "VIRTUAL_ENV", "TAGWAKE_TESTED_FROM"}  # a user has none of what is under test
    clean = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", *arguments],
        cwd=user,
        env={**clean, **AUTHOR, "PRE_COMMIT_HOME": str(home / "cache"), "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode in {0, 1}, done.stdout
    return done


def run_hook(home: Path, user: Path, hook: str) -> tuple[int, str]:
    write(user, home / "tagwake", hook)
    commit(user)
    done = pre_commit(home, user, "run", "--all-files", "--color", "never", hook)
    return done.returncode, done.stdout


def test_offline_an_image_without_digest_fails(home: Path, user: Path) -> None:
    (user / "Dockerfile").write_text("FROM nginx:1.27\n")
    status, said = run_hook(home, user, "tagwake-unpinned")
    assert (status, "nginx:1.27" in said) == (1, True), said


def test_offline_an_image_with_a_digest_passes_unasked(home: Path, user: Path) -> None:
    (user / "Dockerfile").write_text(f"FROM registry.invalid/nginx:1.27@sha256:{'4f' * 32}\n")
    status, said = run_hook(home, user, "tagwake-unpinned")
    assert (status, "Passed" in said) == (0, True), said


def test_with_look_ups_a_digest_that_is_served_passes(
    home: Path, user: Path, registry: EmbeddedRegistry
) -> None:
    digest = registry.store.push_image("web", "1.27")
    (user / "Dockerfile").write_text(f"FROM {registry.host}/web:1.27@{digest}\n")
    status, said = run_hook(home, user, "tagwake-check")
    assert (status, "Passed" in said) == (0, True), said


def test_with_look_ups_a_digest_that_is_gone_fails(
    home: Path, user: Path, registry: EmbeddedRegistry
) -> None:
    registry.store.push_image("web", "1.27")
    (user / "Dockerfile").write_text(f"FROM {registry.host}/web:1.27@sha256:{'4f' * 32}\n")
    status, said = run_hook(home, user, "tagwake-check")
    assert (status, "broken" in said) == (1, True), said
