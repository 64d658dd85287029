"""Where the keys of a document stand, held against what the standard library reads from it."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.formats.toml_places import extents, line_and_column, places

DOCUMENT = '''\
# first
requires = ">=0.1"  # why
extends = [ # shared
  "a.toml", 'b.toml',
]
"quoted key".inner = { x = 1, y.z = "}" , w = [ { v = """]
[no.header]""" } ] }

[scan]
exclude = []
[registries."ghcr.io/acme"]
plain_http = true
[[hold]]
image = 'x'
[[hold]]
image = """
multi [[hold]]
line"""
[[hold.inner]]
a = 2026-12-01T00:00:00Z
'''


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        (("requires",), 2, 1),
        (("extends",), 3, 1),
        (("extends", 0), 4, 3),
        (("extends", 1), 4, 13),
        (("quoted key",), 6, 1),
        (("quoted key", "inner"), 6, 14),
        (("quoted key", "inner", "x"), 6, 24),
        (("quoted key", "inner", "y"), 6, 31),
        (("quoted key", "inner", "y", "z"), 6, 33),
        (("quoted key", "inner", "w", 0, "v"), 6, 51),
        (("scan",), 9, 2),
        (("scan", "exclude"), 10, 1),
        (("registries", "ghcr.io/acme"), 11, 13),
        (("registries", "ghcr.io/acme", "plain_http"), 12, 1),
        (("hold", 0), 13, 3),
        (("hold", 0, "image"), 14, 1),
        (("hold", 1), 15, 3),
        (("hold", 1, "image"), 16, 1),
        (("hold", 1, "inner", 0), 19, 3),
        (("hold", 1, "inner", 0, "a"), 20, 1),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_key_and_element_has_its_place(
    path: tuple[str | int, ...], line: int, column: int, newline: str
) -> None:
    text = DOCUMENT.replace("\n", newline)
    assert line_and_column(text, places(text)[path]) == (line, column)


def test_an_extent_goes_from_the_key_to_the_end_of_its_value() -> None:
    found = extents(DOCUMENT)
    start, end = found[("hold", 1, "image")]
    assert DOCUMENT[start:end] == 'image = """\nmulti [[hold]]\nline"""'
    start, end = found[("requires",)]
    assert DOCUMENT[start:end] == 'requires = ">=0.1"'
    start, end = found[("hold", 0)]
    assert DOCUMENT[start:end] == "hold]]"


keys = st.sampled_from(["a", "b-c", '"d e"', "'f.g'", "h_1", '"\\u0069"'])
scalars = st.sampled_from(
    [
        "1",
        "true",
        '"x"',
        "'y#'",
        '"""m\n]"""',
        "'''n\n[t]\n'''",
        "2026-12-01",
        "1e5",
        '"\\"]"',
        "[]",
        "{}",
        "inf",
    ]
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]")
        | st.dictionaries(keys, inner, max_size=2).map(
            lambda pairs: "{" + ", ".join(f"{key} = {value}" for key, value in pairs.items()) + "}"
        )
    ),
    max_leaves=6,
)
lines = st.one_of(
    st.builds("{} = {}  # c [x]\n".format, keys, values),
    st.builds("[{}]\n".format, keys),
    st.builds("[[{}]]\n".format, keys),
    st.sampled_from(["\n", "# [comment]\n"]),
)


def paths_of(value: object, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = {path} - {()}
    for key, inner in pairs:
        found |= paths_of(inner, (*path, key))
    return found


@given(st.lists(lines, max_size=8).map("".join))
def test_every_valid_document_has_the_places_of_all_that_it_holds(text: str) -> None:
    try:
        values_read = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert set(places(text)) == paths_of(values_read)
    for start, end in extents(text).values():
        assert 0 <= start <= end <= len(text)


@given(st.text(alphabet="[]{}\"'=.,# \na", max_size=60))
def test_any_text_ends(text: str) -> None:
    assert all(0 <= offset <= len(text) for offset in places(text).values())
