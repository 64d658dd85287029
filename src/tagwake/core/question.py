"""What a registry is asked, and what it may answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from tagwake.core.digest import Digest
from tagwake.core.manifest import Descriptor, Manifest
from tagwake.core.platform import Platform
from tagwake.core.reference import Stream
from tagwake.core.resolution import Unresolved


@dataclass(frozen=True, slots=True)
class ResolveTag:
    """What does the tag point to? Answered by a :class:`~tagwake.core.manifest.Descriptor`."""

    stream: Stream


@dataclass(frozen=True, slots=True)
class DescribeDigest:
    """Is the digest served, and what is it? Answered by a :class:`~tagwake.core.manifest.Descriptor`."""

    registry: str
    repository: str
    digest: Digest


@dataclass(frozen=True, slots=True)
class ReadManifest:
    """What does the manifest say? Answered by a :class:`~tagwake.core.manifest.Manifest`."""

    registry: str
    repository: str
    digest: Digest


@dataclass(frozen=True, slots=True)
class ReadPlatform:
    """Which platform is the image for? Answered by a :class:`~tagwake.core.platform.Platform`."""

    registry: str
    repository: str
    image: Manifest


Question = ResolveTag | DescribeDigest | ReadManifest | ReadPlatform
Answer = Descriptor | Manifest | Platform | Unresolved
Answers = Mapping[Question, Answer]
"""What is known so far; a question is asked once a run, whoever needs its answer."""
