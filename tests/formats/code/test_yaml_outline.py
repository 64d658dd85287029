"""The outline agrees with a YAML parser wherever that has an opinion, and keeps its head where it has none."""

import re
from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tagwake.formats.code.source import TooLarge
from tagwake.formats.code.yaml_nodes import Document, Scalar, Style, chain
from tagwake.formats.code.yaml_outline import read_outline

_STYLES = {None: Style.PLAIN, "'": Style.SINGLE, '"': Style.DOUBLE, "|": Style.LITERAL, ">": Style.FOLDED}


def latin(text: str) -> str:
    return text.encode().decode("latin-1")


def ours(text: str, needles: tuple[str, ...] = ()) -> list[tuple[int, tuple[str, ...], str, Style]]:
    """Document, keys, text and style of each scalar that has a text."""
    raw = latin(text)
    found = []
    for number, document in enumerate(read_outline(raw, needles)):
        for scalar in document.scalars:
            if scalar.style < Style.EMPTY:
                value = raw[scalar.start : scalar.end]
                found.append((number, tuple(chain(scalar)), value, scalar.style))
    return sorted(found)


def theirs(text: str) -> list[tuple[int, tuple[str, ...], str, Style]]:
    """The same by PyYAML: texts are cut out at its marks, so that spans are compared, not values."""
    raw = latin(text)
    found = []
    number = -1
    for root in yaml.compose_all(raw, Loader=yaml.SafeLoader):
        if root is None:
            continue
        number += 1
        for keys, node in _scalars(root, (), set()):
            value = raw[node.start_mark.index : node.end_mark.index]
            value = re.sub(r"\A(?:[&!]\S*\s*)+", "", value)  # its marks take anchors and tags in
            style = _STYLES[node.style]
            if style in {Style.SINGLE, Style.DOUBLE}:
                value = value[1:-1]
            elif style in {Style.LITERAL, Style.FOLDED}:
                value = re.sub(r"\A[|>][^\n]*\n?", "", value).strip(" \t\r\n")
            else:
                value = value.strip(" \t\r\n")
                if not value:
                    continue
            found.append((number, keys, value, style))
    return sorted(found)


def _scalars(
    node: yaml.Node, keys: tuple[str, ...], seen: set[int]
) -> Iterator[tuple[tuple[str, ...], yaml.ScalarNode]]:
    if id(node) in seen:
        return  # an alias: PyYAML gives the anchor's node once more
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        yield keys, node
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item, keys, seen)
    else:
        for key, value in node.value:
            yield from _scalars(value, (*keys, key.value) if key.value else keys, seen)


