"""Samples of references: one for every form, one for every kind of file."""

from tagwake.core.pin import Form

D = "sha256:" + "4f" * 32

FORMS: dict[Form, tuple[str, str, str]] = {
    Form.TAG_DIGEST: ("tag and digest: pinned, and followed", "notes.txt", f"registry.example/api:1.4@{D}"),
    Form.TAG: ("a tag alone: not pinned", "Dockerfile", "FROM registry.example/api:1.4"),
    Form.NAME: ("neither tag nor digest", "Dockerfile", "FROM nginx"),
    Form.DIGEST: ("a digest and no tag: pinned to something that cannot be followed", "notes.txt", f"registry.example/api@{D}"),
    Form.COMMENT_TAG: ("a digest, and the tag in a comment behind it", "k8s/api.yaml", f"image: registry.example/api@{D} # 1.4"),
    Form.TAG_VALUE: (
        "tag and digest in the value of a key, beside a key that names the repository",
        "chart/values.yaml",
        f"image:\n  repository: registry.example/api\n  tag: 1.4@{D}",
    ),
    Form.SPLIT: (
        "name, tag and digest in keys of their own",
        "kustomization.yaml",
        f"images:\n  - name: registry.example/api\n    newTag: '1.4'\n    digest: {D}",
    ),
    Form.TEMPLATED: ("put together by a template", "Dockerfile", "ARG TAG\nFROM registry.example/api:$TAG"),
    Form.INVALID: ("malformed", "Dockerfile", "FROM registry.example/API:1.4"),
}  # fmt: skip

KINDS: tuple[tuple[str, str], ...] = (
    ("Dockerfile", "# syntax=docker/dockerfile:1\nFROM golang:1.21 AS build\nRUN --mount=from=busybox:1 true\nCOPY --from=alpine:3 /a /b\nFROM build\n"),
    ("compose.yaml", "services:\n  web:\n    image: nginx:1.27\n"),
    ("k8s/deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: api\n          image: nginx:1.27\n"),
    ("chart/values.yaml", "image:\n  repository: nginx\n  tag: '1.27'\n"),
    ("kustomization.yaml", "images:\n  - name: nginx\n    newTag: '1.27'\n"),
    ("flux/release.yaml", "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec:\n  values:\n    image:\n      repository: nginx\n      tag: '1.27'\n"),
    ("flux/source.yaml", "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nspec:\n  url: oci://registry.example/manifests\n  ref:\n    tag: '1.4'\n"),
    (".github/workflows/ci.yml", "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    container: node:24\n    steps:\n      - uses: docker://alpine:3\n"),
    (".gitlab-ci.yml", "test:\n  image: node:24\n  script: [make]\n"),
    ("cloudbuild.yaml", "steps:\n  - name: gcr.io/cloud-builders/docker:latest\n"),
    ("deploy.sh", f"docker run ${{IMAGE:-registry.example/api:1.4@{D}}}\n"),
)  # fmt: skip
