"""What a few typed characters may mean."""

import pytest

from tagwake.core.digest import Digest
from tagwake.core.reference import Stream
from tagwake.core.search import Search

HEX = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" nginx ", Search("nginx", "nginx")),
        ("Team/App", Search("team/app")),
        ("app:1.2", Search("app", "1.2", is_image=True)),
        ("localhost:5000/app:1", Search("localhost:5000/app", "1", is_image=True)),
        ("localhost:5000/app", Search("localhost:5000/app")),
        ("cafe", Search("cafe", "cafe", hex="cafe")),
        (f"app:1@sha256:{HEX}", Search(algorithm="sha256", hex=HEX)),
        ("SHA256:CAFE", Search(algorithm="sha256", hex="cafe")),
        ("app@", Search()),
        ("", Search()),
        ("a\0b", Search()),
        ("a\ud800", Search()),
        ("x" * 9999, Search("x" * 512, "x" * 512)),
    ],
)
def test_a_text_is_read(text, expected):
    assert Search.of(text) == expected


def test_a_digest_by_its_start():
    digest = Digest("sha256", HEX)
    assert Search.of("0123").is_start_of(digest)
    assert not Search.of("1234").is_start_of(digest)
    assert not Search.of("sha512:0123").is_start_of(digest)
    assert not Search.of("012").is_start_of(digest)


def test_an_image_is_both_its_parts():
    stream = Stream("registry.example", "team/app", "1.2")
    assert Search.of("app:1").may_mean(stream)
    assert Search.of(":1").may_mean(stream)
    assert Search.of("1").may_mean(stream)
    assert not Search.of("lib:1").may_mean(stream)
    assert not Search.of("app").may_mean(stream)
