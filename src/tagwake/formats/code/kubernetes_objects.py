"""Documents with ``apiVersion`` and ``kind``: each goes to the reader of its API group."""

import re
from collections.abc import Callable

from tagwake.formats.code import argocd, flux, helm, kubernetes, kustomize
from tagwake.formats.code.yaml_nodes import Document
from tagwake.formats.code.yaml_reading import Reading

WORDS = (
    "mage",
    "igest",
    "epo",
    "tag:",
    "Tag:",
    "oci:",
    "parameters",
    "docker:",
    "DockerImage",
    "pkg.crossplane",
    "tekton.dev",
    "IMAGE",
)
"""A text with none of these in it holds no reference."""
_VALUES = re.compile(r"values\.ya?ml\Z|\AvaluesContent\Z")
"""Keys of block scalars that hold Helm values: in a ConfigMap for a ``HelmRelease``, in a ``HelmChart`` of K3s."""
_BESIDE = ("parameters", "url:", "semver:")
_SCHEMA_KINDS = frozenset({"CustomResourceDefinition", "ConstraintTemplate"})
_NO_DEPLOYMENT = ("skaffold/", "image.toolkit.fluxcd.io/", "kops.k8s.io/")
"""API groups whose ``image`` is what is built, what is watched, or a machine's."""


def needles(text: str, keyed: tuple[str, ...]) -> tuple[str, ...]:
    """Parts of the keys that any of these documents may have, beside those of references split over keys."""
    found = kubernetes.needles(text, keyed)
    return found + _BESIDE if "oci:" in text or "parameters" in text else found


def find(reading: Reading, document: Document) -> str:
    """Add what one document holds; gives the name of its syntax, empty where it is no such document."""
    top = document.top
    if top is None:
        return ""
    reading.document = document
    api, kind = reading.string(top.entries.get("apiVersion")), reading.string(top.entries.get("kind"))
    if not api or not kind:
        return ""
    if kind in _SCHEMA_KINDS or api.startswith(_NO_DEPLOYMENT):
        return "flux" if "fluxcd" in api else "kubernetes"
    for matches, syntax, read in _FAMILIES:
        if matches(api, kind):
            read(reading, document)
            return syntax
    kubernetes.find(reading, document)
    kubernetes.find_embedded(reading, document)
    helm.find_embedded(reading, document, _VALUES)
    return "kubernetes"


_FAMILIES: tuple[tuple[Callable[[str, str], bool], str, Callable[[Reading, Document], None]], ...] = (
    (lambda api, _kind: ".toolkit.fluxcd.io/" in api, "flux", flux.find),
    (lambda api, _kind: api.startswith("kustomize.config.k8s.io/"), "kustomize", kustomize.find),
    (
        lambda api, kind: api.startswith("argoproj.io/") and kind in {"Application", "ApplicationSet"},
        "argocd",
        argocd.find,
    ),
)
