"""What a user installs is the wheel: it is whole, and pip, uvx and pipx each make a `tagwake` of it that works."""

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from tests.adapters.git.repository import Repository
from tests.checks.code_base import ROOT, SOURCE
from tests.once import once, shared_folder

import tagwake

pytestmark = pytest.mark.slow
DIGEST = "sha256:" + "4f" * 32
DEPLOYMENT = f"""\
apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: api
          image: registry.example/shop/api:1.4@{DIGEST}
        - name: proxy
          image: nginx
"""


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shared_folder(tmp_path_factory) / "wheel"


@pytest.fixture(scope="session")
def dist(shared: Path) -> Path:
    """The folder with wheel and source distribution: the ones under test, else built now."""
    if tested := os.environ.get("TAGWAKE_TESTED_FROM"):
        return Path(tested).parents[1] / "dist"
    return once(
        shared / "dist",
        lambda made: run(sys.executable, "-m", "build", "--no-isolation", "--outdir", made, ROOT),
    )


@pytest.fixture(scope="session")
def wheel(dist: Path) -> Path:
    (found,) = dist.glob("*.whl")
    return found


@pytest.fixture(scope="session")
def clean_venv(shared: Path, wheel: Path) -> Path:
    """The bin folder of an environment that has nothing but what `pip install` of the wheel brought."""

    def install(home: Path) -> None:
        run(sys.executable, "-m", "venv", home)
        run(home / "bin" / "python", "-m", "pip", "install", "--quiet", wheel)

    return once(shared / "clean", install) / "bin"


def run(*command: str | Path, cwd: Path | None = None, status: int = 0, **environment: str | Path) -> str:
    """What `command` prints, in an environment that knows nothing of this one's packages."""
    hidden = {"PYTHONPATH", "VIRTUAL_ENV", "TAGWAKE_TESTED_FROM"}
    clean = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd or ROOT.anchor,
        env={**clean, **{name: str(value) for name, value in environment.items()}},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == status, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_the_wheel_has_every_module_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    expected = {
        f"tagwake/{path.relative_to(SOURCE).as_posix()}"
        for path in SOURCE.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert names == expected
    assert "tagwake/py.typed" in names


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    information = f"tagwake-{tagwake.__version__}.dist-info"
    with zipfile.ZipFile(wheel) as archive:
        metadata = Parser().parsestr(archive.read(f"{information}/METADATA").decode())
        licence = archive.read(f"{information}/licenses/LICENSE")
        scripts = archive.read(f"{information}/entry_points.txt").decode()
    assert metadata["Version"] == tagwake.__version__
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert licence == (ROOT / "LICENSE").read_bytes()
    assert "tagwake = tagwake.entry.main:main" in scripts
    assert metadata.get_payload() == (ROOT / "README.md").read_text()


def test_the_source_distribution_can_be_tested(dist: Path) -> None:
    (found,) = dist.glob("*.tar.gz")
    with tarfile.open(found) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "Makefile", "README.md", "pyproject.toml", "requirements/dev.txt"} <= names
    assert {"docs/generate.py", "src/tagwake/__init__.py", "tests/conftest.py"} <= names
    assert not any("__pycache__" in name or name.startswith((".venv", "build/")) for name in names)


def test_pip_installs_it(clean_venv: Path) -> None:
    assert tagwake.__version__ in run(clean_venv / "tagwake", "--version")
    run(clean_venv / "python", "-m", "pip", "check")


def test_the_installed_wheel_scans(clean_venv: Path, tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text(DEPLOYMENT)
    said = json.loads(run(clean_venv / "tagwake", "scan", "--format", "json", cwd=tmp_path))
    assert [(found["text"], found["form"]) for found in said["references"]] == [
        (f"registry.example/shop/api:1.4@{DIGEST}", "tag+digest"),
        ("nginx", "name"),
    ]


def test_the_installed_wheel_checks(clean_venv: Path, tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text(DEPLOYMENT)
    assert "nginx" in run(clean_venv / "tagwake", "status", "--check=unpinned", cwd=tmp_path, status=1)


def test_what_needs_the_extra_says_what_brings_it(clean_venv: Path, tmp_path: Path) -> None:
    places = {"HOME": tmp_path, "TAGWAKE_STATE_DIR": tmp_path / "state"}
    done = subprocess.run(
        [str(clean_venv / "tagwake"), "watch", "list"],
        env={name: str(value) for name, value in places.items()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "pip install 'tagwake[service]'" in done.stderr
    assert not (tmp_path / "state").exists()


def test_commits_are_read_without_the_extra(clean_venv: Path, tmp_path: Path) -> None:
    Repository(tmp_path / "code").commit({"api.yaml": DEPLOYMENT})
    told = run(
        clean_venv / "tagwake", "log", "registry.example/shop/api:1.4", "--from-git", cwd=tmp_path / "code"
    )
    assert "1 move." in told


def test_its_types_reach_its_users(clean_venv: Path, tmp_path: Path) -> None:
    code = "from tagwake.core.reference import Reference\nreveal_type(Reference.parse('nginx').tag)\n"
    (tmp_path / "user.py").write_text(code)
    said = run(
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file=",
        "--python-executable",
        clean_venv / "python",
        "user.py",
        cwd=tmp_path,
    )
    assert "str | None" in said


def test_uvx_runs_it(wheel: Path) -> None:
    uvx = Path(sys.executable).with_name("uvx")
    said = run(uvx, "--quiet", "--python", sys.executable, "--from", wheel, "tagwake", "--version")
    assert tagwake.__version__ in said


def test_pipx_installs_it(wheel: Path, tmp_path: Path) -> None:
    homes = {
        "PIPX_HOME": tmp_path / "home",
        "PIPX_BIN_DIR": tmp_path / "bin",
        "PIPX_MAN_DIR": tmp_path / "man",
    }
    run(sys.executable, "-m", "pipx", "install", "--python", sys.executable, wheel, **homes)
    assert tagwake.__version__ in run(tmp_path / "bin" / "tagwake", "--version")
