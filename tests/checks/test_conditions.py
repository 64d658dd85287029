"""The conditions under which all tests run: the built wheel, this machine only, nothing skipped in CI."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import OutsideForbidden

import tagwake

ROOT = Path(__file__).parents[2]
SKIPPING = """
import pytest

@pytest.mark.skip(reason="no such tool here")
def test_skipped_by_mark(): ...

def test_skipped_inside():
    pytest.skip("nor this one")

@pytest.mark.xfail(reason="known", strict=True)
def test_known():
    raise AssertionError
"""


def test_the_wheel_is_tested_where_the_environment_says_so() -> None:
    """`make test` names the folder into which it unpacked the wheel; elsewhere src/ is tested."""
    expected = os.environ.get("TAGWAKE_TESTED_FROM", str(ROOT / "src"))
    assert Path(tagwake.__file__).resolve().is_relative_to(Path(expected).resolve())


def test_no_test_connects_to_the_outside() -> None:
    with socket.socket() as one, pytest.raises(OutsideForbidden):
        one.connect(("192.0.2.1", 80))  # RFC 5737: an address that nobody has


def test_no_test_asks_for_names_of_the_outside() -> None:
    with pytest.raises(OutsideForbidden):
        socket.getaddrinfo("registry.com", 443)


def test_no_test_serves_the_outside() -> None:
    with socket.socket() as one, pytest.raises(OutsideForbidden):
        one.bind(("0.0.0.0", 0))


def test_loopback_is_open() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as one,
    ):
        assert one.getpeername() == server.getsockname()


@pytest.mark.parametrize(
    ("ci", "status", "closing"),
    [("true", 1, "1 failed, 1 xfailed, 1 error"), ("", 0, "2 skipped, 1 xfailed")],
)
def test_nothing_skips_in_ci(ci: str, status: int, closing: str, tmp_path: Path) -> None:
    (tmp_path / "test_skipping.py").write_text(SKIPPING)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "tests.conftest",
            "-p",
            "no:cacheprovider",
            "-n0",
            "-q",
            tmp_path,
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "CI": ci,
            "PYTHONPATH": os.pathsep.join([*filter(None, [os.environ.get("PYTHONPATH")]), str(ROOT)]),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, closing in done.stdout) == (status, True), done.stdout
    assert ("in CI nothing is skipped: nor this one" in done.stdout) == (ci == "true")
