"""One JSON document as bytes: one line, safe to print on a terminal."""

import re

import msgspec

_UNSAFE = re.compile(
    rb"\x7f|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]|\xef\xbb\xbf", re.DOTALL
)


def encode(document: msgspec.Struct) -> bytes:
    """The document as UTF-8 with a line feed at its end.

    Characters that a terminal obeys are escaped, which JSON allows for every character (RFC 8259, section 7). A byte
    of a file name that is no UTF-8 becomes the escape of a lone surrogate (PEP 383), so that no name is lost.
    """
    try:
        data = msgspec.json.encode(document)
    except UnicodeEncodeError:
        import json

        data = json.dumps(msgspec.to_builtins(document), separators=(",", ":")).encode()
    if not data.isascii() or b"\x7f" in data:
        data = _UNSAFE.sub(_escape, data)
    return data + b"\n"


def _escape(found: re.Match[bytes]) -> bytes:
    return b"\\u%04x" % ord(found[0].decode())
