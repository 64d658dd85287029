"""A source of hooks: a registry that is configured to tell us of what happens there."""

from dataclasses import dataclass
from functools import lru_cache

from tagwake.core.errors import InvalidReference
from tagwake.core.hook_login import HookLogin
from tagwake.core.reference import Reference


@dataclass(frozen=True, slots=True)
class HookSource:
    """What ``/hooks/<kind>/<name>`` belongs to.

    :param kind: whose format its deliveries have: ``harbor``, ``zot``.
    :param login: how deliveries prove that they come from there.
    :param registry: where its images are pulled from, as in a reference; ``None`` where deliveries say that themselves.
    :param renames: what stands first in a repository of a delivery, and what takes its place when it is pulled
        (``docker-local`` becomes ``docker``, or nothing at all); the longest that fits is taken, by whole components.
    """

    kind: str
    name: str
    login: HookLogin
    registry: str | None = None
    renames: tuple[tuple[str, str], ...] = ()

    def place(self, registry: str | None, repository: str, under: str = "") -> tuple[str, str]:
        """Registry and repository as streams have them, of what a delivery says.

        :param under: what the registry keeps it under: no part of what is pulled, unless a rename takes hold of it.
        :raises InvalidReference: where that is no image's name.
        """
        host = self.registry or registry or ""
        renamed = self._renamed(f"{under}/{repository}" if under else repository)
        return _place(f"{host}/{repository if renamed is None else renamed}")

    def _renamed(self, repository: str) -> str | None:
        if not self.renames:
            return None
        fitting = [pair for pair in self.renames if _starts(repository, pair[0])]
        if not fitting:
            return None
        old, new = max(fitting, key=lambda pair: len(pair[0]))
        return "/".join(part for part in (new, repository[len(old) :].strip("/")) if part)


@lru_cache(maxsize=4096)  # a source tells of the same repositories again and again
def _place(name: str) -> tuple[str, str]:
    reference = Reference.parse(name)
    if reference.name != name:
        raise InvalidReference(name, len(reference.name), "a repository has neither tag nor digest in it")
    if reference.repository == name:
        raise InvalidReference(name, 0, "what stands before the first slash is no host of a registry")
    return reference.registry, reference.repository


def _starts(repository: str, old: str) -> bool:
    return not old or repository == old or repository.startswith(f"{old}/")
