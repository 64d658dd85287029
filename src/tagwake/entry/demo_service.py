"""The second half of the demo: a service with a real history, asked from the terminal and looked at in a browser."""

import contextlib
import json
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path

REGISTRY = "mcr.microsoft.com"
STREAM = f"{REGISTRY}/dotnet/nightly/sdk:8.0.401-alpine3.20"
"""A tag of the sample that was moved back once."""
SAMPLE = "demo_moves.csv.xz"
"""Real moves of .NET images; where they are from and their licence stand in ``demo_moves.txt`` beside."""

PATIENCE = 60.0
"""Seconds that the service may take to start."""


def is_possible() -> bool:
    """Whether what the service stands on is installed."""
    return all(find_spec(name) is not None for name in ("sqlalchemy", "litestar", "uvicorn"))


def write_sample(folder: Path) -> Path:
    """The table of moves as a file of the user's, to import."""
    target = folder / "moves.csv.xz"
    with as_file(files("tagwake.entry") / SAMPLE) as source:
        target.write_bytes(source.read_bytes())
    return target


def write_settings(folder: Path, host: str) -> None:
    """Settings of the service: the registries are played by the one of the demo."""
    names = ("cgr.dev", "ghcr.io", "docker.io")
    rules = "".join(f'[registries."{name}"]\nupstream = "{host}"\nplain_http = true\n\n' for name in names)
    (folder / "tagwake-service.toml").write_text(rules)


@contextmanager
def serving(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """Run ``tagwake serve`` on a free port until the block ends; gives its URL, or nothing where it did not start.

    :param folder: its settings are there, and its log goes there.
    """
    path = folder / "service.log"
    with path.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own
            [*command, "serve", "--listen", "127.0.0.1:0"], cwd=folder, env=environment, stderr=log
        )
        try:
            yield _url_of(process, path)
        finally:
            process.terminate()
            process.wait()


def _url_of(process: "subprocess.Popen[bytes]", log: Path) -> str:
    """What the service logs as its URL once it serves; nothing where it ends before, or takes too long."""
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        for line in log.read_bytes().splitlines():
            if line.startswith(b"{") and b'"url"' in line:
                with contextlib.suppress(ValueError):  # half a line: it is read again
                    return str(json.loads(line)["url"])
        time.sleep(0.05)
    return ""
