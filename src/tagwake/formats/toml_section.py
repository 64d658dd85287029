"""A table of a TOML document, read key by key; every complaint names file, line and column."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Self

from tagwake.core.errors import InvalidSettings
from tagwake.formats.toml_places import Path, line_and_column, places

MAX_BYTES = 1024 * 1024
"""A settings file is written by people; a larger one is a mistake."""


class Section:
    """A table, and which of its keys were asked for: :meth:`finish` complains of the others."""

    def __init__(self, values: dict[str, Any], path: Path, document: "Document") -> None:
        self._values = values
        self._path = path
        self._document = document
        self._asked: list[str] = []

    def has(self, key: str) -> bool:
        """Whether the table has the key."""
        return key in self._values

    def place(self, *keys: str | int) -> str:
        """``file:line:column`` of a key, an element, or this table."""
        return self._document.place((*self._path, *keys))

    def error(self, key: str | int | None, problem: str) -> InvalidSettings:
        """A complaint about a key of this table (or, with ``None``, about the table)."""
        return InvalidSettings(f"{self.place() if key is None else self.place(key)}: {problem}")

    def text(self, key: str) -> str | None:
        """A string, or ``None`` where the key is absent."""
        value: str | None = self._typed(key, str, "a string")
        return value

    def flag(self, key: str) -> bool:
        """True or false; false where the key is absent."""
        return bool(self._typed(key, bool, "true or false"))

    def day(self, key: str) -> date | None:
        """A date, written as one or as a string."""
        value = self.value(key)
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                raise self._wanted(key, "a date such as 2026-12-01", value) from None
        if value is None or type(value) is date:
            return value
        raise self._wanted(key, "a date such as 2026-12-01", value)

    def texts(self, key: str) -> tuple[str, ...] | None:
        """An array of strings, or ``None`` where the key is absent."""
        values = self._typed(key, list, "an array of strings")
        if values is None:
            return None
        for index, value in enumerate(values):
            if not isinstance(value, str):
                raise InvalidSettings(
                    f"{self.place(key, index)}: {key} wants an array of strings, and this is {_kind(value)}"
                )
        return tuple(values)

    def table(self, key: str) -> Self:
        """A table; an empty one where the key is absent."""
        values = self._typed(key, dict, "a table")
        return type(self)(values or {}, (*self._path, key), self._document)

    def tables(self, key: str) -> Iterator[Self]:
        """An array of tables."""
        for index, value in enumerate(self._typed(key, list, "an array of tables") or ()):
            if not isinstance(value, dict):
                raise InvalidSettings(
                    f"{self.place(key, index)}: {key} wants an array of tables, and this is {_kind(value)}"
                )
            yield type(self)(value, (*self._path, key, index), self._document)

    def named_tables(self) -> Iterator[tuple[str, Self]]:
        """Every key of this table, where each must be a table."""
        for key in self._values:
            yield key, self.table(key)

    def named_texts(self) -> Iterator[tuple[str, str]]:
        """Every key of this table, where each must be a string."""
        for key in self._values:
            yield key, self.text(key) or ""

    def value(self, key: str) -> Any:
        """Whatever the key holds, or ``None``."""
        self._asked.append(key)
        return self._values.get(key)

    def finish(self, *, beside: Iterable[str] = ()) -> None:
        """Complain of the first key that was not asked for.

        :raises InvalidSettings: naming the nearest key that there is.
        """
        known = [*dict.fromkeys(self._asked), *beside]
        for key in self._values:
            if key in known:
                continue
            from difflib import get_close_matches

            near = get_close_matches(key, known, n=1, cutoff=0.0)
            raise self.error(
                key, f"unknown key {key!r}: did you mean {near[0]!r}?" if near else f"unknown key {key!r}"
            )

    def _typed(self, key: str, kind: type, wanted: str) -> Any:
        value = self.value(key)
        if value is None or type(value) is kind:
            return value
        raise self._wanted(key, wanted, value)

    def _wanted(self, key: str, wanted: str, value: object) -> InvalidSettings:
        return self.error(key, f"{key} wants {wanted}, and this is {_kind(value)}")


class Document:
    """A TOML text and the places of its keys, which are looked for only when a complaint needs them."""

    def __init__(self, text: str, file: str) -> None:
        self._text = text
        self._file = file
        self._places: dict[Path, int] | None = None

    def place(self, path: Path) -> str:
        """``file:line:column`` of what stands at this path, or of the nearest table around it."""
        if self._places is None:
            self._places = places(self._text)
        while path and path not in self._places:
            path = path[:-1]
        line, column = line_and_column(self._text, self._places.get(path, 0))
        return f"{self._file}:{line}:{column}"


def read_document(data: bytes, file: str, table: tuple[str, ...] = ()) -> Section | None:
    """The document, or the table of it that stands at ``table``; ``None`` where it has no such table.

    :raises InvalidSettings: when it is too large, not UTF-8, or no TOML.
    """
    if len(data) > MAX_BYTES:
        raise InvalidSettings(f"{file}: larger than {MAX_BYTES // 1024} KiB, which no settings file is")
    import tomllib

    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidSettings(f"{file}:{line}:1: not UTF-8, which TOML is written in") from None
    try:
        values: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidSettings(_toml_problem(str(error), file, text)) from None
    except RecursionError:
        raise InvalidSettings(f"{file}: nested too deeply") from None
    except ValueError as error:  # a number that Python refuses to read
        raise InvalidSettings(f"{file}: no valid TOML: {error}") from None
    document = Document(text, file)
    for number, key in enumerate(table):
        values = values.get(key)
        if values is None:
            return None
        if not isinstance(values, dict):
            raise InvalidSettings(f"{document.place(table[: number + 1])}: {key} wants a table")
    return Section(values, table, document)


def _toml_problem(said: str, file: str, text: str) -> str:
    """``Expected … (at line 3, column 5)`` as ``file:3:5: …``."""
    problem, _, place = said.rpartition(" (at ")
    numbers = [int(part) for part in place.replace(")", "").replace(",", "").split() if part.isdigit()]
    if not problem:
        return f"{file}: no valid TOML: {said}"
    line, column = numbers if len(numbers) == 2 else line_and_column(text, len(text))
    return f"{file}:{line}:{column}: no valid TOML: {problem}"


def _kind(value: object) -> str:
    names = {
        str: "a string",
        bool: "a boolean",
        int: "a number",
        float: "a number",
        list: "an array",
        dict: "a table",
    }
    return names.get(type(value), "a date or time")
