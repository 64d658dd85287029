"""What the service is told to do, and says of it: watches, imports, sources of hooks, access tokens."""

from collections.abc import Iterable
from datetime import UTC
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from tagwake.core.access import Scope, Token
from tagwake.core.errors import InvalidAnswer
from tagwake.core.hook_login import (
    BasicLogin,
    BodySignature,
    HookLogin,
    IdentityToken,
    PathToken,
    SharedHeader,
)
from tagwake.core.reference import Stream
from tagwake.core.sighting import IMPORT, Sighting
from tagwake.formats.api.fields import (
    HOST,
    NAME,
    SAFE_LENGTH,
    TAG,
    WATCH,
    DigestText,
    Image,
    Moment,
    Number,
    digest_text,
    read_image,
    utc,
)
from tagwake.formats.history.answer import read_digest

MAX_PATTERNS = 1000
MAX_SIGHTINGS = 10_000
"""Sightings of one request: an import sends as many requests as it takes."""
MAX_SECRETS = 10

Name = Annotated[
    str,
    Meta(
        pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
        description="Letters, digits, dots, dashes and underscores; 64 at most.",
    ),
]
Secrets = Annotated[
    list[Annotated[str, Meta(min_length=1, max_length=1024)]],
    Meta(max_length=MAX_SECRETS, description="Each is good, while one replaces another."),
]


class Watched(Struct):
    """A pattern that is followed."""

    pattern: Annotated[str, Meta(description="registry/repository:tag, where the tag may be a glob.")]
    signatures: Annotated[bool, Meta(description="Whether signature tags are followed too.")]
    by: str
    added_at: Moment
    streams: Annotated[Number, Meta(description="How many tags are followed that it covers.")]


class WatchesDocument(Struct):
    """What is followed (``GET /api/watches``)."""

    schema: Literal["tagwake/watches/1"]
    watches: list[Watched]


class WatchRequest(Struct, forbid_unknown_fields=True):
    """Follow these (``POST /api/watches``)."""

    patterns: Annotated[
        list[
            Annotated[
                str,
                Meta(
                    min_length=1,
                    extra_json_schema={"pattern": WATCH, "maxLength": SAFE_LENGTH},
                ),
            ]
        ],
        Meta(min_length=1, max_length=MAX_PATTERNS),
    ]
    signatures: bool = False


class WatchAnswer(Struct):
    """How many of the patterns are new."""

    added: Number


class HintRequest(Struct, forbid_unknown_fields=True):
    """Look at these now (``POST /api/hints``)."""

    images: Annotated[
        list[
            Annotated[
                str,
                Meta(
                    min_length=1,
                    extra_json_schema={"pattern": f"^{NAME}({TAG})?$", "maxLength": SAFE_LENGTH},
                ),
            ]
        ],
        Meta(min_length=1, max_length=MAX_PATTERNS, description="Without a tag all of the repository's."),
    ]


class HintAnswer(Struct):
    """How many tags are due by it; what nobody follows is left alone."""

    due: Number


