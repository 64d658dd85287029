"""Any bytes as the answer of a token service: read or refused, never anything else."""

import contextlib

from tagwake.core.errors import InvalidAnswer
from tagwake.formats.registry.token_answer import read_token


def one_input(data: bytes) -> None:
    """Read it."""
    with contextlib.suppress(InvalidAnswer):
        read_token(data)


def seeds() -> list[bytes]:
    """Where to start."""
    return [
        b'{"token":"t","access_token":"a","expires_in":300,"issued_at":"2026-01-01T00:00:00Z"}',
    ]
