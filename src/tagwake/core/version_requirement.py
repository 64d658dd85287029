"""Whether a version of tagwake meets a requirement such as ``>=1.2, <2``."""

import operator
import re
from collections.abc import Callable

from tagwake.core.errors import InvalidInput

_CLAUSE = re.compile(r"\s*(>=|<=|==|!=|>|<)\s*([0-9]{1,9}(?:\.[0-9]{1,9}){0,3})\s*")
_RELEASE = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_MEANING: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}


def meets(version: str, requirement: str) -> bool:
    """Whether ``version`` meets every comma-separated clause; what follows its release numbers does not count.

    :raises InvalidInput: when the requirement cannot be read.
    """
    release = _RELEASE.match(version)
    ours = _numbers(release[0]) if release else _numbers("0")
    met = []
    for clause in requirement.split(","):
        read = _CLAUSE.fullmatch(clause)
        if read is None:
            raise InvalidInput(f'{clause.strip()!r} is no requirement: write one like ">=1.2" or ">=1.2, <2"')
        met.append(_MEANING[read[1]](ours, _numbers(read[2])))
    return all(met)


def _numbers(release: str) -> tuple[int, ...]:
    numbers = [int(part) for part in release.split(".")][:4]
    return tuple(numbers + [0] * (4 - len(numbers)))
