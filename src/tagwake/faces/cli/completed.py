"""Values for completion, from local knowledge only: what the files below this folder name."""

import os
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def complete_images(
    _ctx: click.Context, _param: click.Parameter, incomplete: str
) -> "list[CompletionItem[str]]":
    """Images with their tags, as written below this folder."""
    return _starting(incomplete, {image for image, _ in _local()})


def complete_pins(
    _ctx: click.Context, _param: click.Parameter, incomplete: str
) -> "list[CompletionItem[str]]":
    """Images with tag and digest, as pinned below this folder."""
    return _starting(incomplete, {f"{image}@{digest}" for image, digest in _local() if digest})


def complete_references(
    _ctx: click.Context, _param: click.Parameter, incomplete: str
) -> "list[CompletionItem[str]]":
    """Images with their tags, and as pinned once an ``@`` is typed."""
    known = _local()
    found = {image for image, _ in known}
    if "@" in incomplete:
        found = {f"{image}@{digest}" for image, digest in known if digest}
    return _starting(incomplete, found)


def complete_holds(
    _ctx: click.Context, _param: click.Parameter, incomplete: str
) -> "list[CompletionItem[str]]":
    """What ``tagwake.toml`` holds."""
    from tagwake.core.errors import TagwakeError
    from tagwake.wiring.settings import find_settings, load_settings

    try:
        folder = os.getcwd()
        holds = load_settings(folder, folder, find_settings(folder, folder)).holds
    except TagwakeError:
        return []
    return _starting(
        incomplete, {f"{hold.image}@{hold.digest}" if hold.digest else str(hold.image) for hold in holds}
    )


def complete_outcomes(
    _ctx: click.Context, _param: click.Parameter, incomplete: str
) -> "list[CompletionItem[str]]":
    """Outcomes, after the last comma of a list."""
    from tagwake.core.outcome import Outcome

    before = incomplete[: incomplete.rfind(",") + 1]
    return _starting(incomplete, {f"{before}{outcome}" for outcome in Outcome})


def _local() -> set[tuple[str, str]]:
    from tagwake.core.errors import TagwakeError
    from tagwake.verbs.scan import scan
    from tagwake.wiring.code_base import open_code_base

    try:
        code = open_code_base((), os.environ)
        found = scan(code.worktree, code.reader, code.settings)
    except TagwakeError:  # completion has no place to say so; the command itself will
        return set()
    return {
        (reference.image, str(reference.digest or ""))
        for _, reference in found.references()
        if reference.registry is not None
    }


def _starting(incomplete: str, values: set[str]) -> "list[CompletionItem[str]]":
    from click.shell_completion import CompletionItem

    return [
        CompletionItem(value)
        for value in sorted(values)
        if value.startswith(incomplete) and value.isprintable()
    ]
