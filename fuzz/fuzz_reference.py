"""Any text as an image reference: read and printed back the same, or refused with the place of the fault."""

from collections.abc import Iterator

from tagwake.core.errors import InvalidReference
from tagwake.core.reference import MAX_TEXT, Reference


def one_input(data: bytes) -> None:
    """The bytes are the text."""
    text = data.decode("utf-8", "replace")
    try:
        reference = Reference.parse(text)
    except InvalidReference as error:
        assert 0 <= error.offset <= min(len(text), MAX_TEXT)
        assert error.problem
        assert "\n" not in error.problem
        return
    assert str(reference) == text
    again = reference.name
    again += f":{reference.tag}" if reference.tag is not None else ""
    again += f"@{reference.digest}" if reference.digest is not None else ""
    assert again == text
    assert Reference.parse(again) == reference
    if not set(reference.registry) & set(".:"):
        return  # `Foo/bar` is on a host by its capital alone
    normalised = Reference.parse(f"{reference.registry}/{reference.repository}")
    assert (normalised.registry, normalised.repository) == (reference.registry, reference.repository)


def seeds() -> Iterator[bytes]:
    """One of every shape."""
    digest = "sha256:" + "0123456789abcdef" * 4
    for text in (
        "a",
        "a/b:1",
        "localhost:5000/x",
        "[::1]:5000/x:1",
        "R.example.com/a__b/c-d:T_1.x",
        "a/b@",
        "a:",
        ":1",
        "A/b",
    ):
        yield text.encode()
        yield f"{text}@{digest}".encode()
