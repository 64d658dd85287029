"""Which tags a code base has followed."""

import pytest

from tagwake.core.errors import InvalidReference
from tagwake.core.image_glob import Selection
from tagwake.verbs.watch import parsed, patterns_of

DIGEST = f"sha256:{'a' * 64}"


def test_every_pinned_tag_once(tree):
    tree.write(
        "a.txt",
        f"a.test/x:1@{DIGEST} a.test/x:1@{DIGEST} debian:12@{DIGEST} a.test/y@{DIGEST}\n"
        f"a.test/z:3@{DIGEST} # tagwake: ignore\n",
    )
    tree.write("Dockerfile", "FROM debian:13\n")
    found = [str(pattern) for pattern in patterns_of(tree.scan())]
    assert found == ["a.test/x:1", "docker.io/library/debian:12"]
    chosen = patterns_of(tree.scan(), Selection.of((), ("a.test/*",)))
    assert [str(pattern) for pattern in chosen] == ["docker.io/library/debian:12"]


def test_patterns_as_typed():
    assert [str(each) for each in parsed(["debian:12", "debian:12", "a.test/b"], signatures=True)] == [
        "docker.io/library/debian:12",
        "a.test/b:*",
    ]
    with pytest.raises(InvalidReference):
        parsed(["a.test/b@" + DIGEST], signatures=False)
