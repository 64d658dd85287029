"""Unified diffs that git and patch take."""

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.formats.report.diff import shown_diff, unified_diff
from tagwake.formats.report.style import Style

LINES = st.lists(st.sampled_from([b"a\n", b"b\n", b"c\r\n", b"d\n", b"\n", b"e\0\n", b"\xff\n"]), max_size=30)
TEXT = st.builds(lambda lines, end: b"".join(lines) + end, LINES, st.sampled_from([b"", b"z", b"z\r"]))


def patched(old, lines):
    """The new bytes by the rules of the format, written without the code under test."""
    before = old.split(b"\n")
    before = [line + b"\n" for line in before[:-1]] + ([before[-1]] if before[-1] else [])
    result, at, body = [], 0, lines[2:]
    position = 0
    while position < len(body):
        header = body[position].split()
        start, _, length = header[1][1:].partition(b",")
        length = int(length or 1)
        first = int(start) - (1 if length else 0)
        result += before[at:first]
        at = first
        position += 1
        while position < len(body) and not body[position].startswith(b"@@"):
            line = body[position]
            position += 1
            if position < len(body) and body[position].startswith(b"\\"):
                line = line[:-1]
                position += 1
            if line[:1] in (b" ", b"-"):
                assert before[at] == line[1:]
                at += 1
            if line[:1] in (b" ", b"+"):
                result.append(line[1:])
    return b"".join(result + before[at:])


@given(TEXT, TEXT)
def test_it_turns_old_into_new(old, new):
    lines = unified_diff("x", old, new)
    assert bool(lines) == (old != new)
    if lines:
        assert patched(old, lines) == new


@given(LINES, st.data())
def test_lines_that_were_added_are_shown_as_added(lines, data):
    at = data.draw(st.integers(0, len(lines)))
    new = [*lines[:at], b"digest: new\n", *lines[at:]]
    shown = unified_diff("x", b"".join(lines), b"".join(new))[3:]
    assert [line for line in shown if line.startswith((b"+", b"-"))] == [b"+digest: new\n"]


@pytest.mark.parametrize(
    "name", ["a.yaml", "with space.yaml", "tab\there", "ünï.yaml", 'quo"te\\.yaml', b"\xe9.yaml"]
)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"a\nb\nc\n", b"a\nB\nc\n"),
        (b"a\r\nb\r\n", b"a\r\nB\r\n"),
        (b"a\nb", b"a\nB"),
        (b"a\n" * 40 + b"x\n" + b"b\n" * 40, b"a\n" * 40 + b"y\nz\n" + b"b\n" * 40),
        (b"\xff\n1\n", b"\xff\n2\n"),
    ],
    ids=["plain", "crlf", "no final newline", "added line", "no utf-8"],
)
def test_git_applies_it(tmp_path, name, old, new):
    target = tmp_path.joinpath(name.decode("utf-8", "surrogateescape") if isinstance(name, bytes) else name)
    target.write_bytes(old)
    lines = unified_diff(target.name, old, new)
    done = subprocess.run(
        ["git", "apply", "-"], input=b"".join(lines), cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert target.read_bytes() == new


def test_a_terminal_gets_no_control_characters():
    lines = unified_diff("a\x1b.yaml", b"\x1b[31mx\t1\r\n", b"\x1b[31mx\t2\r\n")
    assert list(shown_diff(lines, Style())) == [
        '--- "a/a\\033.yaml"',
        '+++ "b/a\\033.yaml"',
        "@@ -1 +1 @@",
        "-\\x1b[31mx\t1",
        "+\\x1b[31mx\t2",
    ]


def test_a_large_file_takes_no_time_to_speak_of():
    old = [b"image: a@%064d\n" % n for n in range(60_000)]
    new = [line.replace(b"a@", b"b@") + b"digest: x\n" for line in old]
    assert len(unified_diff("x", b"".join(old), b"".join(new))) == 60_000 * 3 + 3
