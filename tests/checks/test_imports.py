"""The import rules of ARCHITECTURE.md, run as tests."""

import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from tests.checks.code_base import ROOT, SOURCE, imports

SPEAKS_HTTP = {"tagwake.adapters.http"}


def test_the_contracts_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout


def test_there_are_no_cycles() -> None:
    graph = imports()
    sorter = TopologicalSorter(
        {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    )
    try:
        sorter.prepare()
    except CycleError as error:
        pytest.fail(f"an import cycle: {' -> '.join(error.args[1])}")


def test_one_adapter_speaks_http() -> None:
    graph = imports()
    speakers = {
        module
        for library in ("aiohttp", "http", "urllib")
        if library in graph.modules
        for module in graph.find_modules_that_directly_import(library)
        if module.startswith("tagwake.adapters.") and library != "urllib"
    }
    assert speakers <= SPEAKS_HTTP


def test_adapter_families_do_not_know_each_other() -> None:
    graph = imports()
    crossing = [
        f"{importer} -> {imported}"
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        if (ours := _family(importer)) and (theirs := _family(imported)) and ours != theirs
    ]
    assert crossing == []


def test_what_adapters_share_knows_no_family() -> None:
    graph = imports()
    knowing = [
        f"{importer} -> {imported}"
        for importer in graph.modules
        if importer.startswith("tagwake.adapters.") and _family(importer) is None
        for imported in graph.find_modules_directly_imported_by(importer)
        if _family(imported)
    ]
    assert knowing == []


def _family(module: str) -> str | None:
    """The package below adapters/ that the module is in; modules beside the packages are shared by all."""
    parts = module.split(".")
    is_adapter = parts[:2] == ["tagwake", "adapters"] and len(parts) > 2
    return parts[2] if is_adapter and (SOURCE / "adapters" / parts[2]).is_dir() else None


def test_the_check_sees_the_code_base() -> None:
    graph = imports()
    assert "tagwake.core.digest" in graph.find_modules_directly_imported_by("tagwake.core.reference")
