"""Reference.parse against the grammar's published vectors, and its properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.errors import InvalidReference
from tagwake.core.reference import MAX_REPOSITORY, MAX_TAG, Reference, Stream, is_tag

F64 = "sha256:" + "f" * 64
F128 = "sha512:" + "f" * 128
ID = "1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a"
HUB = "docker.io"

# The cases of the distribution project's reference package (reference_test.go, normalize_test.go), as facts:
# text, registry, repository, tag, digest after Docker's normalisation.
VALID = [
    ("test_com", HUB, "library/test_com", None, None),
    ("test.com:tag", HUB, "library/test.com", "tag", None),
    ("test.com:5000", HUB, "library/test.com", "5000", None),
    ("test.com/repo:tag", "test.com", "repo", "tag", None),
    ("test:5000/repo", "test:5000", "repo", None, None),
    ("test:5000/repo:tag", "test:5000", "repo", "tag", None),
    (f"test:5000/repo@{F64}", "test:5000", "repo", None, F64),
    (f"test:5000/repo:tag@{F64}", "test:5000", "repo", "tag", F64),
    ("lowercase:Uppercase", HUB, "library/lowercase", "Uppercase", None),
    ("sub-dom1.foo.com/bar/baz/quux", "sub-dom1.foo.com", "bar/baz/quux", None, None),
    ("sub-dom1.foo.com/bar/baz/quux:some-long-tag", "sub-dom1.foo.com", "bar/baz/quux", "some-long-tag", None),
    ("b.gcr.io/test.example.com/my-app:test.example.com", "b.gcr.io", "test.example.com/my-app", "test.example.com", None),
    ("xn--n3h.com/myimage:xn--n3h.com", "xn--n3h.com", "myimage", "xn--n3h.com", None),
    (f"xn--7o8h.com/myimage:xn--7o8h.com@{F128}", "xn--7o8h.com", "myimage", "xn--7o8h.com", F128),
    ("foo_bar.com:8080", HUB, "library/foo_bar.com", "8080", None),
    ("foo/foo_bar.com:8080", HUB, "foo/foo_bar.com", "8080", None),
    ("192.168.1.1", HUB, "library/192.168.1.1", None, None),
    ("192.168.1.1:tag", HUB, "library/192.168.1.1", "tag", None),
    ("192.168.1.1:5000", HUB, "library/192.168.1.1", "5000", None),
    ("192.168.1.1/repo", "192.168.1.1", "repo", None, None),
    ("192.168.1.1:5000/repo:5050", "192.168.1.1:5000", "repo", "5050", None),
    ("[2001:db8::1]/repo", "[2001:db8::1]", "repo", None, None),
    ("[2001:db8:1:2:3:4:5:6]/repo:tag", "[2001:db8:1:2:3:4:5:6]", "repo", "tag", None),
    ("[2001:db8::1]:5000/repo", "[2001:db8::1]:5000", "repo", None, None),
    ("[2001:db8::1]:5000/repo:tag", "[2001:db8::1]:5000", "repo", "tag", None),
    (f"[2001:db8::1]:5000/repo:tag@{F64}", "[2001:db8::1]:5000", "repo", "tag", F64),
    ("[2001:db8::]:5000/repo", "[2001:db8::]:5000", "repo", None, None),
    ("[::1]:5000/repo", "[::1]:5000", "repo", None, None),
    ("docker/docker", HUB, "docker/docker", None, None),
    ("library/debian", HUB, "library/debian", None, None),
    ("debian", HUB, "library/debian", None, None),
    ("docker.io/docker/docker", HUB, "docker/docker", None, None),
    ("docker.io/library/debian", HUB, "library/debian", None, None),
    ("docker.io/debian", HUB, "library/debian", None, None),
    ("index.docker.io/docker/docker", HUB, "docker/docker", None, None),
    ("index.docker.io/debian", HUB, "library/debian", None, None),
    ("registry-1.docker.io/debian", HUB, "library/debian", None, None),
    ("127.0.0.1:5000/docker/docker", "127.0.0.1:5000", "docker/docker", None, None),
    ("127.0.0.1:5000/debian", "127.0.0.1:5000", "debian", None, None),
    ("192.168.0.1:80", HUB, "library/192.168.0.1", "80", None),
    ("192.168.0.1:8/debian", "192.168.0.1:8", "debian", None, None),
    ("thisisthesongthatneverendsitgoesonandonandonthisisthesongthatnev", HUB,
     "library/thisisthesongthatneverendsitgoesonandonandonthisisthesongthatnev", None, None),
    (f"docker.io/{ID}", HUB, f"library/{ID}", None, None),
    (f"localhost/{ID}", "localhost", ID, None, None),
    ("Docker/docker", "docker", "docker", None, None),
    ("DOCKER/docker", "docker", "docker", None, None),
    ("localhost/x", "localhost", "x", None, None),
    ("localhost:5000/x:1", "localhost:5000", "x", "1", None),
    ("localhost:8080", HUB, "library/localhost", "8080", None),
    (f"localhost:8080@{F64}", HUB, "library/localhost", "8080", F64),
    (f"localhost:5000/x@{F64}", "localhost:5000", "x", None, F64),
    ("Registry.Example.com/app:1", "registry.example.com", "app", "1", None),
    ("a/b", HUB, "a/b", None, None),
    ("x", HUB, "library/x", None, None),
    ("a__b/c---d/e.f:_x", HUB, "a__b/c---d/e.f", "_x", None),
    ("dog--bird/x--y", HUB, "dog--bird/x--y", None, None),
    ("host:443/x", "host:443", "x", None, None),
    ("a/" * 127 + "a:tag-that-is-not-counted", HUB, None, "tag-that-is-not-counted", None),
]  # fmt: skip

INVALID = [
    ("", 0), (":justtag", 0), (f"@{F64}", 0), ("repo@sha256:ffffffffffffffffffffffffffffffffff", 46),
    ("validname@invaliddigest:" + "f" * 128, 10), ("Uppercase:tag", 0), ("test:5000/Uppercase/lowercase:tag", 10),
    ("aa/asdf$$^/aa", 7), ("[2001:db8::1]", 0), ("[2001:db8::1]:5000", 0), ("[2001:db8::1]:tag", 0),
    ("[fe80::1%eth0]:5000/repo", 8), ("[::ffff:1.2.3.4]/x", 9), ("https://github.com/docker/docker", 6), ("docker/Docker", 7),
    ("-docker", 0), ("-docker/docker", 0), ("-docker.io/docker/docker", 0), ("docker///docker", 7),
    ("docker.io/docker/Docker", 17), ("docker.io/docker///docker", 17), (ID, 0), ("ghcr.io/Org/img", 8), ("a..b/c", 1),
    ("x/a..b", 3), ("x/a._b", 3), ("x/a___b", 3), ("x/_a", 2), ("x/a_", 3), ("x/a-", 3), ("foo:80a/x", 6), ("x:", 2),
    ("x:.a", 2), ("x:-a", 2), ("x:a+b", 3), ("x:a:b", 3), ("x y", 1), ("x:" + "a" * 129, 130), ("x/", 2), ("/x", 0),
    (f"x@{F64}@{F64}", 73), ("x@sha256:" + "F" * 64, 9), ("x@sha256:" + "f" * 65, 73), ("x@sha256:" + "f" * 63, 72),
    ("x@sha256:" + "g" * 64, 9), ("x@md5:" + "f" * 32, 2), ("x@", 2), ("host_a.com/x", 4), ("foo.com-/x", 7), ("é/x", 0),
    ("x\n", 1), ("a" * 256, 255), ("x:\u0660", 2), ("h:\u0661/x", 2), ("\u0131", 0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "registry", "repository", "tag", "digest"), VALID, ids=[case[0][:40] for case in VALID]
)
def test_reads_what_the_grammar_allows(text, registry, repository, tag, digest):
    reference = Reference.parse(text)
    assert str(reference) == text
    assert reference.registry == registry
    if repository is not None:
        assert reference.repository == repository
    assert reference.tag == tag
    assert (str(reference.digest) if reference.digest else None) == digest


@pytest.mark.parametrize(("text", "offset"), INVALID, ids=[repr(case[0][:40]) for case in INVALID])
def test_refuses_the_rest_at_the_character_at_fault(text, offset):
    with pytest.raises(InvalidReference) as caught:
        Reference.parse(text)
    assert caught.value.offset == offset
    assert caught.value.text == text
    assert "\n" not in str(caught.value)
    if "\n" not in text:
        shown, caret = caught.value.caret().split("\n")
        assert shown == text
        assert caret == " " * offset + "^"


def test_a_repository_ends_at_255_characters_and_the_registry_does_not_count():
    fits = "a" * MAX_REPOSITORY
    assert Reference.parse(f"registry.example/{fits}:tag").repository == fits
    with pytest.raises(InvalidReference, match="255 characters"):
        Reference.parse(f"registry.example/{fits}a")
    with pytest.raises(InvalidReference, match="255 characters"):
        Reference.parse(fits)  # library/ comes before it


def test_a_tag_ends_at_128_characters():
    assert Reference.parse("x:" + "a" * MAX_TAG).tag == "a" * MAX_TAG
    assert is_tag("a" * MAX_TAG)
    assert not is_tag("a" * (MAX_TAG + 1))


def test_an_overlong_text_is_refused_unread():
    with pytest.raises(InvalidReference, match="longer than"):
        Reference.parse("a/" * 100_000)


def test_no_tag_is_made_up():
    reference = Reference.parse(f"debian@{F64}")
    assert reference.stream is None
    assert reference.image == "debian"
    assert Reference.parse(f"Quay.IO/a/b:1@{F64}").stream == Stream("quay.io", "a/b", "1")
    assert Reference.parse(f"quay.io/a/b:1@{F64}").image == "quay.io/a/b:1"


component = st.from_regex(r"[a-z0-9]{1,5}(?:(?:\.|_|__|-{1,3})[a-z0-9]{1,4}){0,2}", fullmatch=True)
label = st.from_regex(r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,4}[a-zA-Z0-9])?", fullmatch=True)
domains = st.one_of(
    st.builds("{}.{}".format, label, label),
    st.builds("{}:{}".format, label, st.integers(0, 99999)),
    st.just("localhost"),
    st.builds("[{}]:{}".format, st.from_regex(r"[0-9a-fA-F:]{2,20}", fullmatch=True), st.integers(1, 65535)),
)
tags = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}", fullmatch=True)
digests = st.one_of(
    st.from_regex(r"sha256:[0-9a-f]{64}", fullmatch=True),
    st.from_regex(r"sha512:[0-9a-f]{128}", fullmatch=True),
)


@given(domains, st.lists(component, min_size=1, max_size=4), st.none() | tags, st.none() | digests)
def test_every_text_of_the_grammar_is_read_into_its_parts_and_given_back(domain, components, tag, digest):
    path = "/".join(components)
    text = f"{domain}/{path}" + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")
    reference = Reference.parse(text)
    assert str(reference) == text
    assert reference.registry == domain.lower()
    assert reference.repository == path
    assert reference.tag == tag
    assert (None if reference.digest is None else str(reference.digest)) == digest


@given(st.text(alphabet=st.sampled_from("ab09.:/@-_[]AZ$ é\n") | st.characters(), max_size=60))
def test_any_text_is_read_or_refused_inside_itself(text):
    try:
        reference = Reference.parse(text)
    except InvalidReference as error:
        assert 0 <= error.offset <= len(text)
    else:
        assert str(reference) == text
