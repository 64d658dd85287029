"""What the tests of verbs start from."""

from pathlib import Path

import pytest
from tests.verbs.tree import Tree

from tagwake.testing.twins.registry import RegistryTwin


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    folder = tmp_path / "code"
    folder.mkdir()
    return Tree(folder)


@pytest.fixture
def registry() -> RegistryTwin:
    return RegistryTwin()
