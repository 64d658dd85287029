"""Where the service keeps its database: ``TAGWAKE_DATABASE_URL``, else a file in the user's state directory."""

import os
from collections.abc import Mapping

from tagwake.core.errors import UsageRefused

URL = "TAGWAKE_DATABASE_URL"
STATE = "TAGWAKE_STATE_DIR"
DATABASE = "tagwake.db"


def state_folder(environment: Mapping[str, str]) -> str:
    """``$TAGWAKE_STATE_DIR``, else ``tagwake`` in ``$XDG_STATE_HOME``, else in ``~/.local/state``.

    A relative path in ``XDG_STATE_HOME`` is ignored (XDG Base Directory Specification 0.8).

    :raises UsageRefused: where there is no home either.
    """
    chosen = environment.get(STATE, "")
    if chosen:
        return os.path.abspath(chosen)
    state = environment.get("XDG_STATE_HOME", "")
    if not os.path.isabs(state):
        home = environment.get("HOME", "")
        if not os.path.isabs(home):
            raise UsageRefused(f"there is no home directory to keep the database in: set {STATE} or {URL}")
        state = os.path.join(home, ".local", "state")
    return os.path.join(state, "tagwake")


def database_url(environment: Mapping[str, str]) -> str:
    """``sqlite:///…`` or ``postgresql://…``; nothing is opened or made.

    :raises UsageRefused: where the variable holds another kind of URL, or there is no home.
    """
    url = environment.get(URL, "")
    if not url:
        return f"sqlite:///{os.path.join(state_folder(environment), DATABASE)}"
    if not url.startswith(("postgresql://", "postgres://", "sqlite:///")):
        raise UsageRefused(f"{URL} is neither postgresql://… nor sqlite:///…")
    return url


def is_at_hand(environment: Mapping[str, str]) -> bool:
    """Whether there is a database already: one on a server, or a file of this machine."""
    if environment.get(URL, ""):
        return True
    try:
        return os.path.exists(os.path.join(state_folder(environment), DATABASE))
    except UsageRefused:
        return False


def make_home(url: str) -> None:
    """Make the folder that a database's file is in; nobody else may look into it.

    :raises UsageRefused: where it cannot be made.
    """
    if not url.startswith("sqlite:///"):
        return
    folder = os.path.dirname(os.path.abspath(url.removeprefix("sqlite:///")))
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError as error:
        raise UsageRefused(
            f"{folder}: cannot be made: {error.strerror}: set {STATE} to a folder of yours"
        ) from None
