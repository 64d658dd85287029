"""The modules of tagwake as the checks see them: source trees and the graph of imports."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "tagwake"


@dataclass(frozen=True, slots=True)
class Module:
    """One source file: its dotted name below `tagwake`, its path below the repository, its tree."""

    name: str
    path: Path
    tree: ast.Module

    def public(self) -> Iterator[tuple[str, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]]:
        """Classes, functions and methods that no underscore hides, by their qualified names."""
        yield from _public(self.tree, "")


def _public(
    node: ast.Module | ast.ClassDef, prefix: str
) -> Iterator[tuple[str, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]]:
    for child in node.body:
        if not isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if child.name.startswith("_"):
            continue
        yield f"{prefix}{child.name}", child
        if isinstance(child, ast.ClassDef):
            yield from _public(child, f"{prefix}{child.name}.")


@cache
def modules() -> tuple[Module, ...]:
    """Every module, in the order of their paths."""
    return tuple(
        Module(_dotted(path), path.relative_to(ROOT), ast.parse(path.read_text(), str(path)))
        for path in sorted(SOURCE.rglob("*.py"))
    )


def _dotted(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imports() -> grimp.ImportGraph:
    """Who imports whom, also inside functions and under TYPE_CHECKING."""
    return grimp.build_graph("tagwake", include_external_packages=True, cache_dir=None)