HAND_WRITTEN = {
    "block": "a: 1\nb:\n  c: two words\n  d:\n      e: f\n",
    "sequence of mappings": "a:\n  - b: 1\n    c: 2\n  -   d: 3\n      e: 4\n",
    "sequence at its key's column": "a:\n- b\n- c: d\n  e: f\ng: h\n",
    "sequences in sequences": "- - a\n  - b\n-\n  - c\n  - - d\n    - e: f\n      g: h\n- i\n",
    "dash alone": "-\n  a: b\n-\n  c\n- d\n",
    "root scalar": "just text\n",
    "quoted": 'a: "b: c # d"\nb: \'it\'\'s # fine\'\nc: "x\\"y" # comment\n',
    "quoted over lines": "a: \"b\n  c\n\n  d\"\ne: 'f\n  g'\nh: i\n",
    "quoted keys": "\"a b\": c\n'd': e\n\"f\": {'g': h}\n",
    "keys with spaces and colons": "a b: c\nhttp://x:1/y: z\na-b/c.d_e: f\n-x: y\n",
    "comments": "# top\na: b # c\n  # inside\nd: e#f\n#end\n",
    "flow": "a: {b: c, d: [e, f], 'g': \"h\"}\ni: [1, [2, 3], {j: k}]\nl: []\nm: {}\n",
    "flow over lines": "a: {\n  b: c,\n  d: [\n    e,\n    f\n  ]\n  }\ng: h\n",
    "flow at the key's column": "a: [\nb,\nc\n]\nd: e\n",
    "flow with comments": "a: [b, # one\n  c # two\n  ]\n",
    "flow pairs": "a: [b: c, d: e]\nf: g\n",
    "flow plain over lines": "a: [b\n  c, d]\n",
    "flow images": "a: [q.io/a:1, b/c:2@sha256:00, {image: x:5000/y:1}]\n",
    "flow without values": "{a, b: c, d: }\n",
    "adjacent values": '{"a":"b","c":{"d":1,"e":["f","g"]},"h":null}\n',
    "json": '{\n  "a": "b",\n  "c": [1, 2, {"d": "e"}],\n  "f": {}\n}\n',
    "anchors and aliases": "a: &x b\nc: *x\nd: &y\n  e: f\ng:\n  <<: *y\n  h: i\n",
    "anchor on a sequence": "a: &x\n  - b\n  - c\nd: [*x, e]\n",
    "tags": "a: !!str 1\nb: !local c\nd: !!map {e: f}\ng: !x &y h\ni: &j !k l\n",
    "literal": "a: |\n  b\n   c\n\n  d: e\nf: g\n",
    "folded": "a: >-\n  q.io/a:1\nb: >+\n  c\n\nd: |2\n    e\nf: g\n",
    "block in a sequence": "- |\n  a\n  b\n- >-\n  c\n- d: |\n    e: f\n  g: h\n",
    "block at the end without a break": "a: |\n  b",
    "empty block": "a: |\nb: c\n",
    "value on the next line": "a:\n  b\nc:\n  'd'\ne:\n  [f, g]\nh:\n  &i j\n",
    "plain over lines": "a: b\n  c\n  d\ne: f\n\n  g\nh:\n  i\n  j\n",
    "plain with a dash on its next line": "a: b\n  - c\nd: e\n",
    "documents": "a: b\n---\nc: d\n...\n---\n- e\n--- f\n--- |\n  g\n--- {h: i}\n",
    "directive": "%YAML 1.1\n---\na: b\n",
    "crlf": "a: b\r\nc:\r\n  - d: 'e'\r\n    f: |\r\n      g\r\n  - h\r\ni: j k\r\n",
    "no final newline": "a:\n  b: c",
    "empty values": "a:\nb:\n  c:\n  d: e\nf: # x\ng: ~\n",
    "trailing spaces": "a: b   \nc:   d\ne :  f\n",
    "non-ascii": "ä: ö\nü: [é, {ö: 'x'}]\n",
    "signs in plain": "a: b'c\"d\ne: -1\nf: ?x\ng: :y\nh: a@b\ni: x{y}[z]\nj: a, b\n",
    "only a comment": "# nothing\n",
    "nothing": "",
}


@pytest.mark.parametrize("text", HAND_WRITTEN.values(), ids=HAND_WRITTEN.keys())
def test_hand_written_documents_read_as_by_a_parser(text: str) -> None:
    assert ours(text) == theirs(text)


_words = st.sampled_from(
    ["a", "image", "tag", "repository", "x-y", "a/b:1", "q.io/x@sha256:00", "1.2", "two words", "it's", "true", "", "é",
     "k: v", "# no", "- d", "{x}", "[y]", "*z", "&w", "!t", "a\nb", "a\n\n  b\n", " lead", "trail ", "'", '"', "\\", "%", "@"]
)  # fmt: skip
_keys = st.sampled_from(
    ["a", "image", "tag", "repository", "x-y", "k k", "a/b", "1", "it's", "k:v", "#h", "-d", "[f"]
)
_trees = st.recursive(
    _words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=4),
    max_leaves=25,
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Texts as PyYAML writes them, in any of its styles."""
    return yaml.safe_dump_all(
        draw(st.lists(_trees, min_size=1, max_size=3)),
        default_flow_style=draw(st.sampled_from([None, False, True])),
        default_style=draw(st.sampled_from([None, "'", '"', "|", ">"])),
        indent=draw(st.integers(2, 6)),
        width=draw(st.sampled_from([10, 40, 1000])),
        allow_unicode=draw(st.booleans()),
        line_break=draw(st.sampled_from(["\n", "\r\n"])),
        explicit_start=draw(st.booleans()),
    )


@given(documents())
def test_written_documents_read_as_by_a_parser(text: str) -> None:
    if re.search(r"^ *\? ", text, re.MULTILINE):
        return  # a complex key (YAML 1.2.2, 8.2.2): no kind of ours has one
    assert ours(text) == theirs(text)


@st.composite
def handwriting(draw: st.DrawFn) -> str:
    """Block YAML as people write it: any indents, dashes at the key's column, comments, flow here and there."""
    lines: list[str] = []
    _mapping(draw, lines, 0, 3)
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines) + draw(st.sampled_from(["", "\n"]))


