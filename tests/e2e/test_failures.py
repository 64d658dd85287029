"""Everything that can go wrong with a look-up, in one run: each has its own reason, and the others still get done."""

import contextlib
import socket
from pathlib import Path

import pytest
from tests.e2e.tool import git, tagwake
from tests.servers import PrivateAuthority

from tagwake.testing.registry import EmbeddedRegistry, Fault, Kind, answering

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

FAULTS = {
    "unauthorized": answering(401, path="*/acme/unauthorized/*"),
    "forbidden": answering(403, path="*/acme/forbidden/*"),
    "failing": answering(503, path="*/acme/failing/*"),
    "garbage": Fault(Kind.GARBAGE, path="*/acme/garbage/*"),
    "silent": Fault(Kind.HANG, path="*/acme/silent/*"),
}
LIMITED = answering(429, retry_after="3600")
"""On a host of its own: what a host asks for is obeyed for every question to it."""

WORDS = {
    "unauthorized": "401",
    "forbidden": "403",
    "limited": "429",
    "failing": "503",
    "garbage": "serves no manifest",
    "silent": "no answer from",
    "nowhere": "404",
    "refused": "refuse",
    "nobody": "cannot be looked up: check its spelling",
    "secret": "certificate",
}


def test_each_failure_has_its_reason_and_the_others_are_done(
    tmp_path: Path, private_authority: PrivateAuthority
) -> None:
    folder = tmp_path / "code"
    folder.mkdir()
    with contextlib.ExitStack() as stack:
        registry = stack.enter_context(EmbeddedRegistry(faults=FAULTS.values()).in_thread())
        secret = stack.enter_context(
            EmbeddedRegistry(tls=(private_authority.certificate, private_authority.key)).in_thread()
        )
        limited = stack.enter_context(EmbeddedRegistry(faults=[LIMITED]).in_thread())
        old = registry.store.push_image("acme/good", "1", seed="old")
        hosts = {
            **dict.fromkeys([*FAULTS, "nowhere", "good"], registry.host),
            "refused": f"127.0.0.1:{_closed_port()}",
            "nobody": "registry.invalid:5000",
            "secret": secret.host,
            "limited": limited.host,
        }
        names = sorted(hosts)
        lines = [f"docker run {hosts[name]}/acme/{name}:1@{old}\n" for name in names]
        (folder / "run.sh").write_text("".join(lines))
        git(folder, "init", "-q")
        new = registry.store.push_image("acme/good", "1", seed="new")
        done = tagwake(folder, "update", "--format", "json")
    assert done.status == 3, done.err
    found = dict(zip(names, done.json()["references"], strict=True))
    outcomes = {name: each["outcome"] for name, each in found.items()}
    assert outcomes == dict.fromkeys(names, "unresolved") | {"good": "updated"}
    reasons = {name: each["reason"] for name, each in found.items() if name != "good"}
    assert {name: WORDS[name] in reason for name, reason in reasons.items()} == dict.fromkeys(WORDS, True), (
        reasons
    )
    assert len(set(reasons.values())) == len(reasons), "each says something of its own"
    expected = "".join(lines).replace(f"good:1@{old}", f"good:1@{new}")
    assert (folder / "run.sh").read_text() == expected


def _closed_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
