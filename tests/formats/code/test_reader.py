"""One file's bytes to references: encodings, places, comment tags, ignores, machines' files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.pin import BARE, Form
from tagwake.formats.code.reader import MOST_REFERENCES, CodeReader

D = "sha256:" + "a1" * 32
E = "sha256:" + "b2" * 32
read = CodeReader()


def only(path, text):
    (reference,) = read(path, text if isinstance(text, bytes) else text.encode()).references
    return reference


def test_a_reference_has_its_place_in_lines_and_characters():
    reference = only("notes.txt", f"one\nzwei\r\nü “a/b:1@{D}”\n")
    assert (reference.line, reference.column) == (3, 4)
    assert reference.image == "a/b:1"
    assert (reference.registry, reference.repository, reference.tag) == ("docker.io", "a/b", "1")


def test_a_byte_order_mark_is_no_column():
    assert only("x.txt", f"\ufeffa:1@{D}").column == 1


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", ["\ufeff", ""])
def test_utf_16_is_read_and_its_spans_are_bytes_of_the_file(encoding, mark):
    text = f"{mark}an image, with 😀 before it: a/b:1@{D}\r\nand c/d:2@{E}"
    data = text.encode(encoding)
    scan = read("x.txt", data)
    assert scan.encoding == encoding
    assert [reference.text for reference in scan.references] == [f"a/b:1@{D}", f"c/d:2@{E}"]
    for reference, digest in zip(scan.references, (D, E), strict=True):
        assert data[slice(*reference.span)].decode(encoding) == reference.text
        assert data[slice(*reference.digest_span)].decode(encoding) == digest


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x7fELF\0\0" + f"a:1@{D}".encode(), "binary"),
        (b"\xff\xfe\0\0a\0\0\0", "UTF-32 text"),
        (b"\xff\xfe\x00\xd8a\0", "binary"),
        (b"plain \0 nul", "binary"),
    ],
)
def test_what_is_no_text_is_skipped_with_a_reason(data, reason):
    scan = read("x", data)
    assert (scan.references, scan.skipped) == ((), reason)


def test_latin_1_hides_nothing():
    assert only("x.txt", b"caf\xe9 'a/b:1@" + D.encode() + b"'").text == f"a/b:1@{D}"


@pytest.mark.parametrize(
    ("comment", "tag"),
    [
        (" # 1.21", "1.21"),
        (' " # v1.2.3'.replace(" ", "", 1), "v1.2.3"),
        ("' # 1.2 (LTS)", "1.2"),
        (" # latest", "latest"),
        (" # tag=v1.2", "v1.2"),
        (" # tag: 3.19", "3.19"),
        (" # ratchet:a/b:1.2", "1.2"),
        (" # a/b:1.2", "1.2"),
        (" // 1.2", "1.2"),
        (" # 1.21-alpine3.18", "1.21-alpine3.18"),
        (" # bookworm", "bookworm"),
        (" # c/d:1.2", None),
        (" # pinned", None),
        (" # keep this one", None),
        (" # TODO", None),
        ("# 1.2", None),
        ("\n# 1.2", None),
        ("", None),
        (" # renovate: datasource=docker", None),
        (' # {"$imagepolicy": "flux-system:app"}', None),
    ],
)
def test_the_comment_behind_a_digest_names_its_tag_or_nothing(comment, tag):
    reference = only("x.sh", f"image=a/b@{D}{comment}\n")
    assert reference.tag == tag
    assert reference.form is (Form.DIGEST if tag is None else Form.COMMENT_TAG)
    assert reference.image == ("a/b" if tag is None else f"a/b:{tag}")


def test_a_comment_does_not_overrule_a_tag():
    assert only("x.sh", f"a/b:2@{D} # 1.2").tag == "2"


@pytest.mark.parametrize(
    ("text", "ignored"),
    [
        (f"a/b:1@{D} # tagwake: ignore", [True]),
        (f"# tagwake: ignore\na/b:1@{D}", [True]),
        (f"  // tagwake:ignore, it is a fixture\r\nx a/b:1@{D}\r\nc/d:1@{E}", [True, False]),
        (f"<!-- tagwake: ignore -->\na/b:1@{D}", [True]),
        (f"a/b:1@{D} # tagwake: ignore\nc/d:1@{E}", [True, False]),
        (f"a/b:1@{D} # tagwake: ignored", [False]),
    ],
)
def test_an_inline_comment_ignores_its_line_or_the_next(text, ignored):
    references = read("x.sh", text.encode()).references
    assert [reference.ignored == "inline comment" for reference in references] == ignored


@pytest.mark.parametrize(
    ("path", "text", "rule"),
    [
        ("chart/images.lock", f"x:1@{D}", "lock file"),
        (".devcontainer/devcontainer-lock.json", f'{{"resolved": "ghcr.io/d/f@{D}"}}', "lock file"),
        ("pnpm-lock.yaml", f"x: ghcr.io/d/f:1@{D}", "lock file"),
        ("bom.json", f'{{"spdxVersion": "SPDX-2.3", "name": "x:1@{D}"}}', "bill of materials"),
        ("bom.cdx.json", f'{{\n  "bomFormat": "CycloneDX", "x": "x:1@{D}"}}', "bill of materials"),
        ("att.json", f'{{"_type": "https://in-toto.io/Statement/v1", "x": "x:1@{D}"}}', "attestation"),
        (
            "m.json",
            f'{{"mediaType": "application/vnd.oci.image.index.v1+json", "x": "x:1@{D}"}}',
            "manifest of a registry",
        ),
        ("redis-lock.yaml.txt", f"x:1@{D}", None),
        ("lock.txt", f"x:1@{D}", None),
    ],
)
def test_files_that_machines_write_are_ignored_by_a_rule_that_is_named(path, text, rule):
    assert only(path, text).ignored == rule


def test_too_many_references_skip_the_file():
    data = f"a:1@{D} ".encode() * MOST_REFERENCES
    assert read("x.txt", data).skipped == "50,000 references or more"


@pytest.mark.parametrize(
    ("path", "syntax"),
    [
        ("README.md", "markdown"),
        ("a/Makefile", "make"),
        ("b.sh", "shell"),
        ("x", "text"),
        (".env.prod", "env"),
    ],
)
def test_the_syntax_is_told_by_the_path(path, syntax):
    assert only(path, f"a:1@{D}").syntax == syntax


@given(
    st.sampled_from(["a.txt", "Dockerfile", "values.yaml", "main.tf", "k.json", ".gitlab-ci.yml"]),
    st.binary(max_size=400),
)
def test_no_bytes_make_it_fail(path, data):
    scan = read(path, data)
    assert scan.path == path or scan is BARE
