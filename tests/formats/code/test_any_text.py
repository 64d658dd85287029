"""Digests in any text: real delimiters on the left, nothing shortened until it parses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.pin import Form
from tagwake.formats.code import any_text

D = "sha256:" + "a1" * 32
E = "sha256:" + "b2" * 32
S = "sha512:" + "c3" * 64


def found(text):
    data = text.encode()
    findings = any_text.find(data, 1000)
    for finding in findings:
        start, end = finding.span
        assert data[start:end].decode("utf-8", "replace") == finding.text
        if finding.digest_span:
            assert data[slice(*finding.digest_span)].decode() == str(finding.reference.digest)
    return [(finding.form.value, finding.text) for finding in findings]


@pytest.mark.parametrize(
    ("text", "references"),
    [
        (f"image: a/b:1@{D}", [f"a/b:1@{D}"]),
        (f"image: 'a/b:1@{D}'", [f"a/b:1@{D}"]),
        (f"`docker run a/b:1@{D}`", [f"a/b:1@{D}"]),
        (f"[a/b:1@{D}, c/d:2@{E}]", [f"a/b:1@{D}", f"c/d:2@{E}"]),
        (f"[a/b:1@{D},c/d:2@{E}]", [f"a/b:1@{D}", f"c/d:2@{E}"]),
        (f"a=x:1@{D},b=y:2@{E}", [f"x:1@{D}", f"y:2@{E}"]),
        (f"mail foo@bar img:1@{D}", [f"img:1@{D}"]),
        (f"FROM\timg:1@{D}", [f"img:1@{D}"]),
        (f"[::1]:5000/x:1@{D}", [f"[::1]:5000/x:1@{D}"]),
        (f"[[::1]:5000/x:1@{D}]", [f"[::1]:5000/x:1@{D}"]),
        (f"[2001:db8::1]/x:1@{D}", [f"[2001:db8::1]/x:1@{D}"]),
        (f"${{V:-a/b:1@{D}}}", [f"a/b:1@{D}"]),
        (f"${{V-a/b:1@{D}}}", [f"a/b:1@{D}"]),
        (f"${{V:=a/b:1@{D}}}", [f"a/b:1@{D}"]),
        (f"${{V:+a/b:1@{D}}}", [f"a/b:1@{D}"]),
        (f"${{V:-${{W:-a/b:1@{D}}}}}", [f"a/b:1@{D}"]),
        (f"uses: docker://a/b:1@{D}", [f"a/b:1@{D}"]),
        (f"oci://ghcr.io/o/c:1@{D}", [f"ghcr.io/o/c:1@{D}"]),
        (f"docker-daemon:a/b:1@{D}", [f"a/b:1@{D}"]),
        (f"containers-storage:quay.io/b:1@{D}", [f"quay.io/b:1@{D}"]),
        ('{\\"image\\":\\"a/b:1@' + D + '\\"}', [f"a/b:1@{D}"]),
        (f"x\\na/b:1@{D}", [f"a/b:1@{D}"]),
        (f"“nginx:1@{D}”", [f"nginx:1@{D}"]),
        (f"使用nginx:1@{D}", [f"nginx:1@{D}"]),
        (f"<a/b:1@{D}>", [f"a/b:1@{D}"]),
        (f"**a/b:1@{D}**", [f"a/b:1@{D}"]),
        (f"IMG+=a/b:1@{D}", [f"a/b:1@{D}"]),
        (f"see a/b:1@{D}.", [f"a/b:1@{D}"]),
        (f"a/b:1@{S};", [f"a/b:1@{S}"]),
        (f"localhost:8080@{D}", [f"localhost:8080@{D}"]),
        (f"Registry.Example.com/app:1@{D}", [f"Registry.Example.com/app:1@{D}"]),
        (f"1.2.3.4:5000/x:1@{D}", [f"1.2.3.4:5000/x:1@{D}"]),
    ],
)
def test_a_reference_ends_at_a_real_delimiter(text, references):
    assert found(text) == [("tag+digest", reference) for reference in references]


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        (f"localhost:5000/x@{D}", f"localhost:5000/x@{D}"),
        (f"(a/b@{D})", f"a/b@{D}"),
        (f"debian@{D}", f"debian@{D}"),
    ],
)
def test_a_port_is_no_tag_and_no_tag_is_made_up(text, reference):
    assert found(text) == [("digest", reference)]


@pytest.mark.parametrize(
    "text",
    [
        f"a/b:1@{D}f", f"a/b:1@{D[:-1]}", "a/b:1@sha256:" + "AB" * 32, "a/b:1@sha256:abc123", f"ghcr.io/Org/x:1@{D}",
        f"naïve/app:1@{D}", f"foo+bar:1@{D}", f"a%2Fb:1@{D}", f"user@host/b:1@{D}", "x:1@sha384:" + "ab" * 48, f"a..b/c:1@{D}",
    ],
)  # fmt: skip
def test_what_does_not_parse_whole_is_invalid_and_says_why(text):
    (finding,) = any_text.find(text.encode(), 10)
    assert finding.form is Form.INVALID
    assert finding.reason
    assert finding.digest_span is None


def test_a_digest_behind_a_digest_leaves_both_alone():
    assert found(f"a/b:1@{D}@{E}") == [("invalid", f"a/b:1@{D}@{E}")]
    assert found(f"a/b:1@{D}@x") == [("invalid", f"a/b:1@{D}")]


@pytest.mark.parametrize(
    ("text", "reference", "template"),
    [
        (f"image: {{{{ .r }}}}/x:1@{D}", f"{{{{ .r }}}}/x:1@{D}", "{{ .r }}"),
        (f"image: {{{{ .r }}}}@{D}", f"{{{{ .r }}}}@{D}", "{{ .r }}"),
        (f"${{R}}/a:1@{D}", f"${{R}}/a:1@{D}", "${R}"),
        (f"$R/a:1@{D}", f"$R/a:1@{D}", "$R"),
        (f"$(R)/a:1@{D}", f"$(R)/a:1@{D}", "$(R)"),
        (f"%REG%/app:1@{D}", f"%REG%/app:1@{D}", "%REG%"),
        (f"${{REG:-docker.io}}/x:1@{D}", f"${{REG:-docker.io}}/x:1@{D}", "${REG:-docker.io}"),
        ("a/b:1@sha256:${X}", "a/b:1@sha256:${X}", "${X}"),
        ("a/b:1@sha256:<digest>", "a/b:1@sha256:<digest>", "<digest>"),
    ],
)
def test_a_template_is_named(text, reference, template):
    (finding,) = any_text.find(text.encode(), 10)
    assert (finding.form, finding.text) == (Form.TEMPLATED, reference)
    assert template in finding.reason


@pytest.mark.parametrize(
    "text",
    [
        f"tag: 1.2@{D}",
        f'"tag": "latest@{D}"',
        f"IMAGE_TAG=main@{D}",
        f"imageTag: edge@{D}",
        f"v1.2.3@{D}",
        f"20.04@{D}",
    ],
)
def test_a_lone_tag_is_not_taken_for_a_name(text):
    (finding,) = any_text.find(text.encode(), 10)
    assert finding.form is Form.TEMPLATED
    assert "repository" in finding.reason


@pytest.mark.parametrize("text", [f"stage: nginx@{D}", f"vintage@{D}", f"heritage: x@{D}"])
def test_words_that_only_end_like_tag_are_names(text):
    assert found(text)[0][0] == "digest"


@pytest.mark.parametrize(
    "text",
    [
        f"pkg:docker/x:1@{D}", "pkg:oci/x@sha256%3A" + "a" * 64, "a/b:1@sha256:...", "a/b:1@sha256:…", f"--hash={D}", f" @{D}",
        "git@github.com:o/r.git", "actions/checkout@" + "a" * 40, "sha256-" + "a" * 64 + ".sig", f"/blobs/{D}",
    ],
)  # fmt: skip
def test_what_is_no_reference_is_not_reported(text):
    assert found(text) == []


def test_a_token_that_fills_the_window_is_invalid_not_cut():
    (finding,) = any_text.find(b"a" * 5000 + b":1@" + D.encode(), 10)
    assert finding.form is Form.INVALID


def test_it_stops_after_the_most_that_is_wanted():
    assert len(any_text.find(f"a:1@{D} ".encode() * 50, 7)) == 7


LEFT = [
    "",
    " ",
    "\t",
    "\n",
    '"',
    "'",
    "`",
    "=",
    "(",
    "[",
    "{",
    ",",
    "<",
    "|",
    "docker://",
    "oci://",
    "${V:-",
    "x=",
    ": ",
    "- ",
    "FROM ",
    "日本",
]
RIGHT = ["", " ", "\n", '"', "'", "`", ")", "]", "}", ",", ">", "|", ";", " AS x", "\r\n", ". "]
names = st.sampled_from(
    ["a", "a/b", "ghcr.io/o/r", "localhost:5000/x", "[::1]:5000/x", "Reg.io/a_b/c--d", "a.b:80/c.d"]
)
tags = st.none() | st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,9}", fullmatch=True).filter(
    lambda tag: not tag.endswith("tag")
)
digests = st.one_of(
    st.from_regex(r"sha256:[0-9a-f]{64}", fullmatch=True),
    st.from_regex(r"sha512:[0-9a-f]{128}", fullmatch=True),
)


@given(
    st.lists(
        st.tuples(st.sampled_from(LEFT), names, tags, digests, st.sampled_from(RIGHT)), min_size=1, max_size=6
    )
)
def test_every_reference_between_delimiters_is_found_once_and_whole(pieces):
    text, expected = "", []
    for left, name, tag, digest, right in pieces:
        reference = f"{name}:{tag}@{digest}" if tag else f"{name}@{digest}"
        text += f"\n{left}{reference}{right}\n"
        expected.append(("tag+digest" if tag else "digest", reference))
    assert found(text) == expected


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"@sha256:", b"@" + D.encode()]), st.binary(max_size=80)
)
def test_any_bytes_are_read_without_a_fault(before, anchor, after):
    data = before + anchor + after
    for finding in any_text.find(data, 100):
        assert 0 <= finding.span[0] < finding.span[1] <= len(data)
