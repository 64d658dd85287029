"""An answer with a history in it, as bytes: its limits, and the order that its rows state."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidAnswer, InvalidDigest, InvalidInput
from tagwake.core.history import order
from tagwake.core.sighting import Sighting
from tagwake.formats.history.moment import read_moment
from tagwake.formats.registry.nesting import nests_deeper

MAX_BYTES = 8 * 1024 * 1024
"""A page of a thousand rows has some 200 KiB; a larger answer is none that we can use."""
MAX_DEPTH = 32

_STEP = timedelta(milliseconds=1)

Shape = TypeVar("Shape")


def read_answer(data: bytes, shape: type[Shape], what: str) -> Shape:
    """The answer in its shape; unknown fields are passed over.

    :param what: for the message: "its tag history".
    :raises InvalidAnswer: where it is too large, too deep, or of another shape.
    """
    if len(data) > MAX_BYTES:
        raise InvalidAnswer(f"{what} is longer than {MAX_BYTES // 1024 // 1024} MiB")
    if nests_deeper(data, MAX_DEPTH):
        raise InvalidAnswer(f"{what} nests deeper than {MAX_DEPTH}")
    try:
        return msgspec.json.decode(data, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InvalidAnswer(f"{what} cannot be read: {error}") from None


def read_digest(text: str, what: str) -> Digest:
    """A digest of the answer.

    :raises InvalidAnswer: where it is none.
    """
    try:
        return Digest.parse(text)
    except InvalidDigest as error:
        raise InvalidAnswer(f"{what} names a digest that is none: {error.problem}") from None


def read_time(text: str, what: str) -> datetime:
    """A time of the answer.

    :raises InvalidAnswer: where it is none.
    """
    try:
        return read_moment(text)
    except InvalidInput as error:
        raise InvalidAnswer(f"{what} names a time that is none: {error}") from None


def in_stated_order(sightings: Iterable[Sighting]) -> tuple[Sighting, ...]:
    """Sightings such that the fold keeps the order in which they are given, oldest first.

    Times differ in precision: two rows of one second have an order in the answer and none by their times. Where the
    fold would turn them round (:func:`tagwake.core.history.order`), the later one is moved on by a millisecond, which
    is as fine as history is kept.
    """
    told: list[Sighting] = []
    for sighting in sightings:
        current = sighting
        if told and order(current) < order(told[-1]):
            current = replace(current, seen_at=told[-1].seen_at + _STEP)
        told.append(current)
    return tuple(told)
