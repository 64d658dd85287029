"""String literals between braces: their keys, their blocks, and what is no literal."""

import pytest

from tagwake.formats.code.braced import MAX_DEPTH, Block, Literal, LongText, read_braced


def literals(text: str) -> list[tuple[str, str, str]]:
    """Key, value, and the header of the block."""
    data = text.encode()
    return [
        (item.key, data[slice(*item.value)].decode(), " ".join(item.block.header))
        for item in read_braced(data)
        if isinstance(item, Literal)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a = "b"', [("a", "b", "")]),
        ("a: 'b'", [("a", "b", "")]),
        ('{"a": "b"}', [("a", "b", "")]),
        ('"a" : {"b": ["c", "d"]}', [("", "c", "b"), ("", "d", "b")]),
        ("image 'x'", [("image", "x", "")]),
        ("f('x', k='y')", [("", "x", "f"), ("k", "y", "f")]),
        ("a.b('x')", [("", "x", "a.b")]),
        ('x "t" "n" {\n  k = "v"\n}', [("x", "t", ""), ("t", "n", ""), ("k", "v", "x t n")]),
        ('a = "${x["y"]}:1"', [("a", '${x["y"]}:1', "")]),
        ('a = "b\\"c"', [("a", 'b\\"c', "")]),
        ('# a = "b"\n// a = "b"\n/* a = "b" */ c = "d"', [("c", "d", "")]),
        ('a = <<EOT\nb = "c"\nEOT\nd = "e"', [("d", "e", "")]),
        ('a = <<-EOT\n b = "c"\n  EOT\nd = "e"', [("d", "e", "")]),
        ('a = <<EOT\nb = "c"\n', [("b", "c", "")]),
        ('a = """\nimage: \'x\'\n"""\nb = \'c\'', [("b", "c", "")]),
        ('a = "b', []),
        ('} ] ) a = "b"', [("a", "b", "")]),
        ('a = x\n"b"', [("", "b", "")]),
        ("", []),
    ],
)
def test_literals_have_their_keys_and_blocks(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert literals(text) == expected


def test_a_block_knows_the_ones_around_it_and_its_key() -> None:
    data = b'a { "b": { c = "x" } }'
    blocks = [item for item in read_braced(data) if isinstance(item, Block)]
    assert [block.name for block in blocks] == ["a", "b"]
    assert [block.number for block in blocks[1].around()] == [2, 1, 0]
    assert blocks[1].key is not None
    assert data[slice(*blocks[1].key)] == b"b"


def test_reading_ends_where_it_is_too_deep() -> None:
    assert literals("{" * (MAX_DEPTH - 1) + "a = 'b'") == [("a", "b", "")]
    assert literals("{" * (MAX_DEPTH + 1) + "a = 'b'") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = <<EOT\nb\nc\nEOT\n", [("a", "b\nc\n")]),
        ("a = [<<-EOT\n  b\n  EOT\n]", [("", "  b\n")]),
        ("yaml '''\nb\n'''", [("yaml", "\nb\n")]),
        ('a = """b"""', [("a", "b")]),
        ('a = """', [("a", "")]),
        ("a = <<EOT\nb\n", []),
    ],
)
def test_long_texts_are_told_with_their_keys(text: str, expected: list[tuple[str, str]]) -> None:
    data = text.encode()
    found = [item for item in read_braced(data) if isinstance(item, LongText)]
    assert [(item.key, data[slice(*item.value)].decode()) for item in found] == expected
