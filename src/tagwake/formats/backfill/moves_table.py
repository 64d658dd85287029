"""A table of moves as CSV: ``observed_at``, ``repository``, ``tag``, ``digest``, and no digest where the tag was deleted.

The columns stand in any order, by the names in the first row; others are ignored. Times are RFC 3339.
"""

import csv
from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import itemgetter

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidDigest, InvalidInput, InvalidReference
from tagwake.core.reference import Reference, Stream
from tagwake.core.sighting import IMPORT, Sighting
from tagwake.formats.history.moment import read_moment

HOW = f"{IMPORT}csv"
COLUMNS = ("observed_at", "repository", "tag", "digest")

MAX_LINE = 8192
"""Characters of a line: the four columns have less than a thousand."""

_REMEMBERED = 1 << 17


def read_table(lines: Iterable[str], registry: str, name: str) -> Iterator[Sighting]:
    """The rows of a table, each as a sighting.

    :param lines: text, line by line.
    :param registry: the host that the repositories belong to.
    :param name: what the table is called where it is at fault.
    :raises InvalidInput: with the number of the line that cannot be read.
    """
    rows = csv.reader(_limited(lines, name), strict=True)
    stream_of = _Streams(registry)
    digest_of = _Digests()
    moment_of = lru_cache(64)(read_moment)
    try:
        wanted = itemgetter(*_places(next(rows, []), name))
        for row in filter(None, rows):
            observed_at, repository, tag, digest = wanted(row)
            yield Sighting(stream_of[repository, tag], moment_of(observed_at), digest_of[digest], HOW)
    except IndexError:
        raise InvalidInput(f"{name}:{rows.line_num}: the row has fewer columns than the first line") from None
    except csv.Error as error:
        raise InvalidInput(f"{name}:{rows.line_num}: {error}") from None
    except InvalidReference as error:
        raise InvalidInput(f"{name}:{rows.line_num}: {error.text}: {error.problem}") from None
    except InvalidDigest as error:
        raise InvalidInput(f"{name}:{rows.line_num}: {error.problem}") from None
    except _Misplaced as error:
        raise InvalidInput(str(error)) from None
    except InvalidInput as error:
        raise InvalidInput(f"{name}:{rows.line_num}: {error}") from None


class _Misplaced(InvalidInput):
    """Says already where the fault is."""


class _Streams(dict[tuple[str, str], Stream]):
    """Streams by repository and tag, normalised as in references; each is read once."""

    def __init__(self, registry: str) -> None:
        self._registry = registry

    def __missing__(self, key: tuple[str, str]) -> Stream:
        repository, tag = key
        text = f"{self._registry}/{repository}:{tag}"
        stream = Reference.parse(text).stream
        if stream is None or stream.tag != tag:
            raise InvalidReference(text, 0, f"{tag!r} is no tag")
        if len(self) >= _REMEMBERED:
            self.clear()
        self[key] = stream
        return stream


class _Digests(dict[str, Digest | None]):
    """Digests by their text, nothing for none; each is read once."""

    def __missing__(self, text: str) -> Digest | None:
        digest = Digest.parse(text) if text else None
        if len(self) >= _REMEMBERED:
            self.clear()
        self[text] = digest
        return digest


def _limited(lines: Iterable[str], name: str) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            raise _Misplaced(f"{name}:{number}: the line has more than {MAX_LINE} characters")
        yield line


def _places(header: list[str], name: str) -> tuple[int, ...]:
    names = [column.strip().removeprefix("\ufeff").lower() for column in header]
    missing = [column for column in COLUMNS if column not in names]
    if missing:
        raise _Misplaced(
            f"{name}:1: the first line names no column {', '.join(missing)}: it must be a table of {', '.join(COLUMNS)}"
        )
    return tuple(names.index(column) for column in COLUMNS)
