"""The colour of a digest: the same digest has the same colour wherever people see it."""

from tagwake.core.digest import Digest

_STEPS = (0, 95, 135, 175, 215, 255)
"""Values of the colour cube that terminals with 256 colours share (xterm, ``256colres.h``)."""

_MIDDLE = 0.179
"""The luminance from which black and white stand out alike."""
_DARKEST, _LIGHTEST, _COLOURFUL = 0.12, 0.42, 80


def _luminance(red: int, green: int, blue: int) -> float:
    """Relative luminance (WCAG 2.2, "relative luminance")."""

    def linear(value: int) -> float:
        part = value / 255
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def _palette() -> tuple[tuple[int, tuple[int, int, int]], ...]:
    colours = []
    for index in range(216):
        rgb = (_STEPS[index // 36], _STEPS[index // 6 % 6], _STEPS[index % 6])
        if max(rgb) - min(rgb) >= _COLOURFUL and _DARKEST <= _luminance(*rgb) <= _LIGHTEST:
            colours.append((16 + index, rgb))
    return tuple(colours)


PALETTE = _palette()
"""Terminal colour numbers and their red, green and blue: those that stand out from black and from white alike."""


def _place(digest: Digest) -> int:
    return int(digest.hex[:12], 16) % len(PALETTE)


def terminal_colour(digest: Digest) -> int:
    """The digest's colour as a number of the 256 that terminals share."""
    return PALETTE[_place(digest)][0]


def rgb(digest: Digest) -> tuple[int, int, int]:
    """The digest's colour as red, green and blue, 0 to 255."""
    return PALETTE[_place(digest)][1]


def ink(digest: Digest) -> str:
    """``dark`` or ``light``: which text is read on the digest's colour, by at least 4.5 to 1 (WCAG 2.2, 1.4.3)."""
    return "dark" if _luminance(*rgb(digest)) > _MIDDLE else "light"
