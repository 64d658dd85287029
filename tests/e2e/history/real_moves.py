"""Real moves of real tags: events of Microsoft's .NET images, as `tests/data` has them."""

import csv
import lzma
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parents[2] / "data" / "dotnet_tag_moves.csv.xz"


class Row(NamedTuple):
    """A row of the table; an empty digest says that the tag was deleted."""

    at: str
    repository: str
    tag: str
    digest: str


def read(path: Path = DATA) -> list[Row]:
    """All of them, by time."""
    with lzma.open(path, "rt", newline="") as lines:
        table = csv.reader(lines)
        assert next(table) == ["observed_at", "repository", "tag", "digest"]
        return [Row(*row) for row in table]


def of_tags(rows: Sequence[Row], *, between: tuple[int, int], least: int) -> list[Row]:
    """The rows of as few tags, of those with so many rows each, as have `least` rows together."""
    low, high = between
    counts = Counter((row.repository, row.tag) for row in rows)
    chosen, together = set(), 0
    for name, count in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
        if low <= count <= high and together < least:
            chosen.add(name)
            together += count
    assert together >= least
    return [row for row in rows if (row.repository, row.tag) in chosen]
