"""The fields that the shapes of the API share, and how an image is told in them."""

from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidAnswer, InvalidReference
from tagwake.core.reference import Reference, Stream

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_LABEL = r"[a-zA-Z0-9]+(?:-+[a-zA-Z0-9]+)*"
HOST = rf"(?:{_LABEL}(?:\.{_LABEL})+(?::[0-9]+)?|{_LABEL}:[0-9]+|localhost|\[[a-fA-F0-9]*:[a-fA-F0-9:]*\](?::[0-9]+)?)"
"""What the host of a registry looks like where it is written in front of a repository."""
NAME = rf"(?:{HOST}/{_COMPONENT}(?:/{_COMPONENT})*|[a-z0-9]+(?:(?:_|__|-+)[a-z0-9]+)*(?:/{_COMPONENT})*)"
"""What a registry and a repository look like in a schema; it is the core that reads them."""
TAG = r":[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
DIGEST = r"(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})"
WATCH = rf"^{NAME}({TAG}|:[A-Za-z0-9_.-]{{0,60}}[*?][A-Za-z0-9_.*?-]{{0,60}})?$"
"""What the pattern of a watch looks like."""
SAFE_LENGTH = 255
"""An image of so many characters is never too long: its host, repository and tag each have a limit of their own."""

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
