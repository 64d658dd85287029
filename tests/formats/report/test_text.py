"""The report as people read it: FACES, "Terminal"."""

import re

import pytest
from tests.formats.report.made import EVERYDAY, NEW, OLD, ONE_OF_EACH, outcome, report

from tagwake.core.outcome import Outcome
from tagwake.formats.report.asked import LIMIT, Asked
from tagwake.formats.report.style import Style
from tagwake.formats.report.table import width
from tagwake.formats.report.text import report_lines

STATUS = Asked("status")
PIPE = Style()
INK = re.compile(r"\x1b\[[0-9;]*m")


def text(given, asked=STATUS, style=PIPE):
    return "\n".join(report_lines(given, asked, style)) + "\n"


@pytest.mark.parametrize("columns", [None, 60, 80, 120])
@pytest.mark.parametrize("given", [EVERYDAY, ONE_OF_EACH], ids=["everyday", "one of each"])
def test_what_people_see(given, columns, snapshot):
    assert text(given, style=Style(columns)) == snapshot


def test_what_people_see_in_colour(snapshot):
    assert text(EVERYDAY, style=Style(120, colour=True)) == snapshot


@pytest.mark.parametrize("columns", range(60, 200, 7))
@pytest.mark.parametrize("given", [EVERYDAY, ONE_OF_EACH], ids=["everyday", "one of each"])
@pytest.mark.parametrize("colour", [False, True])
def test_the_width_is_kept_and_no_name_is_cut(given, columns, colour):
    lines = INK.sub("", text(given, style=Style(columns, colour=colour))).splitlines()
    assert max(map(width, lines)) <= columns
    words = " ".join(lines).split()
    for each in given.references:
        if each.outcome not in (Outcome.CURRENT, Outcome.IGNORED, Outcome.TEMPLATED):
            assert f"{each.path}:{each.reference.line}" in words
            assert each.reference.image in words


@pytest.mark.parametrize("columns", [60, 120])
def test_a_terminal_sees_the_same_words_as_a_pipe(columns):
    assert text(EVERYDAY, style=Style(columns)).split() == text(EVERYDAY).split()
    coloured = INK.sub("", text(EVERYDAY, style=Style(columns, colour=True)))
    assert coloured.replace("\u25a0", "").split() == text(EVERYDAY).split()


def test_without_a_terminal_a_reference_has_one_line():
    lines = text(ONE_OF_EACH).splitlines()
    for each in ONE_OF_EACH.references:
        if each.outcome not in (Outcome.CURRENT, Outcome.IGNORED, Outcome.TEMPLATED):
            assert sum(1 for line in lines if each.reference.image in line) == 1


def test_a_name_longer_than_the_terminal_stands_whole():
    image = "registry.example.com/" + "a" * 80 + ":1"
    lines = text(report(outcome("a.yaml", 1, image, Outcome.UNPINNED)), style=Style(60)).splitlines()
    assert any(line.strip() == image for line in lines)


def test_counts_come_before_the_list_and_the_next_command_last():
    lines = text(EVERYDAY).splitlines()
    assert (
        lines[0]
        == "4 pinned: 1 current, 1 behind, 1 held, 1 unresolved. 1 reference is unpinned. 1 templated."
    )
    assert lines[-1].startswith(
        "Next: `tagwake update` moves it (`--dry-run` shows the diff), `tagwake pin` adds"
    )


def test_what_was_left_out_is_said_and_all_lists_it():
    assert "  and 1 templated and 1 current: `--all` lists them" in text(EVERYDAY).splitlines()
    everything = text(EVERYDAY, Asked("status", all=True))
    assert "--all" not in everything
    assert "k8s/current.yaml:3" in everything
    assert "big.bin" in everything


def test_a_long_list_ends_with_how_many_are_left():
    many = report(*(outcome(f"f{n}.yaml", 1, "docker.io/debian:12", Outcome.UNPINNED) for n in range(262)))
    lines = text(many).splitlines()
    assert sum(1 for line in lines if line.startswith("  unpinned")) == LIMIT
    assert "  and 212 more: `--all` lists them" in lines


def test_what_fails_a_check_is_never_left_out_for_what_does_not():
    many = report(
        *(
            outcome(f"f{n}.yaml", 1, "docker.io/a/b:1", Outcome.BEHIND, old=OLD, new=NEW)
            for n in range(LIMIT + 5)
        ),
        outcome("last.yaml", 1, "docker.io/debian:12", Outcome.UNPINNED),
    )
    lines = text(many, Asked("status", fail=(Outcome.UNPINNED,))).splitlines()
    assert lines[2].startswith("  unpinned")
    assert "Check failed: 1 unpinned." in lines


def test_a_check_that_passes_says_what_it_looked_for():
    said = text(report(), Asked("status", fail=(Outcome.UNPINNED, Outcome.BROKEN)))
    assert said.endswith("Check passed: nothing is broken or unpinned.\n")


def test_no_reference_is_said():
    assert text(report()) == "No image references in 123 files.\n"


@pytest.mark.parametrize(
    ("verb", "what", "dry", "next_line"),
    [
        (
            "update",
            Outcome.UPDATED,
            False,
            "Next: `git diff` shows what changed; commit it where it is tested.",
        ),
        ("update", Outcome.BEHIND, True, "Next: nothing was written; `tagwake update k8s` writes it."),
        ("pin", Outcome.UNPINNED, True, "Next: nothing was written; `tagwake pin k8s` writes it."),
    ],
)
def test_the_next_command_repeats_what_was_asked_for(verb, what, dry, next_line):
    given = report(outcome("a.yaml", 1, "docker.io/a/b:1", what, old=OLD, new=NEW))
    assert text(given, Asked(verb, arguments="k8s", dry_run=dry)).splitlines()[-1] == next_line


def test_control_characters_of_files_are_shown_and_never_sent():
    bad = outcome(
        "a\x1b]0;x\x07.yaml", 1, "docker.io/x\x9b31m:1", Outcome.INVALID, reason="bad\r\nreason \u202e"
    )
    said = text(report(bad, incomplete=("bad\x1b[2J",)))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", said)
    assert "a\\x1b]0;x\\x07.yaml:1" in said


def test_no_colour_and_no_square_without_colour():
    assert "\x1b" not in text(EVERYDAY)
    assert "\u25a0" not in text(EVERYDAY)


def test_a_digest_is_twelve_digits_or_whole():
    assert "9f2c4e1d03aa -> b71d003c5e12" in text(EVERYDAY)
    assert f"{OLD} -> {NEW}" in text(EVERYDAY, style=Style(long=True))
