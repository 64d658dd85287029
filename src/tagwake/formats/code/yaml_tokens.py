"""What the lines of YAML are made of: the expressions by which an outline reads them, each linear in the text."""

import re
from functools import lru_cache

from tagwake.formats.code.yaml_flow import DOUBLE, SINGLE, TEMPLATE

LINE = re.compile(
    r"([ \t]*+)"  # 1: indentation
    r"((?:-(?:[ \t]++|(?=[\r\n]|\Z))|(?!))*+)"  # 2: dashes
    r"(?:(?:[&!][^\s,\[\]{}]*+[ \t]++|(?!))*+"
    r"((?![&!])(?:[\w./][^\s:#]*+|"  # 3: a key, the plainest first
    r'"[^"\\\n]*+(?:\\.[^"\\\n]*+|(?!))*+"|' + r"'[^'\n]*+(?:''[^'\n]*+|(?!))*+'|"
    r"(?!---[ \t\r\n]|[?-][ \t\r\n]|[\s#*|>%@`{}\[\],\"':&!])[^:#\n]*+(?:(?::(?=[^\s])|(?<=\S)#)[^:#\n]*+|(?!))*+|"
    r"[\w./:][^:#\n]*+(?:(?::(?=[^\s])|(?<=\S)#)[^:#\n]*+|(?!))*+)"
    r")[ \t]*+:(?:[ \t]++|(?=[\r\n]|\Z)))?",
    re.ASCII,
)
USUAL = re.compile(
    r"( *+)([A-Za-z_][\w./-]*+):(?: ++([^\s\"'|>{\[&*!#%@`\\-][^\n#\r]*+))?\n",
    re.ASCII,
)
"""The lines that most of all lines are: a plain key that opens something, or has a plain value."""
PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*+(?:[ \t]++|(?=[\r\n]|\Z))|(?!))++", re.ASCII)
BLOCK = re.compile(r"[|>][-+0-9]*+[ \t]*+(?:#[^\n]*+)?\r?(?=\n|\Z)", re.ASCII)
DOUBLE_QUOTED = re.compile(DOUBLE, re.ASCII)
SINGLE_QUOTED = re.compile(SINGLE, re.ASCII)
DOUBLE_QUOTED_LINE = re.compile(
    DOUBLE.replace(r"\s\S", "^\\n").replace('[^"\\\\{]', '[^"\\\\{\\n]'), re.ASCII
)
SINGLE_QUOTED_LINE = re.compile(SINGLE.replace("[^']", "[^'\\n]"), re.ASCII)
PLAIN = re.compile(r"[^\s#][^#\n]*+(?:(?<![ \t])#[^#\n]*+|(?!))*+", re.ASCII)
ALIAS = re.compile(r"\*([^\s,\[\]{}]++)[ \t]*+(?=#|\r?\n|\Z)", re.ASCII)
FLOW = re.compile(rf"(?!{TEMPLATE}|\{{%|\{{\{{)[\[{{]", re.ASCII)
TEMPLATE_LINE = re.compile(r"\{\{|\{%|\{#", re.ASCII)
BLANK_LINES = re.compile(r"(?:[ \t]*+\r*+\n|(?!))++")
MARKER = re.compile(r"(?:---|\.\.\.)(?=[ \t\r\n]|\Z)", re.ASCII)
LEAVES = re.compile(
    r"(?:[ \t]*+(?:"
    r"[\w.$/][\w./$-]*+:[ \t]++(?:[^\s\"'|>{\[&*!#%@`][^\n]*+|\"[^\"\\\n]*+\"[ \t]*+\r?|'[^'\n]*+'[ \t]*+\r?)"
    r"|#[^\n]*+|- --[^\n]*+|\r?"
    r")\n|(?!))++",
    re.ASCII,
)
"""Lines that open nothing: where no key of interest is near, they are passed over at the speed of the expression."""


@lru_cache(maxsize=512)
def end_of_block(indent: int) -> re.Pattern[str]:
    """The line break after which a block scalar of a parent at this column has ended (YAML 1.2.2, 8.1)."""
    if indent < 0:
        return re.compile(r"\n(?=(?:---|\.\.\.)(?:[ \t\r\n]|\Z))")
    return re.compile(rf"\n(?! {{{indent + 1}}}|[ \t]*+(?:\r?\n|\r?\Z|\{{\{{|\{{%))")


@lru_cache(maxsize=512)
def end_of_value(indent: int, is_item: bool) -> re.Pattern[str]:
    """The line break after which the value of a key, or an item, at this column has ended."""
    dash = "" if is_item else rf"[ \t]{{{indent}}}-[ \t\r\n]|"
    return re.compile(rf"\n(?![ \t]{{{indent + 1}}}|{dash}[ \t]*+(?:[\r\n#]|\{{\{{|\{{%|\Z))")
