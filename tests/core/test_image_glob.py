"""Which spellings of an image a pattern fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.image_glob import ImageGlob, Selection, spellings
from tagwake.core.pin import Form, PlacedReference
from tagwake.core.reference import Reference


def placed(text: str) -> PlacedReference:
    read = Reference.parse(text)
    return PlacedReference(
        (0, len(text)), text, Form.TAG, "text", 1, 1, read.image, read.registry, read.repository, read.tag
    )


@pytest.mark.parametrize(
    ("pattern", "image", "fits"),
    [
        ("debian", "debian:12", True),
        ("debian", "debian", True),
        ("debian:12", "debian:12", True),
        ("debian:12", "debian:13", False),
        ("debian:12", "debian", False),
        ("debian", "docker.io/library/debian:12", True),
        ("docker.io/library/debian", "debian:12", True),
        ("index.docker.io/library/debian:12", "debian:12", True),
        ("library/debian", "debian:12", True),
        ("docker.io/*", "debian:12", True),
        ("acme/*", "docker.io/acme/api:1", True),
        ("acme/*", "ghcr.io/acme/api:1", False),
        ("ghcr.io/acme/*", "ghcr.io/acme/team/api:1", True),
        ("ghcr.io/acme/*", "GHCR.io/acme/api:1", True),
        ("GHCR.io/acme/api", "ghcr.io/acme/api:1", True),
        ("*/api:*", "ghcr.io/acme/api:1", True),
        ("*/api:*", "ghcr.io/acme/api", False),
        ("*", "x", True),
        ("debia?", "debian:12", True),
        ("debia?", "debian-slim:12", False),
        ("[[]*", "[::1]:5000/x:1", False),
        ("[::1]:5000/*", "[::1]:5000/x:1", True),
        ("localhost:5000/x", "localhost:5000/x:1", True),
        ("localhost", "localhost:5000/x:1", False),
        ("a.b/c", "axb/c", False),
        ("", "debian", False),
    ],
)
def test_a_pattern_fits_every_spelling_of_an_image(pattern: str, image: str, fits: bool) -> None:
    assert ImageGlob(pattern).matches(placed(image)) is fits


@given(st.text(alphabet="ab*?./:", max_size=12), st.sampled_from(["a:b", "a.b/a", "b/a:a"]))
def test_a_pattern_fits_what_a_plain_search_fits(pattern: str, image: str) -> None:
    if "*" in pattern or "?" in pattern:
        assert ImageGlob(pattern).matches(placed(image)) is any(
            plain_match(pattern, spelling) for spelling in spellings(placed(image))
        )


def plain_match(pattern: str, text: str) -> bool:
    """The textbook's table of prefixes."""
    reached = {0}
    for symbol in pattern:
        if symbol == "*":
            reached = {to for at in reached for to in range(at, len(text) + 1)}
        else:
            reached = {at + 1 for at in reached if at < len(text) and symbol in ("?", text[at])}
    return len(text) in reached


@given(
    st.text(alphabet="ab*?./:", max_size=12),
    st.sampled_from(["a:b", "a.b/a:a", "docker.io/b/a:a", "library/a:a", "docker.io/a:b"]),
)
def test_a_stream_fits_as_its_reference_does(pattern: str, image: str) -> None:
    stream = Reference.parse(image).stream
    assert stream is not None
    written = placed(str(stream))
    assert ImageGlob(pattern).matches_stream(stream) is ImageGlob(pattern).matches(written)


def test_no_pattern_tries_every_way() -> None:
    """With backtracking this would not end in a lifetime."""
    assert not ImageGlob("*a" * 100 + "c").matches(placed("a" * 200 + "b"))


def test_a_selection_says_why_an_image_is_not_meant() -> None:
    chosen = Selection.of(("ghcr.io/*", "debian"), ("*:latest",))
    assert chosen.refusal(placed("ghcr.io/a/b:1")) is None
    assert chosen.refusal(placed("debian:12")) is None
    assert chosen.refusal(placed("alpine")) == "not chosen by --only ghcr.io/*, debian"
    assert chosen.refusal(placed("ghcr.io/a/b:latest")) == "left out by --except *:latest"
    assert Selection().refusal(placed("x")) is None


def test_a_reference_that_cannot_be_read_is_chosen_by_its_text() -> None:
    broken = PlacedReference((0, 5), "A/B:1", Form.INVALID, "text", 1, 1, "A/B:1")
    assert ImageGlob("A/*").matches(broken)
    assert not ImageGlob("a/*").matches(broken)
