"""Names, tags and digests: what is taken, and that nothing else is."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.testing.registry import Refusal, grammar


@pytest.mark.parametrize(
    "name", ["a", "0", "app", "team/app", "a.b_c__d-e---f/g", "a/b/c/d/e", "x" * 255, "library/debian"]
)
def test_a_name_of_the_specification_is_taken(name: str) -> None:
    assert grammar.name(name) == name


@pytest.mark.parametrize(
    "name",
    ["", "/", "a/", "/a", "a//b", "A", "a..b", "a.", ".a", "a___b", "_a", "-a", "a/../b", "..", "a b", "é",
     "x" * 256, "a\n", "a/%2e%2e"],
)  # fmt: skip
def test_anything_else_is_no_name(name: str) -> None:
    with pytest.raises(Refusal) as refused:
        grammar.name(name)
    assert (refused.value.status, refused.value.code) == (400, "NAME_INVALID")


@pytest.mark.parametrize("tag", ["latest", "_", "1.2.3-rc.1_x", "A" * 128])
def test_a_tag_of_the_specification_is_taken(tag: str) -> None:
    assert grammar.tag(tag) == tag


@pytest.mark.parametrize("tag", ["", ".a", "-a", "a" * 129, "a/b", "a:b", "a\n", "é"])
def test_anything_else_is_no_tag(tag: str) -> None:
    with pytest.raises(Refusal) as refused:
        grammar.tag(tag)
    assert refused.value.code == "TAG_INVALID"


@pytest.mark.parametrize(
    "digest",
    [
        "sha256:" + "a" * 63,
        "sha256:" + "A" * 64,
        "sha512:" + "a" * 64,
        "md5:" + "a" * 32,
        "sha256:../../etc",
        ":",
    ],
)
def test_anything_but_a_known_digest_is_refused(digest: str) -> None:
    with pytest.raises(Refusal) as refused:
        grammar.reference(digest)
    assert refused.value.code == "DIGEST_INVALID"


@given(st.binary(max_size=100), st.sampled_from(["sha256", "sha512"]))
def test_a_digest_is_that_of_the_content(content: bytes, algorithm: str) -> None:
    assert (
        grammar.digest_of(content, algorithm) == f"{algorithm}:{hashlib.new(algorithm, content).hexdigest()}"
    )
    assert grammar.reference(grammar.digest_of(content, algorithm)) == grammar.digest_of(content, algorithm)


@given(st.text(alphabet="ab0./_-A", max_size=20))
def test_a_name_that_is_taken_has_no_part_that_walks_a_tree(text: str) -> None:
    if grammar.is_name(text):
        assert all(part and part not in {".", ".."} for part in text.split("/"))
