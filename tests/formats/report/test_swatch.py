"""The colour of a digest."""

from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.digest import Digest
from tagwake.formats.report.style import Style
from tagwake.formats.report.swatch import PALETTE, rgb, terminal_colour

DIGEST = st.text("0123456789abcdef", min_size=64, max_size=64).map(lambda text: Digest("sha256", text))


@given(DIGEST)
def test_a_digest_has_one_colour_everywhere(digest):
    assert (terminal_colour(digest), rgb(digest)) in PALETTE
    assert f"38;5;{terminal_colour(digest)}m" in Style(colour=True).digest(digest)


def test_there_are_many_colours_and_each_is_used():
    used = {terminal_colour(Digest("sha256", f"{n:064x}"[::-1])) for n in range(4096)}
    assert len(used) == len(PALETTE) >= 60
