"""Kubernetes: documents with ``apiVersion`` and ``kind``, custom resources included.

An image is a string under ``image`` or a key that ends in ``Image``, a volume's ``image.reference``, and
``repository`` beside ``tag`` (facts on references, form 54). In a container it is one whatever it looks like. Elsewhere
``image`` may as well be a machine's or a picture's, so there a string counts if it has one of ``/``, ``:``, ``@`` and is
well-formed, or if what stands beside it belongs to a container (``imagePullPolicy``, ``command``, ``ports``).
The ``status`` of a live object is left out. A ConfigMap's or a patch's block scalar is read where it is a resource itself.
"""

import re

from tagwake.formats.code import helm
from tagwake.formats.code.keyed_image import keyed_images
from tagwake.formats.code.yaml_nodes import Document, Mapping, Scalar, Sequence, Style, ancestors
from tagwake.formats.code.yaml_reading import Reading

_NEEDLES = ("kind:", "apiVersion:")
_QUOTED_NEEDLES = ('kind":', 'apiVersion":', "kind':", "apiVersion':")
_IMAGE_KEY = re.compile(r"(?:.*[a-z0-9_-])?[iI]mage\Z", re.ASCII)
_NO_IMAGE_KEYS = frozenset({"vmImage", "machineImage", "osImage", "nodeImage", "hostImage", "sourceImage", "diskImage",
                            "bootImage", "backgroundImage", "headerImage", "logoImage", "coverImage"})  # fmt: skip
_WHOLE_REFERENCES = frozenset({"imageName", "imageRef", "imageUri", "imageURI", "imageUrl", "imageURL"})
"""Keys of custom resources that hold an image where their value has a repository's path and a tag or a digest."""
_CROSSPLANE = "pkg.crossplane.io/"
"""Providers, functions and configurations of Crossplane name their image in ``spec.package``."""
_LEAST_RESOURCE = 40
_CONTAINERS = frozenset({"containers", "initContainers", "ephemeralContainers", "container"})
_OF_A_CONTAINER = frozenset(
    {
        "imagePullPolicy",
        "imagePullSecrets",
        "command",
        "args",
        "ports",
        "env",
        "envFrom",
        "volumeMounts",
        "securityContext",
    }
)


def needles(text: str, keyed: tuple[str, ...]) -> tuple[str, ...]:
    """Parts of the keys that this module may read in a text, beside those of references split over keys."""
    found = _NEEDLES + keyed
    if 'kind"' in text or "kind'" in text:
        found += _QUOTED_NEEDLES
    if "docker://" in text or "DockerImage" in text:
        found += ("docker:", "name:")
    if _CROSSPLANE in text:
        found += ("package:",)
    return (*found, "value:") if "RELATED_IMAGE" in text else found


def find(reading: Reading, document: Document) -> None:
    """Add every image of a document by its keys."""
    reading.document = document
    if reading.is_keyed:
        for mapping in document.mappings:
            if len(mapping.entries) > 1 or mapping.key.endswith(("mage", "mages")):
                keyed_images(reading, mapping, tag_only=True)
    top = document.top
    is_crossplane = top is not None and reading.string(top.entries.get("apiVersion")).startswith(_CROSSPLANE)
    for scalar in document.scalars:
        key = scalar.key
        if key[-4:] == "mage":
            if _IMAGE_KEY.match(key) and key not in _NO_IMAGE_KEYS and not _is_status(scalar):
                reading.image(scalar, certain=key == "image" and is_container(scalar.parent))
        elif key in _WHOLE_REFERENCES:
            raw = reading.raw(scalar)
            if "/" in raw and (":" in raw or "@" in raw) and not _is_status(scalar):
                reading.image(scalar, certain=False)
        elif key == "package" and is_crossplane:
            reading.image(scalar, certain=False)
        elif key == "reference":
            parent = scalar.parent
            if isinstance(parent, Mapping) and parent.key == "image":
                reading.image(scalar)
        elif helm.is_listed(scalar):
            raw = reading.raw(scalar)
            if "/" in raw and ":" in raw:
                reading.image(scalar, certain=False)
        elif key in {"url", "name"} and (
            _is_docker_image(reading, scalar) or reading.raw(scalar).startswith("docker://")
        ):
            reading.image(scalar)
        elif key == "value" and isinstance(scalar.parent, Mapping):
            # operators are told the images that they start (Operator Lifecycle Manager, disconnected installs)
            name = scalar.parent.scalar("name")
            if name is not None and reading.raw(name).startswith("RELATED_IMAGE_"):
                reading.image(scalar, certain=False)


def is_container(parent: Mapping | Sequence | None) -> bool:
    """Whether a mapping is a container, by where it stands or by the keys that it has."""
    if not isinstance(parent, Mapping):
        return False
    around = parent.parent
    if parent.key in _CONTAINERS or (isinstance(around, Sequence) and around.key in _CONTAINERS):
        return True
    return not _OF_A_CONTAINER.isdisjoint(parent.entries)


def _is_docker_image(reading: Reading, scalar: Scalar) -> bool:
    """Whether this names an image for OpenShift: ``from: {kind: DockerImage, name: q.io/a:1}``."""
    parent = scalar.parent
    return isinstance(parent, Mapping) and reading.string(parent.entries.get("kind")) == "DockerImage"


def _is_status(scalar: Scalar) -> bool:
    outermost = ""
    for around in ancestors(scalar):
        if around.key:
            outermost = around.key
    return outermost == "status"


def find_embedded(reading: Reading, document: Document) -> None:
    """Add the images of resources that stand in block scalars: kustomize's ``patch: |-``, a ConfigMap's ``data``."""
    for scalar in document.scalars:
        if scalar.style in {Style.LITERAL, Style.FOLDED} and scalar.end - scalar.start > _LEAST_RESOURCE:
            text = reading.text
            if (
                text.find("kind:", scalar.start, scalar.end) >= 0
                and text.find("mage", scalar.start, scalar.end) >= 0
            ):
                for inner in reading.inner(scalar, ()):
                    top = inner.top
                    if top is not None and "kind" in top.entries and "apiVersion" in top.entries:
                        find(reading, inner)
    reading.document = document
