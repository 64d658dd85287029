"""What every Registry must do: one suite over the twin and over real registries."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import pytest

from tagwake.core.digest import Digest
from tagwake.core.manifest import IMAGE_TYPES, INDEX_TYPES, Descriptor, Manifest
from tagwake.core.platform import Platform
from tagwake.core.reference import Stream
from tagwake.core.resolution import Failure, Unresolved
from tagwake.ports.registry import Registry
from tagwake.testing.registry import image

OCI_IMAGE, DOCKER_IMAGE = IMAGE_TYPES
OCI_INDEX, DOCKER_LIST = INDEX_TYPES


class Shelf(Protocol):
    """A registry that content can be put into, and that can be asked."""

    @property
    def host(self) -> str:
        """Its normalised name, as in references."""
        ...

    def put(
        self, repository: str, tag: str | None, manifest: bytes, media_type: str, blobs: Sequence[bytes]
    ) -> None:
        """Put a manifest under a tag, or under its digest alone, and the blobs that it names."""
        ...

    def open(self) -> AbstractAsyncContextManager[Registry]:
        """A new client, that remembers nothing of earlier ones."""
        ...


class RegistryContract:
    """Subclasses give the fixture ``shelf``."""

    @pytest.mark.parametrize("media_type", IMAGE_TYPES)
    async def test_a_tag_is_the_digest_of_its_manifest(self, shelf: Shelf, media_type: str) -> None:
        """Digest, media type and size are those of the bytes that were pushed."""
        made = put_image(shelf, "acme/api", "1", docker=media_type == DOCKER_IMAGE)
        found = await resolve(shelf, "acme/api", "1")
        assert found == Descriptor(Digest.of(made.manifest), media_type, len(made.manifest))

    @pytest.mark.parametrize("media_type", INDEX_TYPES)
    async def test_an_index_stays_an_index(self, shelf: Shelf, media_type: str) -> None:
        """No registry picks a child for us."""
        content = put_index(shelf, "acme/multi", "1", ["linux/amd64", "linux/arm64/v8"], media_type)
        found = await resolve(shelf, "acme/multi", "1")
        assert found == Descriptor(Digest.of(content), media_type, len(content))

    async def test_a_tag_that_moved_is_where_it_is_now(self, shelf: Shelf) -> None:
        """The old digest is served all the same."""
        old, new = put_image(shelf, "acme/api", "1", "old"), put_image(shelf, "acme/api", "1", "new")
        found = await resolve(shelf, "acme/api", "1")
        assert isinstance(found, Descriptor)
        assert found.digest == Digest.of(new.manifest)
        async with shelf.open() as registry:
            assert isinstance(
                await registry.describe(shelf.host, "acme/api", Digest.of(old.manifest)), Descriptor
            )

    @pytest.mark.parametrize("repository", ["x", "a/b/c/d", "a-b/c_d/e.f--g__h"])
    @pytest.mark.parametrize("tag", ["latest", "_", "A.b-C_d", "x" * 128])
    async def test_names_of_every_shape(self, shelf: Shelf, repository: str, tag: str) -> None:
        """What the grammar allows can be asked for."""
        made = put_image(shelf, repository, tag)
        found = await resolve(shelf, repository, tag)
        assert isinstance(found, Descriptor)
        assert found.digest == Digest.of(made.manifest)

    async def test_a_digest_is_described(self, shelf: Shelf) -> None:
        """An image that has no tag is there as well."""
        made = put_image(shelf, "acme/api", None)
        digest = Digest.of(made.manifest)
        async with shelf.open() as registry:
            found = await registry.describe(shelf.host, "acme/api", digest)
        assert found == Descriptor(digest, OCI_IMAGE, len(made.manifest))

    async def test_what_is_not_there_is_not_found(self, shelf: Shelf) -> None:
        """A tag, a digest, a repository: each is a 404, and the reason names it."""
        put_image(shelf, "acme/api", "1")
        async with shelf.open() as registry:
            answers = {
                "acme/api:2": await registry.resolve(Stream(shelf.host, "acme/api", "2")),
                "acme/api@": await registry.describe(shelf.host, "acme/api", Digest.of(b"nothing")),
                "acme/nothing": await registry.resolve(Stream(shelf.host, "acme/nothing", "1")),
                "acme/api@.": await registry.manifest(shelf.host, "acme/api", Digest.of(b"nothing")),
            }
        for answer in answers.values():
            assert isinstance(answer, Unresolved)
            assert answer.failure is Failure.NOT_FOUND
            assert "404" in answer.reason
            assert "acme" in answer.reason

    async def test_an_index_names_its_children(self, shelf: Shelf) -> None:
        """Each with its platform, variant included."""
        platforms = ["linux/amd64", "linux/arm/v7", "linux/arm/v6"]
        content = put_index(shelf, "acme/multi", "1", platforms)
        async with shelf.open() as registry:
            manifest = await registry.manifest(shelf.host, "acme/multi", Digest.of(content))
        assert isinstance(manifest, Manifest)
        assert [str(child.platform) for child in manifest.children] == platforms
        assert manifest.config is None
        child = manifest.child_for(Platform.parse("linux/arm/v6"))
        assert child is not None
        assert child.descriptor.media_type == OCI_IMAGE

    @pytest.mark.parametrize("platform", ["linux/amd64", "linux/arm/v7", "windows/amd64"])
    async def test_an_image_tells_its_platform(self, shelf: Shelf, platform: str) -> None:
        """By its config."""
        made = put_image(shelf, "acme/api", None, platform=platform)
        async with shelf.open() as registry:
            manifest = await registry.manifest(shelf.host, "acme/api", Digest.of(made.manifest))
            assert isinstance(manifest, Manifest)
            assert manifest.children == ()
            assert await registry.platform(shelf.host, "acme/api", manifest) == Platform.parse(platform)

    async def test_an_index_has_no_platform(self, shelf: Shelf) -> None:
        """Nothing is made up."""
        content = put_index(shelf, "acme/multi", "1", ["linux/amd64"])
        async with shelf.open() as registry:
            manifest = await registry.manifest(shelf.host, "acme/multi", Digest.of(content))
            assert isinstance(manifest, Manifest)
            assert isinstance(await registry.platform(shelf.host, "acme/multi", manifest), Unresolved)

    async def test_many_questions_at_once(self, shelf: Shelf) -> None:
        """Each gets its own answer."""
        expected = [Digest.of(put_image(shelf, "acme/api", f"t{n}", f"{n}").manifest) for n in range(40)]
        async with shelf.open() as registry:
            found = await asyncio.gather(
                *(registry.resolve(Stream(shelf.host, "acme/api", f"t{n}")) for n in range(40))
            )
        assert [each.digest for each in found if isinstance(each, Descriptor)] == expected


async def resolve(shelf: Shelf, repository: str, tag: str) -> Descriptor | Unresolved:
    """Ask with a new client."""
    async with shelf.open() as registry:
        return await registry.resolve(Stream(shelf.host, repository, tag))


def put_image(
    shelf: Shelf,
    repository: str,
    tag: str | None,
    seed: str = "",
    *,
    platform: str = "linux/amd64",
    docker: bool = False,
) -> image.Made:
    """Put a small image on the shelf."""
    made = image.image(platform, seed, {}, {}, {}, docker=docker)
    shelf.put(repository, tag, made.manifest, DOCKER_IMAGE if docker else OCI_IMAGE, made.blobs)
    return made


def put_index(
    shelf: Shelf, repository: str, tag: str, platforms: Sequence[str], media_type: str = OCI_INDEX
) -> bytes:
    """Put an index on the shelf, with an image of each platform; gives the index's bytes."""
    docker = media_type == DOCKER_LIST
    children = []
    for platform in platforms:
        made = put_image(shelf, repository, None, platform=platform, docker=docker)
        read = Platform.parse(platform)
        named = {"os": read.os, "architecture": read.architecture}
        children.append(
            {
                "mediaType": DOCKER_IMAGE if docker else OCI_IMAGE,
                "digest": str(Digest.of(made.manifest)),
                "size": len(made.manifest),
                "platform": {**named, "variant": read.variant} if read.variant else named,
            }
        )
    content = json.dumps({"schemaVersion": 2, "mediaType": media_type, "manifests": children}).encode()
    shelf.put(repository, tag, content, media_type, ())
    return content
