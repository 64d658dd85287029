"""The repository beside a tag in any text: ``NGINX_IMAGE=nginx`` next to ``NGINX_TAG=1.25@sha256:…``.

YAML has a reader of its own; this is for what is not parsed: JSON, TOML, HCL, shell and Make variables, code, and
YAML that stands in Markdown or a heredoc. Two keys are siblings when they begin in the same column with nothing less
indented between them, or stand between the same braces on one line.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from tagwake.core.errors import InvalidReference
from tagwake.core.pin import Form, Span
from tagwake.core.reference import Reference
from tagwake.formats.code.finding import Finding

NEAR = 64
"""How many lines up and down a sibling may stand."""

_TAG_KEY = re.compile(rb"([\"']?)([A-Za-z0-9_.-]*?)((?i:tag))([\"']?)[ \t]*(?:[:?+]?=|:)[ \t]*[\"']?\Z")
_LEAD = re.compile(rb"(?:[ \t]|[#>|*/;]+[ \t]|-[ \t]|export[ \t]+|(?:ENV|ARG)[ \t]+)*")
_SETTING = re.compile(
    rb"[\"']?([A-Za-z0-9_.-]{1,80})[\"']?[ \t]*(?:[:?+]?=|:)[ \t]*(?:\"([^\"\r\n]*)\"|'([^'\r\n]*)'|([^\s\"',;{}\[\]]+))"
)
_BRACE = re.compile(rb"[{}()\[\]]")
_BRACE_OR_COMMA = re.compile(rb"[{}()\[\],]")
_CLOSERS = frozenset({b"}", b")", b"]"})
_MARK = b"\xef\xbb\xbf"
_FAR = 2000
"""How many bytes to the left and right are looked at: a line longer than this is no list of settings."""
_NAMES = (rb"repository", rb"repo", rb"image", rb"image_name", rb"imagename", rb"name", rb"")


def beside(data: bytes, tag: Span, digest: Span) -> Finding | None:
    """The reference of a lone ``tag@digest`` by the repository in a sibling key; ``None`` where there is none, or two.

    :param tag: the span of the tag; the digest follows it behind an ``@``.
    """
    line_start = data.rfind(b"\n", max(0, tag[0] - _FAR), tag[0]) + 1 or max(0, tag[0] - _FAR)
    key = _TAG_KEY.search(data, max(line_start, tag[0] - 200), tag[0])
    if key is None:
        return None
    settings = _settings(data, _around(data, line_start, key.start()))
    repository = _value(settings, key[2], _NAMES)
    if repository is None:
        return None
    registry = _value(settings, key[2], (b"registry",))
    name = data[slice(*repository)].decode("utf-8", "replace")
    if registry is not None and not _has_domain(name):
        name = f"{data[slice(*registry)].decode('utf-8', 'replace')}/{name}"
    text = f"{name}:{data[tag[0] : digest[1]].decode('utf-8', 'replace')}"
    try:
        reference = Reference.parse(text)
    except InvalidReference:
        return None
    parts = {"repository": repository, "tag": tag, "digest": digest}
    if registry is not None:
        parts["registry"] = registry
    return Finding((tag[0], digest[1]), text, Form.TAG_VALUE, reference, digest, parts=parts)


def _has_domain(name: str) -> bool:
    first, slash, _ = name.partition("/")
    return bool(slash) and ("." in first or ":" in first or first == "localhost")


def _around(data: bytes, line_start: int, key_start: int) -> Iterator[Span]:
    """The places where sibling keys may begin."""
    begin = _behind_mark(data, line_start)
    lead = _lead_end(data, begin)
    if lead < key_start:
        yield from _between_braces(data, line_start, key_start)
        return
    column = lead - begin
    if b"-" not in data[begin:lead]:
        yield from _column(data, line_start, column, _line_before)
    yield from _column(data, line_start, column, _line_after)


def _column(data: bytes, at: int, column: int, step: Callable[[bytes, int], int | None]) -> Iterator[Span]:
    """Keys of this column, line by line, up to a line that is less indented or another item of a list."""
    for _ in range(NEAR):
        following = step(data, at)
        if following is None:
            return
        at = following
        begin = _behind_mark(data, at)
        start = _lead_end(data, begin)
        first = data[start : start + 1]
        if first in {b"", b"\r", b"\n"}:
            continue
        is_key = start - begin == column
        is_item = is_key and b"-" in data[begin:start]
        if start - begin < column or (is_key and first in _CLOSERS) or (is_item and step is _line_after):
            return
        if is_key:
            yield start, _line_end(data, start)
        if is_item:
            return


def _between_braces(data: bytes, line_start: int, key_start: int) -> Iterator[Span]:
    """Keys of the innermost braces around ``key_start`` on its line."""
    opened, end, depth = line_start, _line_end(data, key_start), 0
    for brace in reversed(list(_BRACE.finditer(data, max(line_start, key_start - _FAR), key_start))):
        depth += 1 if brace[0] in _CLOSERS else -1
        if depth < 0:
            opened = brace.end()
            break
    depth = 0
    for mark in _BRACE_OR_COMMA.finditer(data, opened, min(end, key_start + _FAR)):
        if mark[0] == b",":
            if depth == 0:
                yield _lead_end(data, opened), mark.start()
                opened = mark.end()
            continue
        depth += -1 if mark[0] in _CLOSERS else 1
        if depth < 0:
            end = mark.start()
            break
    yield _lead_end(data, opened), end


def _behind_mark(data: bytes, line_start: int) -> int:
    """The byte-order mark before a file's first line is no column."""
    return len(_MARK) if line_start == 0 and data.startswith(_MARK) else line_start


def _lead_end(data: bytes, at: int) -> int:
    lead = _LEAD.match(data, at)
    return lead.end() if lead else at


def _line_before(data: bytes, at: int) -> int | None:
    return None if at == 0 else data.rfind(b"\n", max(0, at - _FAR), at - 1) + 1 or max(0, at - _FAR)


def _line_after(data: bytes, at: int) -> int | None:
    newline = data.find(b"\n", at, at + _FAR)
    return None if newline < 0 or newline + 1 == len(data) else newline + 1


def _line_end(data: bytes, start: int) -> int:
    newline = data.find(b"\n", start, start + _FAR)
    return min(len(data), start + _FAR) if newline < 0 else newline


def _settings(data: bytes, places: Iterable[Span]) -> dict[bytes, set[Span]]:
    """The keys that begin at these places, in lower case, with the places of their values."""
    settings: dict[bytes, set[Span]] = {}
    for start, end in places:
        setting = _SETTING.match(data, start, end)
        if setting:
            settings.setdefault(setting[1].lower(), set()).add(setting.span(setting.lastindex or 0))
    return settings


def _value(settings: dict[bytes, set[Span]], stem: bytes, names: tuple[bytes, ...]) -> Span | None:
    """The value of the first of these keys that a sibling has; two siblings of one name name nothing."""
    for each in dict.fromkeys((stem, stem.removesuffix(b"image_").removesuffix(b"image"))):
        for name in names:
            spans = settings.get((each + name).lower().rstrip(b"_-."))
            if spans:
                return next(iter(spans)) if len(spans) == 1 else None
    return None
