from tagwake.core.image_glob import ImageGlob
from tagwake.core.reference import Stream
from tagwake.core.service_settings import ImmutableRule, ServiceSettings

STREAM = Stream("ghcr.io", "acme/api", "1.2.3")


def test_a_tag_that_a_rule_covers_must_not_move():
    settings = ServiceSettings(
        immutable=(ImmutableRule(ImageGlob("ghcr.io/acme/*"), (ImageGlob("*:latest"), ImageGlob("*:edge"))),)
    )
    assert settings.must_not_move(STREAM)
    assert not settings.must_not_move(Stream("ghcr.io", "acme/api", "latest"))
    assert not settings.must_not_move(Stream("ghcr.io", "other/api", "1.2.3"))
    assert not ServiceSettings().must_not_move(STREAM)
