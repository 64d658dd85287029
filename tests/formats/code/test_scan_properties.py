"""What holds of every text: each pinned reference is found once, only its hex changes, and nothing ever raises."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests import invariants

from tagwake.core.pin import Form
from tagwake.formats.code.reader import CodeReader

HEX = st.text("0123456789abcdef", min_size=64, max_size=64)
COMPONENT = st.from_regex(
    re.compile(r"[a-z0-9]{1,8}(?:(?:[._]|__|-{1,2})[a-z0-9]{1,5}){0,2}", re.ASCII), fullmatch=True
)
HOST = st.sampled_from(
    ["", "ghcr.io/", "localhost:5000/", "localhost/", "Registry.Example.com/", "10.0.0.1:80/", "a.b.c/"]
)
TAG = st.from_regex(re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,12}", re.ASCII), fullmatch=True)
AROUND = st.sampled_from(
    [
        " ",
        "\n",
        "\t",
        '""',
        "''",
        "``",
        "= ",
        "()",
        "[]",
        ",,",
        "||",
        "<>",
        "\r\n",
        "; ",
        '="" ',
        "='' ",
        " ;",
        " )",
        '",',
    ],
)
JUNK = st.text(
    st.characters(exclude_characters="$\0{}%@:#\ufeff", exclude_categories=["Cs"], codec="utf-8"), max_size=30
)


@st.composite
def references(draw: st.DrawFn) -> str:
    host, components = draw(HOST), draw(st.lists(COMPONENT, min_size=1, max_size=3))
    if not host and len(components) > 1:  # with a dot it would be a host, and a host has no underscore
        components[0] = components[0].replace(".", "-")
    name = host + "/".join(components)
    return f"{name}:{draw(TAG)}@sha256:{draw(HEX)}"


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A text, and the references in it."""
    pieces, written = [draw(JUNK)], []
    for _ in range(draw(st.integers(1, 5))):
        around, reference = draw(AROUND), draw(references())
        middle = (len(around) + 1) // 2
        pieces += [around[:middle], reference, around[middle:] or around, draw(JUNK)]
        written.append(reference)
    return "".join(pieces), written


@given(texts(), st.sampled_from(["a.txt", "a.md", "a.sh", "Makefile", ".env", "a.tf", "a.toml", "a.py"]))
def test_every_pinned_reference_is_found_once(text: tuple[str, list[str]], path: str) -> None:
    """ "every pinned reference embedded with real delimiters is found exactly once" """
    scan = CodeReader()(path, text[0].encode())
    assert [each.text for each in scan.references if each.form is Form.TAG_DIGEST] == text[1]
    assert len(scan.references) == len(text[1])


@given(texts(), st.sampled_from(invariants.PATHS))
def test_only_hex_digits_change(text: tuple[str, list[str]], path: str) -> None:
    invariants.check(path, text[0].encode())


@given(texts(), st.sampled_from(["utf-16-le", "utf-16-be"]))
def test_only_hex_digits_change_in_utf_16(text: tuple[str, list[str]], encoding: str) -> None:
    invariants.check("a.txt", ("\ufeff" + text[0]).encode(encoding))


@given(st.binary(max_size=300), st.sampled_from(invariants.PATHS))
@example(b"FROM \xff:1", "Dockerfile")
@example(b"image: \xff\xfe@sha256:" + b"1" * 64, "a.yaml")
def test_random_bytes_never_raise(data: bytes, path: str) -> None:
    invariants.check(path, data)


WORDS = st.sampled_from(
    [
        "image", "image:", "repository:", "tag:", "digest:", "FROM ", "ARG ", "ARG A=", "COPY --from=", "RUN --mount=from=", "# syntax=",
        "$A", "${A}", "${A:-", "}", "{", "[", "]", "(", ")", '"', "'", "`", "\\", "\n", "\n  ", "\n    ", "\n- ", " ", ":", "=", ",", "@",
        "/", "a", "b/c", "d:1", "e/f:2", "sha256:", f"sha256:{'1' * 64}", f"@sha256:{'2' * 64}", f"g/h:3@sha256:{'3' * 64}", "1" * 64,
        "|", ">-", "&x ", "*x", "<<: *x", "<<EOF\n", "EOF\n", "# ", "//", "docker://", "oci://", "---\n", "apiVersion: v1\nkind: Pod\n",
        "containers:", "name:", "newTag:", "images:", "services:", "uses:", "container:", "ref:", "url:", "kind: OCIRepository\n", "\r",
        "{{ .x }}", "{{", "<%", "oci_pull(", "contexts", "Image=", "[Container]\n", "\t", "\ufeff", "é", "tagwake: ignore", "!!str ", "? ", "'''",
        '"""', "AS x", "scratch", "--platform=linux/amd64 ", "values:", "spec:", "registry:", "version:", "kind: HelmRelease\n", "build:",
    ]
)  # fmt: skip


@settings(max_examples=600)
@given(st.lists(WORDS, max_size=40), st.sampled_from(invariants.PATHS))
def test_any_mixture_of_what_matters_holds(words: list[str], path: str) -> None:
    invariants.check(path, "".join(words).encode())


@pytest.mark.parametrize("path", invariants.PATHS)
def test_nothing_is_found_in_nothing(path: str) -> None:
    assert invariants.scanned(path, b"").references == ()
