"""Any bytes as a WWW-Authenticate header: read or refused, never anything else."""

from tagwake.formats.registry.auth_challenge import read_challenges


def one_input(data: bytes) -> None:
    """Read it."""
    read_challenges(data.decode("latin-1"))
