"""Where each key of a TOML document stands, for messages that name line and column; the document is valid already."""

import re

Path = tuple[str | int, ...]
"""Keys and array indexes from the root of a document: ``("hold", 0, "image")``."""

_BLANK = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+|(?!))*+")
_SPACE = re.compile(r"[ \t]*+")
_BARE = re.compile(r"[A-Za-z0-9_-]++")
_STRINGS = (
    re.compile(r'"""(?:[^\\"]|\\.|"(?!"")|(?!))*+"{3,5}', re.DOTALL),
    re.compile(r"'''(?:[^']|'(?!'')|(?!))*+'{3,5}", re.DOTALL),
    re.compile(r'"(?:[^\\"\n]|\\.|(?!))*+"'),
    re.compile(r"'[^'\n]*+'"),
)
_SCALAR = re.compile(r"[^,\]}\n#]++")
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)


def places(text: str) -> dict[Path, int]:
    """The offset, in characters, of every key and every element of an array, by its path.

    :param text: a document that ``tomllib`` has read; of another, some places are missing or wrong.
    """
    return _Walk(text).document()


def extents(text: str) -> dict[Path, tuple[int, int]]:
    """Start and end, in characters, of every key with its value, of every element of an array, and of every header.

    :param text: as for :func:`places`.
    """
    walk = _Walk(text)
    starts = walk.document()
    return {path: (starts[path], end) for path, end in walk.ends.items() if path in starts}


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Both counted from 1, the column in characters."""
    start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - start + 1


class _Walk:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._found: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        self.ends: dict[Path, int] = {}

    def document(self) -> dict[Path, int]:
        table: Path = ()
        while True:
            self._skip(_BLANK)
            if self._at >= len(self._text):
                return self._found
            before = self._at
            if self._text.startswith("[[", self._at):
                table = self._header(2)
            elif self._text[self._at] == "[":
                table = self._header(1)
            else:
                self._pair(table)
            if self._at == before:  # what cannot be read is passed over: the reader of values has judged it
                self._at += 1

    def _header(self, brackets: int) -> Path:
        self._at += brackets
        self._skip(_SPACE)
        start = self._at
        path: Path = ()
        keys = self._keys()
        for number, (key, offset) in enumerate(keys):
            path = (*path, key)
            self._found.setdefault(path, offset)
            if number < len(keys) - 1 and path in self._counts:
                path = (*path, self._counts[path] - 1)
        if brackets == 2:
            index = self._counts.get(path, 0)
            self._counts[path] = index + 1
            path = (*path, index)
            self._found[path] = start
        elif path in self._counts:
            path = (*path, self._counts[path] - 1)
        self._skip(_SPACE)
        while self._text.startswith("]", self._at):
            self._at += 1
        self.ends.setdefault(path, self._at)
        return path

    def _pair(self, table: Path) -> None:
        path = table
        for key, offset in self._keys():
            path = (*path, key)
            self._found.setdefault(path, offset)
        self._skip(_SPACE)
        if self._text.startswith("=", self._at):
            self._at += 1
            self._skip(_SPACE)
            self._value(path)
        self.ends.setdefault(path, self._at)

    def _keys(self) -> list[tuple[str, int]]:
        keys: list[tuple[str, int]] = []
        while True:
            self._skip(_SPACE)
            start = self._at
            key = self._key()
            if key is None:
                return keys
            keys.append((key, start))
            self._skip(_SPACE)
            if not self._text.startswith(".", self._at):
                return keys
            self._at += 1

    def _key(self) -> str | None:
        quoted = self._string()
        if quoted is not None:
            inner = quoted[1:-1]
            return inner if quoted[0] == "'" else _ESCAPE.sub(_unescaped, inner)
        bare = _BARE.match(self._text, self._at)
        if bare is None:
            return None
        self._at = bare.end()
        return bare[0]

    def _value(self, path: Path) -> None:
        opening = self._text[self._at : self._at + 1]
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline(path)
        elif self._string() is None:
            self._skip(_SCALAR)

    def _array(self, path: Path) -> None:
        self._at += 1
        index = 0
        while True:
            self._skip(_BLANK)
            here = self._text[self._at : self._at + 1]
            if here in ("]", ""):
                self._at += 1
                return
            if here == ",":
                self._at += 1
                continue
            before = self._at
            self._found[(*path, index)] = self._at
            self._value((*path, index))
            self.ends.setdefault((*path, index), self._at)
            self._at += self._at == before
            index += 1

    def _inline(self, path: Path) -> None:
        self._at += 1
        while True:
            self._skip(_BLANK)
            here = self._text[self._at : self._at + 1]
            if here in ("}", ""):
                self._at += 1
                return
            if here == ",":
                self._at += 1
                continue
            before = self._at
            self._pair(path)
            self._at += self._at == before

    def _string(self) -> str | None:
        for kind in _STRINGS:
            found = kind.match(self._text, self._at)
            if found is not None:
                self._at = found.end()
                return found[0]
        return None

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self._text, self._at)
        if found is not None:
            self._at = found.end()


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        return chr(int(code, 16))
    return _ESCAPES.get(match[3], match[3])
