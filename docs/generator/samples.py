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
    ("k8s/pod.json", '{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"image": "nginx:1.27"}]}}\n'),
    ("chart/values.yaml", "image:\n  repository: nginx\n  tag: '1.27'\n"),
    ("helmfile.yaml", "releases:\n  - name: web\n    values:\n      - image:\n          repository: nginx\n          tag: '1.27'\n"),
    ("kustomization.yaml", "images:\n  - name: nginx\n    newTag: '1.27'\n"),
    ("flux/release.yaml", "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec:\n  values:\n    image:\n      repository: nginx\n      tag: '1.27'\n"),
    ("flux/source.yaml", "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nspec:\n  url: oci://registry.example/manifests\n  ref:\n    tag: '1.4'\n"),
    ("argocd/application.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    kustomize:\n      images:\n        - nginx:1.27\n"),
    (".github/workflows/ci.yml", "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    container: node:24\n    steps:\n      - uses: docker://alpine:3\n"),
    (".gitlab-ci.yml", "test:\n  image: node:24\n  script: [make]\n"),
    (".circleci/config.yml", "jobs:\n  test:\n    docker:\n      - image: node:24\n"),
    ("cloudbuild.yaml", "steps:\n  - name: gcr.io/cloud-builders/docker:latest\n"),
    ("bitbucket-pipelines.yml", "image: node:24\n"),
    (".woodpecker.yml", "steps:\n  - name: test\n    image: node:24\n"),
    (".drone.yml", "steps:\n  - name: test\n    image: node:24\n"),
    (".vela.yml", "steps:\n  - name: test\n    image: node:24\n"),
    ("codefresh.yml", "steps:\n  test:\n    image: node:24\n"),
    (".cirrus.yml", "task:\n  container:\n    image: node:24\n"),
    (".semaphore/semaphore.yml", "agent:\n  containers:\n    - name: main\n      image: node:24\n"),
    (".prow.yaml", "presubmits:\n  - spec:\n      containers:\n        - image: node:24\n"),
    (".buildkite/pipeline.yml", "steps:\n  - command: make\n    plugins:\n      - docker#v5.12.0:\n          image: node:24\n"),
    ("azure-pipelines.yml", "resources:\n  containers:\n    - container: node\n      image: node:24\n"),
    ("Jenkinsfile", "pipeline {\n  agent { docker { image 'node:24' } }\n}\n"),
    ("concourse.yml", "resources:\n  - name: node\n    type: registry-image\n    source:\n      repository: node\n      tag: '24'\n"),
    ("playbooks/web.yml", "- hosts: all\n  tasks:\n    - community.docker.docker_container:\n        name: web\n        image: nginx:1.27\n"),
    ("template.yaml", "Resources:\n  Web:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n      ContainerDefinitions:\n        - Image: nginx:1.27\n"),
    ("task-definition.json", '{"containerDefinitions": [{"image": "nginx:1.27"}]}\n'),
    ("docker-bake.hcl", 'target "api" {\n  contexts = { base = "docker-image://alpine:3" }\n}\n'),
    ("main.tf", 'resource "docker_image" "api" {\n  name = "nginx:1.27"\n}\n'),
    ("live/terragrunt.hcl", 'inputs = {\n  image = "nginx:1.27"\n}\n'),
    ("web.nomad", 'job "web" {\n  group "web" {\n    task "web" {\n      config {\n        image = "nginx:1.27"\n      }\n    }\n  }\n}\n'),
    ("Earthfile", "VERSION 0.8\nFROM alpine:3\n"),
    (".ko.yaml", "defaultBaseImage: cgr.dev/chainguard/static:latest\n"),
    ("devfile.yaml", "components:\n  - name: tools\n    container:\n      image: node:24\n"),
    (".devcontainer/devcontainer.json", '{ "image": "mcr.microsoft.com/devcontainers/base:1" }\n'),
    ("web.container", "[Container]\nImage=docker.io/library/nginx:1.27\n"),
    ("MODULE.bazel", f'oci.pull(\n    name = "base",\n    image = "registry.example/base",\n    tag = "1.4",\n    digest = "{D}",\n)\n'),
    (".env", "WEB_IMAGE=nginx:1.27\n"),
    ("deploy.sh", f"docker run ${{IMAGE:-registry.example/api:1.4@{D}}}\n"),
)  # fmt: skip
