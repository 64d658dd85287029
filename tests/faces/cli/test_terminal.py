"""FACES, "Terminal", in a real terminal of 60 and of 120 columns: width, colour, progress, Ctrl-C."""

import re

import pytest
from tests.faces.cli.stage import INK, settled

from tagwake.formats.report.table import width

ESCAPE = re.compile(r"\x1b")


@pytest.mark.parametrize("columns", [60, 120])
@pytest.mark.parametrize(
    "arguments",
    [
        ["scan"],
        ["status"],
        [],
        ["status", "--check"],
        ["update", "--dry-run"],
        ["update"],
        ["pin"],
        ["parse", "debian:12", "de bian"],
    ],
    ids=lambda arguments: " ".join(arguments) or "bare",
)
def test_what_people_see(stage, arguments, columns, snapshot):
    said = stage.terminal(*arguments, columns=columns)
    plain = INK.sub("", settled(said.out))
    assert "\x1b" not in plain
    assert plain == snapshot
    if "--dry-run" not in arguments:  # a diff's lines are as long as the file's
        assert max(map(width, plain.splitlines())) <= columns


@pytest.mark.parametrize(
    "arguments", [["scan"], ["status"], ["update"], ["parse", "debian:12"]], ids=" ".join
)
def test_a_pipe_gets_the_same_words_without_colour_or_wrapping(stage, arguments):
    piped = stage.process(*arguments, "--color", "auto")
    if "update" in arguments:
        return
    seen = INK.sub("", settled(stage.terminal(*arguments, columns=60).out)).replace("\u25a0", "")
    assert not ESCAPE.search(piped.out)
    assert piped.err == ""
    assert piped.out.split() == seen.split()


def test_colour_is_asked_for_and_refused(stage):
    def is_coloured(*arguments, **environment):
        said = stage.terminal("status", *arguments, environment=environment)
        return ESCAPE.search(settled(said.out)) is not None

    assert is_coloured()
    assert not is_coloured(NO_COLOR="1")
    assert is_coloured(NO_COLOR="")
    assert not is_coloured(TERM="dumb")
    assert not is_coloured("--color", "never")
    assert ESCAPE.search(stage.process("status", "--color", "always").out)
    assert is_coloured("--color", "always", NO_COLOR="1")


def test_a_file_cannot_write_to_the_terminal(stage):
    stage.write("a\x1b[2Jb.yaml", f"image: x\x1b]0;pwned\x07/y:1\n# a/b:1@sha256:{7:064x}\n")
    stage.write("c.Dockerfile", "FROM \x1b[31mred:1\n")
    for arguments in (["scan", "--all"], ["status", "--all"], ["pin", "--dry-run"]):
        said = INK.sub("", settled(stage.terminal(*arguments, "--color", "never").out))
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", said)
    assert "a\\x1b[2Jb.yaml" in stage.terminal("scan", "--all").out


def test_long_work_shows_what_is_done_and_what_is_left(alone):
    from tagwake.testing.registry import EmbeddedRegistry

    with EmbeddedRegistry(latency=1.6).in_thread() as slow:
        slow.store.push_image("a/b", "1")
        alone.write("Dockerfile", f"FROM {slow.host}/a/b:1\n")
        said = alone.terminal("pin", "--dry-run", "--format", "markdown")
        piped = alone.process("pin", "--dry-run", "--format", "markdown")
    assert re.search(r"\rLooking up tags: 0 of 1, 1 left, \d+ s", said.out)
    assert "\r\x1b[K" in said.out
    assert said.out.rindex("\r\x1b[K") < said.out.index("1 reference")
    assert piped.err == ""


def test_quick_work_shows_no_progress(stage):
    assert "\r" not in stage.terminal("status").out


def test_ctrl_c_while_looking_up_says_what_was_done(alone):
    from tagwake.testing.registry import EmbeddedRegistry

    with EmbeddedRegistry(latency=600).in_thread() as slow:
        old = f"FROM {slow.host}/a/b:1@sha256:{7:064x}\n"
        written = alone.write("Dockerfile", old)
        said = alone.terminal("update", types={" s\x1b[K": "\x03"})
        status = alone.terminal("status", types={" s\x1b[K": "\x03"})
    assert said.status == status.status == 130
    assert "Interrupted: 0 of " in said.out
    assert "no file written" in said.out
    assert "Traceback" not in said.out + status.out
    assert written.read_text() == old


def test_ctrl_c_leaves_one_json_document(alone):
    from tagwake.testing.registry import EmbeddedRegistry

    with EmbeddedRegistry(latency=600).in_thread() as slow:
        alone.write("Dockerfile", f"FROM {slow.host}/a/b:1@sha256:{7:064x}\n")
        said = alone.terminal("status", "--format", "json", types={" s\x1b[K": "\x03"})
    assert said.status == 130
    assert '"outcome":"unresolved"' in said.out
    assert "Traceback" not in said.out
