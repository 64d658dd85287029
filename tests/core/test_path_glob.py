"""Globs select what gitignore's rules say, and git itself is the judge."""

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagwake.core.path_glob import Glob, InvalidGlob, selector


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.md", "README.md", True),
        ("*.md", "docs/a/b.md", True),
        ("*.md", "docs.md/a.txt", True),
        ("*.md/", "README.md", False),
        ("*.md/", "docs.md/a.txt", True),
        ("docs", "docs/a.txt", True),
        ("docs", "a/docs/b/c.txt", True),
        ("/docs", "a/docs/b.txt", False),
        ("docs/*.txt", "docs/a.txt", True),
        ("docs/*.txt", "docs/a/b.txt", False),
        ("docs/*.txt", "x/docs/a.txt", False),
        ("docs/**", "docs/a/b.txt", True),
        ("docs/**", "docs", False),
        ("**/docs", "docs", True),
        ("**/docs/*.txt", "a/b/docs/c.txt", True),
        ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/y/b", True),
        ("a/**/b", "a/x/y/c", False),
        ("a**b", "axxb", True),
        ("a**b", "a/b", False),
        ("?.txt", "a.txt", True),
        ("?.txt", "ab.txt", False),
        ("[a-c].txt", "b.txt", True),
        ("[!a-c].txt", "b.txt", False),
        ("[!a-c].txt", "d.txt", True),
        ("[]x].txt", "].txt", True),
        (r"\*.txt", "*.txt", True),
        (r"\*.txt", "a.txt", False),
        ("*a*b*c*", "xxaxxbxxcxx", True),
        ("*a*b*c*", "xxaxxcxxbxx", False),
        ("ab*ba", "aba", False),
        ("ab*ba", "abba", True),
        ("*", "anything", True),
        ("./k8s/*.yaml", "k8s/a.yaml", True),
        ("vendor/", "vendor/a.txt", True),
        ("a.b", "axb", False),
    ],
)
def test_a_pattern_matches_as_gitignore_says(pattern: str, path: str, expected: bool) -> None:
    assert Glob.parse(pattern).matches(path) is expected


def test_the_last_pattern_that_matches_decides() -> None:
    is_selected = selector(["vendor/**", "!vendor/ours/**", "vendor/ours/old/**"])
    paths = ["a", "vendor/a", "vendor/ours/a", "vendor/ours/old/a"]
    assert [is_selected(path, False) for path in paths] == [False, True, False, True]


def test_no_pattern_selects_nothing() -> None:
    assert not selector([])("a", False)


@pytest.mark.parametrize("pattern", ["", "/", "!", "a[b", "[z-a].txt"])
def test_a_pattern_that_cannot_be_read_is_named(pattern: str) -> None:
    with pytest.raises(InvalidGlob, match="pattern"):
        Glob.parse(pattern)


def test_a_hostile_pattern_costs_little() -> None:
    pattern = "/".join(["**", "*a" * 50] * 20)
    path = "/".join(["a" * 60 + "b"] * 60)
    assert not Glob.parse(pattern).matches(path)


_NAMES = st.text(alphabet="ab.c", min_size=1, max_size=4).filter(lambda name: name not in {".", ".."})
_PARTS = st.one_of(
    st.text(alphabet="ab.c*?", min_size=1, max_size=4), st.just("**"), st.sampled_from(["[ab]", "[!a]*"])
)


@settings(max_examples=60, deadline=None)
@given(
    paths=st.lists(st.lists(_NAMES, min_size=1, max_size=4).map("/".join), min_size=1, max_size=12),
    parts=st.lists(_PARTS, min_size=1, max_size=4),
    lead=st.booleans(),
    trail=st.booleans(),
)
def test_git_agrees(
    tmp_path_factory: pytest.TempPathFactory, paths: list[str], parts: list[str], lead: bool, trail: bool
) -> None:
    """``git check-ignore`` with the same pattern gives the same answer for every path."""
    pattern = "/" * lead + "/".join(parts) + "/" * trail
    if any(part in {".", "..", ""} for part in parts):
        return
    folder = tmp_path_factory.mktemp("globs")
    subprocess.run(["git", "init", "-q", folder], check=True)
    (folder / ".git/info/exclude").write_text(pattern + "\n")
    answer = subprocess.run(
        ["git", "-C", folder, "check-ignore", "--no-index", "-z", "--stdin"],
        input="\0".join(paths).encode(),
        capture_output=True,
        check=False,
    )
    ignored = set(answer.stdout.decode().split("\0")) - {""}
    glob = Glob.parse(pattern)
    assert {path for path in paths if glob.matches(path)} == ignored
