"""Annotations as GitHub's runner reads them."""

import re

from tests.formats.report.made import EVERYDAY, ONE_OF_EACH, outcome, report

from tagwake.core.outcome import Outcome
from tagwake.formats.report.github import annotations

COMMAND = re.compile(r"::(error|warning|notice) (.*?)::(.*)")


def runner_reads(line):
    """The command as the runner's parser takes it apart."""
    level, properties, message = COMMAND.fullmatch(line).groups()
    values = dict(part.split("=", 1) for part in properties.split(","))
    for escaped, meant in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        values = {name: value.replace(escaped, meant) for name, value in values.items()}
        message = message if escaped in ("%2C", "%3A") else message.replace(escaped, meant)
    return level, values, message


def test_what_people_see(snapshot):
    assert list(annotations(EVERYDAY, (Outcome.UNPINNED,))) == snapshot


def test_failures_come_first_and_are_errors():
    *lines, counts = annotations(ONE_OF_EACH, (Outcome.UNPINNED, Outcome.BROKEN))
    levels = [runner_reads(line)[0] for line in lines]
    assert levels[:2] == ["error", "error"]
    assert "error" not in levels[2:]
    assert counts == "tagwake: 15 references, 2 fail the check, 12 annotated"


def test_nothing_in_a_name_breaks_out_of_its_place():
    bad = outcome("a,b:c%d\n::x.yaml", 3, "docker.io/a/b:1", Outcome.INVALID, reason="100%\r\n::error::boo")
    line, _ = annotations(report(bad, root="k8s"), (Outcome.INVALID,))
    assert "\n" not in line
    level, values, message = runner_reads(line)
    assert (level, values["file"], values["line"], values["col"]) == (
        "error",
        "k8s/a,b:c%d\\n::x.yaml",
        "3",
        "16",
    )
    assert message == "docker.io/a/b:1 is invalid: 100%\\r\\n::error::boo"
