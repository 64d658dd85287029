"""A folder of files under a real work tree, and a registry that does something when it is asked."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tagwake.adapters.worktree import open_worktree
from tagwake.core.image_glob import Selection
from tagwake.core.manifest import Descriptor
from tagwake.core.reference import Reference, Stream
from tagwake.core.resolution import Unresolved
from tagwake.core.settings import Settings
from tagwake.formats.code.reader import CodeReader
from tagwake.ports.registry import Registry
from tagwake.ports.worktree import Worktree
from tagwake.testing.twins.registry import RegistryTwin
from tagwake.verbs.pin import pin
from tagwake.verbs.rewriting import Rewriting
from tagwake.verbs.scan import Scan, scan
from tagwake.verbs.update import update

TODAY = date(2026, 11, 25)


@dataclass
class Tree:
    """Files in a folder, by path."""

    folder: Path

    def write(self, path: str, content: str | bytes) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    def read(self, path: str) -> str:
        return (self.folder / path).read_bytes().decode()

    def contents(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }

    def open(self) -> Worktree:
        return open_worktree([str(self.folder)])

    def scan(self, settings: Settings | None = None) -> Scan:
        return scan(self.open(), CodeReader(), settings or Settings(), fresh=True)

    async def update(
        self,
        registry: Registry,
        *,
        settings: Settings | None = None,
        only: tuple[str, ...] = (),
        excepted: tuple[str, ...] = (),
        to: str | None = None,
        dry_run: bool = False,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> Rewriting:
        settings = settings or Settings()
        return await update(
            self.open(),
            self.scan(settings),
            registry,
            settings,
            today=TODAY,
            selection=Selection.of(only, excepted),
            to=None if to is None else Reference.parse(to),
            dry_run=dry_run,
            progress=progress,
        )

    async def pin(
        self, registry: Registry, *, settings: Settings | None = None, dry_run: bool = False
    ) -> Rewriting:
        settings = settings or Settings()
        return await pin(self.open(), self.scan(settings), registry, settings, today=TODAY, dry_run=dry_run)


@dataclass(slots=True)
class MeddlingRegistry(RegistryTwin):
    """A registry that does something, once, when a tag is asked for."""

    meddle: Callable[[], object] = field(default=lambda: None)

    async def resolve(self, stream: Stream) -> Descriptor | Unresolved:
        meddle, self.meddle = self.meddle, lambda: None
        meddle()
        return await RegistryTwin.resolve(self, stream)


@dataclass(slots=True)
class SilentRegistry(RegistryTwin):
    """A registry that never answers for some repositories; ``reached`` is set once one of them was asked for."""

    silent: frozenset[str] = frozenset()
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def resolve(self, stream: Stream) -> Descriptor | Unresolved:
        if stream.repository in self.silent:
            self.reached.set()
            await asyncio.Event().wait()
        return await RegistryTwin.resolve(self, stream)


def outcomes(rewriting: Rewriting) -> list[str]:
    return [reference.outcome.value for reference in rewriting.report.references]


def reasons(rewriting: Rewriting) -> list[str]:
    return [reference.reason for reference in rewriting.report.references]
