"""The stage that the command line is used on."""

import os

import pytest
from tests.faces.cli.stage import Stage

from tagwake.testing.registry import EmbeddedRegistry

SETTINGS = """\
# the registries of these tests are played by one on this machine
[registries."cgr.dev"]
upstream = "{host}"

[registries."ghcr.io"]
upstream = "{host}"

[registries."docker.io"]
upstream = "{host}"
"""


@pytest.fixture
def alone(tmp_path, monkeypatch, capsys):
    """An empty folder, nothing of the user's, no registry."""
    folder = tmp_path / "code"
    folder.mkdir()
    home = tmp_path / "home"
    home.mkdir()
    for name in ("NO_COLOR", "COLUMNS", "TAGWAKE_DEBUG", "FORCE_COLOR", "REGISTRY_AUTH_FILE"):
        monkeypatch.delenv(name, raising=False)
    for name in (
        "HOME",
        "XDG_CACHE_HOME",
        "XDG_STATE_HOME",
        "XDG_CONFIG_HOME",
        "XDG_RUNTIME_DIR",
        "DOCKER_CONFIG",
    ):
        monkeypatch.setenv(name, str(home))
    monkeypatch.chdir(folder)
    return Stage(folder, dict(os.environ), capsys)


@pytest.fixture
def registry():
    with EmbeddedRegistry().in_thread() as running:
        yield running


@pytest.fixture
def stage(alone, registry):
    """A code base with one pin behind, one current, one unpinned, one templated."""
    store = registry.store
    digests = alone.digests
    digests["go old"] = store.push_index("chainguard/go", "1.21", seed="old")
    digests["go new"] = store.push_index("chainguard/go", "1.21", seed="new")
    digests["node"] = store.push_image("chainguard/node", "22", seed="22")
    digests["debian"] = store.push_image("library/debian", "12", seed="12")
    store.push_image("chainguard/go", "latest", seed="new")
    alone.registry = registry
    alone.write("tagwake.toml", SETTINGS.format(host=registry.host))
    alone.write("Dockerfile", "FROM debian:12\n")
    alone.write(
        "k8s/app.yaml",
        "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n"
        f"    - image: cgr.dev/chainguard/go:1.21@{digests['go old']}\n"
        f"    - image: cgr.dev/chainguard/node:22@{digests['node']}\n",
    )
    alone.write("compose.yaml", "services:\n  api:\n    image: ghcr.io/acme/api:${TAG}\n")
    return alone
