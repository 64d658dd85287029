"""Text of files and registries made safe to show: control characters are seen, never obeyed."""

_NAMED = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def visible(text: str) -> str:
    r"""The text with each character escaped that does not print: controls, what turns the direction of text, odd spaces.

    An escape sequence in a file's name would otherwise be carried out by the terminal, and a mark that turns the
    direction of text would show another name than the one that is meant (Unicode Technical Report 36, section 3.1).
    A byte of a file name that is no UTF-8 shows as ``\xNN``.
    """
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else _escape(character) for character in text)


def _escape(character: str) -> str:
    code = ord(character)
    if character in _NAMED:
        return _NAMED[character]
    if 0xDC80 <= code <= 0xDCFF:  # a byte that was no UTF-8 (PEP 383)
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
