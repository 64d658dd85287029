"""The list of a repository's tags (OCI distribution specification, "Listing Tags")."""

import msgspec

from tagwake.core.errors import InvalidAnswer
from tagwake.core.reference import is_tag
from tagwake.formats.registry.nesting import nests_deeper

MAX_BYTES = 8_388_608
MAX_DEPTH = 8
PAGE = 1000
"""Tags that are asked for at once; a registry may give fewer."""


class _Body(msgspec.Struct):
    tags: list[str] | None = None


def target(repository: str) -> str:
    """Path and query of the first page."""
    return f"/v2/{repository}/tags/list?n={PAGE}"


def read_tags(data: bytes) -> tuple[str, ...]:
    """The tags of one page in its order; names that no tag can have are left out.

    :raises InvalidAnswer: where it is no such list.
    """
    if len(data) > MAX_BYTES or nests_deeper(data, MAX_DEPTH):
        raise InvalidAnswer("its list of tags is too long")
    try:
        body = msgspec.json.decode(data, type=_Body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise InvalidAnswer("it gives no list of tags") from None
    return tuple(tag for tag in body.tags or () if is_tag(tag))
