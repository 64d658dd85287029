"""Every YAML kind finds what its files hold, no more and no less, and pins it where people would."""

import pytest
import yaml
from tests.formats.code.yaml_cases import ALL, Case, E

from tagwake.core.pin import Form
from tagwake.formats.code import yaml_files
from tagwake.formats.code.finding import Finding
from tagwake.formats.code.reader import CodeReader
from tagwake.formats.code.source import Source

CASES = [pytest.param(case, id=f"{kind}: {case[0]}") for kind, cases in ALL.items() for case in cases]
_UNCLEAR = {Form.TEMPLATED, Form.INVALID}


def found_in(path: str, data: bytes) -> list[Finding]:
    return yaml_files.find(Source(path, data))[1]


@pytest.mark.parametrize("case", CASES)
def test_a_file_holds_these_references(case: Case) -> None:
    _, path, text, expected = case
    found = found_in(path, text.encode())
    assert [(finding.form.value, str(finding.reference or "")) for finding in found] == expected
    assert all(finding.reason for finding in found if finding.form in _UNCLEAR)


@pytest.mark.parametrize("case", CASES)
def test_spans_hold_what_they_say(case: Case) -> None:
    _, path, text, _ = case
    data = text.encode()
    for finding in found_in(path, data):
        start, end = finding.span
        assert 0 <= start < end <= len(data)
        if finding.reference is None:
            continue
        if not finding.parts:
            assert data[start:end].decode() == finding.text
        if finding.reference.digest is None:
            assert finding.digest_span is None
        else:
            assert finding.digest_span is not None
            written = data[slice(*finding.digest_span)].decode()
            assert written in {str(finding.reference.digest), finding.reference.digest.hex}
            assert finding.slot is None
        if finding.form == Form.TAG_VALUE:
            assert finding.parts["tag"] == (start, end)
            continue
        for span in finding.parts.values():
            assert start <= span[0] <= span[1] <= end


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_a_digest_in_the_slot_pins_the_reference_and_nothing_else(case: Case, ending: str) -> None:
    _, path, text, _ = case
    data = text.replace("\r\n", "\n").replace("\n", ending).encode()
    before = found_in(path, data)
    for index, finding in enumerate(before):
        if finding.slot is None:
            continue
        start, end = finding.slot.span
        pinned = data[:start] + f"{finding.slot.prefix}{E}{finding.slot.suffix}".encode() + data[end:]
        after = found_in(path, pinned)
        assert len(after) == len(before)
        assert finding.reference is not None
        now = next(each.reference for each in after if each.reference and str(each.reference.digest) == E)
        assert (now.name, str(now.digest)) == (finding.reference.name, E)
        assert now.tag == (finding.reference.tag or "latest")
        assert sorted(str(f.reference) for f in after if f.reference is not now) == sorted(
            str(f.reference) for i, f in enumerate(before) if i != index
        )
        if b"{{" not in data and b"{%" not in data:
            assert list(yaml.parse(pinned)), "what was YAML is YAML still"


@pytest.mark.parametrize("case", CASES)
def test_what_has_a_reference_has_a_slot_or_a_digest(case: Case) -> None:
    _, path, text, _ = case
    shared = {"one tag for two", "concourse", "oci repository without ref", "anchors", "name only"}
    for finding in found_in(path, text.encode()):
        if finding.reference is not None and finding.reference.digest is None and case[0] not in shared:
            assert finding.slot is not None


def test_an_empty_digest_key_takes_the_digest() -> None:
    data = b'image:\n  repository: a/b\n  tag: 1\n  digest: ""\n'
    (finding,) = found_in("values.yaml", data)
    assert finding.slot is not None
    assert data[: finding.slot.span[0]].endswith(b'digest: "')


