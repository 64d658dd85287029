"""Helm: values files, and values that stand in other documents, at any depth.

An image is a string under a key that ends in ``image``, or ``repository`` beside ``tag`` or ``digest`` with an
optional ``registry`` (facts on references, forms 62, 63 and 65). A ``repository`` without a tag takes the chart's own
default, which stands elsewhere: it is reported as ``templated``, with that reason.
"""

import re

from tagwake.formats.code.keyed_image import keyed_images, role
from tagwake.formats.code.yaml_nodes import Document, Mapping, Scalar, Style, ancestors
from tagwake.formats.code.yaml_reading import Reading

CLAIMS = re.compile(
    r"(?:^|/)(?:[^/]*[-_.])?values(?:[-_.][^/]*)?\.ya?ml(?:\.gotmpl|\.tpl|\.j2)?\Z|(?:^|/)values/[^/]+\.ya?ml(?:\.gotmpl)?\Z",
    re.IGNORECASE,
)
_NO_IMAGE = re.compile(
    r"(?:vm|machine|os|node|host|disk|boot|background|header|logo|cover|avatar|icon|default)[_-]?image\Z",
    re.IGNORECASE,
)


def find(reading: Reading, document: Document, within: Mapping | None = None) -> None:
    """Add the images of a document's values, or of those inside one mapping."""
    reading.document = document
    for mapping in document.mappings:
        if within is None or _is_inside(mapping, within):
            keyed_images(reading, mapping, tag_only=True)
    for scalar in document.scalars:
        key = scalar.key
        if (
            key[-4:] == "mage"
            and scalar.style < Style.EMPTY
            and role(key)[1] == "image"
            and (within is None or _is_inside(scalar, within))
        ):
            reading.image(scalar, certain=key.lower() == "image" and not _NO_IMAGE.match(key))
        elif key[-5:] == "IMAGE":  # a variable that a container is given
            if ":" in reading.string(scalar).rpartition("/")[2] and (
                within is None or _is_inside(scalar, within)
            ):
                reading.image(scalar, certain=False)
        elif (scalar.style == Style.ALIAS and key[-4:] == "mage") or (
            is_listed(scalar) and (within is None or _is_inside(scalar, within))
        ):
            reading.image(scalar, certain=False)


def is_listed(scalar: Scalar) -> bool:
    """Whether a value is one of ``images``, a list or a map of them; the keys of a split image are not."""
    parent = scalar.parent
    if parent is None or not parent.key.lower().endswith("images"):
        return False
    return not scalar.key or not role(scalar.key)[1]


def find_embedded(reading: Reading, document: Document, keys: re.Pattern[str]) -> None:
    """Add the images of values that stand in block scalars under such keys."""
    for scalar in document.scalars:
        if keys.search(scalar.key):
            find_text(reading, document, scalar)


def find_text(reading: Reading, document: Document, scalar: Scalar) -> None:
    """Add the images of values that stand in a block scalar of a document."""
    if scalar.style in {Style.LITERAL, Style.FOLDED}:
        for inner in reading.inner(scalar, ()):
            find(reading, inner)
        reading.document = document


def _is_inside(node: Mapping | Scalar, within: Mapping) -> bool:
    return node is within or any(around is within for around in ancestors(node))
