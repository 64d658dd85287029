"""crane, the command that users compare with, run with a configuration of its own."""

import os
import subprocess
from pathlib import Path

from tests import parts
from tests.servers import PrivateAuthority


class Crane:
    """crane, with `home` as the place of its credentials; it trusts `authority` besides the system's."""

    def __init__(self, home: Path, authority: PrivateAuthority | None = None) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home = home
        self.program = str(parts.go_tool("crane"))
        self.environment = {**os.environ, "HOME": str(home), "DOCKER_CONFIG": str(home)}
        if authority:
            self.environment["SSL_CERT_FILE"] = str(authority.ca)

    def attempt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run it, whatever comes of it."""
        command = [self.program, *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)

    def __call__(self, *arguments: str) -> str:
        """What it prints; it has to succeed."""
        done = self.attempt(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()