_leaves = st.sampled_from(
    ["a/b:1", "'a/b:1'", '"a/b:1@sha256:00"', "!!str 1", "{k: v, l: [m]}", "[a/b:1, 'c']", "x # y", "plain words",
     "a#b", "http://a/b", "-1"]
)  # fmt: skip


def _mapping(draw: st.DrawFn, lines: list[str], column: int, depth: int, first: str | None = None) -> None:
    pad = " " * column
    for index, name in enumerate(draw(st.lists(_plain_keys, min_size=1, max_size=4, unique=True))):
        lead = first if index == 0 and first is not None else pad
        choice = draw(st.integers(0, 7 if depth else 3))
        if draw(st.integers(0, 9)) == 0 and not (index == 0 and first is not None):
            lines.append(draw(st.sampled_from(["", "# note: x", f"{pad}# image: n", "   "])))
        if choice <= 2:
            lines.append(f"{lead}{name}: {draw(_leaves)}")
        elif choice == 3:
            lines += [
                f"{lead}{name}: {draw(st.sampled_from(['|', '>-', '|+']))}",
                f"{pad}  b: c",
                f"{pad}   d",
            ]
        elif choice <= 5:
            lines.append(f"{lead}{name}:{draw(st.sampled_from(['', ' ', '  # c', ' !t']))}")
            _mapping(draw, lines, column + draw(st.integers(1, 4)), depth - 1)
        else:
            lines.append(f"{lead}{name}:")
            at = column + draw(st.integers(0, 3))
            for _ in range(draw(st.integers(1, 3))):
                gap = draw(st.integers(1, 3))
                if draw(st.booleans()):
                    lines.append(f"{' ' * at}-{' ' * gap}{draw(_leaves)}")
                else:
                    _mapping(draw, lines, at + 1 + gap, depth - 1, f"{' ' * at}-{' ' * gap}")


_plain_keys = st.sampled_from(["a", "image", "tag", "repository", "name", "x-y", "b.c/d", "key key", "Z"])


@given(handwriting())
def test_handwriting_reads_as_by_a_parser(text: str) -> None:
    assert ours(text) == theirs(text)


@given(handwriting(), st.sampled_from([("image",), ("tag", "repository"), ("nowhere",)]))
def test_what_is_looked_for_is_found_as_in_a_full_reading(text: str, needles: tuple[str, ...]) -> None:
    def wanted(
        found: list[tuple[int, tuple[str, ...], str, Style]],
    ) -> list[tuple[tuple[str, ...], str, Style]]:
        return [(keys, value, style) for _, keys, value, style in found if keys and keys[-1] in needles]

    assert wanted(ours(text, needles)) == wanted(ours(text))


@given(documents(), st.sampled_from([("image",), ("tag", "repository")]))
def test_what_is_looked_for_is_found_in_written_documents(text: str, needles: tuple[str, ...]) -> None:
    wanted = {
        (keys, value)
        for _, keys, value, _ in ours(text)
        if keys and keys[-1] in needles and "\n" not in value
    }
    assert wanted <= {(keys, value) for _, keys, value, _ in ours(text, needles)}


def only(text: str) -> Document:
    documents = read_outline(latin(text))
    assert len(documents) == 1
    return documents[0]


def texts(text: str) -> dict[str, str]:
    raw = latin(text)
    return {
        ".".join(chain(scalar)): raw[scalar.start : scalar.end]
        for document in read_outline(raw)
        for scalar in document.scalars
    }


def test_a_byte_order_mark_is_no_part_of_a_key() -> None:
    assert texts("\ufeffa: b\n") == {"a": "b"}


def test_lines_of_templates_are_passed_over_and_values_with_templates_are_kept() -> None:
    text = (
        '{{- if .Values.x }}\nimage: "{{ default "x" .Values.image }}:{{ .Values.tag }}"\n{{- end }}\n'
        "other: {{ .Values.y }}:{{ .Values.z }}\nlist:\n  {{- range .Values.l }}\n  - {{ . }}\n  {{- end }}\n"
        "{{/* several\nimage: none\nlines */}}\njinja: {% if x %}a{% endif %}\nlast: z\n"
    )
    assert texts(text) == {
        "image": '{{ default "x" .Values.image }}:{{ .Values.tag }}',
        "other": "{{ .Values.y }}:{{ .Values.z }}",
        "list": "{{ . }}",
        "jinja": "{% if x %}a{% endif %}",
        "last": "z",
    }


