"""Pages of a list, and the Link header that leads to the next (RFC 8288)."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from tagwake.testing.registry.refusal import Refusal


def count(text: str | None, most: int) -> int:
    """How many entries `n` asks for, at most `most`; `most` without it.

    :raises Refusal: PAGINATION_NUMBER_INVALID.
    """
    if text is None:
        return most
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise Refusal(400, "PAGINATION_NUMBER_INVALID", f"n is a number of entries, not {text[:60]!r}")
    return min(int(text), most)


def after(items: Sequence[str], last: str | None, n: int) -> tuple[Sequence[str], bool]:
    """The `n` sorted items that follow `last`, and whether there are more."""
    rest = [each for each in items if each > last] if last else items
    return rest[:n], 0 < n < len(rest)


def link(path: str, parameters: Mapping[str, str]) -> dict[str, str]:
    """The header that names the next page."""
    return {"Link": f'<{path}?{urlencode(parameters)}>; rel="next"'}
