import fnmatch
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.errors import InvalidReference
from tagwake.core.reference import Stream
from tagwake.core.watch_pattern import WatchPattern

SIGNATURE = f"sha256-{'ab' * 32}.sig"


@pytest.mark.parametrize(
    ("text", "shown", "exact"),
    [
        ("cgr.dev/chainguard/go:latest", "cgr.dev/chainguard/go:latest", True),
        ("cgr.dev/chainguard/go", "cgr.dev/chainguard/go:*", False),
        ("cgr.dev/chainguard/go:*", "cgr.dev/chainguard/go:*", False),
        ("debian:12", "docker.io/library/debian:12", True),
        ("index.docker.io/library/debian:1?-*", "docker.io/library/debian:1?-*", False),
        ("localhost:5000/a:1.*", "localhost:5000/a:1.*", False),
        ("localhost:5000/a", "localhost:5000/a:*", False),
    ],
)
def test_a_pattern_is_read_and_normalised(text: str, shown: str, exact: bool) -> None:
    pattern = WatchPattern.parse(text)
    assert str(pattern) == shown
    assert (pattern.stream is not None) == exact
    assert WatchPattern.parse(shown) == pattern


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("debian:", 7),
        ("debian:a b", 8),
        ("debian:.a", 7),
        ("debian@sha256:" + "0" * 64, 6),
        ("debian:" + "a" * 129, 135),
        ("", 0),
        (":1", 0),
        ("ghcr.io/acme/*:1", 13),
    ],
)
def test_what_is_no_pattern_is_refused_at_its_place(text: str, offset: int) -> None:
    with pytest.raises(InvalidReference) as refused:
        WatchPattern.parse(text)
    assert refused.value.offset == offset


def test_only_tags_of_its_own_repository_match() -> None:
    pattern = WatchPattern.parse("r.example/a:1.*")
    assert pattern.matches(Stream("r.example", "a", "1.2"))
    assert not pattern.matches(Stream("r.example", "a", "2.1"))
    assert not pattern.matches(Stream("r.example", "b", "1.2"))
    assert not pattern.matches(Stream("s.example", "a", "1.2"))


@pytest.mark.parametrize(
    ("glob", "signatures", "expected"),
    [("*", False, False), ("*", True, True), (SIGNATURE, False, True), ("sha256-*", False, True)],
)
def test_signature_tags_are_left_out_unless_asked_for(glob: str, signatures: bool, expected: bool) -> None:
    assert WatchPattern("r.example", "a", glob, signatures).matches_tag(SIGNATURE) is expected
    assert WatchPattern("r.example", "a", "*", signatures).matches_tag("latest")


@given(st.text("ab.*?", max_size=12), st.text("ab.", max_size=12))
def test_globs_match_as_a_shell_s_do(glob: str, tag: str) -> None:
    assert WatchPattern("r.example", "a", glob).matches_tag(tag) == fnmatch.fnmatchcase(tag, glob)


def test_no_glob_takes_for_ever() -> None:
    start = time.process_time()
    assert not WatchPattern("r.example", "a", "*a" * 60 + "b").matches_tag("a" * 128)
    assert time.process_time() - start < 1