class ImportedSighting(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What somebody's record says that a tag was."""

    image: Annotated[
        Image,
        Meta(extra_json_schema={"pattern": f"^{NAME}{TAG}$", "maxLength": SAFE_LENGTH}),
    ]
    seen_at: Moment
    digest: Annotated[DigestText | None, Meta(description="Null where the tag was absent.")]
    how: Annotated[str, Meta(pattern="^import:[a-z0-9][a-z0-9_-]{0,31}$", description="import:<kind>")]
    claimed_at: Moment | None = None
    media_type: Annotated[str, Meta(max_length=255, pattern=r"^[ -~]*$")] | None = None
    size: Annotated[int, Meta(ge=0, le=2**53)] | None = None


class ImportRequest(Struct, forbid_unknown_fields=True):
    """Take these over (``POST /api/imports``)."""

    sightings: Annotated[list[ImportedSighting], Meta(max_length=MAX_SIGHTINGS)]


class ImportAnswer(Struct):
    """What an import did."""

    sightings: Number
    moves: Annotated[Number, Meta(description="Those that are new.")]
    corrected: Annotated[Number, Meta(description="Events that say that what was told was wrong.")]


class SharedHeaderLogin(Struct, tag="shared-header", tag_field="type", forbid_unknown_fields=True):
    """A header that the registry sends as it was configured."""

    header: Annotated[str, Meta(pattern="^[A-Za-z0-9-]{1,64}$")]
    secrets: Secrets


class BasicAuthLogin(Struct, tag="basic", tag_field="type", forbid_unknown_fields=True):
    """A user's name and password."""

    username: Annotated[str, Meta(min_length=1, max_length=255, pattern="^[^:]*$")]
    passwords: Secrets


class SignatureLogin(Struct, tag="signature", tag_field="type", forbid_unknown_fields=True):
    """An HMAC of the body."""

    secrets: Secrets


class PathTokenLogin(Struct, tag="path-token", tag_field="type", forbid_unknown_fields=True):
    """A random token as the last segment of the path; where none is given, the service makes one."""

    tokens: Secrets = []


class IdentityLogin(Struct, tag="identity", tag_field="type", forbid_unknown_fields=True):
    """A signed token of an OpenID issuer."""

    issuer: Annotated[str, Meta(pattern="^https://", max_length=1024)]
    audience: Annotated[str, Meta(min_length=1, max_length=1024)]
    subject: Annotated[str, Meta(min_length=1, max_length=1024)]
    keys: Annotated[str, Meta(max_length=65_536)] | None = None


Login = SharedHeaderLogin | BasicAuthLogin | SignatureLogin | PathTokenLogin | IdentityLogin


class SourceRequest(Struct, forbid_unknown_fields=True):
    """Take hooks of this source (``POST /api/sources``), or take over what has changed of it."""

    kind: Name
    name: Name
    login: Login
    registry: (
        Annotated[
            str,
            Meta(
                max_length=255,
                description="Where its images are pulled from; null: deliveries say that.",
                extra_json_schema={"pattern": f"^{HOST}$"},
            ),
        ]
        | None
    ) = None
    renames: Annotated[
        dict[str, str],
        Meta(max_length=100, description="What stands first in a delivery's repository, and its place."),
    ] = {}


class SourceAnswer(Struct):
    """Where the registry is to send its hooks."""

    path: Annotated[str, Meta(description="Below the service's address; a token in it is shown once.")]
    new: bool


class SourceFare(Struct):
    """How a source fares."""

    kind: str
    name: str
    added_at: Moment
    accepted: Annotated[Number, Meta(description="Deliveries that were authenticated.")]
    refused: Number
    parked: Annotated[Number, Meta(description="Those of the accepted that could not be read.")]
    last_word_at: Moment | None
    last_refusal_at: Moment | None


class SourcesDocument(Struct):
    """Who may send hooks (``GET /api/sources``)."""

    schema: Literal["tagwake/sources/1"]
    sources: list[SourceFare]


class RefusedDelivery(Struct):
    """Why a delivery was refused."""

    at: Moment
    reason: str


class RefusalsDocument(Struct):
    """The last refusals of a source, newest first (``GET /api/sources/{kind}/{name}/refusals``)."""

    schema: Literal["tagwake/refusals/1"]
    refusals: list[RefusedDelivery]


class ParkedDelivery(Struct):
    """A delivery that was authenticated and could not be read."""

    number: Number
    kind: str
    name: str
    at: Moment
    reason: str
    size: Annotated[Number, Meta(description="Bytes of the whole body as far as they were read.")]
    body: Annotated[str, Meta(description="The first 64 KiB; bytes that are no UTF-8 are replaced.")]


class ParkedDocument(Struct):
    """What is parked, newest first (``GET /api/parked``)."""

    schema: Literal["tagwake/parked/1"]
    parked: list[ParkedDelivery]


class GivenToken(Struct):
    """An access token, as it is kept."""

    name: str
    scopes: list[Scope]
    created_at: Moment
    last_used_at: Moment | None
    revoked_at: Moment | None


class TokensDocument(Struct):
    """All tokens that were ever given (``GET /api/tokens``)."""

    schema: Literal["tagwake/tokens/1"]
    tokens: list[GivenToken]


class TokenRequest(Struct, forbid_unknown_fields=True):
    """Give a token (``POST /api/tokens``)."""

    name: Name
    scopes: Annotated[list[Scope], Meta(min_length=1, max_length=len(Scope))]


class TokenAnswer(Struct):
    """The token, shown this once."""

    name: str
    token: str


def given_token(token: Token) -> GivenToken:
    """A token as the API tells it."""
    return GivenToken(
        token.name,
        sorted(token.scopes),
        token.created_at,
        utc(token.last_used_at),
        utc(token.revoked_at),
    )


def login_of(login: Login) -> HookLogin:
    """The login that a request describes."""
    match login:
        case SharedHeaderLogin(header=header, secrets=secrets):
            return SharedHeader(header.lower(), tuple(secrets))
        case BasicAuthLogin(username=username, passwords=passwords):
            return BasicLogin(username, tuple(passwords))
        case SignatureLogin(secrets=secrets):
            return BodySignature(tuple(secrets))
        case PathTokenLogin(tokens=tokens):
            return PathToken(tuple(tokens))
        case IdentityLogin(issuer=issuer, audience=audience, subject=subject, keys=keys):
            return IdentityToken(issuer, audience, subject, keys)


def login_request(login: HookLogin) -> Login:
    """The same login as a request describes it."""
    match login:
        case SharedHeader(header=header, secrets=secrets):
            return SharedHeaderLogin(header, list(secrets))
        case BasicLogin(username=username, passwords=passwords):
            return BasicAuthLogin(username, list(passwords))
        case BodySignature(secrets=secrets):
            return SignatureLogin(list(secrets))
        case PathToken(tokens=tokens):
            return PathTokenLogin(list(tokens))
        case IdentityToken(issuer=issuer, audience=audience, subject=subject, keys=keys):
            return IdentityLogin(issuer, audience, subject, keys)


def import_request(sightings: Iterable[Sighting]) -> bytes:
    """A request that has these taken over, at most 10,000 of them."""
    return msgspec.json.encode(
        ImportRequest(
            [
                ImportedSighting(
                    image=str(each.stream),
                    seen_at=each.seen_at,
                    digest=digest_text(each.digest),
                    how=each.how,
                    claimed_at=each.claimed_at,
                    media_type=each.media_type,
                    size=each.size,
                )
                for each in sightings
            ]
        )
    )


def imported(request: ImportRequest) -> tuple[Sighting, ...]:
    """The sightings of a request.

    :raises InvalidAnswer: where an image has no tag or is none, or a time is outside the years 1 to 9999.
    """
    streams: dict[str, Stream] = {}
    try:
        return tuple(_sighting(each, streams) for each in request.sightings)
    except OverflowError:
        raise InvalidAnswer("the import names a time that is none") from None


def _sighting(told: ImportedSighting, streams: dict[str, Stream]) -> Sighting:
    stream = streams.get(told.image)
    if stream is None:
        stream = streams.setdefault(told.image, read_image(told.image, "the import"))
    if not told.how.startswith(IMPORT):
        raise InvalidAnswer("the import tells sightings that are not marked as imported")
    return Sighting(
        stream=stream,
        seen_at=told.seen_at.astimezone(UTC),
        digest=None if told.digest is None else read_digest(told.digest, "the import"),
        how=told.how,
        claimed_at=utc(told.claimed_at),
        media_type=told.media_type,
        size=told.size,
    )
