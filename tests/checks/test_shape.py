"""What STYLE asks of every module: a docstring, names that say something, errors that are not swallowed, a test."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from tests.checks.code_base import ROOT, Module, imports, modules

VAGUE = {"utils", "util", "helpers", "helper", "manager", "managers", "base", "common", "misc", "lib"}
ROOMS_WITH_A_TEST_FOR_EACH_MODULE = (
    "core",
    "formats",
    "verbs",
    "adapters",
)  # the others are tested from outside

UNSAFE = re.compile(r"(?<!\|\(\?!\))\)(?:[*+?]|\{[0-9,]+\})\+")

each_module = pytest.mark.parametrize("module", modules(), ids=lambda module: module.name or "tagwake")


@each_module
def test_a_module_says_what_it_is(module: Module) -> None:
    assert ast.get_docstring(module.tree), f"{module.path} has no docstring"


@each_module
def test_public_names_say_what_they_mean(module: Module) -> None:
    silent = [
        name
        for name, node in module.public()
        if not ast.get_docstring(node) and not _is_overload(node) and not _is_in_protocol_override(node)
    ]
    assert silent == []


def _is_overload(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(ast.unparse(decorator).endswith("overload") for decorator in node.decorator_list)


def _is_in_protocol_override(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(ast.unparse(decorator).endswith(("override", ".setter")) for decorator in node.decorator_list)


@each_module
def test_no_error_is_swallowed(module: Module) -> None:
    swallowed = [
        f"{module.path}:{node.lineno}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler) and all(_does_nothing(line) for line in node.body)
    ]
    assert swallowed == []


def _does_nothing(line: ast.stmt) -> bool:
    return isinstance(line, ast.Pass) or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))


@each_module
def test_possessive_groups_end_where_every_python_ends_them(module: Module) -> None:
    """docs/decisions/possessive-groups.md: `(?:…|(?!))*+`."""
    lines = (ROOT / module.path).read_text().splitlines()
    assert [f"{module.path}:{number}" for number, line in enumerate(lines, 1) if UNSAFE.search(line)] == []


@each_module
def test_a_module_is_named_for_what_it_is(module: Module) -> None:
    assert VAGUE.isdisjoint(module.name.split("."))


@pytest.mark.parametrize("room", ROOMS_WITH_A_TEST_FOR_EACH_MODULE)
def test_every_module_is_tested(room: str) -> None:
    """Rules have tests beside them: core/pin.py has tests/core/test_pin.py, or a neighbour there imports it.

    A part that only its neighbours in the same package use may be tested through them.
    """
    waiting = {module.name: module for module in modules() if module.name.startswith(f"{room}.")}
    tested = {
        name for name, module in waiting.items() if not _holds_code(module.tree) or _has_a_test(module, room)
    }
    while True:
        through = {
            part
            for name in tested
            for imported in imports().find_modules_directly_imported_by(f"tagwake.{name}")
            if (part := imported.removeprefix("tagwake.")) in waiting and part not in tested
            if part.rpartition(".")[0] in {name, name.rpartition(".")[0]}
        }
        if not through:
            break
        tested |= through
    assert sorted(set(waiting) - tested) == []


def _has_a_test(module: Module, room: str) -> bool:
    stem = module.path.parent.name if module.path.stem == "__init__" else module.path.stem
    importing = re.compile(rf"\b{re.escape(stem)}\b")
    name = f"test_{stem.lstrip('_')}.py"
    return any(
        path.name == name or (path.name.startswith("test_") and importing.search(_imports_of(path)))
        for path in (ROOT / "tests" / room).rglob("*.py")
    )


@cache
def _imports_of(path: Path) -> str:
    return "\n".join(
        ast.unparse(node)
        for node in ast.walk(ast.parse(path.read_text(), str(path)))
        if isinstance(node, ast.Import | ast.ImportFrom)
    )


def _holds_code(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) for node in ast.walk(tree)
    )
