"""What tests of the store may ask for by name."""

from pathlib import Path

import pytest


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of the kind that the parameter names."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/tagwake.db"
    return str(request.getfixturevalue("postgres_url"))
