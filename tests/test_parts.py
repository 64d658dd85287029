"""Parts that a machine lacks skip a test with the reason, fail it in CI, and are never built by too old a Go."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest
from tests import parts

needs_linux = pytest.mark.skipif(
    platform.system() != "Linux", reason="what npm has of Node is taken for Linux only"
)


@pytest.fixture(autouse=True)
def nothing_at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("CI", raising=False)


def fake(tmp_path: Path, name: str, script: str) -> None:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def fake_go(tmp_path: Path, version: str, then: str) -> None:
    fake(tmp_path, "go", f'if [ "$1" = env ]; then echo {version}; exit; fi\n{then}')


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: parts.go_tool("crane"), "go is not installed"),
        (parts.renovate, "npm is not installed"),
        (parts.debian_registry, "docker-registry is not installed"),
        (parts.htpasswd, "apt-get install apache2-utils"),
    ],
)
def test_without_the_tool_a_test_skips_and_in_ci_fails(
    call: object, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(call)
    with pytest.raises(pytest.skip.Exception, match=reason):
        call()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=f"in CI nothing is skipped: .*{reason}"):
        call()


def test_an_old_go_is_no_go(tmp_path: Path) -> None:
    fake_go(tmp_path, "go1.19.8", "exit 1")
    with pytest.raises(parts.PartMissing, match=r"go1\.19\.8 is too old"):
        parts.build("crane")


def test_a_build_that_fails_is_a_failure_with_its_output(tmp_path: Path) -> None:
    fake_go(tmp_path, "go1.26.0", "echo no network >&2; exit 1")
    with pytest.raises(
        parts.PartBroken, match=r"(?s)crane did not build \(.*go install .*crane@v.*no network"
    ) as broken:
        parts.go_tool("crane")
    assert isinstance(broken.value, Exception)


def test_a_part_is_built_once_and_named_by_its_version(tmp_path: Path) -> None:
    fake_go(tmp_path, "go1.26.0", f'echo built >> {tmp_path}/log; echo binary > "$GOBIN/crane"')
    first, second = parts.build("crane"), parts.build("crane")
    assert first == second
    assert first.read_text() == "binary\n"
    assert first.parent.name == f"crane-{parts.GO_TOOLS['crane'].version}"
    assert (tmp_path / "log").read_text() == "built\n"


@needs_linux
def test_a_package_of_npm_is_installed_once_and_runs_no_script(tmp_path: Path) -> None:
    inside = "node_modules/renovate/dist"
    fake(
        tmp_path,
        "npm",
        f'echo "$@" >> {tmp_path}/log; /bin/mkdir -p {inside}; echo script > {inside}/renovate.js',
    )
    first, second = parts.build("renovate"), parts.build("renovate")
    assert first == second
    assert first.read_text() == "script\n"
    version = parts.NPM_TOOLS["renovate"].version
    assert first.is_relative_to(tmp_path / "cache" / "tagwake-parts" / f"renovate-{version}")
    (asked,) = (tmp_path / "log").read_text().splitlines()
    assert asked.startswith("install --ignore-scripts ")
    assert asked.endswith(f" renovate@{version}")


@needs_linux
def test_an_install_that_fails_leaves_nothing_that_is_taken_for_one(tmp_path: Path) -> None:
    fake(tmp_path, "npm", "/bin/mkdir -p node_modules/renovate; echo no network >&2; exit 1")
    for _ in range(2):
        with pytest.raises(
            parts.PartBroken, match=r"(?s)renovate did not build \(.*npm install .*no network"
        ):
            parts.build("renovate")


def test_the_script_lists_and_builds_by_name() -> None:
    script = [sys.executable, parts.__file__]
    listed = subprocess.run([*script, "list"], capture_output=True, text=True, check=True).stdout
    assert [line.split()[0] for line in listed.splitlines()] == list(parts.PARTS)
    unknown = subprocess.run([*script, "build", "none"], capture_output=True, text=True, check=False)
    assert (unknown.returncode, unknown.stdout) == (2, "")
    missing = subprocess.run([*script, "build", "crane"], capture_output=True, text=True, check=False)
    assert (missing.returncode, missing.stderr.startswith("crane: go is not installed")) == (1, True)
