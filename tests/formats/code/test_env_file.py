"""Variables of ``.env`` files that are images, and others."""

import pytest

from tagwake.formats.code.reader import CodeReader

D = "sha256:" + "0d" * 32


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("WEB_IMAGE=q.io/web:1", [("tag", "q.io/web:1")]),
        ("IMAGE=web:1", [("tag", "web:1")]),
        ("  export WEB_IMAGE_NAME='q.io/web:1' # the web", [("tag", "q.io/web:1")]),
        ('web_image = "q.io/web:1"', [("tag", "q.io/web:1")]),
        (f"WEB_IMAGE=q.io/web:1@{D}", [("tag+digest", f"q.io/web:1@{D}")]),
        (f"WEB=q.io/web:1@{D}", [("tag+digest", f"q.io/web:1@{D}")]),
        ("WEB_IMAGE=${OTHER:-q.io/web:1}", [("tag", "q.io/web:1")]),
        ("WEB_IMAGE=q.io/web", []),
        ("WEB_IMAGE=${TAG}", []),
        ("WEB_IMAGE=", []),
        ("# WEB_IMAGE=q.io/web:1", []),
        ("WEB_IMAGE_DIR=/a:b", []),
        ("LOGO_IMAGE=/a/b.png", []),
        ("LOGO_IMAGE=https://q.io/a.png", []),
        ("LOGO_IMAGE=http://cdn:80", []),
        ("WEB_URL=q.io/web:1", []),
        ("PREIMAGE=a:1", []),
    ],
)
def test_an_image_is_what_its_name_says_and_has_a_tag(line: str, expected: list[tuple[str, str]]) -> None:
    scan = CodeReader()("deploy/.env.example", f"A=1\n{line}\nB=2\n".encode())
    assert [(found.form.value, found.text) for found in scan.references] == expected
    assert all(found.syntax == "env" for found in scan.references)