@pytest.mark.parametrize(
    ("text", "pinned"),
    [
        ("images:\n- name: a\n  newTag: v1\n", f"images:\n- name: a\n  newTag: v1\n  digest: {E}\n"),
        (
            "images:\n  - newTag: 'v1' # c\n    name: a\n",
            f"images:\n  - newTag: 'v1' # c\n    digest: {E}\n    name: a\n",
        ),
        (
            "images:\r\n- name: a\r\n  newTag: v1\r\n",
            f"images:\r\n- name: a\r\n  newTag: v1\r\n  digest: {E}\r\n",
        ),
        ("images: [{name: a, newTag: 'v1'}]\n", f"images: [{{name: a, newTag: 'v1', digest: {E}}}]\n"),
        (
            '{"images": [{"name": "a", "newTag": "1"}]}',
            f'{{"images": [{{"name": "a", "newTag": "1", "digest": "{E}"}}]}}',
        ),
    ],
)
def test_kustomize_gets_a_line_of_its_own_at_its_siblings_indent(text: str, pinned: str) -> None:
    (finding,) = found_in("kustomization.yaml", text.encode())
    slot = finding.slot
    assert slot is not None
    written = text.encode()
    written = written[: slot.span[0]] + f"{slot.prefix}{E}{slot.suffix}".encode() + written[slot.span[1] :]
    assert written.decode() == pinned


def test_a_service_says_its_platform() -> None:
    (finding,) = found_in("compose.yml", b"services:\n  a:\n    platform: linux/arm64\n    image: a:1\n")
    assert finding.platform == "linux/arm64"


@pytest.mark.parametrize(
    ("path", "claimed"),
    [
        ("a.yaml", True), ("b/c.YML", True), ("Kustomization", True), ("x/kustomization", True), ("a.yaml.tpl", True),
        ("a.yml.j2", True), ("values.yaml.gotmpl", True), ("charts/x/templates/_h.tpl", True), ("a.json", False),
        ("a.tpl", False), ("yaml", False), ("a.yaml.md", False),
    ],
)  # fmt: skip
def test_yaml_is_told_by_its_name(path: str, claimed: bool) -> None:
    assert yaml_files.claims(path) is claimed


@pytest.mark.parametrize(
    ("path", "text", "syntax"),
    [
        ("a.yaml", "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: a}]}\n", "kubernetes"),
        (".github/workflows/a.yml", "jobs: {a: {container: b}}\n", "github-actions"),
        ("values.yaml", "image: a/b:1\n", "helm"),
        ("compose.yaml", "services: {a: {image: b}}\n", "compose"),
        ("kustomization.yaml", "images: [{name: a, newTag: b}]\n", "kustomize"),
        ("x.yaml", "uses: docker\n", "yaml"),
    ],
)
def test_a_file_says_its_kind(path: str, text: str, syntax: str) -> None:
    assert yaml_files.find(Source(path, text.encode()))[0] == syntax


@pytest.mark.parametrize(
    "path", ["a.yaml", "values.yaml", "compose.yaml", "kustomization.yaml", ".github/workflows/a.yml"]
)
@pytest.mark.parametrize(
    "text",
    [
        "image: " * 100_000,
        "apiVersion: v1\nkind: Pod\n" + "image: [" * 100_000,
        "apiVersion: v1\nkind: Pod\nspec:\n" + "  - image: " + "{{ " * 100_000,
        "apiVersion: v1\nkind: Pod\nspec:\n" + "  image: " + "${" * 100_000 + "\n",
        "image:\n" + "  tag: x@sha256:1\n" * 20_000,
        "x:\n" + "".join(f"  tag{i}: 1@sha256:0\n" for i in range(20_000)),
        "a: &a {<<: *a, tag: 1, repository: *a}\n" * 2_000,
        "- image: &b *b\n" * 20_000,
    ],
    ids=range(8),
)
def test_hostile_files_end(path: str, text: str) -> None:
    scan = CodeReader()(path, text.encode())
    assert scan.skipped is None or "YAML" in scan.skipped
    for reference in scan.references:
        assert reference.span[1] <= len(text)


def test_a_file_too_large_to_read_is_skipped_with_the_reason() -> None:
    scan = CodeReader()("a.yaml", b"apiVersion: v1\nkind: Pod\nimages:\n" + b"- a\n" * 200_000)
    assert scan.skipped == "more than 150,000 lines and values of YAML to read"
