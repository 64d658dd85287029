"""The style sheet, the script and the icon: served under names that change with what is in them."""

import hashlib
import os
from functools import cache

from tagwake.faces.service.asgi import Answer

PREFIX = "/assets/"
FOLDER = os.path.join(os.path.dirname(__file__), "assets")
_TYPES = {
    "style.css": "text/css; charset=utf-8",
    "pages.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_FOR_EVER = ("cache-control", "public, max-age=31536000, immutable")


def asset(name: str) -> str:
    """The path of an asset."""
    return f"{PREFIX}{_contents()[name][0]}/{name}"


def serve_asset(path: str) -> Answer | None:
    """What stands under the path; ``None`` for nothing."""
    _, _, rest = path.partition(PREFIX)
    version, _, name = rest.partition("/")
    found = _contents().get(name)
    if found is None or found[0] != version:
        return None
    return Answer(200, found[1], _TYPES[name], (_FOR_EVER,))


@cache
def _contents() -> dict[str, tuple[str, bytes]]:
    found = {}
    for name in _TYPES:
        with open(os.path.join(FOLDER, name), "rb") as file:
            data = file.read()
        found[name] = (hashlib.sha256(data).hexdigest()[:16], data)
    return found
