"""What real registries send, taken by the hooks over a socket: distribution's notifications, Gitea's package webhook."""

import asyncio
import contextlib
import json
import urllib.request
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from tests.crane import Crane
from tests.faces.service.hook_stage import HookStage, hooks_on_twins
from tests.gitea_server import GiteaServer
from tests.hook_samples import SECRET, Sample, distribution, gitea
from tests.servers import PATIENCE
from tests.servers import distribution as distribution_server

from tagwake.core.digest import Digest
from tagwake.core.hint import Hint
from tagwake.core.hook_login import BasicLogin, BodySignature
from tagwake.core.hook_source import HookSource
from tagwake.faces.service.server import Address, Server, url_of
from tagwake.testing.registry import EmbeddedRegistry

pytestmark = pytest.mark.e2e

USER, PASSWORD = "robot", "s3cret"


@contextlib.asynccontextmanager
async def hooks_served(source: HookSource) -> AsyncIterator[tuple[HookStage, str]]:
    """Hooks that know this source, and where they are served."""
    sample = Sample(source, b"", {}, ())
    async with hooks_on_twins(sample) as stage:
        told = asyncio.Event()
        with Address.of("127.0.0.1", 0).bind() as listening:
            serving = asyncio.create_task(Server(stage.hooks).run_until(told, listening))
            try:
                yield stage, f"{url_of(listening)}{sample.path}"
            finally:
                told.set()
                await serving


async def heard(stage: HookStage, is_it: Callable[[Hint], bool]) -> Hint:
    """The first hint of this kind, once it has come."""
    async with asyncio.timeout(PATIENCE):
        while not (found := [hint for hint in stage.queue.hints if is_it(hint)]):
            await asyncio.sleep(0.02)
    return found[0]


def with_login(url: str) -> str:
    return url.replace("http://", f"http://{USER}:{PASSWORD}@")


async def test_distribution_tells_of_pushes_and_deletions(tmp_path: Path) -> None:
    source = HookSource("distribution", "main", BasicLogin(USER, (PASSWORD,)))
    async with hooks_served(source) as (stage, url):
        with (
            distribution_server(tmp_path, notify=[with_login(url)]) as registry,
            EmbeddedRegistry().in_thread() as ours,
        ):
            crane = Crane(tmp_path / "home")
            one = Digest.parse(ours.store.push_index("app", "1", seed="one"))
            two = Digest.parse(ours.store.push_index("app", "2", seed="two"))
            await asyncio.to_thread(crane, "copy", f"{ours.host}/app:1", f"{registry.host}/team/app:1")
            pushed = await heard(stage, lambda hint: hint.tag == "1")
            assert (pushed.registry, pushed.repository, pushed.digest) == (registry.host, "team/app", one)
            assert pushed.claimed_at is not None
            await asyncio.to_thread(crane, "copy", f"{ours.host}/app:2", f"{registry.host}/team/app:1")
            await heard(stage, lambda hint: hint.digest == two)
            await asyncio.to_thread(crane, "delete", f"{registry.host}/team/app:1")
            deleted = await heard(stage, lambda hint: hint.deleted)
            assert (deleted.registry, deleted.repository) == (registry.host, "team/app")
        assert {hint.tag for hint in stage.queue.hints} <= {"1", None}
        assert stage.sources.parked(10) == ()
        assert {status for _, _, status in stage.noted} == {202}


async def test_distribution_is_not_held_up_by_what_is_not_proven(tmp_path: Path) -> None:
    """It repeats what is refused: that is a wrong password, and no fault of an event."""
    source = distribution().source
    async with hooks_served(source) as (stage, url):
        with (
            distribution_server(tmp_path, notify=[url]) as registry,
            EmbeddedRegistry().in_thread() as ours,
        ):
            ours.store.push_image("app", tag="1")
            crane = Crane(tmp_path / "home")
            await asyncio.to_thread(crane, "copy", f"{ours.host}/app:1", f"{registry.host}/app:1")
            async with asyncio.timeout(PATIENCE):
                while not stage.noted:
                    await asyncio.sleep(0.02)
        assert {status for _, _, status in stage.noted} == {401}
        assert stage.queue.hints == []


