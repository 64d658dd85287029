"""The demo's sample: streams that have moved, and a code base that pins them in ten kinds of files."""

from dataclasses import dataclass
from pathlib import Path

from tagwake.testing.registry import Store

GO, NODE, API, TOOLS, DEBIAN = (
    "chainguard/go",
    "chainguard/node",
    "acme/api",
    "acme/tools",
    "library/debian",
)


@dataclass(frozen=True, slots=True)
class Streams:
    """Digests of the sample's streams: where each tag was, and where it is now.

    :param go_arm64: the old index's child for linux/arm64: a pin of one platform.
    :param api_new: what the api's tag points to, which the sample holds.
    """

    go: str
    go_arm64: str
    node: str
    tools: str
    api: str
    api_new: str


def push_streams(store: Store) -> Streams:
    """Push every stream as it was when the code base pinned it, then move the tags of go, node, tools and api."""
    arm64 = store.push_image(GO, platform="linux/arm64", seed="1.21.3")
    go = store.push_index(
        GO, "1.21", platforms=("linux/amd64",), children={"linux/arm64": arm64}, seed="1.21.3"
    )
    node = store.push_index(NODE, "22", seed="22.20.0")
    tools = store.push_image(TOOLS, "latest", seed="monday")
    api = store.push_image(API, "2", seed="2.4.0")
    store.push_image(DEBIAN, "12", seed="12.12")
    store.push_index(GO, "1.21", platforms=("linux/amd64", "linux/arm64"), seed="1.21.4")
    store.push_index(NODE, "22", seed="22.21.1")
    store.push_image(TOOLS, "latest", seed="thursday")
    api_new = store.push_image(API, "2", seed="2.5.0")
    return Streams(go, arm64, node, tools, api, api_new)


def write_code_base(folder: Path, streams: Streams, host: str) -> None:
    """Write the files; ``host`` is where the registry listens, which the sample's settings put in each registry's place."""
    for path, text in _files(streams, host).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")


def _files(pins: Streams, host: str) -> dict[str, str]:
    go = f"cgr.dev/{GO}:1.21@{pins.go}"
    node = f"cgr.dev/{NODE}:22@{pins.node}"
    tools = f"ghcr.io/{TOOLS}:latest@{pins.tools}"
    api = f"ghcr.io/{API}:2@{pins.api}"
    return {
        "tagwake.toml": _settings(pins, host),
        "Dockerfile": f"ARG GO=cgr.dev/{GO}:1.21@{pins.go}\nFROM ${{GO}} AS build\nRUN go build ./...\n\n"
        "FROM debian:12\nCOPY --from=build /app /app\n",
        "arm64.Dockerfile": f"# pins one platform's image: it stays one\nFROM cgr.dev/{GO}:1.21@{pins.go_arm64}\n",
        "compose.yaml": f"services:\n  web:\n    image: {node}\n  api:\n    image: {api}\n",
        "k8s/deployment.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n"
        f"    spec:\n      initContainers:\n        - name: migrate\n          image: {tools}\n"
        f'      containers:\n        - name: web\n          image: "{node}"\n',
        "k8s/kustomization.yaml": "kind: Kustomization\nresources: [deployment.yaml]\nimages:\n"
        f"  - name: cgr.dev/{GO}\n    newTag: '1.21'\n    digest: {pins.go}\n",
        "charts/web/values.yaml": f"image:\n  repository: cgr.dev/{NODE}\n  pullPolicy: IfNotPresent\n"
        f'  tag: "22@{pins.node}"\n',
        "flux/release.yaml": "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: tools\n"
        f"spec:\n  values:\n    image:\n      registry: ghcr.io\n      repository: {TOOLS}\n      tag: latest\n"
        f"      digest: {pins.tools}\n",
        ".github/workflows/build.yaml": f"on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    container: {go}\n"
        f"    steps:\n      - uses: docker://{tools}\n",
        ".gitlab-ci.yml": f"test:\n  image:\n    name: {go}\n  script: [make test]\n",
        "scripts/lint.sh": f'#!/bin/sh\nIMAGE="${{LINT_IMAGE:-{tools}}}"\ndocker run --rm "$IMAGE" lint\n',
        "Makefile": f"TOOLS := {tools}\n\nrun:\n\tdocker run --rm $(TOOLS) run\n",
        "infra/main.tf": f'resource "docker_image" "web" {{\n  name = "{node}"\n}}\n',
        "README.md": f"# Web\n\nBuild it by hand:\n\n    docker run -v $PWD:/src {go} go build ./...\n",
    }


def _settings(pins: Streams, host: str) -> str:
    rules = "".join(
        f'[registries."{name}"]\nupstream = "{host}"\n\n' for name in ("cgr.dev", "ghcr.io", "docker.io")
    )
    return (
        "# The registries of this sample are played by one on this machine.\n"
        f"{rules}"
        f'[[hold]]\nimage = "ghcr.io/{API}:2"\ndigest = "{pins.api_new}"\nreason = "fails in staging"\nuntil = 2099-12-01\n'
    )
