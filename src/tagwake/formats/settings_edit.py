"""Holds, written into the text of a settings file and taken out again; every other byte stays as it is."""

import json
import re
from typing import Any

from tagwake.core.errors import InvalidSettings
from tagwake.core.hold import Hold
from tagwake.formats.toml_places import Path, extents

_BOM = "\ufeff"


def add_hold(data: bytes, hold: Hold, file: str, table: tuple[str, ...] = ()) -> bytes:
    """The file with one more ``[[hold]]`` at its end.

    :param data: a file that reads as settings; empty for a new one.
    :param table: where in the file the settings stand.
    :raises InvalidSettings: where holds are written in a way that cannot be added to.
    """
    text = data.decode()
    newline = "\r\n" if re.search(r"\A[^\n]*\r\n", text) else "\n"
    header = ".".join((*table, "hold"))
    if _is_inline(text, table):
        return _add_inline(text, hold, table).encode()
    lines = [f"[[{header}]]", *(f"{key} = {value}" for key, value in _entries(hold))]
    block = "".join(line + newline for line in lines)
    if text and not text.endswith("\n"):
        text += newline
    if text.strip(_BOM):
        text += newline
    written = (text + block).encode()
    _check(written, file)
    return written


def remove_hold(data: bytes, index: int, file: str, table: tuple[str, ...] = ()) -> bytes:
    """The file without its ``index``-th hold; comments around it stay.

    :raises InvalidSettings: where what is left could not be read.
    """
    text = data.decode()
    if _is_inline(text, table):
        return _remove_inline(text, index, table).encode()
    path: Path = (*table, "hold", index)
    spans = [span for at, span in extents(text.removeprefix(_BOM)).items() if at[: len(path)] == path]
    shift = len(text) - len(text.removeprefix(_BOM))
    start = text.rfind("\n", 0, min(spans)[0] + shift) + 1
    end = text.find("\n", max(stop for _, stop in spans) + shift)
    end = len(text) if end < 0 else end + 1
    before, after = text[:start], text[end:]
    blank = re.search(r"(?:\A|(?<=\n))\r?\n\Z", before)
    if blank and (not after or re.match(r"\r?\n", after)):
        before = before[: blank.start()]
    left = (before + after).encode()
    _check(left, file)
    return left


def _entries(hold: Hold) -> list[tuple[str, str]]:
    entries = [("image", _quoted(hold.image.pattern))]
    if hold.digest is not None:
        entries.append(("digest", _quoted(str(hold.digest))))
    if hold.reason:
        entries.append(("reason", _quoted(hold.reason)))
    if hold.until is not None:
        entries.append(("until", hold.until.isoformat()))
    return entries


def _quoted(text: str) -> str:
    """A basic string: what JSON escapes TOML does too, and DEL besides (TOML 1.0, String)."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _is_inline(text: str, table: tuple[str, ...]) -> bool:
    """Whether holds are an array of inline tables, which ``[[hold]]`` cannot be added to."""
    import tomllib

    values = tomllib.loads(text.removeprefix(_BOM).replace("\r\n", "\n"))
    for key in (*table, "hold"):
        values = values.get(key, {})
    if not values:
        path = (*table, "hold")
        return any(at[: len(path)] == path for at in extents(text.removeprefix(_BOM)))
    start, _ = extents(text.removeprefix(_BOM))[(*table, "hold", 0)]
    return text.removeprefix(_BOM)[start : start + 1] == "{"


def _add_inline(text: str, hold: Hold, table: tuple[str, ...]) -> str:
    import tomlkit

    document = tomlkit.parse(text)
    entry = tomlkit.inline_table()
    entry.update(tomlkit.parse("".join(f"{key} = {value}\n" for key, value in _entries(hold))).unwrap())
    _holds(document, table).append(entry)
    return tomlkit.dumps(document)


def _remove_inline(text: str, index: int, table: tuple[str, ...]) -> str:
    import tomlkit

    document = tomlkit.parse(text)
    del _holds(document, table)[index]
    return tomlkit.dumps(document)


def _holds(document: Any, table: tuple[str, ...]) -> Any:
    for key in (*table, "hold"):
        document = document[key]
    return document


def _check(data: bytes, file: str) -> None:
    import tomllib

    try:
        tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except ValueError as error:
        raise InvalidSettings(f"{file}: a [[hold]] cannot be written there by tagwake: {error}") from None
