"""Take hooks of a source."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from tagwake.core.errors import UsageRefused
from tagwake.core.hook_login import PathToken
from tagwake.core.hook_source import HookSource
from tagwake.formats.webhook.kinds import fault_of
from tagwake.ports.source_store import SourceStore

TOKEN_BYTES = 24
"""Random bytes of a path's token."""


@dataclass(frozen=True, slots=True)
class AddedSource:
    """A source as it is now, and whether it is new."""

    source: HookSource
    is_new: bool


def add_source(
    store: SourceStore, source: HookSource, *, random_bytes: Callable[[int], bytes], now: datetime
) -> AddedSource:
    """Take hooks of a source, or take over what has changed of it.

    A registry that can prove nothing has a token in its path; where none is given, one is made.

    :param random_bytes: from a source fit for keys.
    :raises UsageRefused: where no hook could be taken of it, or its secrets cannot be sealed.
    """
    if isinstance(source.login, PathToken) and not source.login.tokens:
        made = base64.urlsafe_b64encode(random_bytes(TOKEN_BYTES)).decode()
        source = replace(source, login=PathToken((made,)))
    fault = fault_of(source)
    if fault is not None:
        raise UsageRefused(f"source {source.kind}/{source.name}: {fault}")
    return AddedSource(source, store.put(source, now=now))


def hook_path(source: HookSource) -> str:
    """Where its registry is to send hooks, below the service's address; of several tokens the first."""
    path = f"/hooks/{source.kind}/{source.name}"
    if isinstance(source.login, PathToken):
        return f"{path}/{source.login.tokens[0]}"
    return path
