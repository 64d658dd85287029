"""How a file's bytes are text: UTF-8 or anything like ASCII as it stands, UTF-16 by its mark or its look."""

from dataclasses import dataclass

from tagwake.core.pin import Slot, Span

SNIFFED = 8000
"""How many bytes tell text from binary; git looks at as many."""


@dataclass(frozen=True, slots=True)
class Binary:
    """A file that is no text, and why."""

    reason: str


def encoding_of(data: bytes) -> str | Binary:
    """``utf-8``, ``utf-16-le`` or ``utf-16-be``, or why the file is no text.

    Bytes that are no valid UTF-8 but have no NUL are read as text too: a Latin-1 comment hides no reference.
    """
    nul = data.find(b"\0", 0, SNIFFED)
    if nul < 0:
        return "utf-8"
    if data[:4] in {b"\xff\xfe\0\0", b"\0\0\xfe\xff"}:
        return Binary("UTF-32 text")
    if data[:2] == b"\xff\xfe":
        return "utf-16-le"
    if data[:2] == b"\xfe\xff":
        return "utf-16-be"
    head = data[: min(len(data), 512) & ~1]
    even, odd = head[::2].count(0), head[1::2].count(0)
    most, few = len(head) * 3 // 8, len(head) // 32
    if len(head) >= 16 and odd >= most and even <= few:
        return "utf-16-le"
    if len(head) >= 16 and even >= most and odd <= few:
        return "utf-16-be"
    return Binary("binary")


class Utf16:
    """A UTF-16 text as UTF-8 bytes for the finders, and the way back for their offsets."""

    def __init__(self, data: bytes, encoding: str) -> None:
        """Decode ``data``.

        :raises UnicodeDecodeError: when it is no valid UTF-16.
        """
        self._encoding = encoding
        self.data = data.decode(encoding).encode("utf-8")
        self._at = self._mapped = 0

    def offset(self, offset: int) -> int:
        """The offset in the file's bytes of an offset in the UTF-8 bytes; cheap when they are asked in order."""
        if offset < self._at:
            self._at = self._mapped = 0
        between = self.data[self._at : offset].decode("utf-8")
        self._mapped += len(between.encode(self._encoding))
        self._at = offset
        return self._mapped

    def span(self, span: Span) -> Span:
        """The same for a span."""
        return self.offset(span[0]), self.offset(span[1])

    def slot(self, slot: Slot) -> Slot:
        """The same for a slot."""
        return Slot(self.span(slot.span), slot.prefix, slot.suffix)
