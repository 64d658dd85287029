"""Any bytes as the answer of a token service: read or refused, never anything else."""

import contextlib

from tagwake.core.errors import InvalidAnswer
from tagwake.formats.registry.token_answer import read_token


def one_input(data: bytes) -> None:
    """Read it."""
    with contextlib.suppress(InvalidAnswer):
        read_token(data)
