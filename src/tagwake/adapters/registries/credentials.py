"""Logins from the files of docker and podman, and from credential helpers."""

import asyncio
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tagwake.adapters.registries.memo import Memo
from tagwake.core.credential import Credential
from tagwake.core.errors import InvalidAnswer
from tagwake.formats.registry import auth_file, helper_answer
from tagwake.formats.registry.auth_file import AuthFile, read_auth_file, server_of
from tagwake.formats.registry.helper_answer import read_helper_answer

HELPER_SECONDS = 30.0
_NO_LOGIN = b"credentials not found"
"""What helpers print where they have no login for a server (docker-credential-helpers, ``errCredentialsNotFoundMessage``)."""


@dataclass(frozen=True, slots=True)
class Login:
    """What is known of a login: the credential, or what kept us from finding one, or neither."""

    credential: Credential | None = None
    problem: str | None = None


class Credentials:
    """The logins of one user; files are read once, and a helper runs once for each registry.

    :param environment: ``REGISTRY_AUTH_FILE``, ``DOCKER_CONFIG``, ``HOME``, ``XDG_RUNTIME_DIR`` and
        ``XDG_CONFIG_HOME`` say where the files are, ``PATH`` where the helpers.
    """

    def __init__(self, environment: Mapping[str, str], helper_seconds: float = HELPER_SECONDS) -> None:
        self._environment = environment
        self._helper_seconds = helper_seconds
        self._files: tuple[tuple[AuthFile, ...], tuple[str, ...]] | None = None
        self._helped: Memo[tuple[str, str], Login] = Memo()

    async def find(self, registry: str, repository: str) -> Login:
        """The first login that a file or its helper has for the repository."""
        files, problems = self._files = self._files or self._read()
        told = list(problems)
        for file in files:
            helper = file.helper_for(registry)
            if helper is not None:
                login = await self._helped.get((helper, registry), _Run(self, helper, registry))
                if login.credential is not None:
                    return login
                if login.problem is not None:
                    told.append(login.problem)
            credential = file.credential_for(registry, repository)
            if credential is not None:
                return Login(credential)
        return Login(problem="; ".join(told) or None)

    def _read(self) -> tuple[tuple[AuthFile, ...], tuple[str, ...]]:
        files, problems = [], []
        for path in _places(self._environment):
            try:
                files.append(
                    read_auth_file(_start_of(path, auth_file.MAX_BYTES + 1), _shown(path, self._environment))
                )
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                problems.append(f"{_shown(path, self._environment)} cannot be read: {error.strerror}")
            except InvalidAnswer as error:
                problems.append(str(error))
        return tuple(files), tuple(problems)

    async def ask_helper(self, helper: str, registry: str) -> Login:
        """Run ``docker-credential-<helper> get``; what it says on stderr goes nowhere, for it may hold secrets."""
        name = f"docker-credential-{helper}"
        program = shutil.which(name, path=self._environment.get("PATH", os.defpath))
        if program is None:
            return Login(problem=f"{name} is not on PATH")
        try:
            async with asyncio.timeout(self._helper_seconds):
                status, printed = await _run(program, server_of(registry).encode(), self._environment)
        except TimeoutError:
            return Login(problem=f"{name} did not answer in {self._helper_seconds:g} s")
        except OSError as error:
            return Login(problem=f"{name} cannot be run: {error.strerror}")
        if status != 0:
            if _NO_LOGIN in printed:
                return Login()
            return Login(problem=f"{name} failed (exit status {status}): run `{name} get` by hand to see why")
        try:
            return Login(read_helper_answer(printed, name))
        except InvalidAnswer as error:
            return Login(problem=str(error))


@dataclass(frozen=True, slots=True)
class _Run:
    credentials: Credentials
    helper: str
    registry: str

    async def __call__(self) -> Login:
        return await self.credentials.ask_helper(self.helper, self.registry)


async def _run(program: str, said: bytes, environment: Mapping[str, str]) -> tuple[int, bytes]:
    """Run a helper, which is killed when we leave before it; gives its exit status and what it printed, to a limit.

    Its output comes through a pipe of ours: one of asyncio's keeps a process that prints without end from being
    waited for.
    """
    ours, theirs = os.pipe()
    reader = asyncio.StreamReader()
    output, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(ours, "rb", 0)
    )
    process = None
    try:
        try:
            process = await asyncio.create_subprocess_exec(
                program,
                "get",
                stdin=asyncio.subprocess.PIPE,
                stdout=theirs,
                stderr=asyncio.subprocess.DEVNULL,
                env=dict(environment),
            )
        finally:
            os.close(theirs)
        if process.stdin is not None:
            process.stdin.write(said)
            process.stdin.close()
        printed = b""
        while len(printed) <= helper_answer.MAX_BYTES and (chunk := await reader.read(65_536)):
            printed += chunk
        output.close()  # one that prints on has nobody who listens
        return await process.wait(), printed
    finally:
        output.close()
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()


def _places(environment: Mapping[str, str]) -> Iterator[Path]:
    """Where logins are looked for: what was named first, then docker's place, then podman's (containers-auth.json(5))."""
    home = environment.get("HOME")
    if named := environment.get("REGISTRY_AUTH_FILE"):
        yield Path(named)
    if docker := environment.get("DOCKER_CONFIG"):
        yield Path(docker, "config.json")
    elif home:
        yield Path(home, ".docker", "config.json")
    if runtime := environment.get("XDG_RUNTIME_DIR"):
        yield Path(runtime, "containers", "auth.json")
    if config := environment.get("XDG_CONFIG_HOME"):
        yield Path(config, "containers", "auth.json")
    elif home:
        yield Path(home, ".config", "containers", "auth.json")


def _shown(path: Path, environment: Mapping[str, str]) -> str:
    home = environment.get("HOME")
    if home and path.is_relative_to(home):
        return f"~/{path.relative_to(home)}"
    return str(path)


def _start_of(path: Path, length: int) -> bytes:
    with path.open("rb") as file:
        return file.read(length)
