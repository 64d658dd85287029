"""What every test may ask for by name, and two rules for all of them: nothing skips in CI, nothing leaves this machine."""

import ipaddress
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from tests import parts

pytest_plugins = ["tests.servers", "tests.gitea_server", "tests.postgres_server"]

settings.register_profile(
    "steady", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("steady")  # how fast a machine is decides no test

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # started in the background, where shells switch Ctrl-C off: what tests start would inherit that
    signal.signal(signal.SIGINT, signal.default_int_handler)

IN_CI = os.environ.get("CI") == "true"
RESERVED = (".localhost", ".invalid", ".test", ".example")  # RFC 6761: names that nobody owns


class OutsideForbidden(Exception):
    """A test tried to reach something that is not on this machine."""


def require_tool(name: str, why: str) -> Path:
    """The program `name` from PATH; without it the test skips with `why`, and in CI it fails."""
    found = shutil.which(name)
    if found is None:
        parts.missing(f"{name} is not installed: {why}")
    return Path(found)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """In CI a skipped test is a failed one, with its reason."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"in CI nothing is skipped: {_reason(report.longrepr)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    """In CI a module that skips as a whole fails as well."""
    report = yield
    if IN_CI and report.outcome == "skipped":
        report.outcome = "failed"
        report.longrepr = f"in CI nothing is skipped: {_reason(report.longrepr)}"
    return report


def _reason(longrepr: object) -> str:
    text = str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)
    return text.removeprefix("Skipped: ")


def _is_here(host: object) -> bool:
    if host is None:
        return True
    text = (host.decode("idna", "replace") if isinstance(host, bytes) else str(host)).rstrip(".").lower()
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return text == "localhost" or text.endswith(RESERVED)


def _stay_on_this_machine(event: str, details: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.bind", "socket.sendto"}:
        address = details[1]
        if not isinstance(address, tuple) or _is_here(address[0]):  # the others are paths: Unix sockets
            return
        raise OutsideForbidden(f"{event} {address!r}: tests talk to loopback only")
    if event == "socket.getaddrinfo" and not _is_here(details[0]):
        raise OutsideForbidden(f"{event} {details[0]!r}: tests look up no name of the outside")


sys.addaudithook(_stay_on_this_machine)
