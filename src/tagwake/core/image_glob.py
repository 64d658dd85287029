"""A pattern for images: ``*`` stands for any characters, ``?`` for one, and every spelling of an image counts."""

import re
from dataclasses import dataclass
from functools import lru_cache

from tagwake.core.errors import InvalidReference
from tagwake.core.pin import PlacedReference
from tagwake.core.reference import DEFAULT_REGISTRY, Reference, Stream

MAX_GLOB = 1000
"""Characters of a pattern: more is a mistake."""


@dataclass(frozen=True, slots=True)
class ImageGlob:
    """A pattern such as ``ghcr.io/acme/*``, ``debian`` or ``cgr.dev/chainguard/go:1.21``.

    It is held against the image as written, normalised (``docker.io/library/debian:12``) and familiar
    (``debian:12``), each with its tag and without: a pattern without a tag means every tag. A pattern without
    ``*`` and ``?`` that is a reference is normalised as well. ``*`` goes over ``/``.
    """

    pattern: str

    def matches(self, reference: PlacedReference) -> bool:
        """Whether one spelling of the reference's image fits the whole pattern."""
        fits = _compiled(self.pattern).fullmatch
        return any(fits(spelling) for spelling in spellings(reference))

    def matches_stream(self, stream: Stream) -> bool:
        """Whether one spelling of the stream, with its tag or without, fits the whole pattern."""
        fits = _compiled(self.pattern).fullmatch
        names = _names(stream.registry, stream.repository)
        return any(fits(name) or fits(f"{name}:{stream.tag}") for name in names)

    def __str__(self) -> str:
        return self.pattern


@dataclass(frozen=True, slots=True)
class Selection:
    """Which images a run is about: those that fit one of ``only`` (all, where it is empty) and none of ``excepted``."""

    only: tuple[ImageGlob, ...] = ()
    excepted: tuple[ImageGlob, ...] = ()

    @classmethod
    def of(cls, only: tuple[str, ...] = (), excepted: tuple[str, ...] = ()) -> "Selection":
        """From the texts of ``--only`` and ``--except``."""
        return cls(tuple(map(ImageGlob, only)), tuple(map(ImageGlob, excepted)))

    def refusal(self, reference: PlacedReference) -> str | None:
        """Why the reference is not meant, one line; ``None`` where it is."""
        if self.only and not any(glob.matches(reference) for glob in self.only):
            return f"not chosen by --only {', '.join(map(str, self.only))}"
        for glob in self.excepted:
            if glob.matches(reference):
                return f"left out by --except {glob}"
        return None


def spellings(reference: PlacedReference) -> tuple[str, ...]:
    """Every way to write the reference's image: as written, normalised and familiar, with and without the tag."""
    written, tag = reference.image, reference.tag
    names = [written]
    if tag is not None and written.endswith(f":{tag}"):
        names.append(written[: -len(tag) - 1])
    if reference.registry is not None and reference.repository is not None:
        for name in _names(reference.registry, reference.repository):
            names.append(name)
            if tag is not None:
                names.append(f"{name}:{tag}")
    return tuple(dict.fromkeys(names))


def _names(registry: str, repository: str) -> list[str]:
    names = [f"{registry}/{repository}"]
    if registry == DEFAULT_REGISTRY:
        names += [repository, repository.removeprefix("library/")]
    return names


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    """A linear expression: each run up to the next literal is atomic, so that nothing is tried twice."""
    first, *rest = re.split(r"\*+", _normalised(pattern))
    expression = _literal(first)
    if rest:
        expression += "".join(f"(?>.*?{_literal(part)})" for part in rest[:-1])
        expression += f".*{_literal(rest[-1])}"
    return re.compile(expression, re.DOTALL)


def _literal(text: str) -> str:
    return re.escape(text).replace(r"\?", ".")


def _normalised(pattern: str) -> str:
    if "*" in pattern or "?" in pattern:
        return pattern
    try:
        reference = Reference.parse(pattern)
    except InvalidReference:
        return pattern
    name = f"{reference.registry}/{reference.repository}"
    return name if reference.tag is None else f"{name}:{reference.tag}"
