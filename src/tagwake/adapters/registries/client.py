"""The client of OCI and Docker registries: what a tag points to, and what a digest holds."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from yarl import URL

from tagwake.adapters.http import HEADERS, Answer, Http, Request, read_url
from tagwake.adapters.registries.authorization import Authorization
from tagwake.adapters.registries.memo import Memo
from tagwake.adapters.registries.refusal import refusal, shown
from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidDigest, InvalidInput, InvalidManifest
from tagwake.core.look import Look, Unchanged, Unknown, look_of
from tagwake.core.manifest import MANIFEST_TYPES, Descriptor, Manifest
from tagwake.core.platform import Platform
from tagwake.core.reference import Stream
from tagwake.core.registry_rule import Endpoint, RegistryRule, endpoint_of
from tagwake.core.resolution import Failure, Unresolved
from tagwake.formats.registry import manifests
from tagwake.formats.registry.error_body import printable, read_errors
from tagwake.formats.registry.manifests import SCHEMA_1_TYPES, read_manifest, read_platform
from tagwake.ports.registry_pages import RegistryPage

_MANIFEST_HEADERS = {**HEADERS, "Accept": ", ".join(MANIFEST_TYPES)}
_ANY_HEADERS = {**HEADERS, "Accept": "*/*"}
_ETAG = re.compile(r'(?:W/)?"[!\x23-\x7e]{1,200}"')
"""An entity tag (RFC 9110, section 8.8.3) of a length that is worth keeping."""
_NO_HEAD = frozenset({404, 405, 501})
"""Answers to HEAD after which GET is tried once: some registries know no HEAD, and a 404 is worth a second look."""
_UNTOLD = frozenset({401, 403, 429})
"""Answers that say nothing of what was asked for."""


@dataclass(frozen=True, slots=True)
class _Place:
    """An endpoint, the URL of its host, and what tells its repository from all others."""

    endpoint: Endpoint
    root: URL
    key: str

    def url(self, path: str) -> URL:
        """The URL below the repository; neither names nor tags nor digests have anything to encode."""
        return self.root.with_path(f"/v2/{self.endpoint.repository}/{path}", encoded=True)


class Registries:
    """All registries by their rules (:class:`tagwake.ports.registry.Registry`); each question is asked once."""

    def __init__(self, rules: Sequence[RegistryRule], http: Http, authorization: Authorization) -> None:
        self._rules = tuple(rules)
        self._http = http
        self._authorization = authorization
        self._places: Memo[tuple[str, str], _Place | Unresolved] = Memo()
        self._schemes: Memo[tuple[str, bool, str | None], str] = Memo()
        self._descriptors: Memo[tuple[str, str | Digest], Descriptor | Unresolved] = Memo()
        self._manifests: Memo[tuple[str, Digest], Manifest | Unresolved] = Memo()
        self._platforms: Memo[tuple[str, Digest], Platform | Unresolved] = Memo()
        self._are_registries: Memo[str, bool] = Memo()

    async def resolve(self, stream: Stream) -> Descriptor | Unresolved:
        """What the tag points to now: HEAD, and GET only where that tells no digest."""
        return await self._describe(stream.registry, stream.repository, stream.tag)

    async def look(self, stream: Stream, etag: str | None = None) -> Look:
        """What the tag points to at this moment, whatever was asked before (:class:`tagwake.ports.looker.Looker`)."""
        place = self._places.peek((stream.registry, stream.repository))
        place = place or await self._place(stream.registry, stream.repository)
        if isinstance(place, Unresolved):
            return look_of(place)
        headers = _MANIFEST_HEADERS if etag is None else {**_MANIFEST_HEADERS, "If-None-Match": etag}
        answer = await self._ask(place, "HEAD", place.url(f"manifests/{stream.tag}"), headers)
        if isinstance(answer, Unresolved):
            return look_of(answer)
        if answer.status == 304 and etag is not None:
            return Unchanged()
        look = look_of(await self._described(place, stream.tag, answer), etag=_etag(answer))
        if isinstance(look, Unknown) and answer.rest is not None:
            return replace(look, retry_after=timedelta(seconds=answer.rest))
        return look

    async def describe(self, registry: str, repository: str, digest: Digest) -> Descriptor | Unresolved:
        """Whether the registry serves this digest, and what it is."""
        return await self._describe(registry, repository, digest)

    async def manifest(self, registry: str, repository: str, digest: Digest) -> Manifest | Unresolved:
        """The manifest of this digest, its bytes checked against it."""
        place = await self._place(registry, repository)
        if isinstance(place, Unresolved):
            return place
        return await self._manifests.get((place.key, digest), lambda: self._get(place, digest))

    async def platform(self, registry: str, repository: str, image: Manifest) -> Platform | Unresolved:
        """The platform that the image's config names, its bytes checked against their digest."""
        place = await self._place(registry, repository)
        if isinstance(place, Unresolved):
            return place
        if image.config is None:
            return Unresolved(
                Failure.GARBAGE, f"{registry}/{repository}: an index has no platform of its own"
            )
        config = image.config.digest
        return await self._platforms.get((place.key, config), lambda: self._get_platform(place, config))

    async def page(
        self,
        registry: str,
        repository: str,
        target: Callable[[str], str],
        *,
        limit: int,
        anonymous: bool = False,
    ) -> RegistryPage | Unresolved:
        """One page below the registry's host (:class:`tagwake.ports.registry_pages.RegistryPages`)."""
        place = await self._place(registry, repository)
        if isinstance(place, Unresolved):
            return place
        path, _, query = target(place.endpoint.repository).partition("?")
        bare = place.root.with_path(path, encoded=True)
        url = URL(f"{bare}?{query}", encoded=True) if query else bare
        answer = await self._ask_for_page(place, url, limit, anonymous=anonymous)
        if isinstance(answer, Unresolved):
            return answer
        if answer.status in _UNTOLD or answer.status >= 500:
            return await self._refusal(place, answer, "")
        return RegistryPage(str(bare), answer.status, answer.body, answer.headers.get("Link"))

    async def _ask_for_page(
        self, place: _Place, url: URL, limit: int, *, anonymous: bool
    ) -> Answer | Unresolved:
        if anonymous:
            return await self._http.ask(
                _request(place.endpoint, "GET", url, _ANY_HEADERS, limit, authorization=None)
            )
        answer = await self._ask(place, "GET", url, _ANY_HEADERS, limit)
        is_unexplained = isinstance(answer, Answer) and answer.status in {401, 403}
        if not is_unexplained or not self._authorization.needs_none(place.endpoint):
            return answer
        # what is no image may not say how to log in: the registry itself does
        said = await self._ask(place, "GET", place.root.with_path("/v2/"), _ANY_HEADERS)
        if isinstance(said, Unresolved) or self._authorization.needs_none(place.endpoint):
            return answer
        return await self._ask(place, "GET", url, _ANY_HEADERS, limit)

    async def _describe(
        self, registry: str, repository: str, wanted: str | Digest
    ) -> Descriptor | Unresolved:
        place = self._places.peek((registry, repository)) or await self._place(registry, repository)
        if isinstance(place, Unresolved):
            return place
        return await self._descriptors.get((place.key, wanted), lambda: self._head(place, wanted))

    async def _place(self, registry: str, repository: str) -> _Place | Unresolved:
        return await self._places.get((registry, repository), lambda: self._find_place(registry, repository))

    async def _find_place(self, registry: str, repository: str) -> _Place | Unresolved:
        try:
            endpoint = endpoint_of(self._rules, registry, repository)
        except InvalidInput as error:
            return Unresolved(Failure.UNSUPPORTED, str(error))
        try:
            root = read_url(f"https://{endpoint.host}")
        except ValueError:  # the grammar of references allows what is no host, and ports of any size
            return Unresolved(Failure.DNS, f"{endpoint.host} can be no host and port: check its spelling")
        root = root.with_scheme(await self._scheme(endpoint))
        return _Place(endpoint, root, f"{root}/{endpoint.repository}")

    async def _scheme(self, endpoint: Endpoint) -> str:
        host, plain_http, ca = endpoint.host, endpoint.plain_http, endpoint.ca
        return await self._schemes.get(
            (host, plain_http, ca), lambda: self._http.scheme_of(host, plain_http=plain_http, ca=ca)
        )

    async def _head(self, place: _Place, wanted: str | Digest) -> Descriptor | Unresolved:
        answer = await self._ask(place, "HEAD", place.url(f"manifests/{wanted}"), _MANIFEST_HEADERS)
        return answer if isinstance(answer, Unresolved) else await self._described(place, wanted, answer)

    async def _described(
        self, place: _Place, wanted: str | Digest, answer: Answer
    ) -> Descriptor | Unresolved:
        """What an answer to HEAD tells; asks by GET where it tells too little."""
        endpoint = place.endpoint
        if answer.status in _NO_HEAD:
            return _descriptor(await self._get(place, wanted))
        if answer.status != 200:
            return await self._refusal(place, answer, wanted)
        media_type = _media_type(answer)
        said = answer.headers.get("Docker-Content-Digest")
        if not said or media_type not in MANIFEST_TYPES:
            return _descriptor(await self._get(place, wanted))
        digest = _said_digest(endpoint, said)
        if isinstance(digest, Unresolved):
            return digest
        if isinstance(wanted, Digest):
            if wanted.algorithm == digest.algorithm and wanted != digest:
                return _wrong_digest(endpoint, wanted, digest)
            digest = wanted
        length = answer.headers.get("Content-Length", "")
        return Descriptor(digest, media_type, int(length) if length.isdecimal() else None)

    async def _get(self, place: _Place, wanted: str | Digest) -> Manifest | Unresolved:
        endpoint = place.endpoint
        url = place.url(f"manifests/{wanted}")
        answer = await self._ask(place, "GET", url, _MANIFEST_HEADERS, manifests.MAX_BYTES)
        if isinstance(answer, Unresolved):
            return answer
        if answer.status != 200:
            return await self._refusal(place, answer, wanted)
        media_type = _media_type(answer)
        if media_type in SCHEMA_1_TYPES:
            return Unresolved(
                Failure.UNSUPPORTED,
                f"{endpoint.registry} serves {shown(endpoint.repository, wanted)} in Docker's schema 1, which has no"
                " digest to pin: push it again with a current client",
            )
        digest = _digest_of(endpoint, answer, wanted)
        if isinstance(digest, Unresolved):
            return digest
        try:
            return read_manifest(answer.body, digest, media_type)
        except InvalidManifest as error:
            return Unresolved(
                Failure.GARBAGE,
                f"{endpoint.registry} serves no manifest as {shown(endpoint.repository, wanted)} ({error}):"
                " check that a registry is there",
            )

    async def _get_platform(self, place: _Place, config: Digest) -> Platform | Unresolved:
        endpoint = place.endpoint
        url = place.url(f"blobs/{config}")
        answer = await self._ask(place, "GET", url, _ANY_HEADERS, manifests.MAX_BYTES)
        if isinstance(answer, Unresolved):
            return answer
        if answer.status != 200:
            return await self._refusal(place, answer, config)
        found = Digest.of(answer.body, config.algorithm)
        if found != config:
            return _wrong_digest(endpoint, config, found)
        try:
            return read_platform(answer.body)
        except InvalidManifest as error:
            return Unresolved(
                Failure.GARBAGE,
                f"{endpoint.registry}: config {config.short} of {endpoint.repository}: {error}",
            )

    async def _ask(
        self, place: _Place, method: str, url: URL, headers: dict[str, str], limit: int = 65_536
    ) -> Answer | Unresolved:
        """Ask with what the host wants for authorization; one that is refused is answered once more."""
        endpoint, authorization = place.endpoint, self._authorization
        used = None if authorization.needs_none(endpoint) else await authorization.header(endpoint)
        if isinstance(used, Unresolved):
            return used
        answer = await self._http.ask(_request(endpoint, method, url, headers, limit, authorization=used))
        for _ in range(2):  # a token may have ended meanwhile, and another scope may be asked for
            if isinstance(answer, Unresolved) or answer.status != 401:
                return answer
            better = await authorization.answer(endpoint, answer, used)
            if isinstance(better, Unresolved):
                return better
            if better is None or better == used:
                return answer
            used = better
            answer = await self._http.ask(_request(endpoint, method, url, headers, limit, authorization=used))
        return answer

    async def _refusal(self, place: _Place, answer: Answer, wanted: str | Digest) -> Unresolved:
        endpoint, errors = place.endpoint, read_errors(answer.body)
        if answer.status == 404 and not errors and not await self._is_registry(place):
            return Unresolved(
                Failure.GARBAGE,
                f"404 from {endpoint.registry}, which does not answer as a registry: check the host",
            )
        login = await self._authorization.login(endpoint)
        return refusal(endpoint, answer.status, wanted, login, rest=answer.rest, errors=errors)

    async def _is_registry(self, place: _Place) -> bool:
        return await self._are_registries.get(place.endpoint.host, lambda: self._knows_version_2(place))

    async def _knows_version_2(self, place: _Place) -> bool:
        """Whether the host answers ``/v2/`` as a registry does (OCI distribution specification, "Determining Support")."""
        url = place.root.with_path("/v2/")
        answer = await self._http.ask(
            _request(place.endpoint, "GET", url, _ANY_HEADERS, 65_536, authorization=None)
        )
        return isinstance(answer, Answer) and answer.status in {200, 401, 403, 429}


