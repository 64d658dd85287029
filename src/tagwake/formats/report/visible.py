"""Text of files and registries made safe to show: control characters are seen, never obeyed."""

import re

_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_NAMED = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def visible(text: str) -> str:
    r"""The text with each control character escaped: C0, DEL, C1, what turns the direction of text, lone surrogates.

    An escape sequence in a file's name would otherwise be carried out by the terminal, and a mark that turns the
    direction of text would show another name than the one that is meant (Unicode Technical Report 36, section 3.1).
    A byte of a file name that is no UTF-8 shows as ``\xNN``.
    """
    return _UNSAFE.sub(_escape, text) if _UNSAFE.search(text) else text


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    code = ord(character)
    if character in _NAMED:
        return _NAMED[character]
    if 0xDC80 <= code <= 0xDCFF:  # a byte that was no UTF-8 (PEP 383)
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
