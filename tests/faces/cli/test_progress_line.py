"""The line for long work: what is being done, and how much is left."""

import re

import pytest

from tagwake.faces.cli.interrupted import Interrupted
from tagwake.faces.cli.progress_line import ProgressLine, progress_line


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def lines_of(text):
    return [part.replace("\x1b[K", "") for part in re.split("\r", text)[1:]]


@pytest.fixture
def clock():
    return Clock()


def test_nothing_is_drawn_in_the_first_second(clock, capsys):
    line = ProgressLine("Reading files", is_shown=True, width=80, now=clock)
    clock.now += 0.9
    line("reading", 10, 100)
    line.clear()
    assert capsys.readouterr().err == ""


def test_it_says_what_is_done_and_what_is_left(clock, capsys):
    line = ProgressLine("Reading files", is_shown=True, width=80, now=clock)
    clock.now += 1
    line.draw()
    clock.now += 1
    line("reading", 40_000, 100_000)
    clock.now += 1
    line("look-ups", 3, 50)
    clock.now += 1
    line("files", 1, 2)
    line.clear()
    assert lines_of(capsys.readouterr().err) == [
        "Reading files, 1 s",
        "Reading files: 40,000 of 100,000, 60,000 left, 2 s",
        "Looking up tags: 3 of 50, 47 left, 3 s",
        "Writing files: 1 of 2, 1 left, 4 s",
        "",
    ]


def test_it_is_not_drawn_more_than_ten_times_a_second(clock, capsys):
    line = ProgressLine("Reading files", is_shown=True, width=80, now=clock)
    clock.now += 1
    for done in range(1000):
        line("reading", done, 1000)
        clock.now += 0.001
    assert len(lines_of(capsys.readouterr().err)) <= 11


def test_it_stays_on_one_line_of_a_narrow_terminal(clock, capsys):
    line = ProgressLine("Reading files", is_shown=True, width=20, now=clock)
    clock.now += 1
    line("reading", 40_000, 100_000)
    assert max(map(len, lines_of(capsys.readouterr().err))) < 20


def test_nobody_watching_sees_nothing(clock, capsys):
    line = ProgressLine("Reading files", is_shown=False, width=80, now=clock)
    clock.now += 10
    line("reading", 1, 2)
    line.clear()
    assert capsys.readouterr().err == ""


def test_an_interruption_says_what_was_done():
    with pytest.raises(Interrupted) as stopped, progress_line("Reading files") as line:
        line("reading", 3_000, 100_000)
        raise KeyboardInterrupt
    assert str(stopped.value) == "3,000 of 100,000 files read, no file written"


def test_files_that_were_written_are_counted(clock):
    line = ProgressLine("Looking up tags", is_shown=False, width=80, now=clock)
    line("look-ups", 50, 50)
    line("files", 2, 9)
    assert line.account() == "50 of 50 look-ups answered, 2 of 9 files written"
