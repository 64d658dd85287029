"""``watch``: which tags the service follows."""

from collections.abc import Iterable

from tagwake.core.image_glob import Selection
from tagwake.core.watch_pattern import WatchPattern
from tagwake.verbs.scan import Scan


def patterns_of(scan: Scan, selection: Selection | None = None) -> tuple[WatchPattern, ...]:
    """A pattern for every tag that is pinned in a code base, each once, in the order of places.

    A reference that a rule ignores is left out, and so is one without a digest: nobody waits for its tag to move.

    :param selection: which images it is about.
    """
    chosen = selection or Selection()
    found = (
        WatchPattern(stream.registry, stream.repository, stream.tag)
        for _, reference in scan.references()
        if reference.digest is not None
        and reference.ignored is None
        and chosen.refusal(reference) is None
        and (stream := reference.stream) is not None
    )
    return tuple(dict.fromkeys(found))


def parsed(texts: Iterable[str], *, signatures: bool) -> tuple[WatchPattern, ...]:
    """The patterns as typed, each once.

    :raises InvalidReference: with the place of the fault.
    """
    return tuple(dict.fromkeys(WatchPattern.parse(text, signatures=signatures) for text in texts))
