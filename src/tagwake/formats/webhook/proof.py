"""Whether a delivery comes from its source: the answer to give where it does not, and why."""

from dataclasses import dataclass

UNAUTHORIZED = 401
FORBIDDEN = 403


@dataclass(frozen=True, slots=True)
class Denial:
    """Why a delivery is not taken; nothing that it carried stands in it.

    :param status: 401 where it has no credential, 403 where that is not the right one.
    """

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """A token whose key is not among those at hand: the issuer may have published it meanwhile."""
