"""Every kind of source: how its deliveries are read, what they may prove themselves by, and what is asked of a source."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tagwake.core.errors import InvalidHook
from tagwake.core.hook_login import (
    BasicLogin,
    BodySignature,
    HookLogin,
    IdentityToken,
    PathToken,
    SharedHeader,
)
from tagwake.core.hook_source import HookSource
from tagwake.formats.webhook import (
    acr,
    chainguard,
    distribution,
    dockerhub,
    ecr,
    forgejo,
    gar,
    gitea,
    github,
    gitlab,
    harbor,
    jfrog,
    nexus,
    quay,
    zot,
)
from tagwake.formats.webhook.identity import SubjectClaim, read_key_set
from tagwake.formats.webhook.signature import SignatureScheme, SignedHeader
from tagwake.formats.webhook.translation import Read

MAX_BODY = 1_048_576
MIN_TOKEN = 16
"""Characters of a path's token, which is the only secret that there is then."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TOKEN = re.compile(rf"[A-Za-z0-9._~-]{{{MIN_TOKEN},200}}")
_HEADER = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]+")
_LOGINS: Mapping[type[HookLogin], str] = {
    SharedHeader: "a header with a secret",
    BasicLogin: "a login",
    BodySignature: "a signature",
    PathToken: "a token in the path",
    IdentityToken: "an identity token",
}
_MANIFESTS = 8 * 1_048_576  # a body that holds a manifest of 4 MiB as text
_STATIC = (SharedHeader, BasicLogin)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of source.

    :param logins: what its registry can offer; :class:`PathToken` only where that is nothing.
    :param needs_registry: its deliveries do not say reliably where images are pulled from.
    :param registry: where all images of this kind are pulled from, where there is one such place.
    :param header: of a :class:`SharedHeader` where the source names none.
    :param scheme: of its signatures.
    :param issuer: of its identity tokens, where the source names none; so is ``audience``.
    :param subject_claim: the claim that says whose token it is.
    :param binds_body: its token says for which body it is.
    :param limit: bytes of a body; a longer one is refused.
    :param parks_oversize: it repeats a refused delivery for ever, and holds back all that follow: a body that is too
        long is taken and parked.
    """

    name: str
    title: str
    read: Read
    logins: tuple[type[HookLogin], ...]
    needs_registry: bool = False
    registry: str | None = None
    header: str = "authorization"
    scheme: SignatureScheme | None = None
    issuer: str | None = None
    audience: str | None = None
    subject_claim: SubjectClaim = "sub"
    binds_body: bool = False
    limit: int = MAX_BODY
    parks_oversize: bool = False


def _hex(*headers: SignedHeader, compact: bool = False) -> SignatureScheme:
    return SignatureScheme(headers, compact)


_FORGE = (
    SignedHeader("x-gitea-signature"),
    SignedHeader("x-hub-signature-256", prefix="sha256="),
)

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("distribution", "CNCF distribution", distribution.read, _STATIC, parks_oversize=True),
        Kind("harbor", "Harbor", harbor.read, (SharedHeader,), needs_registry=True),
        Kind("dockerhub", "Docker Hub", dockerhub.read, (PathToken,), registry=dockerhub.REGISTRY),
        Kind(
            "github",
            "GitHub packages",
            github.read,
            (BodySignature,),
            registry=github.REGISTRY,
            scheme=_hex(SignedHeader("x-hub-signature-256", prefix="sha256=")),
            limit=4 * MAX_BODY,
        ),
        Kind("quay", "Quay", quay.read, (PathToken,)),
        Kind("acr", "Azure Container Registry", acr.read, _STATIC),
        Kind("ecr", "Amazon ECR through EventBridge", ecr.read, _STATIC),
        Kind(
            "gar",
            "Google Artifact Registry through Pub/Sub",
            gar.read,
            (IdentityToken,),
            issuer="https://accounts.google.com",
            subject_claim="email",
        ),
        Kind("zot", "zot", zot.read, _STATIC, needs_registry=True, limit=_MANIFESTS),
        Kind(
            "jfrog",
            "JFrog Artifactory",
            jfrog.read,
            (BodySignature, SharedHeader),
            needs_registry=True,
            header="x-jfrog-event-auth",
            scheme=_hex(SignedHeader("x-jfrog-event-auth")),
        ),
        Kind(
            "nexus",
            "Sonatype Nexus",
            nexus.read,
            (BodySignature,),
            needs_registry=True,
            scheme=_hex(SignedHeader("x-nexus-webhook-signature", "sha1"), compact=True),
        ),
        Kind("gitlab", "GitLab", gitlab.read, _STATIC, parks_oversize=True),
        Kind("gitea", "Gitea", gitea.read, (BodySignature,), scheme=_hex(*_FORGE)),
        Kind(
            "forgejo",
            "Forgejo",
            forgejo.read,
            (BodySignature,),
            scheme=_hex(SignedHeader("x-forgejo-signature"), *_FORGE),
        ),
        Kind(
            "chainguard",
            "Chainguard",
            chainguard.read,
            (IdentityToken,),
            registry=chainguard.REGISTRY,
            issuer="https://issuer.enforce.dev",
            audience="customer",
            binds_body=True,
        ),
    )
}
"""By the name that stands in a hook's path."""


def fault_of(source: HookSource) -> str | None:
    """Why no hook could be taken of such a source, in one line; ``None`` where all is well."""
    kind = KINDS.get(source.kind)
    if kind is None:
        return f"there is no kind {source.kind!r}: there are {', '.join(KINDS)}"
    if not _NAME.fullmatch(source.name):
        return "the name of a source is 1 to 64 of A-Z a-z 0-9 . _ -, and starts with a letter or a digit"
    if not isinstance(source.login, kind.logins):
        offered = " or ".join(_LOGINS[each] for each in kind.logins)
        return f"{kind.title} proves itself by {offered}"
    if kind.needs_registry and source.registry is None:
        return f"{kind.title} does not say where its images are pulled from: set `registry`"
    return _fault_of_login(source.login)


def _fault_of_login(login: HookLogin) -> str | None:
    match login:
        case IdentityToken(issuer, audience, subject, keys):
            if not issuer.startswith("https://") or not audience or not subject:
                return "an identity token needs an issuer with https://, an audience and a subject"
            return None if keys is None else _fault_of_keys(keys)
        case SharedHeader(header) if not _HEADER.fullmatch(header):
            return "the name of a header is lower case, as in x-token"
        case BasicLogin(_, secrets) | SharedHeader(_, secrets) | BodySignature(secrets) | PathToken(secrets):
            if not secrets or not all(secrets):
                return "a secret is missing or empty"
    if isinstance(login, PathToken) and not all(map(_TOKEN.fullmatch, login.tokens)):
        return f"a token in a path has at least {MIN_TOKEN} characters, of A-Z a-z 0-9 . _ ~ -"
    return None


def _fault_of_keys(keys: str) -> str | None:
    try:
        read_key_set(keys.encode())
    except InvalidHook as error:
        return f"`keys` is no JSON Web Key Set of use: {error}"
    return None
