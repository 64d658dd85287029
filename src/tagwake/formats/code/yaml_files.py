"""YAML of any kind: what kind a file is, by its path and then by its content, and the references that it holds."""

import re
from collections.abc import Callable

from tagwake.formats.code import (
    argocd,
    ci_files,
    compose,
    github_actions,
    gitlab_ci,
    helm,
    keyed_image,
    kubernetes_objects,
    kustomize,
)
from tagwake.formats.code.finding import Finding
from tagwake.formats.code.source import Source, TooLarge
from tagwake.formats.code.words import find as find_word
from tagwake.formats.code.words import holds_any
from tagwake.formats.code.yaml_nodes import Document
from tagwake.formats.code.yaml_outline import read_outline
from tagwake.formats.code.yaml_reading import Reading

_CLAIMED = re.compile(
    r"\.ya?ml(?:\.(?:tpl|gotmpl|j2|jinja2?|tmpl|template|erb|dist|example|sample|in))?\Z|(?:^|/)[Kk]ustomization\Z"
    r"|(?:^|/)templates/.*\.tpl\Z",
    re.IGNORECASE,
)
_LOCKED = re.compile(r"(?:^|[-_./])lock\.ya?ml\Z", re.IGNORECASE)
_KINDS: tuple[tuple[str, re.Pattern[str], tuple[str, ...], Callable[[Reading, Document], None]], ...] = (
    ("github-actions", github_actions.CLAIMS, github_actions.NEEDLES, github_actions.find),
    ("gitlab-ci", gitlab_ci.CLAIMS, gitlab_ci.NEEDLES, gitlab_ci.find),
    ("kustomize", kustomize.CLAIMS, (), kustomize.find),
    ("argocd", argocd.CLAIMS, (), argocd.find),
    *ci_files.KINDS,
    ("compose", compose.CLAIMS, compose.NEEDLES, compose.find),
)
_PATH_WORDS = (
    ".git", "gitlab", ".forgejo", "action.y", "kustomiz", "argocd", "circle", "cloudbuild", "pipeline", "woodpecker", "drone",
    "azure", "tasks/", "handlers/", "playbook", "site", "devfile", "helmfile", "compose", "stack",
    ".ko.", ".vela", "codefresh", ".cirrus", ".semaphore", ".prow", "buildkite",
)  # fmt: skip
"""A path with none of these is claimed by none of the kinds above: most paths are told apart by this alone."""
_BY_CONTENT = (
    (
        "cloudformation",
        ("AWS::", "ContainerDefinitions"),
        ("mage", "ontainer", "Environment"),
        ci_files.cloudformation,
    ),
    ("concourse", ("registry-image", "docker-image"), (), ci_files.concourse),
)
Outline = Callable[[str, tuple[str, ...]], list[Document]]
_DIGESTS = (b"sha256:", b"sha512:")
_CLAIMING_WORDS = (b"apiVersion", *(word.encode() for _, words, _, _ in _BY_CONTENT for word in words))
_ALIASED = re.compile(r"[:-][ \t]+\*[\w-]")
_WORDS = (
    b"mage", b"epository", b"uses:", b"container", b"newName", b"newTag", b"igest", b"oci://", b"steps", b"docker", b"Tag", b"tag:",
    b'"tag"', b"@sha", b"pkg.crossplane", b"tekton.dev", b"IMAGE",
)  # fmt: skip
"""A file with none of these holds no reference that its kind would show."""
_OBJECT = re.compile(r"apiVersion[\"']?[ \t]*:")


def claims(path: str) -> bool:
    """Whether this is YAML by its name; templates of it are, and JSON is not."""
    return path.endswith((".yaml", ".yml")) or _CLAIMED.search(path) is not None


