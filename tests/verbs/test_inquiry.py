"""Every question once, and each as soon as what it hangs on is known."""

import asyncio
from dataclasses import dataclass, field

import pytest

from tagwake.core.digest import Digest
from tagwake.core.manifest import Descriptor
from tagwake.core.reference import Reference, Stream
from tagwake.core.resolution import Unresolved
from tagwake.core.target import Pursuit, Target
from tagwake.testing.twins.registry import RegistryTwin
from tagwake.verbs.inquiry import Inquiry


def pursuit(image: str, old: Digest | None) -> Pursuit:
    stream = Reference.parse(image).stream
    assert stream is not None
    return Pursuit(stream, old)


async def test_pursuits_share_their_questions(registry: RegistryTwin) -> None:
    old = registry.push_index("x.example/a:1", "1")
    children = registry.children("x.example/a", old)
    registry.push_index("x.example/a:1", "2")
    inquiry = Inquiry(registry)
    pursuits = [pursuit("x.example/a:1", digest) for digest in (old, old, *children.values(), None)]
    targets = await inquiry.targets(pursuits)
    assert set(targets) == set(pursuits)
    assert len(registry.calls) == len(set(registry.calls))
    assert [what for what, _ in registry.calls].count("resolve") == inquiry.lookups == 1


@dataclass(slots=True)
class SlowTag(RegistryTwin):
    """Answers for one repository only after the other's old digest was asked for."""

    described: asyncio.Event = field(default_factory=asyncio.Event)

    async def resolve(self, stream: Stream) -> Descriptor | Unresolved:
        if stream.repository == "slow":
            await self.described.wait()
        return await RegistryTwin.resolve(self, stream)

    async def describe(self, registry: str, repository: str, digest: Digest) -> Descriptor | Unresolved:
        self.described.set()
        return await RegistryTwin.describe(self, registry, repository, digest)


async def test_an_old_digest_is_asked_for_before_every_tag_is_known() -> None:
    """Would it wait for all tags, this would wait for ever."""
    registry = SlowTag()
    old = registry.push_image("x.example/fast:1", "1")
    registry.push_image("x.example/fast:1", "2")
    slow = registry.push_image("x.example/slow:1", "1")
    pursuits = [pursuit("x.example/slow:1", slow), pursuit("x.example/fast:1", old)]
    targets = await asyncio.wait_for(Inquiry(registry).targets(pursuits), 10)
    assert targets[pursuits[0]] == Target(slow)


async def test_progress_is_told(registry: RegistryTwin) -> None:
    digest = registry.push_image("x.example/a:1", "1")
    told: list[tuple[str, int, int]] = []
    inquiry = Inquiry(registry, lambda *step: told.append(step))
    await inquiry.targets([pursuit("x.example/a:1", digest), pursuit("x.example/b:1", digest)])
    assert told[-1] == ("look-ups", 3, 3)
    assert all(what == "look-ups" and done <= total for what, done, total in told)


class Faulty(RegistryTwin):
    """Breaks the promise that a registry never raises."""

    async def resolve(self, stream: Stream) -> Descriptor | Unresolved:
        raise ZeroDivisionError


async def test_a_fault_of_ours_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        await Inquiry(Faulty()).targets([pursuit("x.example/a:1", None), pursuit("x.example/b:1", None)])
