"""Each text read, in order, with its reference or its error."""

from tagwake.verbs.parse import parse


def test_every_text_has_its_reference_or_its_error() -> None:
    good, bad = parse(["debian:12", "A/B:1"])
    assert good.text == "debian:12"
    assert good.error is None
    assert good.reference is not None
    assert (good.reference.registry, good.reference.repository) == ("docker.io", "library/debian")
    assert bad.reference is None
    assert bad.error is not None
    assert bad.error.caret() == "A/B:1\n  ^"
    assert parse([]) == ()
