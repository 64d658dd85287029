"""What the ignore rules of the settings leave out, and what they say."""

import pytest
from tests.core.test_image_glob import placed

from tagwake.core.ignore_rules import IgnoreRule, ignored_by
from tagwake.core.image_glob import ImageGlob
from tagwake.core.path_glob import Glob


@pytest.mark.parametrize(
    ("rule", "path", "image", "ignored"),
    [
        (IgnoreRule(image=ImageGlob("debian")), "a/b", "debian:12", True),
        (IgnoreRule(image=ImageGlob("debian")), "a/b", "alpine:3", False),
        (IgnoreRule(path=Glob.parse("docs/**")), "docs/a/b.md", "debian:12", True),
        (IgnoreRule(path=Glob.parse("docs/**")), "src/docs.md", "debian:12", False),
        (IgnoreRule(ImageGlob("debian"), Glob.parse("*.md")), "a/b.md", "debian:12", True),
        (IgnoreRule(ImageGlob("debian"), Glob.parse("*.md")), "a/b.md", "alpine", False),
        (IgnoreRule(ImageGlob("debian"), Glob.parse("*.md")), "a/b.txt", "debian:12", False),
    ],
)
def test_a_rule_needs_all_that_it_names(rule: IgnoreRule, path: str, image: str, ignored: bool) -> None:
    assert rule.covers(path, placed(image)) is ignored


def test_the_first_rule_that_covers_is_named_with_its_reason() -> None:
    rules = [
        IgnoreRule(path=Glob.parse("docs/"), reason="examples"),
        IgnoreRule(ImageGlob("debian"), Glob.parse("*.md")),
    ]
    assert ignored_by(rules, "docs/a.md", placed("debian")) == "path = docs/: examples"
    assert ignored_by(rules, "a.md", placed("debian")) == "image = debian, path = *.md"
    assert ignored_by(rules, "a.md", placed("alpine")) is None
