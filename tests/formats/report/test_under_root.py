"""A report's paths as the user would type them."""

import pytest

from tagwake.formats.report.under_root import under_root


@pytest.mark.parametrize(
    ("root", "path", "seen"),
    [
        (".", "a/b", "a/b"),
        ("./", "a/b", "a/b"),
        ("", "a/b", "a/b"),
        ("k8s", "a/b", "k8s/a/b"),
        ("./k8s/", "a", "k8s/a"),
        ("../x", "a", "../x/a"),
        ("/", "etc/a", "/etc/a"),
        ("/srv", "a", "/srv/a"),
    ],
)
def test_a_path_under_its_root(root, path, seen):
    assert under_root(root, path) == seen
