"""What a registry asks for when it answers 401: the challenges of ``WWW-Authenticate``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

MAX_CHARACTERS = 16_384
MAX_PARAMETERS = 64
"""Parameters that are read of all challenges together; what comes after is ignored."""

_BETWEEN = re.compile(r"[\s,]*+")
_SPACE = re.compile(r"\s*+")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]++")
_TOKEN68 = re.compile(r"[A-Za-z0-9._~+/-]++=*+(?=\s*+(?:,|$))")
_QUOTED = re.compile(r'"((?:[^"\\]++|\\.|(?!))*+)"?', re.DOTALL)
_BARE = re.compile(r"[^\s,]*+")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Challenge:
    """One way to prove who is asking.

    :param scheme: lower case: ``basic``, ``bearer``.
    :param parameters: names in lower case, values without their quotes; of a name given twice, the first.
    """

    scheme: str
    parameters: Mapping[str, str]


def read_challenges(header: str) -> tuple[Challenge, ...]:
    """Every challenge of a ``WWW-Authenticate`` header, several header lines joined with commas.

    The grammar is that of RFC 9110, sections 11.2 to 11.6.1, read leniently: a value that should be quoted and is
    not ends at a comma or space, and what fits nowhere is passed over. Time is linear in the length.
    """
    header = header[:MAX_CHARACTERS]
    found: list[tuple[str, dict[str, str]]] = []
    position = parameters = 0
    while parameters < MAX_PARAMETERS and (position := _end(_BETWEEN, header, position)) < len(header):
        name = _TOKEN.match(header, position)
        if name is None:
            position += 1
            continue
        after = _end(_SPACE, header, name.end())
        if header[after : after + 1] == "=":
            value, position = _value(header, _end(_SPACE, header, after + 1))
            if found:
                found[-1][1].setdefault(name[0].lower(), value)
        else:
            found.append((name[0].lower(), {}))
            token68 = _TOKEN68.match(header, after) if after > name.end() else None
            position = token68.end() if token68 else after
        parameters += 1
    return tuple(Challenge(scheme, parameters) for scheme, parameters in found)


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    matched = pattern.match(text, position)
    return matched.end() if matched else position


def _value(header: str, position: int) -> tuple[str, int]:
    if quoted := _QUOTED.match(header, position):
        return _ESCAPE.sub(r"\1", quoted[1]), quoted.end()
    end = _end(_BARE, header, position)
    return header[position:end], end
