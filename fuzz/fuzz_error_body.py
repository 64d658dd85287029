"""Any bytes as an error body: read or refused, never anything else."""

from tagwake.formats.registry.error_body import read_errors


def one_input(data: bytes) -> None:
    """Read it."""
    read_errors(data)


def seeds() -> list[bytes]:
    """Where to start."""
    return [
        b'{"errors":[{"code":"NAME_UNKNOWN","message":"x","detail":{"a":[1]}}]}',
    ]
