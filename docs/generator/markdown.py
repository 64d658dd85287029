"""Docstrings and tables as Markdown."""

import re
from collections.abc import Iterable, Sequence

_FIELD = re.compile(r"^:(param|raises?|returns?|return)\s*([^:]*):\s*(.*)$")
_ROLE = re.compile(r":\w+:`~?([^`]+)`")


def inline(text: str) -> str:
    """Literals and roles as Markdown's code."""
    return re.sub(r"``([^`]+)``", r"`\1`", _ROLE.sub(r"`\1`", text))


def docstring(text: str | None) -> str:
    """A docstring with its fields as a list."""
    if not text:
        return ""
    lines: list[str] = []
    in_field = in_code = False
    for line in text.splitlines():
        bare = line.strip()
        if in_code and bare and not line.startswith((" ", "\t")):
            lines += ["```", ""]
            in_code = False
        if in_code:
            lines.append(line)
        elif bare == "::" or bare.endswith("::"):
            lines += [*([inline(bare[:-1])] if bare != "::" else []), "", "```text"]
            in_code = True
        elif found := _FIELD.match(bare):
            if not in_field and lines and lines[-1]:
                lines.append("")
            lines.append(f"- {_label(found[1], found[2])}{inline(found[3])}")
            in_field = True
        elif in_field and bare and line.startswith(" "):
            lines[-1] += f" {inline(bare)}"
        else:
            in_field = False
            lines.append(inline(line.rstrip()))
    if in_code:
        lines.append("```")
    return re.sub(
        r"```text\n\n+", "```text\n", re.sub(r"\n+```\n", "\n```\n", "\n".join(lines) + "\n")
    ).strip()


def _label(kind: str, name: str) -> str:
    if kind == "param":
        return f"`{name}`: "
    if kind.startswith("raise"):
        return f"raises `{name}`: "
    return "returns "


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose cells cannot break it."""
    lines = [
        heads,
        ["---"] * len(heads),
        *([cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
