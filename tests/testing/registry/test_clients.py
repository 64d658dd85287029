"""crane, a client that users have, pushes, copies, lists, reads and deletes here: open, with accounts, over TLS."""

import json
from pathlib import Path

import pytest
from tests.crane import Crane
from tests.servers import ACCOUNT, PrivateAuthority

from tagwake.testing.registry import (
    Account,
    BasicAuth,
    EmbeddedRegistry,
    Fault,
    Kind,
    TokenAuth,
    refusing_head,
)
from tagwake.testing.registry.embedded import TLS

pytestmark = pytest.mark.e2e

NAME, PASSWORD = ACCOUNT


@pytest.mark.parametrize(
    ("auth", "is_secure"),
    [
        (None, False),
        (BasicAuth({NAME: PASSWORD}), False),
        (TokenAuth((Account(NAME, PASSWORD),)), False),
        (TokenAuth({NAME: PASSWORD}, anonymous=("pull",)), True),
    ],
    ids=["open", "basic", "token", "token over TLS"],
)
def test_crane_does_all_that_it_can(
    auth: BasicAuth | TokenAuth | None,
    is_secure: bool,
    tmp_path: Path,
    private_authority: PrivateAuthority,
) -> None:
    tls: TLS | None = (private_authority.certificate, private_authority.key) if is_secure else None
    crane = Crane(tmp_path / "home", private_authority if is_secure else None)
    with EmbeddedRegistry(auth=auth, tls=tls).in_thread() as registry:
        store, host = registry.store, registry.host
        index = store.push_index("team/app", tag="1.0", seed="a")
        if auth is not None and "pull" not in auth.anonymous:
            assert "UNAUTHORIZED" in crane.attempt("digest", f"{host}/team/app:1.0").stderr
        if auth is not None:
            crane("auth", "login", host, "-u", NAME, "-p", PASSWORD)
        assert crane("digest", f"{host}/team/app:1.0") == index
        crane("copy", f"{host}/team/app:1.0", f"{host}/copy:1.0")
        assert store.digest("copy", "1.0") == index
        assert registry.log.count("POST", "/v2/copy/blobs/uploads/", 201) > 0, "blobs were mounted"
        crane("pull", f"{host}/copy:1.0", str(tmp_path / "image.tar"), "--platform", "linux/arm64/v8")
        crane("push", str(tmp_path / "image.tar"), f"{host}/pushed:1.0")
        assert json.loads(crane("config", f"{host}/pushed:1.0"))["architecture"] == "arm64"
        crane("tag", f"{host}/pushed:1.0", "2.0")
        assert crane("ls", f"{host}/pushed").split() == ["1.0", "2.0"]
        assert crane("catalog", host).split() == ["copy", "pushed", "team/app"]
        crane("validate", "--remote", f"{host}/pushed:2.0")
        crane("delete", f"{host}/pushed@{store.digest('pushed', '1.0')}")
        assert store.tags("pushed") == []


def test_crane_finds_the_digest_itself_where_the_header_is_missing(tmp_path: Path) -> None:
    crane = Crane(tmp_path / "home")
    with EmbeddedRegistry(faults=[refusing_head(), Fault(Kind.NO_DIGEST)]).in_thread() as registry:
        digest = registry.store.push_image("app", tag="1.0")
        assert crane("digest", f"{registry.host}/app:1.0") == digest
