"""Any bytes as a settings file: read or refused, and holds put into it and taken out again, every other byte kept."""

from collections.abc import Iterable
from datetime import date

from tagwake.core.errors import InvalidSettings
from tagwake.core.hold import Hold
from tagwake.core.image_glob import ImageGlob
from tagwake.formats.settings import merge, read_layer
from tagwake.formats.settings_edit import add_hold, remove_hold

FILE = "tagwake.toml"
HOLD = Hold(ImageGlob("debian:12"), None, "why", date(2026, 12, 1))


def one_input(data: bytes) -> None:
    """Read it, and where it is a settings file hold and unhold."""
    try:
        layer = read_layer(data, FILE, "1.0.0")
    except InvalidSettings as error:
        _check(str(error))
        return
    assert layer is not None
    merge([layer])
    try:
        held = add_hold(data, HOLD, FILE)
    except InvalidSettings:
        return
    again = read_layer(held, FILE, "1.0.0")
    assert again is not None
    assert again.holds == (*layer.holds, HOLD)
    left = read_layer(remove_hold(held, len(layer.holds), FILE), FILE, "1.0.0")
    assert left == layer


def _check(complaint: str) -> None:
    assert complaint.startswith(f"{FILE}:"), complaint
    assert "\n" not in complaint, complaint


def seeds() -> Iterable[bytes]:
    """Files that say something in every section."""
    yield b'requires = ">=0.1"\nextends = ["a.toml"]\n[scan]\nexclude = ["a/"]\nignore = [{ image = "x", path = "y" }]\n'
    yield b'[scan.follow_untagged]\n"x/*" = "1"\n[check]\nfail = ["behind"]\n[registries."x.example/a"]\nupstream = "y.example"\n'
    yield b"# first\r\n[[hold]]\r\nimage = 'x'  # why\r\nuntil = 2026-12-01\r\n\r\n[[hold]]\r\nimage = \"y\"\r\n"
    yield b'hold = [ { image = "x", reason = """a\nb""" }, ]\n'
