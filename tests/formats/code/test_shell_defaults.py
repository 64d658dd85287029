"""References with shell defaults inside: what is pulled where nobody sets the variable."""

import pytest

from tagwake.core.digest import Digest
from tagwake.core.digest_edit import digest_edit
from tagwake.core.edit import apply
from tagwake.core.pin import FileScan, Form
from tagwake.formats.code.reader import CodeReader

D = "sha256:" + "5e" * 32
NEW = "sha256:" + "6f" * 32


def _scan(image: str) -> tuple[bytes, FileScan]:
    data = f"services:\n  web:\n    image: {image}\n".encode()
    return data, CodeReader()("compose.yaml", data)


@pytest.mark.parametrize(
    ("image", "form", "text", "pinned"),
    [
        ("q.io/a/b:${TAG:-1.2}", "tag", "q.io/a/b:1.2", f"q.io/a/b:${{TAG:-1.2@{NEW}}}"),
        ("q.io/a/b:${TAG-1.2}", "tag", "q.io/a/b:1.2", f"q.io/a/b:${{TAG-1.2@{NEW}}}"),
        ('"q.io/a/b:${TAG:-1.2}"', "tag", "q.io/a/b:1.2", f'"q.io/a/b:${{TAG:-1.2@{NEW}}}"'),
        ("q.io/a/b:${TAG:-1.2}-slim", "tag", "q.io/a/b:1.2-slim", f"q.io/a/b:${{TAG:-1.2}}-slim@{NEW}"),
        ("${HOST:-q.io}/a/b:1.2", "tag", "q.io/a/b:1.2", f"${{HOST:-q.io}}/a/b:1.2@{NEW}"),
        ("${HOST:-q.io}/${REPO:-a/b}:${T:-1}", "tag", "q.io/a/b:1", f"${{HOST:-q.io}}/${{REPO:-a/b}}:${{T:-1@{NEW}}}"),
        ("a/b:${TAG:-${OTHER:-3}}", "tag", "a/b:3", f"a/b:${{TAG:-${{OTHER:-3@{NEW}}}}}"),
        ("${HOST:-}a/b:1", "tag", "a/b:1", f"${{HOST:-}}a/b:1@{NEW}"),
        ("a/${NAME:-b}", "name", "a/b", f"a/${{NAME:-b:latest@{NEW}}}"),
        (f"q.io/a/b:${{TAG:-1.2@{D}}}", "tag+digest", f"q.io/a/b:1.2@{D}", f"q.io/a/b:${{TAG:-1.2@{NEW}}}"),
        (f"${{HOST:-q.io}}/a/b:${{TAG:-1.2@{D}}}", "tag+digest", f"q.io/a/b:1.2@{D}", f"${{HOST:-q.io}}/a/b:${{TAG:-1.2@{NEW}}}"),
        (f"${{HOST:-q.io}}/a/b:1.2@{D}", "tag+digest", f"q.io/a/b:1.2@{D}", f"${{HOST:-q.io}}/a/b:1.2@{NEW}"),
    ],
)  # fmt: skip
def test_defaults_are_followed_and_take_the_digest(image: str, form: str, text: str, pinned: str) -> None:
    data, scan = _scan(image)
    (found,) = scan.references
    assert (found.form, found.text) == (form, text)
    edited = apply(data, {digest_edit(data, found, Digest.parse(NEW), scan.encoding)})
    assert edited.decode() == f"services:\n  web:\n    image: {pinned}\n"


@pytest.mark.parametrize(
    "image",
    [
        "q.io/a/b:${TAG}",
        "q.io/a/b:$TAG",
        "q.io/a/b:${TAG:?say which}",
        "${HOST}/a/b:${TAG:-1.2}",
        "q.io/a/b:${TAG:-}",
        "q.io/a/b:${TAG:-${OTHER}}",
        '"q.io/a/b:${TAG:-{{ tag }}}"',
        "q.io/A/b:${TAG:-1}",
    ],
)
def test_what_has_no_default_or_makes_no_reference_is_said_to_be_filled_in_elsewhere(image: str) -> None:
    _, scan = _scan(image)
    assert [found.form for found in scan.references] == [Form.TEMPLATED]


def test_two_defaults_in_a_row_are_not_one() -> None:
    _, scan = _scan("${HOST:-q.io}/b:${TAG:-1}")
    assert [(found.registry, found.repository, found.tag) for found in scan.references] == [
        ("q.io", "b", "1")
    ]
