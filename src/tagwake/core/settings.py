"""What ``tagwake.toml`` settles: what is scanned, what a check fails on, how registries are asked, what is held."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagwake.core.outcome import Outcome
from tagwake.core.pin import PlacedReference

if TYPE_CHECKING:  # most runs have no settings, and start faster without what only settings need
    from tagwake.core.hold import Hold
    from tagwake.core.ignore_rules import IgnoreRule
    from tagwake.core.image_glob import ImageGlob
    from tagwake.core.registry_rule import RegistryRule

MAX_FILE_BYTES = 16 * 1024 * 1024
"""Larger files are listed as skipped, unless ``[scan] max_file_size`` says otherwise."""

CHECK_FAILS_ON = (Outcome.UNPINNED, Outcome.BROKEN)
"""What ``status --check`` fails on where neither it nor ``[check] fail`` says."""


@dataclass(frozen=True, slots=True)
class FollowRule:
    """The tag that pins without one follow, for the images that fit."""

    image: "ImageGlob"
    tag: str


@dataclass(frozen=True, slots=True)
class ScanRules:
    """``[scan]``.

    :param include: path patterns; only files that fit one are scanned, where there is any.
    :param exclude: path patterns of files that are not scanned.
    :param ignore: references that are reported as ignored, first match first.
    :param follow_untagged: for pins without a tag, first match first.
    :param max_file_bytes: larger files are skipped, with that reason.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    ignore: "tuple[IgnoreRule, ...]" = ()
    follow_untagged: tuple[FollowRule, ...] = ()
    max_file_bytes: int = MAX_FILE_BYTES

    def tag_for(self, reference: PlacedReference) -> str | None:
        """The tag that a pin without one follows, or ``None``: none is ever assumed."""
        return next((rule.tag for rule in self.follow_untagged if rule.image.matches(reference)), None)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, read and merged.

    :param check_fail: the outcomes that ``status --check`` fails on.
    :param registries: how registries are asked, longest prefix first.
    :param holds: nearest file first.
    :param base: the scanned root, relative to the folder of the settings file: ``""`` or ``"k8s/"``. Path patterns
        count from that folder.
    :param source: the settings file as it is shown to people, or ``None`` without one.
    """

    scan: ScanRules = field(default_factory=ScanRules)
    check_fail: tuple[Outcome, ...] = CHECK_FAILS_ON
    registries: "tuple[RegistryRule, ...]" = ()
    holds: "tuple[Hold, ...]" = ()
    base: str = ""
    source: str | None = None
