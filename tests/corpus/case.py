"""The cases of the corpus: a file, what stands in it, and what it is after every tag has moved.

A case in a TOML file of this folder:

    [[case]]
    name = "05 a YAML flow list"
    path = "list.yaml"
    text = '''
    images: [a/b:1@{D1}, c/d:2@{D2}]
    '''
    found = [
      ["tag+digest", "a/b:1@{D1}", "docker.io/a/b:1"],
      ["tag+digest", "c/d:2@{D2}", "docker.io/c/d:2"],
    ]

Every entry of `found` is the form, the text, and the tag that is followed (`-` where none is). `{D1}` stands for a
digest, `{D1b}` for the same digest at another place, `{H1}` for its bare hex, `{E1}` for a sha512. After the update each
placeholder whose reference follows a tag has that tag's new digest, and not one other byte has changed. `pinned`
is the file after `pin`, where `{N:docker.io/a/b:1}` is a tag's new digest. `quotes` gives the case once with each of
these around every `{q}`, and `paths` once in each of these files; `endings = false` keeps a case from being read with other line endings and encodings.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

FOLDER = Path(__file__).parent
ENDINGS = ("lf", "crlf", "bom", "unended", "utf-16-le", "utf-16-be")

_PLACEHOLDER = re.compile(r"\{([DHE])([0-9]+)([a-z]?)\}")
_NEW = re.compile(r"\{N:([^{}]+)\}")
_NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Expected:
    """A reference that must be found; `stream` is the tag that it follows, or `None`."""

    form: str
    text: str
    stream: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """One file of the corpus, with placeholders in its texts."""

    name: str
    path: str
    text: str
    found: tuple[Expected, ...]
    pinned: str | None
    endings: tuple[str, ...]
    ending: str = "lf"

    @property
    def data(self) -> bytes:
        """The file."""
        return self._encoded(filled(self.text))

    @property
    def updated(self) -> bytes:
        """The file when every tag has moved and was followed."""
        return self._encoded(filled(self.text, self._streams()))

    @property
    def pinned_data(self) -> bytes:
        """The file when every reference that has a place for a digest has one."""
        assert self.pinned is not None
        return self._encoded(filled(self.pinned))

    @property
    def pinned_updated(self) -> bytes:
        """The file after both: what `pin` wrote is current."""
        assert self.pinned is not None
        return self._encoded(filled(self.pinned, self._streams()))

    def expected(self) -> list[tuple[str, str, str | None]]:
        """What must be found, digests filled in."""
        return [(each.form, filled(each.text), each.stream) for each in self.found]

    def with_endings(self) -> Iterator["Case"]:
        """The case with every line ending and encoding."""
        for ending in self.endings:
            yield replace(self, name=f"{self.name} [{ending}]", ending=ending)

    def _streams(self) -> dict[str, str | None]:
        return {
            match[0]: expected.stream
            for expected in self.found
            if expected.stream is not None
            for match in _PLACEHOLDER.finditer(expected.text)
        }

    def _encoded(self, text: str) -> bytes:
        match self.ending:
            case "crlf":
                return text.replace("\n", "\r\n").encode()
            case "bom":
                return b"\xef\xbb\xbf" + text.encode()
            case "unended":
                return text.rstrip("\n").encode()
            case "utf-16-le":
                return b"\xff\xfe" + text.encode("utf-16-le")
            case "utf-16-be":
                return b"\xfe\xff" + text.encode("utf-16-be")
            case _:
                return text.encode()


def new_digest(stream: str, algorithm: str = "sha256") -> str:
    """Where this tag points to after it moved."""
    return f"{algorithm}:{hashlib.new(algorithm, stream.encode()).hexdigest()}"


def filled(text: str, streams: dict[str, str | None] | None = None) -> str:
    """The text with its placeholders filled in; one that is a key of `streams` has the tag's new digest."""

    def value(match: re.Match[str]) -> str:
        letter, number, _ = match.groups()
        stream = (streams or {}).get(match[0])
        algorithm = "sha512" if letter == "E" else "sha256"
        digest = new_digest(stream or f"old {number}", algorithm)
        return digest.partition(":")[2] if letter == "H" else digest

    return _NEW.sub(lambda match: new_digest(match[1]), _PLACEHOLDER.sub(value, text))


def cases() -> list[Case]:
    """Every case, once with each of its quotes, as written with LF."""
    return [
        case
        for file in sorted(FOLDER.glob("*.toml"))
        for row in tomllib.loads(file.read_text(encoding="utf-8"))["case"]
        for case in _quoted(f"{file.stem}: ", row)
    ]


def _quoted(prefix: str, row: dict[str, object]) -> Iterator[Case]:
    known = {"name", "path", "paths", "text", "found", "pinned", "quotes", "endings"}
    assert row.keys() <= known, f"{row['name']}: unknown {row.keys() - known}"
    quotes, paths = row.get("quotes", [""]), row.get("paths", [row.get("path")])
    assert isinstance(quotes, list)
    assert isinstance(paths, list)
    for quote, path in product(quotes, paths):
        name = f"{prefix}{row['name']}" + (f" in {quote}" if len(quotes) > 1 and quote else "")
        name += f", {path}" if len(paths) > 1 else ""
        left, right = (
            (quote[: len(quote) // 2], quote[len(quote) // 2 :]) if len(quote) > 1 else (quote, quote)
        )

        def put(text: object, left: str = left, right: str = right) -> str:
            return str(text).replace("{q}", left).replace("{Q}", right).replace("LONG", "x" * 50_000)

        found = row["found"]
        assert isinstance(found, list)
        yield Case(
            name,
            str(path),
            put(row["text"]),
            tuple(
                Expected(form, text, None if stream == _NOTHING else stream) for form, text, stream in found
            ),
            put(row["pinned"]) if "pinned" in row else None,
            ENDINGS if row.get("endings", True) else ("lf",),
        )
