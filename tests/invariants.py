"""What holds of every file that is scanned and rewritten, whatever its bytes: for property tests and fuzzing alike."""

import hashlib
from itertools import pairwise

from tagwake.core.digest import Digest
from tagwake.core.digest_edit import digest_edit
from tagwake.core.edit import apply, is_only_edited
from tagwake.core.pin import FileScan, Form, PlacedReference
from tagwake.formats.code.reader import CodeReader

PATHS = (
    "a.txt", "a.md", "a.sh", "Makefile", ".env", "Dockerfile", "a/app.dockerfile", "Containerfile", "a.yaml", "k8s/deploy.yaml",
    "values.yaml", "kustomization.yaml", "compose.yaml", ".gitlab-ci.yml", ".github/workflows/ci.yml", "helmrelease.yaml",
    "cloudbuild.yaml", "action.yml", ".circleci/config.yml", "templates/x.yaml.tpl", "main.tf", "prod.tfvars",
    "docker-bake.hcl", "job.nomad", "devcontainer.json", "a.json", "web.container", "Jenkinsfile", "Earthfile", "WORKSPACE",
    "a.toml",
)  # fmt: skip
"""One of every kind that has a finder, and some that have none."""

_READ = CodeReader()


def scanned(path: str, data: bytes) -> FileScan:
    """The scan of these bytes, when all that must hold of it does."""
    scan = _READ(path, data)
    references = scan.references
    assert [each.span for each in references] == sorted(each.span for each in references)
    taken = sorted({each.digest_span for each in references if each.digest_span is not None})
    for (_, end), (start, _) in pairwise(taken):
        assert end <= start, "two digests overlap"
    for each in references:
        _check(each, data, scan.encoding)
    return scan


def check(path: str, data: bytes) -> None:
    """Scan, move every digest, and scan again: only digests differ, and they are the new ones."""
    before = scanned(path, data)
    pinned = [each for each in before.references if each.digest is not None and each.digest_span is not None]
    edits = {digest_edit(data, each, moved(each), before.encoding) for each in pinned}
    new = apply(data, edits)
    assert is_only_edited(data, new, edits)
    assert len(new) == len(data)
    after = scanned(path, new)
    assert [(each.span, each.form, each.digest_span) for each in after.references] == [
        (each.span, each.form, each.digest_span) for each in before.references
    ]
    expected = {each.digest_span: moved(each) for each in pinned}
    assert {each.digest_span: each.digest for each in after.references if each.digest_span} == expected
    _check_slots(data, before)


def moved(each: PlacedReference) -> Digest:
    """Another digest of the same algorithm."""
    assert each.digest is not None
    return Digest(
        each.digest.algorithm, hashlib.new(each.digest.algorithm, each.digest.hex.encode()).hexdigest()
    )


def _check(each: PlacedReference, data: bytes, encoding: str) -> None:
    for start, end in (each.span, *each.parts.values(), *((each.digest_span,) if each.digest_span else ())):
        assert 0 <= start <= end <= len(data)
    assert each.line >= 1
    assert each.column >= 1
    if each.form in (Form.TEMPLATED, Form.INVALID):
        assert each.reason
        assert (each.registry, each.repository, each.tag, each.digest, each.slot) == (None,) * 5
        return
    assert each.registry
    assert each.repository
    if each.digest is None:
        assert each.digest_span is None
        if each.slot is not None:
            start, end = each.slot.span
            assert 0 <= start <= end <= len(data)
    else:
        assert each.slot is None
        assert each.digest_span is not None
        assert data[slice(*each.digest_span)].decode(encoding) in (str(each.digest), each.digest.hex)


def _check_slots(data: bytes, scan: FileScan) -> None:
    """Every place that is offered for a digest can take one."""
    new = Digest("sha256", "0123456789abcdef" * 4)
    edits = {digest_edit(data, each, new, scan.encoding) for each in scan.references if each.slot is not None}
    assert is_only_edited(data, apply(data, edits), edits)
