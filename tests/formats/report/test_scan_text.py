"""What ``scan`` found, for people."""

import pytest
from tests.formats.report.made import OLD, placed

from tagwake.core.pin import Form
from tagwake.core.skipped_file import SkippedFile
from tagwake.formats.report.scan_text import scan_lines
from tagwake.formats.report.style import Style

FOUND = [
    ("Dockerfile", placed("docker.io/debian:12", line=1)),
    ("k8s/app.yaml", placed("cgr.dev/chainguard/go:1.21", line=12, digest=OLD)),
    (
        "k8s/old.yaml",
        placed("cgr.dev/chainguard/git:2", line=2, digest=OLD, ignored="[scan] ignore k8s/old.yaml"),
    ),
    (
        "job.yaml",
        placed("ghcr.io/acme/{{ x }}", form=Form.TEMPLATED, reason="{{ x }} is filled in elsewhere"),
    ),
]
SKIPPED = [SkippedFile("big.bin", "binary"), SkippedFile("a\x1b.yaml", "over 32 MiB")]


@pytest.mark.parametrize("columns", [None, 60, 120])
@pytest.mark.parametrize("show_all", [False, True])
def test_what_people_see(columns, show_all, snapshot):
    assert "\n".join(scan_lines(123, SKIPPED, FOUND, Style(columns), show_all=show_all)) == snapshot


def test_nothing_found_is_said():
    assert list(scan_lines(1, (), (), Style())) == ["No image references in 1 file."]
