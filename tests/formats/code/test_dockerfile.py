"""What the corpus does not show of Dockerfiles: names that are claimed, platforms, reasons, places and limits."""

import pytest

from tagwake.core.pin import Form
from tagwake.formats.code import dockerfile, dockerfile_arguments
from tagwake.formats.code.finding import Finding
from tagwake.formats.code.source import Source

D1 = "sha256:" + "1" * 64


def find(text: str) -> list[Finding]:
    return dockerfile.find(Source("Dockerfile", text.replace("D1", D1).encode()))


def one(text: str) -> Finding:
    (finding,) = find(text)
    return finding


@pytest.mark.parametrize(
    "path",
    [
        "Dockerfile", "dockerfile", "DOCKERFILE", "a/b/Dockerfile", "Dockerfile.prod", "Dockerfile-alpine", "Dockerfile_2",
        "Dockerfile.1.2", "api.dockerfile", "api.Dockerfile", "Containerfile", "Containerfile.prod", "x.containerfile",
        "Dockerfile.j2", "Dockerfile.tmpl", "prod-Dockerfile", ".devcontainer/Dockerfile", "Dockerfile.in",
    ],
)  # fmt: skip
def test_a_dockerfile_is_known_by_its_name(path: str) -> None:
    assert dockerfile.claims(path)


@pytest.mark.parametrize(
    "path",
    [
        "dockerfile.go", ".dockerfile.swp", "Dockerfile.dockerignore", "Dockerfile.md", "docker", "dockerfile_parser.py",
        "Dockerfile.test.ts", "Dockerfile/readme", "dockerfile.yaml", "x.containerfile.json", "Dockerfile~", "Makefile",
    ],
)  # fmt: skip
def test_other_files_are_not(path: str) -> None:
    assert not dockerfile.claims(path)


@pytest.mark.parametrize(
    ("flags", "platform"),
    [
        ("--platform=linux/amd64", "linux/amd64"),
        ('--platform="linux/arm64/v8"', "linux/arm64/v8"),
        ("--platform=$BUILDPLATFORM", None),
        ("--platform=linux/${ARCH}", None),
        ("--other=x", None),
        ("", None),
    ],
)
def test_only_a_literal_platform_is_one(flags: str, platform: str | None) -> None:
    assert one(f"FROM {flags} a/b:1@D1\n").platform == platform
    assert one(f"ARG X=a/b:1@D1\nFROM {flags} $X\n").platform == platform


def test_two_platforms_of_one_reference_are_none() -> None:
    finding = one("ARG X=a/b:1@D1\nFROM --platform=linux/amd64 $X\nFROM --platform=linux/arm64 $X\n")
    assert finding.platform is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("FROM $X", "no ARG before the first FROM declares X"),
        ("ARG X\nFROM $X", "ARG X has no default"),
        ("ARG X=\nFROM $X", "X is empty"),
        ("FROM a/$TARGETARCH:1", "TARGETARCH is set by the builder"),
        ("ARG Y=$Z\nARG X=b:$Y\nFROM $X", "no ARG before the first FROM declares Z"),
        ("ARG X=a:1\nFROM ${X%:*}", "${X…} is cut by the builder"),
        ("FROM $(image)", "$( is filled in elsewhere"),
        ("FROM " + "${A:-" * 40 + "x" + "}" * 40, "its defaults are nested too deep"),
        ("ARG X=" + "x" * 3000 + "\nFROM a/$X$X", "filled in, it is longer than 4096 characters"),
        ("FROM a/" + "x" * 5000, "longer than 4096 characters"),
        ("ARG A=1@D1\nFROM a:$A\nFROM b:$A", "a:1 and b:1 share this digest: give each an ARG of its own"),
    ],
)
def test_what_cannot_be_filled_in_says_why(text: str, reason: str) -> None:
    finding = one(text)
    assert (finding.form, finding.reason) == (
        Form.INVALID if reason.startswith("longer") else Form.TEMPLATED,
        reason,
    )


def test_a_chain_of_arguments_is_followed_only_so_deep() -> None:
    chain = "ARG A0=a:1\n" + "".join(f"ARG A{n}=$A{n - 1}\n" for n in range(1, 40))
    assert one(f"{chain}FROM $A10").text == "a:1"
    assert one(f"{chain}FROM $A39").reason == "its arguments are nested too deep"


def test_a_reference_in_pieces_has_the_place_of_each() -> None:
    text = f"ARG R=ghcr.io\nARG T=1.2\nARG DIG={D1}\nFROM $R/a/b:$T@$DIG\n"
    finding = one(text)
    assert finding.text == f"ghcr.io/a/b:1.2@{D1}"
    assert finding.digest_span == (text.index(D1), text.index(D1) + len(D1))
    assert {key: text[slice(*span)] for key, span in finding.parts.items()} == {"tag": "1.2", "digest": D1}


