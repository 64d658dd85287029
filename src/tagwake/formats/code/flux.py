"""Flux: the values of a ``HelmRelease``, the ``url`` and ``ref`` of an ``OCIRepository``, the images of a ``Kustomization``.

An ``OCIRepository`` follows ``ref.digest``, else ``ref.semver``, else ``ref.tag`` (Flux, source API v1, "Reference").
An ``ImageRepository`` names what a policy watches and deploys nothing, so it is no reference; the markers
``# {"$imagepolicy": …}`` are comments, and stay as they are.
"""

from tagwake.core.pin import Form
from tagwake.formats.code import helm, kubernetes, kustomize
from tagwake.formats.code.finding import Finding
from tagwake.formats.code.split_reference import Split, line_slot
from tagwake.formats.code.yaml_nodes import Document, Mapping, Scalar, Style
from tagwake.formats.code.yaml_reading import Reading

_SCHEME = "oci://"


def find(reading: Reading, document: Document) -> None:
    """Add what a document of Flux's API holds."""
    reading.document = document
    top = document.top
    spec = top.mapping("spec") if top is not None else None
    if top is None or spec is None:
        return
    kind = reading.string(top.entries.get("kind"))
    if kind == "HelmRelease":
        for mapping in document.mappings:
            if mapping.key == "kustomize":  # a post-renderer
                kustomize.find_entries(reading, mapping)
        helm.find(reading, document)
    elif kind == "OCIRepository":
        _repository(reading, spec)
    elif kind == "Kustomization":
        kustomize.find_entries(reading, spec)
        kubernetes.find_embedded(reading, document)


def _repository(reading: Reading, spec: Mapping) -> None:
    url = reading.look(spec, "url")
    if not isinstance(url, Scalar) or not reading.string(url).startswith(_SCHEME):
        return
    name = Scalar(url.parent, url.key, url.key_start, url.start + len(_SCHEME), url.end, url.style)
    ref = reading.look(spec, "ref")
    if not isinstance(ref, Mapping):
        reading.take(name)
        found = reading.image(url)
        if found is not None:
            found.slot = None
        return
    tag, digest, semver = (reading.look(ref, key) for key in ("tag", "digest", "semver"))
    if isinstance(semver, Scalar) and reading.string(semver) and not reading.string(digest):
        parts = {"repository": (name.start, name.end), "tag": (semver.start, semver.end)}
        span = min(name.start, semver.start), max(name.end, semver.end)
        reason = f"the range {reading.shown(semver)} chooses the tag in the cluster"
        reading.add(Finding(span, reading.shown(name), Form.TEMPLATED, parts=parts, reason=reason))
        return
    values = {"repository": name}
    slot = None
    if isinstance(tag, Scalar) and reading.string(tag):
        values["tag"] = tag
        if digest is None:
            slot = line_slot(reading, tag)
    if isinstance(digest, Scalar) and (reading.string(digest) or "tag" in values):
        values["digest"] = digest
    if len(values) > 1:
        is_empty = "digest" in values and values["digest"].style == Style.ALIAS
        Split(reading, values, shared=digest is None or is_empty).add(slot)
