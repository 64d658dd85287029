"""One client over one server, with logins of our choice and time that passes only when someone sleeps."""

import base64
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.adapters.scripted import FakeTime

from tagwake.adapters.registries import open_registries
from tagwake.adapters.registries.client import Registries
from tagwake.core.patience import Patience
from tagwake.core.registry_rule import RegistryRule
from tagwake.core.resolution import Failure, Unresolved

SECRET = "s3cret-and-then-some"


def login(folder: Path, **entries: dict[str, str] | str) -> dict[str, str]:
    """An environment whose docker config has these logins; `127.0.0.1:5000` is written `127_0_0_1__5000`."""
    auths = {}
    for key, entry in entries.items():
        fields = entry if isinstance(entry, dict) else {"auth": base64.b64encode(entry.encode()).decode()}
        auths[key] = fields
    (folder / "config.json").write_text(json.dumps({"auths": auths}))
    return {"DOCKER_CONFIG": str(folder), "HOME": str(folder)}


@asynccontextmanager
async def asking(
    environment: dict[str, str] | None = None,
    rules: Sequence[RegistryRule] = (),
    *,
    time: FakeTime | None = None,
    patience: Patience | None = None,
) -> AsyncIterator[Registries]:
    timing = (time or FakeTime()).timing
    async with open_registries(rules, environment or {}, timing=timing, patience=patience) as registry:
        yield registry


def told(answer: object, failure: Failure) -> str:
    """The reason of a look-up that told nothing: one line, that shows no secret."""
    assert isinstance(answer, Unresolved), answer
    assert answer.failure is failure, answer
    assert "\n" not in answer.reason
    assert SECRET not in repr(answer)
    return answer.reason
