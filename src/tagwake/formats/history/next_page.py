"""The ``Link`` header that leads to the next page (RFC 8288; OCI distribution specification, "Listing Tags")."""

import re

MAX_HEADER = 8192

_LINK = re.compile(r"<([^<>]*)>([^<>]*)")
_RELATION = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.IGNORECASE)


def write_next(target: str) -> str:
    """The header's value, for a target that is a path with its query."""
    return f'<{target}>; rel="next"'


def read_next(header: str | None) -> str | None:
    """The target of the next page, to be used as it is; ``None`` where this page is the last."""
    if header is None or len(header) > MAX_HEADER:
        return None
    for target, parameters in _LINK.findall(header):
        relation = _RELATION.search(parameters)
        if relation and "next" in (relation[1] or relation[2] or "").lower().split():
            return str(target)
    return None
