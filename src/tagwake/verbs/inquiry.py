"""Asks registries what a plan needs to know: every question once, and each as soon as what it hangs on is known."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from tagwake.core.question import (
    Answer,
    DescribeDigest,
    Question,
    ReadManifest,
    ReadPlatform,
    ResolveTag,
)
from tagwake.core.resolution import Failure, Unresolved
from tagwake.core.target import Pursuit, Target, pursue
from tagwake.ports.progress import Progress
from tagwake.ports.registry import Registry

Found = Callable[[Pursuit, Target], None]
"""Is told of a pursuit and its target."""

_INTERRUPTED = Unresolved(Failure.INTERRUPTED, "interrupted before the registry answered")


class Inquiry:
    """The questions of one run, and the answers so far."""

    def __init__(self, registry: Registry, progress: Progress | None = None) -> None:
        self._registry = registry
        self._progress = progress
        self._answers: dict[Question, Answer] = {}
        self._asked: dict[Question, asyncio.Task[None]] = {}
        self.is_interrupted = False

    @property
    def lookups(self) -> int:
        """How many distinct tags were asked for."""
        return sum(isinstance(question, ResolveTag) for question in self._asked)

    async def targets(self, pursuits: Iterable[Pursuit], found: Found | None = None) -> dict[Pursuit, Target]:
        """The target of every pursuit.

        :param found: is told of each as soon as it is known; it must not raise.

        A cancellation does not pass through: what was not answered by then is said to be interrupted, and
        ``is_interrupted`` is true.
        """
        distinct = tuple(dict.fromkeys(pursuits))
        chases = [asyncio.ensure_future(self._chase(pursuit, found)) for pursuit in distinct]
        try:
            targets = await asyncio.gather(*chases)
        except asyncio.CancelledError:
            self.is_interrupted = True
            await _end([*chases, *self._asked.values()])
            targets = [self._as_far_as_known(pursuit) for pursuit in distinct]
        except BaseException:
            await _end([*chases, *self._asked.values()])
            raise
        return dict(zip(distinct, targets, strict=True))

    async def ask(self, question: Question) -> Answer:
        """The answer to one question; it is asked of the registry only once.

        A cancellation does not pass through, as in :meth:`targets`.
        """
        try:
            await self._known(question)
        except asyncio.CancelledError:
            self.is_interrupted = True
            await _end(self._asked.values())
        return self._answers.get(question, _INTERRUPTED)

    async def _chase(self, pursuit: Pursuit, found: Found | None) -> Target:
        while True:
            target = pursue(pursuit, self._answers)
            if isinstance(target, Target):
                if found is not None:
                    found(pursuit, target)
                return target
            for task in [self._task(question) for question in target]:
                await asyncio.shield(task)

    async def _known(self, question: Question) -> None:
        await asyncio.shield(self._task(question))

    def _task(self, question: Question) -> asyncio.Task[None]:
        task = self._asked.get(question)
        if task is None:
            task = self._asked[question] = asyncio.ensure_future(self._answer(question))
            self._tell()
        return task

    async def _answer(self, question: Question) -> None:
        registry = self._registry
        answer: Answer
        match question:
            case ResolveTag(stream):
                answer = await registry.resolve(stream)
            case DescribeDigest(host, repository, digest):
                answer = await registry.describe(host, repository, digest)
            case ReadManifest(host, repository, digest):
                answer = await registry.manifest(host, repository, digest)
            case ReadPlatform(host, repository, image):
                answer = await registry.platform(host, repository, image)
        self._answers[question] = answer
        self._tell()

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress("look-ups", len(self._answers), len(self._asked))

    def _as_far_as_known(self, pursuit: Pursuit) -> Target:
        answers = dict(self._answers)
        while not isinstance(target := pursue(pursuit, answers), Target):
            answers.update(dict.fromkeys(target, _INTERRUPTED))
        return target


async def _end(tasks: "Iterable[asyncio.Task[Any]]") -> None:
    """Cancel what still runs and wait until it has ended."""
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
