"""References with shell defaults in them: ``repository:${TAG:-1.2}`` is ``repository:1.2`` unless somebody says otherwise.

Compose, Drone, Woodpecker and others fill variables in as a shell does (Compose specification, "Interpolation"). What is
written there is what is pulled where the variable is not set, so it is followed, and a digest goes into the default.
"""

import re

from tagwake.core.errors import InvalidReference
from tagwake.core.reference import Reference
from tagwake.formats.code.dockerfile_arguments import Scope
from tagwake.formats.code.dockerfile_lines import Text
from tagwake.formats.code.dockerfile_placing import Filled, place_all
from tagwake.formats.code.finding import Finding

_DEFAULT = re.compile(rb"\$\{[A-Za-z_][A-Za-z0-9_]*+:?-")
_MORE = re.compile(rb"[^A-Za-z0-9_./:@{}$\[\]-]|\{\{|\$\{\{")


def read_with_defaults(data: bytes, start: int, end: int) -> Finding | None:
    """Read ``data[start:end]`` with every variable's default in its place.

    ``None`` where a variable has no default, or what comes of it is no reference.
    """
    word = data[start:end]
    if not _DEFAULT.search(word) or _MORE.search(word):
        return None
    expansion = Scope(b"\\").expand(Text(word, (0,), (start,)))
    if expansion.missing or expansion.empty:
        return None
    try:
        reference = Reference.parse(expansion.data.decode("utf-8", "replace"))
    except InvalidReference:
        return None
    return place_all(data, [Filled(expansion, reference, None)], ())[0]
