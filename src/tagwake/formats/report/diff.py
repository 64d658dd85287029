"""A change of a file as a unified diff."""

from collections.abc import Iterator, Sequence

from tagwake.formats.report.style import Style
from tagwake.formats.report.visible import visible

CONTEXT = 3
NEAR = 32
"""How many lines are looked at for the place where both sides go on alike."""
Block = tuple[int, int, int, int]
"""Old lines from, until, and new lines from, until (half open): these replace those."""


def unified_diff(path: str, old: bytes, new: bytes) -> list[bytes]:
    r"""The diff as ``git apply`` and ``patch -p1`` take it, byte for byte; empty where nothing changed.

    Each line ends with its line feed. A line that has none at the end of the file is followed by
    ``\ No newline at end of file`` (POSIX ``diff``, "Diff -u Output Format", as git writes it).
    """
    before, after = _lines(old), _lines(new)
    blocks = list(_blocks(before, after))
    if not blocks:
        return []
    name = path.encode("utf-8", "surrogateescape")
    tab = b"\t" if b" " in name else b""  # as git ends a name with a space in it
    lines = [b"--- " + _quoted(b"a/" + name) + tab + b"\n", b"+++ " + _quoted(b"b/" + name) + tab + b"\n"]
    for hunk in _hunks(blocks):
        lines += _hunk(before, after, hunk)
    return lines


def shown_diff(lines: Sequence[bytes], style: Style) -> Iterator[str]:
    """The diff's lines for a terminal: coloured, control characters escaped, ends of lines left out."""
    for line in lines:
        text = line.decode("utf-8", "surrogateescape").rstrip("\r\n").replace("\0", "")
        text = "\t".join(map(visible, text.split("\t")))
        if line.startswith((b"--- ", b"+++ ")):
            yield style.bold(text.rstrip("\t"))
        elif line.startswith(b"-"):
            yield style.failure(text)
        elif line.startswith(b"+"):
            yield style.success(text)
        elif line.startswith((b"@@", b"\\")):
            yield style.dim(text)
        else:
            yield text


def _lines(data: bytes) -> list[bytes]:
    lines = [line + b"\n" for line in data.split(b"\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _blocks(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[Block]:
    """What differs, in order: lines are replaced one by one, and added or taken away only as many as the sides differ in length."""
    i = j = 0
    while i < len(old) or j < len(new):
        if i < len(old) and j < len(new) and old[i] == new[j]:
            i, j = i + 1, j + 1
            continue
        start = (i, j)
        while (i < len(old) or j < len(new)) and not (i < len(old) and j < len(new) and old[i] == new[j]):
            i, j = _step(old, new, i, j)
        yield start[0], i, start[1], j


def _step(old: Sequence[bytes], new: Sequence[bytes], i: int, j: int) -> tuple[int, int]:
    if i == len(old):
        return i, len(new)
    if j == len(new):
        return len(old), j
    more = max(-NEAR, min(NEAR, (len(new) - j) - (len(old) - i)))
    if more > 0 and old[i] in new[j + 1 : j + 1 + more]:
        return i, new.index(old[i], j + 1)
    if more < 0 and new[j] in old[i + 1 : i + 1 - more]:
        return old.index(new[j], i + 1), j
    return i + 1, j + 1


def _hunks(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    hunk = [blocks[0]]
    for block in blocks[1:]:
        if block[0] - hunk[-1][1] > 2 * CONTEXT:
            yield hunk
            hunk = []
        hunk.append(block)
    yield hunk


def _hunk(old: Sequence[bytes], new: Sequence[bytes], blocks: Sequence[Block]) -> Iterator[bytes]:
    lead = min(CONTEXT, blocks[0][0])
    start, new_start = blocks[0][0] - lead, blocks[0][2] - lead
    trail = min(CONTEXT, len(old) - blocks[-1][1])
    end, new_end = blocks[-1][1] + trail, blocks[-1][3] + trail
    yield b"@@ -%b +%b @@\n" % (_range(start, end), _range(new_start, new_end))
    at = start
    for old_from, old_until, new_from, new_until in blocks:
        yield from _marked(b" ", old[at:old_from])
        yield from _marked(b"-", old[old_from:old_until])
        yield from _marked(b"+", new[new_from:new_until])
        at = old_until
    yield from _marked(b" ", old[at:end])


def _range(start: int, end: int) -> bytes:
    length = end - start
    if length == 1:
        return b"%d" % (start + 1)
    return b"%d,%d" % (start + 1 if length else start, length)


def _marked(mark: bytes, lines: Sequence[bytes]) -> Iterator[bytes]:
    for line in lines:
        if line.endswith(b"\n"):
            yield mark + line
        else:
            yield mark + line + b"\n"
            yield b"\\ No newline at end of file\n"


def _quoted(name: bytes) -> bytes:
    """The name as git quotes it (git-config, ``core.quotePath``)."""
    if all(0x20 <= byte < 0x7F and byte not in b'"\\' for byte in name):
        return name
    named = {
        0x07: b"a",
        0x08: b"b",
        0x09: b"t",
        0x0A: b"n",
        0x0B: b"v",
        0x0C: b"f",
        0x0D: b"r",
        0x22: b'"',
        0x5C: b"\\",
    }
    return (
        b'"'
        + b"".join(
            b"\\" + named[byte]
            if byte in named
            else bytes([byte])
            if 0x20 <= byte < 0x7F
            else b"\\%03o" % byte
            for byte in name
        )
        + b'"'
    )