def _request(
    endpoint: Endpoint,
    method: str,
    url: URL,
    headers: dict[str, str],
    limit: int,
    *,
    authorization: str | None,
) -> Request:
    if authorization is not None:
        headers = {**headers, "Authorization": authorization}
    return Request(endpoint.host, url, headers, method, limit, endpoint.ca, endpoint.concurrency)


def _descriptor(found: Manifest | Unresolved) -> Descriptor | Unresolved:
    return found.descriptor if isinstance(found, Manifest) else found


def _etag(answer: Answer) -> str | None:
    """The entity tag, as it is sent back: one that is overlong, or no entity tag at all, is none."""
    etag = answer.headers.get("ETag", "")
    return etag if _ETAG.fullmatch(etag) else None


def _media_type(answer: Answer) -> str:
    return answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _said_digest(endpoint: Endpoint, text: str) -> Digest | Unresolved:
    try:
        return Digest.parse(text)
    except InvalidDigest as error:
        failure = Failure.UNSUPPORTED if "not supported" in error.problem else Failure.GARBAGE
        return Unresolved(
            failure, f"{endpoint.registry} answers with no digest of ours: {printable(error.problem)}"
        )


def _digest_of(endpoint: Endpoint, answer: Answer, wanted: str | Digest) -> Digest | Unresolved:
    """The digest of the body; what was asked for, and what the header says, must be it."""
    said = answer.headers.get("Docker-Content-Digest")
    claimed = _said_digest(endpoint, said) if said else None
    if isinstance(claimed, Unresolved):
        return claimed
    for expected in (claimed, wanted):
        if isinstance(expected, Digest):
            found = Digest.of(answer.body, expected.algorithm)
            if found != expected:
                return _wrong_digest(endpoint, expected, found)
    if isinstance(wanted, Digest):
        return wanted
    return claimed or Digest.of(answer.body)


def _wrong_digest(endpoint: Endpoint, expected: Digest, found: Digest) -> Unresolved:
    return Unresolved(
        Failure.GARBAGE,
        f"{endpoint.registry} serves other bytes than it says: {found.short} where {expected.short} of"
        f" {endpoint.repository} should be: try again later, or ask its operator",
    )
