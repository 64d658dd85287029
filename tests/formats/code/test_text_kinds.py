"""Which path is of which kind, for kinds that are neither YAML nor a Dockerfile."""

import pytest

from tagwake.formats.code.kinds import finder_of
from tagwake.formats.code.source import Source
from tagwake.formats.code.text_kinds import FINDERS, may_claim

CLAIMED = {
    "docker-bake": [
        "docker-bake.hcl",
        "a/docker-bake.json",
        "docker-bake.override.hcl",
        "my-docker-bake.hcl",
    ],
    "nomad": ["job.nomad", "a/job.nomad.hcl"],
    "terraform": ["main.tf", "a/b/main.tofu", "prod.tfvars", "prod.auto.tfvars", "MAIN.TF"],
    "hcl": ["terragrunt.hcl", "image.pkr.hcl"],
    "devcontainer": ["devcontainer.json", ".devcontainer.json", ".devcontainer/x/devcontainer.json"],
    "json": ["a.json", "deploy/task-definition.json"],
    "quadlet": ["web.container", "web.image", "web.build", "data.volume", "app.kube", "app.pod"],
    "groovy": ["Jenkinsfile", "ci/Jenkinsfile.release", "release.jenkinsfile", "vars/x.groovy"],
    "earthfile": ["Earthfile", "a/Earthfile"],
    "env": [".env", "a/.env", ".env.example", "prod.env"],
    "starlark": [
        "MODULE.bazel",
        "WORKSPACE",
        "WORKSPACE.bazel",
        "WORKSPACE.bzlmod",
        "BUILD",
        "a/BUILD.bazel",
        "x.bzl",
    ],
}


@pytest.mark.parametrize(
    ("syntax", "path"), [(syntax, path) for syntax, paths in CLAIMED.items() for path in paths]
)
def test_a_kind_is_known_by_its_path(syntax: str, path: str) -> None:
    finder = finder_of(path)
    assert finder is not None
    assert finder(Source(path, b"")) == (syntax, [])


def test_every_kind_has_a_path_here() -> None:
    assert CLAIMED.keys() == {syntax for syntax, _, _ in FINDERS}


@pytest.mark.parametrize(
    "path", ["a.tfstate", "x.json.bak", "build.gradle", "Earthfile.md", "hcl", "a.containers", "notes"]
)
def test_other_files_have_no_finder(path: str) -> None:
    assert finder_of(path) is None


@pytest.mark.parametrize("path", [path for paths in CLAIMED.values() for path in paths])
def test_the_quick_no_is_never_said_to_a_file_that_is_claimed(path: str) -> None:
    name = path.rpartition("/")[2].lower()
    assert may_claim(name, name.rpartition(".")[2])
