"""The search box: an image, a tag, a digest or its first characters, and the page that is meant."""

from dataclasses import dataclass, field

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidDigest, InvalidReference
from tagwake.core.reference import Reference
from tagwake.core.search import MAX_TEXT
from tagwake.faces.service.asgi import Answer
from tagwake.faces.service.web.visit import Visit, link, see
from tagwake.ports.history_store import Found
from tagwake.wiring.service import Service

MOST = 25
"""Results of each kind."""


@dataclass(frozen=True, slots=True)
class _Results:
    """Where to go at once, or what may be meant."""

    place: str = ""
    found: Found = field(default_factory=Found)


async def search(visit: Visit) -> Answer:
    """The page that is meant, where it is one; else those that may be."""
    text = (visit.question("q").text("q") or "").strip()[:MAX_TEXT]
    if not text:
        return see("/")
    results = await visit.service.call(_look, visit.service, text)
    if results.place:
        return see(results.place)
    return visit.page("search", found=results.found, most=MOST, search=text, text=text)


def _look(service: Service, text: str) -> _Results:
    exact = _digest_of(text) or _image_of(service, text)
    if exact:
        return _Results(exact)
    found = service.history.find(text, MOST + 1)
    places = [
        *(link(each.registry, each.repository) for each in found.repositories),
        *(link(str(each)) for each in found.streams),
        *(link(str(each)) for each in found.digests),
    ]
    return _Results(places[0] if len(places) == 1 else "", found)


def _digest_of(text: str) -> str:
    try:
        return link(str(Digest.parse(text.partition("@")[2] or text)))
    except InvalidDigest:
        return ""


def _image_of(service: Service, text: str) -> str:
    """The page of an image that is known and was typed in full."""
    try:
        read = Reference.parse(text)
    except InvalidReference:
        return ""
    if read.stream is not None and service.history.tag(read.stream) is not None:
        return link(str(read.stream))
    if read.tag is None and service.history.tags(read.registry, read.repository, 1):
        return link(read.registry, read.repository)
    return ""
