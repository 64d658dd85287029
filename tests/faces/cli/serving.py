"""`tagwake serve` as a process of its own, on a free port and a database of this test."""

import json
import subprocess
from contextlib import contextmanager

from tests.faces.cli.stage import COMMAND


@contextmanager
def serving(stage, *arguments):
    """Yields its URL."""
    process = subprocess.Popen(
        [*COMMAND, "serve", "--listen", "127.0.0.1:0", *arguments],
        cwd=stage.folder,
        env=stage.environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        url = ""
        while not url:
            line = process.stderr.readline()
            assert line, "the service ended before it served"
            url = json.loads(line).get("url", "") if line.startswith("{") else ""
        yield url
    finally:
        process.terminate()
        process.communicate()