def test_a_digest_in_pieces_is_not_followed() -> None:
    finding = one(f"ARG A={D1[:40]}\nARG B={D1[40:]}\nFROM a/b:1@$A$B\n")
    assert (finding.form, finding.reason) == (
        Form.TEMPLATED,
        "its digest is put together from several places",
    )


def test_a_value_of_an_unreadable_reference_is_none_of_its_own() -> None:
    text = f"ARG T=1@{D1}\nFROM $X/a:$T\n"
    findings = find(text)
    assert [finding.form for finding in findings] == [Form.TEMPLATED, Form.TEMPLATED]
    assert [text[slice(*finding.span)] for finding in findings] == [f"1@{D1}", "$X/a:$T"]


@pytest.mark.parametrize(
    "text",
    [
        "FROM", "FROM ", "FROM \\", "FROM \\\n", "\\", "FROM a b c d", "FROM a AS", "ONBUILD", "ONBUILD FROM", "ARG", "ARG =",
        "COPY --from=", "COPY --from", 'COPY --from="', "RUN --mount=", "RUN --mount=from=", 'RUN --mount="from=a', "RUN <<",
        "RUN <<EOF", "# syntax=", "# escape=x\nFROM \\", "FROM --platform=", "ARG A='\nFROM $A", "\ufeff", "#!", "FROM ${",
        "FROM ${A", "FROM ${A:", "FROM ${A:-", "FROM $", "FROM '", "ARG A=${A:-${A}}\nFROM ${A}", "FROM ${A:?x}", 'FROM ""',
    ],
)  # fmt: skip
def test_unfinished_text_harms_nothing(text: str) -> None:
    for finding in find(text) + find(text.replace("\n", "\r\n")) + find(f"FROM x:1\n{text}\nFROM y:1"):
        assert finding.reference is not None or finding.reason


@pytest.mark.parametrize(
    ("text", "image"),
    [
        ("ARG T='1$X'\nFROM a:$T", None),
        ('ARG T="1\\.2"\nFROM a:$T', "a:1.2"),
        ("ARG T=1\\.2\nFROM a:$T", "a:1.2"),
        ("ARG T='1'.'2'\nFROM a:$T", "a:1.2"),
        ("ARG 1=x T=1 =y T2\nFROM a:$T", "a:1"),
        ("ARG T='1\nFROM a:$T", "a:1"),
        ("ARG T=1 T=2\nFROM a:$T", "a:2"),
        ("ARG T=2\nARG T\nFROM a:$T", "a:2"),
        ("ARG A=1\nARG B=$A.2\nARG A=9\nFROM a:$B", "a:1.2"),
        ("ARG TARGETARCH=amd64\nFROM a/$TARGETARCH:1", "a/amd64:1"),
        ("ARG T=1\nFROM a:${T:?unset}", "a:1"),
        ("ARG T=1\nFROM a:${T:-${U:-x}}", "a:1"),
        ("ARG T=\nFROM a:1${T+-set}", "a:1-set"),
        ("ARG T\nFROM a:${T:+no}${U:-1}", "a:1"),
        ('FROM "a:1"', "a:1"),
        ("FROM 'a:1'", "a:1"),
        ("FROM a\\:1", "a:1"),
        ("FROM a:1 # why", "a:1"),
        ('FROM --platform="linux/amd64" --other="x y" a:1', "a:1"),
        ("FROM a:\\\n1", "a:1"),
        ("# escape=`\nFROM a:`\n1", "a:1"),
        ("FROM x AS b\nFROM x AS b\nFROM B", "x"),
        ("ARG S=b\nFROM x AS b\nFROM $S", "x"),
    ],
)
def test_words_are_read_as_a_builder_reads_them(text: str, image: str | None) -> None:
    images = {finding.reference.image for finding in find(text) if finding.reference is not None}
    assert images == ({image} if image else set())


def test_a_default_that_is_not_taken_costs_and_hides_nothing() -> None:
    assert (
        one("ARG A=a\nFROM ${A:-" + "${B:-" * 40 + "}" * 41 + ":1").reason
        == "its defaults are nested too deep"
    )
    assert one("ARG A=a\nFROM ${A:-" + "${B:-" * 5 + "}" * 6 + ":1").text == "a:1"


def test_assignments_beyond_all_reason_are_not_read() -> None:
    many = "ARG " + "x=1 " * dockerfile_arguments.MOST_ASSIGNMENTS
    assert one(f"{many}\nARG T=1\nFROM a:$T").reason == "no ARG before the first FROM declares T"


def test_a_digest_over_two_lines_is_found_and_has_no_place() -> None:
    finding = one(f"FROM a/b:1@{D1[:40]}\\\n{D1[40:]}\n")
    assert (finding.form, finding.digest_span) == (Form.TEMPLATED, None)
