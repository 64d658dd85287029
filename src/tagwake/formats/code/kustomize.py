"""kustomize: ``images`` of a kustomization or a component, and the resources inside its patches.

An entry renames what its ``name`` matches to ``newName`` with ``newTag`` and ``digest`` (facts on references, form 64):
the stream is that of ``newName``, else of ``name``. An entry with neither tag nor digest leaves them to the resources.
"""

import re

from tagwake.core.pin import Form
from tagwake.formats.code import helm, kubernetes
from tagwake.formats.code.finding import Finding
from tagwake.formats.code.split_reference import Split, line_slot
from tagwake.formats.code.yaml_nodes import Document, Mapping, Scalar
from tagwake.formats.code.yaml_reading import Reading

CLAIMS = re.compile(r"(?:^|/)(?:[Kk]ustomization(?:\.ya?ml)?|kustomizeconfig\.ya?ml)\Z")


def find(reading: Reading, document: Document) -> None:
    """Add what a kustomization sets."""
    reading.document = document
    top = document.top
    if top is None:
        return
    find_entries(reading, top)
    for mapping in document.mappings:
        if mapping.key == "valuesInline":
            helm.find(reading, document, mapping)
    kubernetes.find_embedded(reading, document)


def find_entries(reading: Reading, around: Mapping) -> None:
    """Add the entries of ``images`` in this mapping."""
    images = reading.look(around, "images")
    for item in getattr(images, "items", ()):
        entry = reading.resolved(item)
        if isinstance(entry, Mapping):
            _entry(reading, entry)


def _entry(reading: Reading, entry: Mapping) -> None:
    name, new_name, new_tag, digest = (
        node if isinstance(node, Scalar) else None
        for node in (reading.look(entry, key) for key in ("name", "newName", "newTag", "digest"))
    )
    named = new_name if reading.string(new_name) else name
    if named is None or not reading.string(named):
        return
    reading.take(named)
    values = {"repository": named}
    slot = None
    if new_tag is not None and reading.string(new_tag):
        values["tag"] = new_tag
        if digest is None and "@" not in reading.string(new_tag):
            slot = line_slot(reading, new_tag)
    if digest is not None:
        values["digest"] = digest
    if "tag" in values or reading.string(digest):
        Split(reading, values, shared=digest is None).add(slot)
    elif new_name is not None and reading.string(new_name):
        span = new_name.start, new_name.end
        reason = "no tag is written here: the one of the resource applies"
        reading.add(Finding(span, reading.shown(new_name), Form.TEMPLATED, reason=reason))
