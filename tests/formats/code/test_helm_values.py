"""Which keys of Helm values make an image, and which name code or charts."""

import pytest

from tagwake.formats.code.reader import CodeReader


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "env:\n  SIDECAR_IMAGE: q.io/a:1\n  LOGO_IMAGE: /a/b.png\n  X_IMAGE: bare\n  OTHER: q.io/b:1\n",
            ["q.io/a:1"],
        ),
        ("app:\n  repository: q.io/a/b\n  version: '1'\n", ["q.io/a/b:1"]),
        ("app:\n  repository: q.io:5000/a\n  version: 2\n", ["q.io:5000/a:2"]),
        ("app:\n  repository: a/b\n  version: '1'\n", []),
        ("app:\n  repository: charts\n  version: 1.2.3\n", []),
        ("chart:\n  repository: https://q.io/charts\n  version: 1.2.3\n", []),
        ("git:\n  repository: github.com/a/b\n  tag: v1\n", []),
        ("git:\n  repository: git@q.io:a/b\n  tag: v1\n", []),
        ("git:\n  repository: gitlab.com/a/b\n  tag: v1\n", []),
        ("image:\n  repository: registry.gitlab.com/a/b\n  tag: v1\n", ["registry.gitlab.com/a/b:v1"]),
        ("image:\n  repository: codeberg.org/a/b\n  tag: v1\n", ["codeberg.org/a/b:v1"]),
    ],
)
def test_a_repository_is_an_images_where_it_can_be_one(text: str, expected: list[str]) -> None:
    assert [found.text for found in CodeReader()("values.yaml", text.encode()).references] == expected
