"""The Python API, a page a room, from signatures and docstrings."""

import ast
from collections.abc import Iterator
from pathlib import Path

from generator.markdown import docstring, inline

SOURCE = Path(__file__).parents[2] / "src" / "tagwake"
ROOMS = ("core", "ports", "formats", "verbs", "adapters", "wiring", "testing")


def pages() -> dict[str, str]:
    """An index, and a page for every room."""
    made = {f"reference/api/{room}.md": _room(room) for room in ROOMS}
    lines = ["# Python API\n", "What a name means is in its docstring; these pages are those docstrings.\n"]
    lines += [
        f"- [`tagwake.{room}`]({room}.md): {_first_line(SOURCE / room / '__init__.py')}" for room in ROOMS
    ]
    made["reference/api/README.md"] = "\n".join(lines) + "\n"
    return made


def _first_line(path: Path) -> str:
    return inline((ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0])


def _room(room: str) -> str:
    parts = [f"# `tagwake.{room}`\n", f"{_first_line(SOURCE / room / '__init__.py')}\n"]
    for path in sorted((SOURCE / room).rglob("*.py")):
        tree = ast.parse(path.read_text(), str(path))
        members = list(_members(tree))
        if not members and path.name == "__init__.py":
            continue
        inside = path.relative_to(SOURCE).with_suffix("").parts
        name = ".".join(inside[:-1] if inside[-1] == "__init__" else inside)
        parts += [f"## `tagwake.{name}`\n", docstring(ast.get_docstring(tree)) + "\n", *members]
    return "\n".join(parts).rstrip() + "\n"


def _members(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        match node:
            case ast.ClassDef() if not node.name.startswith("_"):
                yield from _class(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef() if not node.name.startswith("_"):
                yield f"### `{_signature(node)}`\n"
                yield docstring(ast.get_docstring(node)) + "\n"


def _class(node: ast.ClassDef) -> Iterator[str]:
    bases = f"({', '.join(map(ast.unparse, node.bases))})" if node.bases else ""
    yield f"### class `{node.name}{bases}`\n"
    yield docstring(ast.get_docstring(node)) + "\n"
    fields = [
        line for line in node.body if isinstance(line, ast.AnnAssign) and not _name(line).startswith("_")
    ]
    if fields:
        yield "```python\n" + "\n".join(map(ast.unparse, fields)) + "\n```\n"
    methods = [
        method
        for method in node.body
        if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) and not method.name.startswith("_")
    ]
    for method in methods:
        said = (
            docstring(ast.get_docstring(method))
            .replace("\n\n- ", "\n- ")
            .replace("\n", "\n  ")
            .replace("\n  \n", "\n\n")
        )
        yield f"- `{_signature(method)}`" + (f"\n\n  {said}" if said else "") + "\n"


def _name(line: ast.AnnAssign) -> str:
    return ast.unparse(line.target)


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    if any(ast.unparse(each) in {"property", "cached_property"} for each in node.decorator_list):
        return f"{node.name}: {ast.unparse(node.returns) if node.returns else 'object'}"
    arguments = ast.unparse(node.args).removeprefix("self, ").removeprefix("cls, ")
    arguments = "" if arguments in {"self", "cls"} else arguments
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{'async ' if isinstance(node, ast.AsyncFunctionDef) else ''}{node.name}({arguments}){returns}"
