"""Logins as docker and podman leave them, and helpers that behave and misbehave."""

import asyncio
import base64
import json
import stat
from pathlib import Path

import pytest

from tagwake.adapters.registries.credentials import Credentials
from tagwake.core.credential import Credential


def auths(**logins: str) -> dict[str, object]:
    return {
        "auths": {
            key.replace("__", "."): {"auth": base64.b64encode(login.encode()).decode()}
            for key, login in logins.items()
        }
    }


def write(path: Path, file: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(file))


def helper(folder: Path, name: str, script: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / f"docker-credential-{name}"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


@pytest.mark.parametrize(
    ("place", "variable", "value"),
    [
        (".docker/config.json", None, ""),
        ("docker/config.json", "DOCKER_CONFIG", "docker"),
        ("named.json", "REGISTRY_AUTH_FILE", "named.json"),
        ("run/containers/auth.json", "XDG_RUNTIME_DIR", "run"),
        (".config/containers/auth.json", None, ""),
        ("config/containers/auth.json", "XDG_CONFIG_HOME", "config"),
    ],
)
async def test_every_place_is_looked_at(place: str, variable: str | None, value: str, tmp_path: Path) -> None:
    write(tmp_path / place, auths(ghcr__io="user:secret"))
    environment = {"HOME": str(tmp_path)}
    if variable:
        environment[variable] = str(tmp_path / value)
    login = await Credentials(environment).find("ghcr.io", "a/b")
    assert login.credential == Credential(f"~/{place}", "user", "secret")
    assert login.problem is None


async def test_what_was_named_comes_first_and_docker_before_podman(tmp_path: Path) -> None:
    write(tmp_path / "named.json", auths(a__example="named:1"))
    write(tmp_path / ".docker/config.json", auths(a__example="docker:1", b__example="docker:1"))
    write(tmp_path / ".config/containers/auth.json", auths(b__example="podman:1", c__example="podman:1"))
    credentials = Credentials({"HOME": str(tmp_path), "REGISTRY_AUTH_FILE": str(tmp_path / "named.json")})
    users = []
    for registry in ("a.example", "b.example", "c.example"):
        credential = (await credentials.find(registry, "x")).credential
        assert credential is not None
        users.append(credential.username)
    assert users == ["named", "docker", "podman"]


async def test_without_a_home_there_are_no_logins() -> None:
    login = await Credentials({}).find("ghcr.io", "a/b")
    assert (login.credential, login.problem) == (None, None)


async def test_a_file_that_cannot_be_read_is_told_and_the_next_is_tried(tmp_path: Path) -> None:
    write(tmp_path / ".docker/config.json", [])
    (tmp_path / "run/containers/auth.json").mkdir(parents=True)
    write(tmp_path / ".config/containers/auth.json", auths(a__example="podman:1"))
    credentials = Credentials({"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path / "run")})
    assert (await credentials.find("a.example", "x")).credential is not None
    problem = (await credentials.find("b.example", "x")).problem
    assert problem is not None
    assert "~/.docker/config.json is no file of logins" in problem
    assert "~/run/containers/auth.json cannot be read: Is a directory" in problem


async def test_a_helper_runs_once_for_a_registry(tmp_path: Path) -> None:
    write(tmp_path / ".docker/config.json", {"credsStore": "test"})
    helper(
        tmp_path / "bin",
        "test",
        f'read server; echo "$1 $server" >> {tmp_path}/calls; '
        'echo "{\\"ServerURL\\":\\"$server\\",\\"Username\\":\\"user\\",\\"Secret\\":\\"s3cret\\"}"',
    )
    credentials = Credentials({"HOME": str(tmp_path), "PATH": f"{tmp_path}/bin:/usr/bin:/bin"})
    logins = await asyncio.gather(*(credentials.find("docker.io", f"library/{n}") for n in range(5)))
    assert {login.credential for login in logins} == {Credential("docker-credential-test", "user", "s3cret")}
    await credentials.find("ghcr.io", "x")
    assert (tmp_path / "calls").read_text().splitlines() == ["get https://index.docker.io/v1/", "get ghcr.io"]


async def test_a_helper_of_one_registry_and_a_file_beside_it(tmp_path: Path) -> None:
    write(
        tmp_path / ".docker/config.json",
        {
            **auths(gcr__io="file:1", ghcr__io="file:2"),
            "credHelpers": {"gcr.io": "gcloud", "ghcr.io": "nothing"},
        },
    )
    helper(tmp_path / "bin", "gcloud", """echo '{"Username":"_dcgcloud_token","Secret":"t"}'""")
    helper(tmp_path / "bin", "nothing", "echo 'credentials not found in native keychain'; exit 1")
    credentials = Credentials({"HOME": str(tmp_path), "PATH": f"{tmp_path}/bin:/usr/bin:/bin"})
    gcr = await credentials.find("gcr.io", "x")
    assert gcr.credential == Credential("docker-credential-gcloud", "_dcgcloud_token", "t")
    ghcr = await credentials.find("ghcr.io", "x")
    assert ghcr.credential == Credential("~/.docker/config.json", "file", "2")


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("echo s3cret >&2; echo 'boom s3cret'; exit 3", "docker-credential-test failed (exit status 3): run"),
        ("echo s3cret", "docker-credential-test prints no JSON with a login"),
        ("kill -9 $$", "docker-credential-test failed (exit status -9)"),
        ("exec sleep 3600", "docker-credential-test did not answer in 0.2 s"),
        ("sleep 3; true", "docker-credential-test did not answer in 0.2 s"),
        ("exec cat /dev/zero", "docker-credential-test"),
    ],
)
async def test_a_helper_that_fails_is_told_without_what_it_said(
    script: str, told: str, tmp_path: Path
) -> None:
    write(tmp_path / ".docker/config.json", {"credsStore": "test"})
    helper(tmp_path / "bin", "test", script)
    environment = {"HOME": str(tmp_path), "PATH": f"{tmp_path}/bin:/usr/bin:/bin"}
    login = await Credentials(environment, helper_seconds=0.2 if "sleep" in script else 30).find(
        "a.example", "x"
    )
    assert login.credential is None
    assert login.problem is not None
    assert told in login.problem
    assert "s3cret" not in login.problem


async def test_a_helper_that_is_not_there(tmp_path: Path) -> None:
    write(tmp_path / ".docker/config.json", {"credsStore": "absent"})
    login = await Credentials({"HOME": str(tmp_path), "PATH": str(tmp_path)}).find("a.example", "x")
    assert login.problem == "docker-credential-absent is not on PATH"


async def test_a_helper_that_reads_nothing_still_answers(tmp_path: Path) -> None:
    write(tmp_path / ".docker/config.json", {"credsStore": "test"})
    helper(tmp_path / "bin", "test", """exec 0<&-; echo '{"Username":"<token>","Secret":"it"}'""")
    credentials = Credentials({"HOME": str(tmp_path), "PATH": f"{tmp_path}/bin:/usr/bin:/bin"})
    assert (await credentials.find("a.example", "x")).credential == Credential(
        "docker-credential-test", identity_token="it"
    )
