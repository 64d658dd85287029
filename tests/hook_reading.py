"""What a delivery comes to, for tests of single formats."""

import json
from collections.abc import Mapping

from tagwake.core.hook_login import PathToken
from tagwake.core.hook_source import HookSource
from tagwake.formats.webhook.delivery import Delivery
from tagwake.formats.webhook.kinds import KINDS
from tagwake.formats.webhook.translation import Translation, translate


def read(
    kind: str,
    body: object,
    headers: Mapping[str, str] | None = None,
    *,
    registry: str | None = "reg.example",
    renames: tuple[tuple[str, str], ...] = (),
    known: Mapping[str, str] | None = None,
) -> Translation:
    """Translate `body`, written as JSON unless it is bytes."""
    source = HookSource(kind, "main", PathToken(("x" * 20,)), registry, renames)
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return translate(KINDS[kind].read, source, Delivery(headers or {}, data, known or {}))


def told(translation: Translation) -> list[str]:
    """Its hints, a line each: image, digest's first characters, and `deleted`."""
    return [
        " ".join(
            part
            for part in (
                f"{hint.registry}/{hint.repository}" + (f":{hint.tag}" if hint.tag else ""),
                hint.digest.hex[:4] if hint.digest else "",
                "deleted" if hint.deleted else "",
            )
            if part
        )
        for hint in translation.hints
    ]
