"""The page on configuration names every key that is read, with the defaults that hold."""

import ast
import re

from tests.checks.code_base import ROOT

from tagwake.core.registry_rule import DEFAULT_CONCURRENCY
from tagwake.core.settings import CHECK_FAILS_ON, MAX_FILE_BYTES

PAGE = (ROOT / "docs" / "reference" / "configuration.md").read_text()
READS = {"text", "texts", "flag", "value", "day", "table", "tables"}  # methods of a section that take a key


def keys_that_are_read() -> set[str]:
    tree = ast.parse((ROOT / "src" / "tagwake" / "formats" / "settings.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    said = {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in READS
        and isinstance(call.args[0], ast.Constant)
    }
    named = {
        node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and any(isinstance(target, ast.Name) and target.id == "key" for target in node.targets)
    }
    passed = {"include", "exclude"}  # given to a function of their own
    return {str(key) for key in said | named | passed}


def test_every_key_is_on_the_page() -> None:
    known = keys_that_are_read()
    assert {"requires", "upstream", "until", "max_file_size"} <= known
    assert {key for key in known if not re.search(rf"[`\[.\"]{key}\b", PAGE)} == set()


def test_every_key_on_the_page_is_read() -> None:
    rows = set(re.findall(r"(?m)^\| `([a-z_]+)` \|", PAGE))
    assert rows - keys_that_are_read() == set()


def test_the_defaults_are_those_that_hold() -> None:
    assert f"| {', '.join(f'`{each}`' for each in CHECK_FAILS_ON)} |" in PAGE
    assert f"`{MAX_FILE_BYTES // 2**20} MiB` |" in PAGE
    assert f"requests at once for the host | {DEFAULT_CONCURRENCY} |" in PAGE
