"""Where scans are kept between runs."""

import os
from collections.abc import Mapping


def cache_folder(environment: Mapping[str, str]) -> str | None:
    """Where scans are kept between runs: in ``$XDG_CACHE_HOME``, else ``~/.cache``.

    ``None`` with ``TAGWAKE_NO_CACHE`` set, or without a home (XDG Base Directory Specification 0.8: a relative path
    is to be ignored).
    """
    if environment.get("TAGWAKE_NO_CACHE", "") not in {"", "0"}:
        return None
    cache = environment.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(cache):
        home = environment.get("HOME", "")
        if not os.path.isabs(home):
            return None
        cache = os.path.join(home, ".cache")
    return os.path.join(cache, "tagwake", "scan")
