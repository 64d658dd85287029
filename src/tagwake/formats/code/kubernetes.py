"""Kubernetes: documents with ``apiVersion`` and ``kind``, custom resources included.

An image is a string under ``image`` or a key that ends in ``Image``, a volume's ``image.reference``, and
``repository`` beside ``tag`` (facts on references, form 54). In a container it is one whatever it looks like. Elsewhere
``image`` may as well be a machine's or a picture's, so there a string counts if it has one of ``/``, ``:``, ``@`` and is
well-formed, or if what stands beside it belongs to a container (``imagePullPolicy``, ``command``, ``ports``).
The ``status`` of a live object, and what a build puts out, are left out. A container is told of other images by variables
whose name says so (``RELATED_IMAGE_X``, ``SIDECAR_IMAGE``), a task by its parameters. A ConfigMap's or a patch's block scalar is read where it is a resource itself.
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
_TEKTON = "tekton.dev/"
_TELLS_OF_IMAGES = re.compile(r"RELATED_IMAGE_|(?:[A-Z0-9_]*_)?IMAGE(?:_NAME|_URI|_URL|_REF)?\Z", re.ASCII)
_IMAGE_PARAMETER = re.compile(r"(?:.*[a-z0-9_-])?[iI]mage\Z", re.ASCII)
_VERSION_OF = re.compile(r"(?<!\S)[\w.-]++=([^\s=]+/[^\s=]+:[^\s=]+)(?!\S)", re.ASCII)
_PUT_OUT = re.compile(
    r"(?:^|[_-])(?:out(?:put)?|target|dest(?:ination)?|push|result|built)(?:[_-]|image|$)", re.IGNORECASE
)
"""Parameters so named say where a build puts its image."""
_OCI = "oci://"
_BUILT_FROM_PARTS = ("kubeadm.k8s.io/", "controlplane.cluster.x-k8s.io/", "bootstrap.cluster.x-k8s.io/")
"""kubeadm adds an image's own name to ``imageRepository``, so that is a prefix and no repository."""
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
    if _OCI in text:
        found += (_OCI,)
    if _TEKTON in text:
        found += ("bundle", "value:", "default:", "name:")
    elif "IMAGE" in text:
        found += ("value:", "IMAGE")
    return found


def find(reading: Reading, document: Document) -> None:
    """Add every image of a document by its keys."""
    reading.document = document
    top = document.top
    api = reading.string(top.entries.get("apiVersion")) if top is not None else ""
    is_crossplane = api.startswith(_CROSSPLANE)
    if reading.is_keyed:
        has_prefixes = api.startswith(_BUILT_FROM_PARTS)
        for mapping in document.mappings:
            if has_prefixes and "imageRepository" in mapping.entries:
                continue
            if len(mapping.entries) > 1 or mapping.key.endswith(("mage", "mages")):
                keyed_images(reading, mapping, tag_only=True)
    for scalar in document.scalars:
        key = scalar.key
        if key[-4:] == "mage":
            if _IMAGE_KEY.match(key) and key not in _NO_IMAGE_KEYS and not _is_no_input(scalar):
                reading.image(scalar, certain=key == "image" and is_container(scalar.parent))
        elif key[-5:] == "IMAGE":  # a ConfigMap's
            if _TELLS_OF_IMAGES.match(key) and not _PUT_OUT.search(key) and _has_tag(reading, scalar):
                reading.image(scalar, certain=False)
        elif key in _WHOLE_REFERENCES:
            raw = reading.raw(scalar)
            if "/" in raw and (":" in raw or "@" in raw) and not _is_no_input(scalar):
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
            (_is_docker_image(reading, scalar) and not _is_no_input(scalar))
            or reading.raw(scalar).startswith("docker://")
        ):
            reading.image(scalar)
        elif key == "bundle":
            if api.startswith(_TEKTON) and _has_version(reading, scalar):
                reading.image(scalar, certain=False)
        elif key in {"value", "default"} and isinstance(scalar.parent, Mapping):
            # operators are told the images that they start (Operator Lifecycle Manager, disconnected installs)
            name = reading.string(scalar.parent.scalar("name"))
            is_of_task = api.startswith(_TEKTON) and (name == "bundle" or _IMAGE_PARAMETER.match(name))
            if name.endswith("_IMAGES") and scalar.style == Style.LITERAL:
                _listed(reading, scalar)
            elif (
                (is_of_task or _TELLS_OF_IMAGES.match(name))
                and not _PUT_OUT.search(name)
                and _has_version(reading, scalar)
            ):
                reading.image(scalar, certain=False)
        elif reading.text.startswith(_OCI, scalar.start) and _has_version(reading, scalar):
            reading.image(
                Scalar(
                    scalar.parent, key, scalar.key_start, scalar.start + len(_OCI), scalar.end, scalar.style
                ),
                certain=False,
            )


def _listed(reading: Reading, scalar: Scalar) -> None:
    """Images of versions, a line each: ``3.7.0=q.io/a:1``."""
    for line in _VERSION_OF.finditer(reading.text, scalar.start, scalar.end):
        start, end = line.span(1)
        reading.image(
            Scalar(scalar.parent, scalar.key, scalar.key_start, start, end, Style.PLAIN), certain=False
        )


def _has_tag(reading: Reading, scalar: Scalar) -> bool:
    return ":" in reading.string(scalar).rpartition("/")[2]


def _has_version(reading: Reading, scalar: Scalar) -> bool:
    """Whether a text has the look of a whole reference: a path, and a tag or a digest."""
    _, slash, last = reading.string(scalar).rpartition("/")
    return bool(slash) and (":" in last or "@" in last)


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


def _is_no_input(scalar: Scalar) -> bool:
    """Whether a value stands in the status of an object, or says where a build puts its image."""
    around = scalar.parent
    if around is not None and around.key == "to":
        around = around.parent
    if around is not None and around.key == "output":
        return True
    outermost = ""
    for each in ancestors(scalar):
        if each.key:
            outermost = each.key
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
