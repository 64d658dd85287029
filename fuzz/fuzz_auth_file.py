"""Any bytes as a file of logins, or what a credential helper prints: read or refused, never anything else."""

import contextlib

from tagwake.core.errors import InvalidAnswer
from tagwake.formats.registry.auth_file import read_auth_file
from tagwake.formats.registry.helper_answer import read_helper_answer


def one_input(data: bytes) -> None:
    """Read it."""
    with contextlib.suppress(InvalidAnswer):
        file = read_auth_file(data, "config.json")
        file.credential_for("docker.io", "library/debian")
        file.helper_for("docker.io")
    with contextlib.suppress(InvalidAnswer):
        read_helper_answer(data, "docker-credential-x")


def seeds() -> list[bytes]:
    """Where to start."""
    return [
        b'{"auths":{"a.example/ns":{"auth":"dTpw"},"https://index.docker.io/v1/":{"identitytoken":"t"}},"credsStore":"x","credHelpers":{"b":"y"}}',
        b'{"ServerURL":"a","Username":"<token>","Secret":"s"}',
    ]
