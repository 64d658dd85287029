"""The real moves that the measures of the history work on, and as many synthetic ones as are asked for."""

import contextlib
import lzma
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tagwake.core.sighting import Sighting

ROOT = Path(__file__).parents[1]
REAL = ROOT / "tests" / "data" / "dotnet_tag_moves.csv.xz"
REGISTRY = "mcr.microsoft.com"


def sightings(path: Path = REAL, copies: range = range(1)) -> Iterator[Sighting]:
    """The moves of a table; every copy but the first is of a registry of its own, with digests of its own."""
    from tagwake.formats.backfill.moves_table import read_table

    for copy in copies:
        registry = f"mirror-{copy}.example" if copy else REGISTRY
        with lzma.open(path, "rt") as lines:
            yield from (
                _of_copy(sighting, copy) if copy else sighting
                for sighting in read_table(lines, registry, path.name)
            )


def _of_copy(sighting: Sighting, copy: int) -> Sighting:
    from dataclasses import replace

    from tagwake.core.digest import Digest

    if sighting.digest is None:
        return sighting
    number = int(sighting.digest.hex, 16) ^ (copy * 0x9E3779B97F4A7C15 << 160)
    return replace(sighting, digest=Digest("sha256", f"{number:064x}"))


@contextlib.contextmanager
def database(engine: str) -> Iterator[str]:
    """The address of an empty database: SQLite in a file, or PostgreSQL as its `initdb` sets it up."""
    if engine == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/tagwake.db"
        return
    sys.path.insert(0, str(ROOT))
    from tests.postgres_server import postgres

    with postgres() as server:
        yield server.new_database()
