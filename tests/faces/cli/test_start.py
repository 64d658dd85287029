"""Start-up has a budget: what a command does not need is not imported."""

import json
import subprocess
import sys

import pytest

HEAVY = {
    "aiohttp",
    "asyncio",
    "cryptography",
    "difflib",
    "http.client",
    "jsonschema",
    "msgspec",
    "rich",
    "ssl",
    "tomlkit",
}
PROBE = (
    "import json, sys\n"
    "from tagwake.entry.main import main\n"
    "status = main(sys.argv[1:])\n"
    "sys.stderr.write(json.dumps([status, sorted(sys.modules)]))\n"
)


def modules_of(stage, *arguments):
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments],
        cwd=stage.folder,
        env=stage.environment,
        capture_output=True,
        check=True,
    )
    status, modules = json.loads(done.stderr)
    assert status in (0, 1)
    return set(modules)


@pytest.mark.parametrize(
    "arguments",
    [["--version"], ["scan"], ["status", "--check=unpinned"], ["parse", "debian:12"], ["--help"]],
    ids=" ".join,
)
def test_nothing_heavy_is_imported(alone, arguments):
    alone.write("Dockerfile", "FROM debian:12\n")
    alone.write("k8s/app.yaml", f"kind: Pod\nspec:\n  containers:\n    - image: a.b/c:1@sha256:{7:064x}\n")
    idle = set(
        json.loads(
            subprocess.check_output(
                [sys.executable, "-c", "import json, sys; print(json.dumps([*sys.modules]))"]
            )
        )
    )
    assert (modules_of(alone, *arguments) & HEAVY) - idle == set()


def test_the_version_is_answered_before_anything_is_imported(alone):
    imported = {name for name in modules_of(alone, "--version") if name.split(".")[0] in ("tagwake", "click")}
    assert imported == {"tagwake", "tagwake.entry", "tagwake.entry.main"}
