"""Real registries on free loopback ports, each a context manager that yields a `Server` once it answers.

`with distribution(tmp_path, accounts=True) as server:` or, for the common shapes, the fixtures at the end.
"""

import contextlib
import os
import re
import signal
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import trustme
from tests import parts

from tagwake.testing.registry import BasicAuth, EmbeddedRegistry, TokenAuth

PATIENCE = 120.0  # seconds until a server that says nothing counts as broken
ACCOUNT = ("tester", "correct horse")  # the account of servers that ask for one


@dataclass(frozen=True, slots=True)
class Server:
    """A registry that answers: `host` is `127.0.0.1:PORT`, `ca` the PEM file of the authority that signed it."""

    host: str
    ca: Path | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"{'https' if self.ca else 'http'}://{self.host}"


@dataclass(frozen=True, slots=True)
class PrivateAuthority:
    """A certificate authority that no system trusts, with a certificate for loopback; all are PEM files."""

    ca: Path
    certificate: Path
    key: Path

    @classmethod
    def make(cls, folder: Path) -> "PrivateAuthority":
        folder.mkdir(parents=True, exist_ok=True)
        authority = trustme.CA(organization_name="tagwake tests")
        issued = authority.issue_cert("127.0.0.1", "localhost", "::1")
        made = cls(folder / "ca.pem", folder / "server.pem", folder / "server.key")
        authority.cert_pem.write_to_path(made.ca)
        issued.private_key_pem.write_to_path(made.key)
        made.certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        return made

    def server_context(self) -> ssl.SSLContext:
        """What a server in this process serves TLS with."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate, self.key)
        return context

    def client_context(self) -> ssl.SSLContext:
        """What a client in this process trusts this authority with, and no other."""
        return ssl.create_default_context(cafile=self.ca)


@contextlib.contextmanager
def process(
    command: Sequence[str | Path],
    folder: Path,
    ready: str,
    environment: dict[str, str] | None = None,
) -> Iterator[re.Match[str]]:
    """Run `command` in `folder` until the block ends; yields the match of `ready` in what it printed."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "output.log"
    with log.open("wb") as output:
        child = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield _wait_until_ready(child, log, ready)
        finally:
            _stop(child)


def _wait_until_ready(child: subprocess.Popen[bytes], log: Path, ready: str) -> re.Match[str]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        said = log.read_text(errors="replace")
        if found := re.search(ready, said):
            return found
        if child.poll() is not None:
            pytest.fail(f"{child.args!r} ended with {child.returncode}:\n{said[-4000:]}")
        time.sleep(0.02)
    pytest.fail(
        f"{child.args!r} was not ready after {PATIENCE} s:\n{log.read_text(errors='replace')[-4000:]}"
    )


def _stop(child: subprocess.Popen[bytes]) -> None:
    child.send_signal(signal.SIGTERM)
    try:
        child.wait(timeout=10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


@contextlib.contextmanager
def distribution(
    folder: Path,
    *,
    accounts: bool = False,
    authority: PrivateAuthority | None = None,
    notify: Sequence[str] = (),
    notify_with: str = "",
    binary: Path | None = None,
) -> Iterator[Server]:
    """CNCF distribution (v3, or `binary`), with deletion; `accounts` asks for ACCOUNT, `notify` are URLs of hooks.

    :param notify_with: what the hooks' header Authorization says.
    """
    program = binary or parts.go_tool("registry")
    home = folder / "distribution"
    home.mkdir(parents=True)
    lines = [
        "version: 0.1",
        "log: {level: info}",
        "storage:",
        f"  filesystem: {{rootdirectory: {home / 'data'}}}",
        "  delete: {enabled: true}",
        "http:",
        "  addr: 127.0.0.1:0",
    ]
    if authority:
        lines += ["  tls:", f"    certificate: {authority.certificate}", f"    key: {authority.key}"]
    if accounts:
        (home / "htpasswd").write_text(_htpasswd_line(*ACCOUNT))
        lines += ["auth:", "  htpasswd:", "    realm: tagwake-tests", f"    path: {home / 'htpasswd'}"]
    if notify:
        lines += ["notifications:", "  endpoints:"]
        for number, url in enumerate(notify):
            headers = f", headers: {{Authorization: ['{notify_with}']}}" if notify_with else ""
            lines.append(
                f"    - {{name: hook{number}, url: '{url}', timeout: 5s, threshold: 5, backoff: 1s{headers}}}"
            )
    config = home / "config.yml"
    config.write_text("\n".join(lines) + "\n")
    environment = {"OTEL_TRACES_EXPORTER": "none"}
    with process([program, "serve", config], home, r"listening on (127\.0\.0\.1:\d+)", environment) as ready:
        username, password = ACCOUNT if accounts else (None, None)
        yield Server(ready[1], authority.ca if authority else None, username, password)


@contextlib.contextmanager
def crane_registry(folder: Path) -> Iterator[Server]:
    """The in-memory registry of google/go-containerregistry."""
    command: list[str | Path] = [parts.go_tool("crane"), "registry", "serve", "--address", "127.0.0.1:0"]
    with process(command, folder / "crane", r"serving on .*?(?:port |:)(\d+)") as ready:
        yield Server(f"127.0.0.1:{ready[1]}")


@contextlib.contextmanager
def embedded(
    folder: Path, *, auth: BasicAuth | TokenAuth | None = None, authority: PrivateAuthority | None = None
) -> Iterator[Server]:
    """Our own registry, in a thread of this process, in memory."""
    assert folder.is_dir()
    tls = (authority.certificate, authority.key) if authority else None
    with EmbeddedRegistry(auth=auth, tls=tls).in_thread() as registry:
        username, password = ACCOUNT if auth else (None, None)
        yield Server(registry.host, authority.ca if authority else None, username, password)


def _htpasswd_line(username: str, password: str) -> str:
    done = subprocess.run(
        [parts.htpasswd(), "-nbB", username, password], capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture
def private_authority(tmp_path: Path) -> PrivateAuthority:
    return PrivateAuthority.make(tmp_path / "authority")


@pytest.fixture
def distribution_server(tmp_path: Path) -> Iterator[Server]:
    """CNCF distribution v3, open."""
    with distribution(tmp_path) as server:
        yield server


@pytest.fixture
def distribution_with_accounts(tmp_path: Path) -> Iterator[Server]:
    """CNCF distribution v3 with basic authentication from an htpasswd file."""
    with distribution(tmp_path, accounts=True) as server:
        yield server


@pytest.fixture
def distribution_over_tls(tmp_path: Path, private_authority: PrivateAuthority) -> Iterator[Server]:
    """CNCF distribution v3 with a certificate of a private authority."""
    with distribution(tmp_path, authority=private_authority) as server:
        yield server


@pytest.fixture
def crane_server(tmp_path: Path) -> Iterator[Server]:
    """crane's registry."""
    with crane_registry(tmp_path) as server:
        yield server


@pytest.fixture
def embedded_server(tmp_path: Path) -> Iterator[Server]:
    """Our own registry, open."""
    with embedded(tmp_path) as server:
        yield server
