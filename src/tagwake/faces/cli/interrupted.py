"""The user stopped the work."""


class Interrupted(Exception):
    """Ctrl-C; the message says what was done until then."""