def find(source: Source) -> tuple[str, list[Finding]]:
    """The name of the file's syntax, and every reference that its kind says is one, in the order of their spans.

    :raises TooLarge: where the file takes too much work.
    """
    data = source.data
    if _is_plain(source.path, data) or not holds_any(data, _WORDS):
        return ("yaml", [])
    text = data.decode("latin-1")
    reading = Reading(data, text)
    syntax = _read(source.path, reading, read_outline)
    if reading.is_short:
        reading = Reading(data, text)
        syntax = _read(source.path, reading, _full)
    if len(reading.findings) > 1:
        reading.findings.sort(key=lambda finding: finding.span)
    return syntax, reading.findings


def _is_plain(path: str, data: bytes) -> bool:
    """Whether no kind claims the file, as none does of most YAML of a tree."""
    return (
        not _may_be_claimed(path)
        and not holds_any(data, _CLAIMING_WORDS)
        and not _may_be_pinned(data)
        and helm.CLAIMS.search(path) is None
    )


def _may_be_claimed(path: str) -> bool:
    lower = path.lower()
    return any([word in lower for word in _PATH_WORDS])  # noqa: C419 - a generator costs more than a word


def _read(path: str, reading: Reading, outline: Outline) -> str:
    text = reading.text
    if "*" in text and _ALIASED.search(text):
        outline = _full  # aliases may lead anywhere
    return (
        _objects(reading, outline)
        or _by_path(path, reading, outline)
        or _by_content(path, reading, outline)
        or "yaml"
    )


def _full(text: str, needles: tuple[str, ...]) -> list[Document]:
    """Everything, or where that is too much, what is looked for."""
    try:
        return read_outline(text)
    except TooLarge:
        if not needles:
            raise
        return read_outline(text, needles)


def _objects(reading: Reading, outline: Outline) -> str:
    """Kubernetes first: ``tasks/build.yaml`` may be Ansible's or Tekton's, and ``drone.yaml`` what deploys Drone."""
    text = reading.text
    if "kind" not in text or "apiVersion" not in text or not _OBJECT.search(text):
        return ""
    if not any(word in text for word in kubernetes_objects.WORDS):
        return "kubernetes"
    keyed = keyed_image.needles(text)
    reading.is_keyed = keyed_image.may_be_in(text, keyed)
    documents = outline(text, kubernetes_objects.needles(text, keyed))
    syntaxes = [kubernetes_objects.find(reading, document) for document in documents]
    found = next((syntax for syntax in syntaxes if syntax), "")
    if found and reading.is_keyed and _may_be_pinned(reading.data):
        _pinned_in(reading, documents)
    return found


def _by_path(path: str, reading: Reading, outline: Outline) -> str:
    if not _may_be_claimed(path):
        return ""
    for syntax, claimed, needles, read in _KINDS:
        if claimed.search(path):
            documents = outline(reading.text, needles)
            for document in documents:
                reading.document = document
                read(reading, document)
            _pinned(reading, outline)
            return syntax
    return ""


def _by_content(path: str, reading: Reading, outline: Outline) -> str:
    text = reading.text
    if _LOCKED.search(path):
        return ""
    if helm.CLAIMS.search(path):
        for document in outline(text, keyed_image.needles(text)):
            helm.find(reading, document)
        return "helm"
    for syntax, words, needles, read in _BY_CONTENT:
        if any(word in text for word in words):
            for document in outline(text, needles):
                reading.document = document
                read(reading, document)
            _pinned(reading, outline)
            return syntax
    _pinned(reading, outline)
    return ""


def _pinned(reading: Reading, outline: Outline) -> None:
    """Add what is split over keys and has a digest: that is proof enough in any YAML."""
    text = reading.text
    if _may_be_pinned(reading.data):
        _pinned_in(reading, outline(text, keyed_image.needles(text)))


def _may_be_pinned(data: bytes) -> bool:
    return holds_any(data, _DIGESTS) or (
        find_word(data, b"epository") >= 0 and find_word(data, b"igest") >= 0
    )


def _pinned_in(reading: Reading, documents: list[Document]) -> None:
    for document in documents:
        reading.document = document
        for mapping in document.mappings:
            keyed_image.keyed_images(reading, mapping, tag_only=False)
