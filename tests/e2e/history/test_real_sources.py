"""CNCF distribution and Gitea, pushed to with crane, and the service as a process that hears of it and looks."""

import asyncio
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.crane import Crane
from tests.e2e.history import ahead
from tests.e2e.history.processes import Member, ended, free_port, until
from tests.e2e.test_hooks import api, forge_hook
from tests.gitea_server import GiteaServer
from tests.servers import distribution

from tagwake.testing.registry import EmbeddedRegistry

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

SECRET = "a-secret-of-the-registry"
AWAY = timedelta(days=10)
"""How long the service is down, by its own clock: longer than it ever leaves a tag alone."""
SETTINGS = """
[[repositories]]
image = "{image}"
[egress]
allow = ["127.0.0.1"]
[poll.hosts."{host}"]
rate = 1000
burst = 1000
[[sources]]
kind = "{kind}"
name = "here"
secret_env = "HOOK"
"""


@dataclass(frozen=True)
class Stage:
    """A registry from elsewhere, images to push to it, and the service that watches one of its repositories."""

    folder: Path
    image: str
    url: str
    environment: Mapping[str, str]
    crane: Crane
    ours: EmbeddedRegistry
    delete: Callable[[str], object]

    def service(self, *, late: timedelta = timedelta()) -> Member:
        """The service, with its clock ahead by so much."""
        port = self.url.rpartition(":")[2]
        serving = ["serve", "--listen", f"127.0.0.1:{port}"]
        program = (ahead.__file__, str(late.total_seconds()))
        return Member(self.folder, "serve", serving, self.environment, program)

    async def push(self, seed: str, tag: str) -> str:
        """Push an image; gives its digest."""
        digest = self.ours.store.push_index("app", seed, seed=seed)
        await asyncio.to_thread(self.crane, "copy", f"{self.ours.host}/app:{seed}", f"{self.image}:{tag}")
        return digest

    def told(self, tag: str) -> dict[str, Any]:
        """What the service says of a tag's history."""
        query = urlencode({"image": f"{self.image}:{tag}"})
        try:
            with urllib.request.urlopen(f"{self.url}/api/history?{query}", timeout=60) as answer:
                told: dict[str, Any] = json.loads(answer.read())
        except urllib.error.HTTPError as error:
            assert error.code == 404, error.read()
            return {"moves": [], "gaps": []}
        return told

    def moves(self, tag: str) -> list[tuple[str, str | None]]:
        """A tag's moves, oldest first."""
        return [(move["event"], move["digest"]) for move in reversed(self.told(tag)["moves"])]

    async def shows(self, tag: str, expected: Sequence[tuple[str, str | None]]) -> None:
        """Wait until the history is this."""
        await until(
            lambda: len(self.moves(tag)) >= len(expected), f"{tag} has {expected}; it has {self.moves(tag)}"
        )
        assert self.moves(tag) == list(expected)


async def follow(stage: Stage, kind: str) -> None:
    """Push, move, roll back, delete, be away, and come back."""
    service = stage.service()
    with ended([service]):
        await service.start()
        one = await stage.push("one", "v1")
        moves: list[tuple[str, str | None]] = [("created", one)]
        await stage.shows("v1", moves)
        two = await stage.push("two", "v1")
        await stage.shows("v1", moves := [*moves, ("moved", two)])
        await stage.push("one", "v1")
        await stage.shows("v1", moves := [*moves, ("moved", one)])
        assert [move["rollback"] for move in stage.told("v1")["moves"]] == [True, False, False]
        assert {move["how"] for move in stage.told("v1")["moves"]} == {f"hook:{kind}"}
        await stage.push("two", "v2")
        await stage.shows("v2", others := [("created", two)])
        await asyncio.to_thread(stage.delete, "v1")
        await stage.shows("v1", moves := [*moves, ("deleted", None)])
        assert stage.moves("v2") == others
        assert stage.told("v1")["gaps"] == []
        seen_last = datetime.fromisoformat(stage.told("v1")["moves"][0]["seen_at"])
    stopped = time.time()
    await stage.push("three", "v1")  # nobody sees this
    four = await stage.push("four", "v1")
    await stage.push("four", "v2")
    await stage.push("one", "v3")
    returned = stage.service(late=AWAY)
    with ended([returned]):
        await returned.start()
        await stage.shows("v1", [*moves, ("created", four)])
        await stage.shows("v2", [*others, ("moved", four)])
        await stage.shows("v3", [("created", one)])
        for tag in ("v1", "v2"):
            newest = stage.told(tag)["moves"][0]
            not_before = datetime.fromisoformat(newest["not_before"])
            seen_at = datetime.fromisoformat(newest["seen_at"])
            assert not_before.timestamp() <= stopped, newest
            assert seen_at - not_before >= AWAY, newest
            (gap,) = stage.told(tag)["gaps"]
            start, end = (datetime.fromisoformat(gap[name]) for name in ("from", "until"))
            assert not_before <= start < end <= seen_at, gap
            assert end - start > AWAY / 2, gap
        assert datetime.fromisoformat(stage.told("v1")["moves"][0]["not_before"]) >= seen_last


async def test_distribution_is_followed(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    notify = [f"{url}/hooks/distribution/here"]
    with (
        distribution(tmp_path, notify=notify, notify_with=SECRET) as registry,
        EmbeddedRegistry().in_thread() as ours,
    ):
        image, crane = f"{registry.host}/team/app", Crane(tmp_path / "crane")
        (tmp_path / "tagwake-service.toml").write_text(
            SETTINGS.format(image=image, host=registry.host, kind="distribution")
        )
        environment = {
            "TAGWAKE_STATE_DIR": str(tmp_path / "state"),
            "HOOK": SECRET,
            "TAGWAKE_SECRET_KEY": "A" * 43 + "=",
        }

        def delete(tag: str) -> None:
            crane("delete", f"{image}:{tag}")

        await follow(Stage(tmp_path, image, url, environment, crane, ours, delete), "distribution")


async def test_gitea_is_followed(tmp_path: Path, gitea_server: GiteaServer) -> None:
    port = free_port()
    url, owner = f"http://127.0.0.1:{port}", str(gitea_server.username)
    async with forge_hook(gitea_server, f"{url}/hooks/gitea/here", SECRET):
        with EmbeddedRegistry().in_thread() as ours:
            image, crane = f"{gitea_server.host}/{owner}/followed", Crane(tmp_path / "crane")
            login = ("auth", "login", gitea_server.host, "-u", owner, "-p", gitea_server.token)
            await asyncio.to_thread(crane, *login)
            (tmp_path / "tagwake-service.toml").write_text(
                SETTINGS.format(image=image, host=gitea_server.host, kind="gitea")
            )
            environment = {
                "TAGWAKE_STATE_DIR": str(tmp_path / "state"),
                "HOOK": SECRET,
                "TAGWAKE_SECRET_KEY": "A" * 43 + "=",
                "DOCKER_CONFIG": str(crane.home),
            }

            def delete(tag: str) -> None:
                api(gitea_server, "DELETE", f"packages/{owner}/container/followed/{tag}")

            await follow(Stage(tmp_path, image, url, environment, crane, ours, delete), "gitea")
