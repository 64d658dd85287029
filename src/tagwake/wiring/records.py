"""What others have recorded of tags, as it is imported: registries' own records, their storage, a code base's commits."""

import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager

from tagwake.adapters.clock import SystemClock
from tagwake.adapters.history_sources.registry_records import PagedRecords
from tagwake.core.errors import UsageRefused
from tagwake.core.settings import Settings
from tagwake.core.sighting import Sighting
from tagwake.ports.registry_record import RegistryRecords
from tagwake.wiring.registry import open_registry


@asynccontextmanager
async def open_records(settings: Settings, environment: Mapping[str, str]) -> AsyncIterator[RegistryRecords]:
    """The records of all registries, for one run."""
    async with open_registry(settings, environment) as registry:
        yield PagedRecords(registry, SystemClock())


def stored(root: str, registry: str) -> Iterator[Sighting]:
    """What the storage of a distribution registry on disk says; raises as its reader does."""
    from tagwake.adapters.history_sources.storage_tree import read_storage

    return read_storage(root, registry)


def tabled(path: str, registry: str) -> Iterator[Sighting]:
    """What a table of moves says; ``-`` is standard input, and a name that ends in ``.xz`` or ``.gz`` is compressed.

    :raises UsageRefused: where it cannot be read.
    :raises InvalidInput: with the number of the line that is no row.
    """
    from tagwake.formats.backfill.moves_table import read_table

    try:
        with _opened(path) as lines:
            yield from read_table(lines, registry, "standard input" if path == "-" else path)
    except (OSError, EOFError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or "it is no text"
        raise UsageRefused(f"{path}: cannot be read: {said.lower()}") from None


def _opened(path: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - text files of four libraries
    if path == "-":
        import sys
        from contextlib import nullcontext

        return nullcontext(sys.stdin)
    if path.endswith(".xz"):
        import lzma

        return lzma.open(path, "rt", encoding="utf-8", newline="")
    if path.endswith(".gz"):
        import gzip

        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return open(os.fspath(path), encoding="utf-8", newline="")
