"""Argo CD: Helm values and parameters, and kustomize images, of an ``Application``; and its write-back files.

``.argocd-source-<application>.yaml`` holds the same as ``spec.source`` (Argo CD, "Store overrides in git").
"""

import re

from tagwake.formats.code import helm
from tagwake.formats.code.keyed_image import keyed_parameters
from tagwake.formats.code.yaml_nodes import Document, Mapping, Node, Scalar
from tagwake.formats.code.yaml_reading import Reading

CLAIMS = re.compile(r"(?:^|/)\.argocd-source[^/]*\.ya?ml\Z")


def find(reading: Reading, document: Document) -> None:
    """Add what an application, or a write-back file, sets."""
    reading.document = document
    for mapping in document.mappings:
        if mapping.key == "helm":
            _helm(reading, document, mapping)
        elif mapping.key == "kustomize":
            images = mapping.sequence("images")
            for item in images.items if images is not None else ():
                _kustomize_image(reading, item)


def _helm(reading: Reading, document: Document, settings: Mapping) -> None:
    parameters = settings.sequence("parameters")
    if parameters is not None:
        keyed_parameters(reading, parameters)
    values = settings.mapping("valuesObject")
    if values is not None:
        helm.find(reading, document, values)
    text = settings.scalar("values")
    if text is not None:
        helm.find_text(reading, document, text)


def _kustomize_image(reading: Reading, item: Node) -> None:
    """``name=newName:newTag``, ``name:newTag`` or ``name@digest`` (kustomize, "edit set image")."""
    if isinstance(item, Scalar):
        raw = reading.string(item)
        start = item.start + raw.find("=") + 1
        new = Scalar(item.parent, item.key, item.key_start, start, item.end, item.style)
        reading.image(new)
