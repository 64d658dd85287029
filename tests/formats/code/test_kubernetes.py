"""Images of Kubernetes objects that no key ``image`` names, and what a key ``image`` names that is pulled by nobody."""

import pytest
from tests.formats.code.yaml_cases import D, pod, resource

from tagwake.formats.code.reader import CodeReader


def found(text: str) -> list[tuple[str, str]]:
    return [(each.form.value, each.text) for each in CodeReader()("a.yaml", text.encode()).references]


def of_tekton(spec: str, kind: str = "Task") -> str:
    return resource(spec, kind, "tekton.dev/v1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            pod(
                "  - image: q.io/a:1\n    env:\n    - name: SIDECAR_IMAGE\n      value: q.io/b:2\n    - {name: IMAGE, value: q.io/c:3}\n"
                "    - value: q.io/d:4\n      name: X_IMAGE_NAME\n    - name: RELATED_IMAGE_E\n      value: q.io/e:5\n"
            ),
            ["q.io/a:1", "q.io/b:2", "q.io/c:3", "q.io/d:4", "q.io/e:5"],
        ),
        (
            pod(
                "  - image: q.io/a:1\n    env:\n    - name: OUTPUT_IMAGE\n      value: q.io/b:2\n    - name: IMAGE\n      value: bare\n"
                "    - name: IMAGE_PULL_POLICY\n      value: a/b:1\n    - name: X_IMAGE\n      value: q.io/b\n"
            ),
            ["q.io/a:1"],
        ),
        (
            of_tekton(
                "  params:\n  - name: BUILDER_IMAGE\n    default: q.io/a:1\n  - name: gitInitImage\n    default: q.io/b:2\n"
                "  - name: output-image\n    default: q.io/c:3\n  - name: url\n    default: q.io/d:4\n  steps:\n  - image: q.io/e:5\n"
            ),
            ["q.io/a:1", "q.io/b:2", "q.io/e:5"],
        ),
        (
            of_tekton(
                "  tasks:\n  - taskRef:\n      resolver: bundles\n      params:\n      - name: bundle\n        value: q.io/a:1\n"
                f"      - name: name\n        value: b/c:2\n  - taskRef:\n      name: t\n      bundle: q.io/d:1@{D}\n",
                "Pipeline",
            ),
            ["q.io/a:1", f"q.io/d:1@{D}"],
        ),
        (
            pod(
                "  - image: q.io/a:1\n    env:\n    - name: DB_IMAGES\n      value: |\n        1.0=q.io/db:1\n        2.0=q.io/db:2\n"
                "        not one\n        3.0=bare\n"
            ),
            ["q.io/a:1", "q.io/db:1", "q.io/db:2"],
        ),
        (
            pod("  - image: github.com/a/b/cmd/c\n  - image: ko://github.com/a/b\n  - image: q.io/a:1\n"),
            ["q.io/a:1"],
        ),
        (
            "apiVersion: v1\nkind: ConfigMap\ndata:\n  DB_IMAGE: db:15\n  ROUTER_IMAGE: q.io/r:1\n  PUSHGATEWAY_IMAGE: q.io/p:1\n  outputImage: x\n  OUTPUT_IMAGE: q.io/o:1\n  X_IMAGE: bare\n  DB: q.io/b:1\n",
            ["db:15", "q.io/r:1", "q.io/p:1"],
        ),
        (resource("  storageUri: oci://q.io/m:1\n  other: oci://q.io/n\n"), ["q.io/m:1"]),
        (resource("  artifact: 'oci://q.io/m:1'\n"), ["q.io/m:1"]),
        (resource("  model:\n    uri: https://q.io/m:1\n"), []),
        (resource("  image: q.io/a:1\n  build:\n    output:\n      image: q.io/b:1\n"), ["q.io/a:1"]),
        (
            resource(
                "  output:\n    to:\n      kind: DockerImage\n      name: q.io/a:1\n  from:\n    kind: DockerImage\n    name: q.io/b:1\n"
            ),
            ["q.io/b:1"],
        ),
        (
            resource(
                "  imageRepository: q.io\n  dns:\n    imageRepository: q.io/dns\n    imageTag: v1\n",
                "ClusterConfiguration",
                "kubeadm.k8s.io/v1beta4",
            ),
            [],
        ),
        (resource("  imageRepository: q.io/dns\n  imageTag: v1\n"), ["q.io/dns:v1"]),
    ],
)
def test_what_is_pulled_is_found_and_nothing_else(text: str, expected: list[str]) -> None:
    assert [shown for _, shown in found(text)] == expected