def test_a_template_line_does_not_end_a_block_scalar() -> None:
    text = "data:\n  a: |\n    b: c\n{{- if .x }}\n    image: no\n{{- end }}\n  d: e\n"
    assert set(texts(text)) == {"data.a", "data.d"}


def test_tabs_do_not_stop_the_reader() -> None:
    assert texts("a:\tb\nc:\n\td: e\n") == {"a": "b", "c.d": "e"}


@pytest.mark.parametrize(
    "text",
    [
        "a: [unclosed\nb: c\n",
        "a: {x: y\nb: c\n",
        'a: "unclosed\nb: c\n',
        "a: 'unclosed\nb: c\n",
        "a: ]\nb: c\n",
    ],
)
def test_what_is_not_closed_ends_with_its_line(text: str) -> None:
    assert texts(text)["b"] == "c"


def test_an_empty_value_stands_right_after_the_colon() -> None:
    text = "a:\n  digest:\n  tag: 1\nb: {digest: , c: d}\n"
    empty = [s for s in only(text).scalars if s.style == Style.EMPTY]
    assert [(s.key, text[s.start - 1], s.start == s.end) for s in empty] == [("digest", ":", True)] * 2


def test_every_scalar_knows_its_key_and_its_siblings() -> None:
    text = "a:\n  - repository: x\n    tag: 1\n"
    for scalar in only(text).scalars:
        assert text.startswith(scalar.key, scalar.key_start)
        assert scalar.parent is not None
        assert set(getattr(scalar.parent, "entries", {})) == {"repository", "tag"}


HOSTILE = {
    "dashes": "- " * 500_000,
    "brackets": "[" * 1_000_000,
    "braces in a value": "a: " + "{" * 1_000_000,
    "open flows": "a: [\n" * 200_000,
    "open quotes": 'a: "\\"\n' * 100_000,
    "open quotes in flows": 'a: ["\n' + 'b: [\\"\n' * 100_000,
    "one long line": "image: " + "a" * 1_000_000,
    "long key": "a" * 1_000_000 + ": b",
    "spaces": " " * 1_000_000 + "a: b",
    "deeper and deeper": "\n".join(" " * i + f"k{i}:" for i in range(1_400)),
    "deeper dashes": "\n".join(" " * i + "- a:" for i in range(1_400)),
    "colons": "a: " * 300_000,
    "templates": "a: " + "{{ " * 300_000,
    "open templates": "{{ a\n" * 200_000,
    "quoted templates": 'a: "' + "{{ " * 300_000,
    "anchors": "a: " + "&b " * 300_000,
    "tags": "a: " + "!b " * 300_000,
    "aliases": "- *a\n" * 200_000,
    "hashes": "a: b " + "#" * 1_000_000,
    "hashes in keys": "a#" * 200_000 + ": b",
    "documents": "---\n" * 250_000,
    "blocks": "a: |\n" * 200_000,
    "blank lines": "\n" * 1_000_000,
    "carriage returns": "\r" * 1_000_000,
    "commas": "a: [" + "," * 1_000_000,
    "pairs": "a: [" + "b: " * 300_000,
    "quotes": "'" * 1_000_000,
    "escapes": '"' + "\\" * 1_000_001,
    "nested images": "image: {image: " * 60_000,
    "zeros": "\0" * 1_000_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("needles", [(), ("image", "tag", "name")], ids=["all", "some"])
def test_hostile_texts_cost_no_more_than_their_length(text: str, needles: tuple[str, ...]) -> None:
    # the work is counted in lines and tokens: a quadratic reader would not come back from any of these
    try:
        documents = read_outline(text, needles)
    except TooLarge as refused:
        documents = []
        assert "YAML" in str(refused)
    for document in documents:
        assert all(0 <= scalar.start <= scalar.end <= len(text) for scalar in document.scalars)


def test_a_text_with_more_values_than_people_write_is_refused() -> None:
    for text in ("- a\n" * 200_000, "a: [" + "b," * 200_000 + "]", "a:\n" * 200_000):
        with pytest.raises(TooLarge, match="150,000 lines and values"):
            read_outline(text)


@given(st.text(alphabet="ab:- \n\t\r\"'[]{}#&*!|>,?%@`{}\\0é", max_size=200))
def test_any_text_is_read_and_spans_stay_inside(text: str) -> None:
    raw = latin(text)
    for needles in ((), ("a",)):
        for document in read_outline(raw, needles):
            for scalar in document.scalars:
                assert 0 <= scalar.start <= scalar.end <= len(raw)
                assert isinstance(scalar, Scalar)
