"""Any bytes as a Dockerfile."""

from collections.abc import Iterator

from tests import invariants
from tests.corpus.case import cases


def one_input(data: bytes) -> None:
    """The bytes are the file."""
    invariants.check("Dockerfile", data)


def seeds() -> Iterator[bytes]:
    """The corpus's Dockerfiles."""
    return (case.data for case in cases() if case.name.startswith("dockerfile"))
