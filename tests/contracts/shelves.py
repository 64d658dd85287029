"""Registries of all sorts as shelves of the contract: the twin, and whatever speaks HTTP."""

import os
import ssl
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

from tests.servers import Server

from tagwake.adapters.registries import open_registries
from tagwake.adapters.timing import system_timing
from tagwake.core.digest import Digest
from tagwake.core.registry_rule import RegistryRule
from tagwake.ports.registry import Registry
from tagwake.testing.twins.registry import RegistryTwin

TAGWAKE = (sys.executable, "-c", "import sys; from tagwake.entry.main import main; sys.exit(main())")


@dataclass
class TwinShelf:
    host: str = "registry.test"
    twin: RegistryTwin = field(default_factory=RegistryTwin)

    def put(
        self, repository: str, tag: str | None, manifest: bytes, media_type: str, blobs: Sequence[bytes]
    ) -> None:
        self.twin.put(f"{self.host}/{repository}{f':{tag}' if tag else ''}", manifest, media_type, blobs)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Registry]:
        yield self.twin


@dataclass
class HttpShelf:
    """A server that takes pushes; it is asked with `rules` and `environment`."""

    server: Server
    rules: Sequence[RegistryRule] = ()
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": os.environ["PATH"]})
    authorization: str | None = None

    @property
    def host(self) -> str:
        return self.server.host

    def put(
        self, repository: str, tag: str | None, manifest: bytes, media_type: str, blobs: Sequence[bytes]
    ) -> None:
        for blob in blobs:
            self._put_blob(repository, blob)
        name = tag or str(Digest.of(manifest))
        self._send("PUT", f"/v2/{repository}/manifests/{name}", manifest, media_type)

    def open(self) -> AbstractAsyncContextManager[Registry]:
        return open_registries(self.rules, self.environment, timing=system_timing())

    def _put_blob(self, repository: str, blob: bytes) -> None:
        location = self._send("POST", f"/v2/{repository}/blobs/uploads/", b"")
        mark = "&" if "?" in location else "?"
        self._send("PUT", f"{location}{mark}digest={Digest.of(blob)}", blob)

    def _send(
        self, method: str, path: str, data: bytes, content_type: str = "application/octet-stream"
    ) -> str:
        url = path if "://" in path else f"{self.server.url}{path}"
        request = urllib.request.Request(
            url, data=data, method=method, headers={"Content-Type": content_type}
        )
        if self.authorization:
            request.add_header("Authorization", self.authorization)
        context = ssl.create_default_context(cafile=self.server.ca) if self.server.ca else None
        try:
            with urllib.request.urlopen(request, context=context, timeout=30) as answer:
                return str(answer.headers.get("Location", ""))
        except urllib.error.HTTPError as error:
            with error:
                raise AssertionError(f"{method} {path}: {error.code} {error.read()!r}") from None
