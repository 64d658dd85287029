"""Every fuzz target holds on its seeds and on what once broke it, in every run of the tests."""

import importlib
from pathlib import Path

import pytest

FUZZ = Path(__file__).parent.parent.parent / "fuzz"
NAMES = sorted(path.stem.removeprefix("fuzz_") for path in FUZZ.glob("fuzz_*.py"))


def test_there_are_targets() -> None:
    assert {"scan", "dockerfile", "reference"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_target_holds(name: str) -> None:
    target = importlib.import_module(f"fuzz.fuzz_{name}")
    target.one_input(b"")
    for seed in getattr(target, "seeds", list)():
        target.one_input(seed)
    for path in sorted((FUZZ / "found" / name).glob("*")):
        target.one_input(path.read_bytes())
