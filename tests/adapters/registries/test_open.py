"""Opening the registries costs nothing until they are asked, and leaves nothing behind."""

import subprocess
import sys

from tests.adapters.scripted import FakeTime

from tagwake.adapters.registries import open_registries
from tagwake.core.manifest import Descriptor
from tagwake.core.reference import Stream
from tagwake.testing.registry.embedded import EmbeddedRegistry


def test_the_name_alone_imports_no_http_client() -> None:
    code = "import sys, tagwake.adapters.registries; sys.exit('aiohttp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


async def test_every_run_asks_anew() -> None:
    async with EmbeddedRegistry() as server:
        digests = []
        for seed in ("old", "new"):
            server.store.push_image("acme/api", "1", seed=seed)
            async with open_registries((), {}, timing=FakeTime().timing) as registry:
                found = await registry.resolve(Stream(server.host, "acme/api", "1"))
            assert isinstance(found, Descriptor)
            digests.append(str(found.digest))
        assert digests[0] != digests[1] == server.store.digest("acme/api", "1")
