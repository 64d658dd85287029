"""The parameters that paths of the API share: how they are documented, and how they are read."""

from datetime import datetime
from typing import Annotated

from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIFormat
from litestar.params import QueryParameter

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidDigest, InvalidInput, InvalidReference
from tagwake.core.reference import Reference
from tagwake.faces.service.api_problem import Refused
from tagwake.formats.api.fields import DIGEST, NAME, SAFE_LENGTH, TAG
from tagwake.formats.history.moment import read_moment
from tagwake.wiring.service import Service

MAX_IMAGE = 700
MAX_CURSOR = 2**53 - 1
"""The largest number that every reader of JSON reads exactly (RFC 8259, section 6)."""

TAGGED = rf"^{NAME}{TAG}(@{DIGEST})?$"
"""What a reference with a tag looks like: for the documentation, the reading is the core's."""

Given = NamedDependency[Service]
"""The service, given to each handler."""
ImageQuery = Annotated[
    str,
    QueryParameter(
        description="An image with its tag, such as cgr.dev/chainguard/go:latest.",
        min_length=1,
        max_length=MAX_IMAGE,
        schema_extra={"pattern": TAGGED, "max_length": SAFE_LENGTH},
    ),
]
_HASH = QueryParameter(description="algorithm:hex", max_length=140, schema_extra={"pattern": f"^{DIGEST}$"})
DigestQuery = Annotated[str, _HASH]
AnyDigestQuery = Annotated[str | None, _HASH]


def time_query(description: str) -> object:
    """A parameter that is a time."""
    return QueryParameter(
        description=f"{description}; RFC 3339.",
        max_length=64,
        schema_extra={"format": OpenAPIFormat.DATE_TIME},
    )


def read_reference(text: str) -> Reference:
    """The image that a parameter names, with its tag.

    :raises Refused: 400, where it is none.
    """
    try:
        reference = Reference.parse(text)
    except InvalidReference as error:
        raise Refused(400, f"image: {text[:200]!r} is no image reference: {error.problem}") from None
    if reference.stream is None:
        raise Refused(400, f"image: {text[:200]!r} has no tag: a history is that of a tag, so name one")
    return reference


def read_digest(text: str) -> Digest:
    """A digest.

    :raises Refused: 400, where it is none.
    """
    try:
        return Digest.parse(text)
    except InvalidDigest as error:
        raise Refused(400, f"digest: {error.problem}") from None


def read_time(name: str, text: str) -> datetime:
    """A time.

    :raises Refused: 400, where it is none.
    """
    try:
        return read_moment(text)
    except InvalidInput as error:
        raise Refused(400, f"{name}: {error}") from None
