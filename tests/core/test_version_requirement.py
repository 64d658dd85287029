"""Which versions meet a requirement."""

import pytest

from tagwake.core.errors import InvalidInput
from tagwake.core.version_requirement import meets


@pytest.mark.parametrize(
    ("version", "requirement", "met"),
    [
        ("1.2.0", ">=1.2", True),
        ("1.2", ">=1.2.0", True),
        ("1.10", ">=1.2", True),
        ("1.1.9", ">=1.2", False),
        ("2.0.0", ">=1.2, <2", False),
        ("1.9.9", ">=1.2,<2", True),
        ("1.2.0", ">1.2", False),
        ("1.2.0", "==1.2", True),
        ("1.2.0", "!=1.2", False),
        ("1.2.0", "<=1.2", True),
        ("1.3.0rc1", ">=1.3", True),
    ],
)
def test_a_version_meets_a_requirement(version: str, requirement: str, met: bool) -> None:
    assert meets(version, requirement) is met


@pytest.mark.parametrize(
    "requirement", ["", "1.2", "~=1.2", ">= one", ">=1.2,", ">=1.2.3.4.5", ">=" + "9" * 10]
)
def test_what_is_no_requirement_is_said(requirement: str) -> None:
    with pytest.raises(InvalidInput, match="is no requirement"):
        meets("1.0", requirement)