def api(forge: GiteaServer, method: str, path: str, value: object = None) -> object:
    request = urllib.request.Request(
        f"{forge.url}/api/v1/{path}",
        None if value is None else json.dumps(value).encode(),
        {"Authorization": f"token {forge.token}", "Content-Type": "application/json"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        said = answer.read()
    return json.loads(said) if said else None


@contextlib.asynccontextmanager
async def forge_hook(forge: GiteaServer, url: str, secret: str) -> AsyncIterator[None]:
    """Gitea posts its user's packages to this URL."""
    config = {"url": url, "content_type": "json", "secret": secret}
    wanted = {"type": "gitea", "config": config, "events": ["package"], "active": True}
    made = await asyncio.to_thread(api, forge, "POST", "user/hooks", wanted)
    assert isinstance(made, dict)
    try:
        yield
    finally:
        await asyncio.to_thread(api, forge, "DELETE", f"user/hooks/{made['id']}")


async def test_gitea_tells_of_pushes_and_deletions(gitea_server: GiteaServer, tmp_path: Path) -> None:
    source = HookSource("gitea", "main", BodySignature((SECRET,)))
    owner = gitea_server.username
    async with hooks_served(source) as (stage, url), forge_hook(gitea_server, url, SECRET):
        with EmbeddedRegistry().in_thread() as ours:
            crane = Crane(tmp_path / "home")
            await asyncio.to_thread(
                crane, "auth", "login", gitea_server.host, "-u", str(owner), "-p", gitea_server.token
            )
            image = f"{gitea_server.host}/{owner}/hooked"
            ours.store.push_index("app", "1", seed="one")
            ours.store.push_index("app", "2", seed="two")
            await asyncio.to_thread(crane, "copy", f"{ours.host}/app:1", f"{image}:v")
            pushed = await heard(stage, lambda hint: hint.tag == "v")
            assert (pushed.registry, pushed.repository) == (gitea_server.host, f"{owner}/hooked")
            assert (pushed.digest, pushed.deleted) == (None, False)
            before = len(stage.queue.hints)
            await asyncio.to_thread(crane, "copy", f"{ours.host}/app:2", f"{image}:v")
            async with asyncio.timeout(PATIENCE):
                while len(stage.queue.hints) == before:
                    await asyncio.sleep(0.02)
            await asyncio.to_thread(api, gitea_server, "DELETE", f"packages/{owner}/container/hooked/v")
            deleted = await heard(stage, lambda hint: hint.deleted)
            assert (deleted.repository, deleted.tag) == (f"{owner}/hooked", "v")
        assert {hint.tag for hint in stage.queue.hints} == {"v"}
        assert stage.sources.parked(10) == ()
        assert {status for _, _, status in stage.noted} == {202}


async def test_gitea_with_another_secret_is_refused(gitea_server: GiteaServer, tmp_path: Path) -> None:
    owner = gitea_server.username
    async with (
        hooks_served(gitea().source) as (stage, url),
        forge_hook(gitea_server, url, "another secret"),
    ):
        with EmbeddedRegistry().in_thread() as ours:
            ours.store.push_image("app", tag="1")
            crane = Crane(tmp_path / "home")
            await asyncio.to_thread(
                crane, "auth", "login", gitea_server.host, "-u", str(owner), "-p", gitea_server.token
            )
            image = f"{gitea_server.host}/{owner}/refused:v"
            await asyncio.to_thread(crane, "copy", f"{ours.host}/app:1", image)
            async with asyncio.timeout(PATIENCE):
                while not stage.noted:
                    await asyncio.sleep(0.02)
        assert {status for _, _, status in stage.noted} == {403}
        assert stage.queue.hints == []
