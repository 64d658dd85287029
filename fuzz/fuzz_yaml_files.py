"""Any bytes as YAML of every kind: read, with spans that hold what they say, and pinned where the slots say."""

from tagwake.formats.code import yaml_files
from tagwake.formats.code.finding import Finding
from tagwake.formats.code.source import Source
from tagwake.formats.code.yaml_nodes import Style
from tagwake.formats.code.yaml_outline import read_outline

PATHS = (
    "a.yaml", "values.yaml", "kustomization.yaml", "compose.yaml", ".github/workflows/a.yml", "action.yml",
    ".gitlab-ci.yml", ".circleci/config.yml", "cloudbuild.yaml", "bitbucket-pipelines.yml", ".drone.yml",
    "azure-pipelines.yml", "tasks/main.yml", "helmfile.yaml", ".argocd-source-a.yaml",
)  # fmt: skip
DIGEST = "sha256:" + "0f" * 32


def one_input(data: bytes) -> None:
    """Its first byte chooses the kind, the rest is the file."""
    path = PATHS[data[0] % len(PATHS)] if data else PATHS[0]
    data = data[1:]
    text = data.decode("latin-1")
    for needles in ((), ("mage", "tag")):
        for document in read_outline(text, needles):
            for scalar in document.scalars:
                assert 0 <= scalar.start <= scalar.end <= len(data), scalar
                assert scalar.style != Style.EMPTY or scalar.start == scalar.end, scalar
    _, found = yaml_files.find(Source(path, data))
    for finding in found:
        _check(data, finding)
    for finding in found[:4]:
        if finding.slot is not None:
            _pin(path, data, finding)


def _check(data: bytes, finding: Finding) -> None:
    start, end = finding.span
    assert 0 <= start < end <= len(data), finding
    assert (finding.reference is not None) != bool(finding.reason), finding
    if finding.digest_span is not None:
        assert finding.reference is not None, finding
        assert finding.reference.digest is not None, finding
        assert finding.slot is None, finding
        written = data[slice(*finding.digest_span)].decode()
        assert written in {str(finding.reference.digest), finding.reference.digest.hex}, finding


def _pin(path: str, data: bytes, finding: Finding) -> None:
    """A digest in the slot is read back as this reference's."""
    slot = finding.slot
    assert slot is not None, finding
    assert finding.reference is not None, finding
    start, end = slot.span
    pinned = data[:start] + f"{slot.prefix}{DIGEST}{slot.suffix}".encode() + data[end:]
    _, found = yaml_files.find(Source(path, pinned))
    names = {
        now.reference.name
        for now in found
        if now.reference is not None
        and now.reference.digest is not None
        and str(now.reference.digest) == DIGEST
    }
    assert finding.reference.name in names, (finding, pinned, found)
