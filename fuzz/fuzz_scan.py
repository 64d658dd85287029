"""Any bytes as a file of any kind: scanned, rewritten, scanned again (the rules are in `tests/invariants.py`)."""

from collections.abc import Iterator

from tests import invariants
from tests.corpus.case import cases


def one_input(data: bytes) -> None:
    """The first byte chooses the kind of file."""
    if data:
        invariants.check(invariants.PATHS[data[0] % len(invariants.PATHS)], data[1:])


def seeds() -> Iterator[bytes]:
    """The corpus, each file as the kind that is next to its own."""
    endings = {path.rpartition("/")[2]: number for number, path in enumerate(invariants.PATHS)}
    for number, case in enumerate(cases()):
        kind = endings.get(case.path.rpartition("/")[2], number % len(invariants.PATHS))
        yield bytes([kind]) + case.data
