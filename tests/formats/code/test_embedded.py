"""Files inside files: what a heredoc or a text between three quotes holds."""

import pytest

from tagwake.core.digest import Digest
from tagwake.core.digest_edit import digest_edit
from tagwake.core.edit import apply
from tagwake.formats.code.reader import CodeReader

D = "sha256:" + "7a" * 32
E = "sha256:" + "8b" * 32

CASES = [
    (
        "the containers of a task",
        "main.tf",
        (
            'resource "aws_ecs_task_definition" "t" {\n  container_definitions = <<-DEF\n  [\n'
            '    {"name": "web", "image": "q.io/web:1"},\n    {"name": "log", "image": "${var.log}:2"},\n'
            '    {"name": "x", "image": "bare"}\n  ]\n  DEF\n  cpu = "1"\n}\n'
        ),
        [("tag", "q.io/web:1"), ("templated", "${var.log}:2"), ("name", "bare")],
    ),
    (
        "a manifest",
        "main.tf",
        (
            'resource "kubectl_manifest" "m" {\n  yaml_body = <<YAML\napiVersion: v1\nkind: Pod\nspec:\n  containers:\n'
            f"    - image: q.io/a:1@{D}\n    - image: q.io/b:1\nYAML\n}}\n"
        ),
        [("tag+digest", f"q.io/a:1@{D}"), ("tag", "q.io/b:1")],
    ),
    (
        "values of a chart",
        "main.tf",
        (
            'resource "helm_release" "r" {\n  chart = "c"\n  values = [<<EOF\nimage:\n  repository: q.io/a\n'
            f"  tag: 1@{D}\nsidecar:\n  image: q.io/b:1\nEOF\n  ]\n}}\n"
        ),
        [("tag-value", f"q.io/a:1@{D}"), ("tag", "q.io/b:1")],
    ),
    (
        "what a machine runs at its start",
        "main.tf",
        (
            'resource "aws_instance" "i" {\n  user_data = <<EOF\n#cloud-config\nimage: q.io/a:1\n'
            f'runcmd: ["docker run q.io/b:1@{D}"]\nEOF\n}}\n'
        ),
        [("tag+digest", f"q.io/b:1@{D}")],
    ),
    (
        "a pod of a pipeline",
        "Jenkinsfile",
        (
            "pipeline {\n  agent { kubernetes { yaml '''\napiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: go\n"
            "    image: q.io/go:1\n''' } }\n  stages { stage('a') { agent { docker 'q.io/b:1' } } }\n}\n"
        ),
        [("tag", "q.io/go:1"), ("tag", "q.io/b:1")],
    ),
    ("a text of several lines", "Jenkinsfile", "sh '''\nimage: a/b:1\ndocker run c/d:1\n'''\n", []),
    ("nothing closes it", "main.tf", 'a = <<EOF\n[{"image": "q.io/a:1"}]\n', [("tag", "q.io/a:1")]),
]


@pytest.mark.parametrize(
    ("path", "text", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_files_inside_files_are_read(path: str, text: str, expected: list[tuple[str, str]]) -> None:
    data = text.encode()
    scan = CodeReader()(path, data)
    assert [(found.form.value, found.text) for found in scan.references] == expected
    for found in scan.references:
        if found.digest is not None or found.slot is not None:
            new = apply(data, {digest_edit(data, found, Digest.parse(E), scan.encoding)})
            assert [each.digest for each in CodeReader()(path, new).references].count(Digest.parse(E)) == 1


def test_an_image_that_is_built_there_is_not_pulled() -> None:
    text = (
        b'resource "docker_image" "b" {\n  name = "q.io/built:1"\n  build { context = "." }\n}\n'
        b'resource "docker_image" "p" {\n  name = "q.io/pulled:1"\n}\n'
    )
    assert [found.text for found in CodeReader()("main.tf", text).references] == ["q.io/pulled:1"]


def test_other_keys_of_terraform() -> None:
    text = (
        b'resource "aws_apprunner_service" "a" {\n  image_identifier = "q.io/a:1"\n}\n'
        b'resource "aws_codebuild_project" "c" {\n  environment { image = "aws/codebuild/standard:7.0" }\n}\n'
    )
    assert [found.text for found in CodeReader()("main.tf", text).references] == ["q.io/a:1"]


def test_a_map_of_images_holds_images_where_they_have_a_tag() -> None:
    text = b'locals {\n  images = { a = "q.io/a:1", b = "ami-0a1b2c", c = "debian-12" }\n  app_images = ["b:2"]\n}\n'
    assert [found.text for found in CodeReader()("main.tf", text).references] == ["q.io/a:1", "b:2"]
