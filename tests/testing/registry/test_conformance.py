"""The registry passes the OCI distribution conformance suite: its defaults for 1.1, and more than them."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests import parts
from tests.servers import ACCOUNT, process

from tagwake.testing.registry import BasicAuth, EmbeddedRegistry, TokenAuth

pytestmark = pytest.mark.e2e

MUST_PASS = 700
OFF_BY_DEFAULT = {
    "Blob upload cancel",
    "Manifest put with tag params",
    "Sparse Manifests",
    "Tag Param",
    "Tag Param sha512",
}
"""What the suite's own defaults for 1.1 leave out: it is not in that version, or registries may refuse it."""

EXTRAS = {
    "OCI_API_BLOBS_DIGEST_HEADER": "true",
    "OCI_API_BLOBS_UPLOAD_CANCEL": "true",
    "OCI_API_MANIFESTS_DIGEST_HEADER": "true",
    "OCI_API_MANIFESTS_TAG_PARAM": "true",
}


def run_suite(host: str, folder: Path, environment: dict[str, str] | None = None) -> Counter[str]:
    """Run the suite; gives how many checks ended how."""
    folder.mkdir(exist_ok=True)
    clean = {key: value for key, value in os.environ.items() if not key.startswith("OCI_")}
    told = {
        "OCI_REGISTRY": host,
        "OCI_TLS": "disabled",
        "OCI_REPO1": "conformance/one",
        "OCI_REPO2": "conformance/two",
        "OCI_VERSION": "1.1",
        **(environment or {}),
    }
    done = subprocess.run(
        [parts.go_tool("conformance")],
        cwd=folder,
        env=clean | told,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    results = folder / "results" / "junit.xml"
    assert results.exists(), done.stdout[-4000:]
    counts = counts_of(ET.parse(results).getroot())
    assert (counts["failures"], counts["errors"], counts["skipped"]) == (0, 0, 0), done.stdout[-8000:]
    assert done.returncode == 0, done.stdout[-4000:]
    return counts


def counts_of(suites: ET.Element) -> Counter[str]:
    """The suite's own counts; it writes no attribute where a count is 0, and counts a case once for each API."""
    (suite,) = suites.iter("testsuite")
    names = ("tests", "failures", "errors", "skipped", "disabled")
    counts = Counter({name: int(suite.get(name, "0")) for name in names})
    counts["passed"] = counts["tests"] - sum(counts[name] for name in names[1:])
    return counts


@pytest.mark.parametrize("kept", ["in memory", "in a folder"])
def test_the_suite_passes_at_its_defaults(kept: str, tmp_path: Path) -> None:
    where: Sequence[str] = ["--root", str(tmp_path / "root")] if kept == "in a folder" else []
    start = "import sys; from tagwake.entry.main import main; sys.exit(main())"
    command = [sys.executable, "-c", start, "registry", "--listen", "127.0.0.1:0", *where]
    with process(command, tmp_path / "registry", r"registry listening on http://(\S+)\n") as ready:
        counts = run_suite(ready[1], tmp_path / "suite")
    assert counts["passed"] >= MUST_PASS
    disabled = {
        line.partition(":")[0].strip() for line in _lines_of(tmp_path / "suite") if ": Disabled" in line
    }
    assert disabled == OFF_BY_DEFAULT


def test_what_is_off_by_default_passes_as_well(tmp_path: Path) -> None:
    with EmbeddedRegistry().in_thread() as registry:
        counts = run_suite(registry.host, tmp_path / "suite", EXTRAS)
    assert counts["passed"] >= MUST_PASS


def test_manifests_without_their_blobs_pass_where_they_are_allowed(tmp_path: Path) -> None:
    with EmbeddedRegistry(sparse=True).in_thread() as registry:
        counts = run_suite(registry.host, tmp_path / "suite", {"OCI_DATA_SPARSE": "true"})
    assert counts["passed"] >= MUST_PASS


@pytest.mark.parametrize("auth", [BasicAuth({ACCOUNT[0]: ACCOUNT[1]}), TokenAuth({ACCOUNT[0]: ACCOUNT[1]})])
def test_the_suite_passes_with_an_account(auth: BasicAuth | TokenAuth, tmp_path: Path) -> None:
    told = {"OCI_USERNAME": ACCOUNT[0], "OCI_PASSWORD": ACCOUNT[1]}
    if isinstance(auth, TokenAuth):
        # a token names the repositories that it is good for, so that it mounts from no unnamed one, and the suite's
        # cache gives a request the token of an earlier one
        told |= {"OCI_CACHE_AUTH": "false", "OCI_API_BLOBS_MOUNT_ANONYMOUS": "false"}
    with EmbeddedRegistry(auth=auth).in_thread() as registry:
        counts = run_suite(registry.host, tmp_path / "suite", told)
        assert registry.log.count(status=401) > 0, "the suite was never asked who it is"
    assert counts["passed"] >= MUST_PASS


def _lines_of(folder: Path) -> list[str]:
    return (folder / "results" / "results.yaml").read_text().splitlines()
