"""The fields that the shapes of the API share, and how an image is told in them."""

from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidAnswer, InvalidReference
from tagwake.core.reference import Reference, Stream

DigestText = Annotated[
    str, Meta(pattern="^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$", description="algorithm:hex")
]
Moment = Annotated[datetime, Meta(tz=True, description="RFC 3339, UTC.")]
Number = Annotated[int, Meta(ge=0)]
Image = Annotated[str, Meta(description="Registry, repository and tag, normalised.")]
Place = Annotated[int, Meta(ge=0, description="A cursor of the feed.")]


def utc(moment: datetime | None) -> datetime | None:
    """The moment in UTC, as all times are told."""
    return None if moment is None else moment.astimezone(UTC)


def digest_text(digest: Digest | None) -> str | None:
    """A digest, or nothing."""
    return None if digest is None else str(digest)


def read_image(text: str, what: str) -> Stream:
    """The stream that an image names.

    :raises InvalidAnswer: where it names none.
    """
    try:
        stream = Reference.parse(text).stream
    except InvalidReference as error:
        raise InvalidAnswer(f"{what} names an image that is none: {error.problem}") from None
    if stream is None:
        raise InvalidAnswer(f"{what} names an image without a tag")
    return stream
