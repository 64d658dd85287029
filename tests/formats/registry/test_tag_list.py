"""What a list of tags says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.errors import InvalidAnswer
from tagwake.formats.registry.tag_list import MAX_BYTES, read_tags, target


@pytest.mark.parametrize(
    ("body", "tags"),
    [
        (b'{"name":"acme/api","tags":["2","1"]}', ("2", "1")),
        (b'{"name":"acme/api","tags":null}', ()),
        (b'{"name":"acme/api"}', ()),
        (b'{"tags":["1","../2","","-x"],"more":{"a":[1]}}', ("1",)),
    ],
)
def test_tags_are_read_in_their_order_and_what_is_none_is_left_out(
    body: bytes, tags: tuple[str, ...]
) -> None:
    assert read_tags(body) == tags


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"tags":{}}', b'{"tags":[1]}', b'{"tags":' + b"[" * 99, b" " * (MAX_BYTES + 1)],
)
def test_what_is_no_list_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidAnswer):
        read_tags(body)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        assert isinstance(read_tags(body), tuple)
    except InvalidAnswer as error:
        assert "\n" not in str(error)


def test_the_first_page_is_below_the_repository() -> None:
    assert target("acme/api") == "/v2/acme/api/tags/list?n=1000"
