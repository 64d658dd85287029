"""The real digest moves of a GitOps repository, and the kind of file that each came from."""

import csv
import lzma
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parent.parent / "data" / "pin_moves.csv.xz"

SIBLINGS = ("before, next", "after, next", "before, ten keys away", "after, ten keys away")
"""Where `repository:` stands, seen from the line."""

_TEN_KEYS = (
    "pullPolicy: IfNotPresent",
    "pullSecrets: []",
    "command: [/bin/sh, -c]",
    "args: ['serve', \"--port=8080\"]",
    "# tags: of the release",
    "enabled: true",
    "env:",
    "  TZ: Europe/Berlin",
    "  VERSION: 1.2.3",
    "probes: {liveness: {enabled: true}, readiness: {enabled: true}}",
    "resources:",
    "  requests:",
    "    cpu: 10m",
    "",
    "annotations:",
    "  example.com/tag: v1",
    "securityContext: &context {readOnlyRootFilesystem: true}",
    "notes: |",
    "  repository: of nobody",
    "  tag: 0.0.0",
    "replicas: 1",
)


@dataclass(frozen=True, slots=True)
class Move:
    number: int
    path: str
    form: str
    image: str
    tag: str
    old: str
    new: str
    line: str

    @property
    def stream(self) -> tuple[str, str]:
        return self.image, self.tag

    @property
    def indent(self) -> int:
        return len(self.line) - len(self.line.lstrip(" "))

    def document(self, sibling: str) -> str:
        """A file of the kind that the line came from, with the line in it and `repository:` where `sibling` says."""
        name = self.image if self.form == "helm-tag" else "nobody/else"
        lines = self._around(f"repository: {name}", sibling)
        base = self.path.rpartition("/")[2]
        if base in ("publish-docs.yaml", "docs.yaml"):
            return _WORKFLOW.replace("STEP\n", _indented(lines, 8))
        if base == "cluster16.yaml":
            return _CLUSTER.replace("SPEC\n", _indented(lines, 2))
        if base == "mutatingadmissionpolicy.yaml":
            text = [self.line.strip(), f'repository: "{name}",']
            return _POLICY.replace("EXPRESSION\n", _indented(text if "after" in sibling else text[::-1], 16))
        if base in ("helmrelease.yaml", "helm-release.yaml"):
            head, keys = (
                _HELM_RELEASE,
                ["spec", "values", "controllers", "main", "containers", "app", "image"],
            )
            keys = [*keys[: self.indent // 2 - 1], "image" if self.form == "helm-tag" else "main"]
            return head + _nested(keys) + _indented(lines, self.indent)
        kind = "batch/v1 CronJob" if self.indent > 8 else "apps/v1 Deployment"
        version, kind = kind.split()
        keys = [
            "spec",
            "jobTemplate",
            "spec",
            "template",
            "spec",
            "affinity",
            "pods",
            "sets",
            "more",
            "inner",
            "last",
        ]
        keys = (
            [*keys[: self.indent // 2 - 2], "containers"]
            if self.indent > 8
            else ["spec", "template", "spec", "containers"]
        )
        keys = keys[: self.indent // 2 - 1]
        head = f"---\napiVersion: {version}\nkind: {kind}\nmetadata:\n  name: app\n"
        item = f"{' ' * (self.indent - 2)}- name: app\n"
        return head + _nested(keys) + item + _indented(lines, self.indent)

    def _around(self, repository: str, sibling: str) -> list[str]:
        line = self.line.strip()
        between = list(_TEN_KEYS) if "ten" in sibling else []
        if sibling.startswith("before"):
            return [repository, *between, line, "last: true"]
        return ["first: true", line, *between, repository]


def moves() -> list[Move]:
    """All of them, oldest first."""
    with lzma.open(DATA, "rt", encoding="utf-8", newline="") as file:
        return [
            Move(
                number,
                row["path"],
                row["form"],
                row["image"],
                row["tag"],
                row["old_digest"],
                row["new_digest"],
                row["line_before"],
            )
            for number, row in enumerate(csv.DictReader(file))
        ]


def rounds() -> Iterator[list[Move]]:
    """The moves in runs in which no tag has two targets: the first move of each, then the second, and so on."""
    turns: dict[int, list[Move]] = defaultdict(list)
    seen: dict[tuple[str, str], int] = defaultdict(int)
    for move in moves():
        turns[seen[move.stream]].append(move)
        seen[move.stream] += 1
    yield from turns.values()


def _nested(keys: list[str]) -> str:
    return "".join(f"{' ' * (2 * depth)}{key}:\n" for depth, key in enumerate(keys))


def _indented(lines: list[str], indent: int) -> str:
    return "".join(f"{' ' * indent}{line}\n" if line else "\n" for line in lines)


_HELM_RELEASE = """\
---
# yaml-language-server: $schema=https://example.com/helmrelease.json
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: &app app
"""
_WORKFLOW = """\
---
name: Publish docs
on:
  push: {branches: [main]}
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - name: Build
STEP
"""
_CLUSTER = """\
---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata:
  name: postgres16
spec:
  instances: 3
SPEC
"""
_POLICY = """\
---
apiVersion: admissionregistration.k8s.io/v1alpha1
kind: MutatingAdmissionPolicy
metadata:
  name: volsync-mover-jitter
spec:
  mutations:
    - patchType: JSONPatch
      jsonPatch:
        expression: >
          [JSONPatch{op: "add", path: "/spec/template/spec/initContainers", value:
            [Object.spec.template.spec.initContainers{
EXPRESSION
            }]
          }]
"""
