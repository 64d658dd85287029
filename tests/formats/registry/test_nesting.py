import json

from hypothesis import given
from hypothesis import strategies as st

from tagwake.formats.registry.nesting import nests_deeper

_json = st.recursive(
    st.none() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=20,
)


def depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


@given(_json, st.integers(0, 6))
def test_depth_is_that_of_the_value(value: object, limit: int) -> None:
    assert nests_deeper(json.dumps(value).encode(), limit) is (depth(value) > limit)


def test_brackets_in_strings_do_not_count() -> None:
    assert not nests_deeper(b'["[[[[", "\\"[[[", "\\\\"]', 1)


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    assert nests_deeper(data, 1000) is False
