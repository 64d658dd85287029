"""Any bytes as a WWW-Authenticate header: read or refused, never anything else."""

from tagwake.formats.registry.auth_challenge import read_challenges


def one_input(data: bytes) -> None:
    """Read it."""
    read_challenges(data.decode("latin-1"))


def seeds() -> list[bytes]:
    """Where to start."""
    return [
        b'Bearer realm="https://a.example/token",service="s",scope="repository:a/b:pull", Basic realm="x"',
        b'Negotiate dGVzdA==, Basic realm="say \\"hi\\""',
    ]
