"""How deep JSON nests, told without reading it: a limit that holds before a decoder meets the bytes."""

import re

_STRING = re.compile(rb'"(?:[^"\\]++|\\.|(?!))*+"?', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")


def nests_deeper(data: bytes, limit: int) -> bool:
    """Whether objects and arrays stand more than ``limit`` deep in one another; time is linear in the bytes."""
    if data.count(b"{") + data.count(b"[") <= limit:
        return False
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub(b"", data)):
        depth += 1 if bracket in b"{[" else -1
        if depth > limit:
            return True
    return False
