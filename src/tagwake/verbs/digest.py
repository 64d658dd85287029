"""``tagwake digest``: the digest that a tag points to now."""

from tagwake.core.manifest import Descriptor
from tagwake.core.reference import DEFAULT_TAG, Reference, Stream
from tagwake.core.resolution import Unresolved
from tagwake.ports.registry import Registry


async def digest(registry: Registry, reference: Reference) -> Descriptor | Unresolved:
    """Ask the registry for the tag, or for the digest itself where the reference has one.

    A reference with neither is asked for as ``latest``, as docker pulls it; nowhere else is a tag assumed.
    """
    if reference.digest is not None:
        return await registry.describe(reference.registry, reference.repository, reference.digest)
    tag = reference.tag or DEFAULT_TAG
    return await registry.resolve(Stream(reference.registry, reference.repository, tag))
