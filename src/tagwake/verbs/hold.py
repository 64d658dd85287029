"""``hold`` and ``unhold``: never propose this digest again, with a reason and an end; kept in the settings file."""

from dataclasses import dataclass
from datetime import date

import tagwake
from tagwake.core.errors import InvalidReference, UsageRefused
from tagwake.core.hold import Hold
from tagwake.core.image_glob import ImageGlob
from tagwake.core.reference import Reference
from tagwake.formats.settings import SettingsLayer, read_layer
from tagwake.formats.settings_edit import add_hold, remove_hold
from tagwake.ports.settings_file import SettingsFile


@dataclass(frozen=True, slots=True)
class Held:
    """What ``hold`` did.

    :param replaced: the hold of the same image and digest that stood there before, or ``None``.
    """

    hold: Hold
    file: str
    replaced: Hold | None = None


@dataclass(frozen=True, slots=True)
class Unheld:
    """What ``unhold`` took out, in the order of the file."""

    holds: tuple[Hold, ...]
    file: str


def hold(
    home: SettingsFile, reference: Reference, *, today: date, reason: str = "", until: date | None = None
) -> Held:
    """Write a hold of this image and digest (without a digest: of whatever the image's tag points to).

    :param until: the last day on which it holds.
    :raises UsageRefused: when that day is over.
    :raises InvalidSettings: when the settings file cannot be read.
    :raises WriteFailed: when it cannot be written.
    """
    if until is not None and until < today:
        raise UsageRefused(f"{until.isoformat()} is over: a hold ends today or later")
    wanted = Hold(ImageGlob(reference.image), reference.digest, " ".join(reason.split()), until, home.name)
    old = home.read()
    data = old or b""
    replaced = None
    for index, standing in reversed(list(enumerate(_holds(home, data)))):
        if _is_same(standing, reference):
            replaced = standing
            if standing == wanted:
                return Held(wanted, home.name, standing)
            data = remove_hold(data, index, home.name, home.table)
    home.write(old, add_hold(data, wanted, home.name, home.table))
    return Held(wanted, home.name, replaced)


def unhold(home: SettingsFile, reference: Reference) -> Unheld:
    """Take out the holds of this image and digest (without a digest: every hold of this image).

    :raises UsageRefused: when the file holds no such thing.
    :raises InvalidSettings: when the settings file cannot be read.
    :raises WriteFailed: when it cannot be written.
    """
    old = home.read()
    data = old or b""
    removed: list[Hold] = []
    for index, standing in reversed(list(enumerate(_holds(home, data)))):
        if _is_same(standing, reference) or (reference.digest is None and _is_of(standing, reference)):
            removed.insert(0, standing)
            data = remove_hold(data, index, home.name, home.table)
    if not removed:
        raise UsageRefused(f"{reference}: {home.name} does not hold it")
    home.write(old, data)
    return Unheld(tuple(removed), home.name)


def _holds(home: SettingsFile, data: bytes) -> tuple[Hold, ...]:
    layer: SettingsLayer | None = read_layer(data, home.name, tagwake.__version__, table=home.table)
    return () if layer is None else layer.holds


def _is_same(standing: Hold, reference: Reference) -> bool:
    return standing.digest == reference.digest and _is_of(standing, reference)


def _is_of(standing: Hold, reference: Reference) -> bool:
    if standing.image.pattern == reference.image:
        return True
    try:
        held = Reference.parse(standing.image.pattern)
    except InvalidReference:
        return False
    return (held.registry, held.repository, held.tag) == (
        reference.registry,
        reference.repository,
        reference.tag,
    )
