"""JSON from outside, read within limits."""

from typing import TypeVar

import msgspec

from tagwake.core.errors import InvalidHook
from tagwake.formats.registry.nesting import nests_deeper

MAX_DEPTH = 64

Body = TypeVar("Body")


def read_json(data: bytes | bytearray | memoryview | msgspec.Raw, type_: type[Body]) -> Body:
    """Read what the type declares; fields that it does not declare are passed over.

    :raises InvalidHook: where it is no JSON, nests deeper than 64, or has a field of another type; names that field.
    """
    raw = bytes(data)
    if nests_deeper(raw, MAX_DEPTH):
        raise InvalidHook(f"it nests deeper than {MAX_DEPTH}")
    try:
        return msgspec.json.decode(raw, type=type_)
    except msgspec.ValidationError as error:
        raise InvalidHook(f"it has not the expected shape: {error}") from None  # types and fields, no values
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise InvalidHook("it is no JSON") from None
