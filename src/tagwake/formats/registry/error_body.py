"""Why a registry refuses, in its own words: the body of an answer of 400 and above."""

import msgspec

from tagwake.formats.registry.nesting import nests_deeper

MAX_BYTES = 65_536
MAX_DEPTH = 32
MAX_ERRORS = 16
MAX_MESSAGE = 200
"""Characters of a message that are kept; the rest is a registry talking too much."""


class _Error(msgspec.Struct):
    code: str | None = None
    message: str | None = None


class _Body(msgspec.Struct):
    errors: list[_Error] | None = None


class RegistryError(msgspec.Struct, frozen=True):
    """One error: a code such as ``MANIFEST_UNKNOWN``, and a message of one printable line, both perhaps empty."""

    code: str
    message: str


def read_errors(data: bytes) -> tuple[RegistryError, ...]:
    """The errors of a body (OCI distribution specification, "Error Codes"); none where it is anything else."""
    if len(data) > MAX_BYTES or nests_deeper(data, MAX_DEPTH):
        return ()
    try:
        body = msgspec.json.decode(data, type=_Body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ()
    return tuple(
        RegistryError(printable(each.code or "").upper(), printable(each.message or ""))
        for each in (body.errors or ())[:MAX_ERRORS]
    )


def printable(text: str) -> str:
    """One line of at most 200 characters that cannot move a terminal's cursor."""
    start = text[: 4 * MAX_MESSAGE]
    line = " ".join("".join(each if each.isprintable() else " " for each in start).split())
    return line if len(line) <= MAX_MESSAGE else line[: MAX_MESSAGE - 1] + "…"
