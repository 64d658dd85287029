"""References in many kinds of files, from tag to digest and on to the next digest; what is between them stays."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.tool import git, tagwake

from tagwake.testing.registry import EmbeddedRegistry

pytestmark = pytest.mark.e2e

BEFORE = {
    "Dockerfile": "# syntax=R/acme/app:1\nARG TAG=1\nFROM --platform=linux/amd64 R/acme/app:${TAG} AS build\nFROM build\n"
    "COPY --from=R/acme/app:1 /a /b\nRUN --mount=type=bind,from=R/acme/app,target=/x true\n",
    "compose.yaml": "services:\n  app:\n    image: 'R/acme/app:1'   # ours\n  other: {image: R/acme/app:1}\n",
    "k8s/deploy.yaml": "apiVersion: apps/v1\r\nkind: Deployment\r\nspec:\r\n  template:\r\n    spec:\r\n      containers:\r\n"
    '        - name: app\r\n          image: "R/acme/app:1"\r\n',
    "chart/values.yaml": 'image:\n  repository: R/acme/app\n  pullPolicy: Always\n  tag: "1"\nsidecar:\n  image:\n'
    '    registry: R\n    repository: acme/app\n    tag: 1\n    digest: ""\n',
    "kustomize/kustomization.yaml": 'images:\n  - name: app\n    newName: R/acme/app\n    newTag: "1"\n',
    "flux/source.yaml": "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nspec:\n  url: oci://R/acme/app\n"
    '  ref:\n    tag: "1"\n',
    ".github/workflows/ci.yaml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    container: R/acme/app:1\n    steps:\n"
    "      - uses: docker://R/acme/app:1\n",
    ".gitlab-ci.yml": "image: R/acme/app:1\ntest:\n  image:\n    name: R/acme/app:1\n  script: [true]\n",
    "cloudbuild.yaml": "steps:\n  - name: R/acme/app:1\n    args: [x]\n",
}


@pytest.fixture
def registry() -> Iterator[EmbeddedRegistry]:
    with EmbeddedRegistry().in_thread() as running:
        yield running


def test_every_kind_is_pinned_and_then_moved(registry: EmbeddedRegistry, tmp_path: Path) -> None:
    folder = tmp_path / "code"
    first = registry.store.push_index("acme/app", "1", seed="first")
    registry.store.tag("acme/app", "latest", first)
    for name, text in BEFORE.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(
            text.replace("R/", f"{registry.host}/").replace(": R\n", f": {registry.host}\n").encode()
        )
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "files")

    pin = tagwake(folder, "pin", "--format", "json")
    assert pin.status == 0, pin.out
    document = pin.json()
    outcomes = {(each["path"], each["line"]): each["outcome"] for each in document["references"]}
    assert set(outcomes.values()) == {"pinned"}, outcomes
    assert {path for path, _ in outcomes} == set(BEFORE)
    assert tagwake(folder, "status", "--check=unpinned").status == 0
    pinned = contents(folder)
    assert all(first in text for text in pinned.values())
    for removed in git(folder, "diff", "--unified=0").splitlines():
        if removed.startswith("-") and not removed.startswith("---"):
            assert "app" in removed or "tag" in removed.lower() or "digest" in removed

    git(folder, "commit", "-qam", "pinned")
    again = tagwake(folder, "pin", "--format", "json")
    assert {each["outcome"] for each in again.json()["references"]} == {"current"}
    assert len(again.json()["references"]) == len(document["references"]), "each is still found, once"
    assert contents(folder) == pinned

    second = registry.store.push_index("acme/app", "1", seed="second")
    registry.store.tag("acme/app", "latest", second)
    update = tagwake(folder, "update", "--format", "json")
    assert update.status == 0, update.out
    assert {each["outcome"] for each in update.json()["references"]} == {"updated"}
    assert contents(folder) == {name: text.replace(first, second) for name, text in pinned.items()}


def contents(folder: Path) -> dict[str, str]:
    return {name: (folder / name).read_bytes().decode() for name in BEFORE}
