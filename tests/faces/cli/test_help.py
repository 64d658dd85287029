"""FACES, "Terminal": help opens with one sentence and two examples that work; a misspelt verb gets the nearest one."""

import base64
import os
import re
import subprocess
import sys
from importlib import import_module

import pytest
from tests.adapters.git.repository import Repository
from tests.conftest import require_tool

from tagwake.faces.cli.catalogue import FIRST, GROUPS, VERBS
from tagwake.formats.report.table import width

KEY = base64.b64encode(bytes(32)).decode()
COMMANDS = {name: import_module(module).command for name, (module, _) in VERBS.items()}
RUNNING = {"registry": "listening on", "serve": '"serving"', "worker": '"working"'}
"""Verbs that run until they are told to stop, and what they say when they are up."""
EXAMPLES = [(name, line) for name, command in COMMANDS.items() for line, _ in command.examples]


@pytest.mark.parametrize("columns", [60, 120])
@pytest.mark.parametrize("verb", ["", *VERBS])
def test_what_people_see(alone, verb, columns, monkeypatch, snapshot):
    monkeypatch.setattr("shutil.get_terminal_size", lambda *_: os.terminal_size((columns, 40)))
    said = alone.run(*filter(None, [verb]), "--help")
    assert said.out == snapshot
    assert max(map(width, said.out.splitlines())) <= columns


@pytest.mark.parametrize("verb", VERBS)
def test_help_opens_with_one_sentence_and_two_examples(alone, verb):
    lines = alone.run(verb, "--help").out.splitlines()
    opening = " ".join(lines[: lines.index("")])
    assert opening == VERBS[verb][1]
    assert opening.count(".") == opening.count("tagwake.toml") + 1
    assert opening.endswith(".")
    rest = lines[lines.index("") + 1 :]
    assert rest[0] == "Examples:"
    assert len(COMMANDS[verb].examples) == 2
    assert [line for line in rest[1 : rest.index("")] if "tagwake" in line]
    assert rest[rest.index("") + 1].startswith(f"Usage: tagwake {verb}")
    assert alone.run(verb, "-h").out == "\n".join(lines) + "\n"


def test_each_verb_is_listed_once():
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(VERBS)
    assert len(FIRST) == 5
    for name, command in COMMANDS.items():
        assert command.name in ("command", name)
        assert command.help.startswith(VERBS[name][1])


@pytest.mark.parametrize(("verb", "line"), EXAMPLES, ids=[line for _, line in EXAMPLES])
def test_the_examples_work(stage, tmp_path, verb, line):
    """Each as a user would type it into bash, in a code base; those that run until Ctrl-C only until they are up."""
    bash = require_tool("bash", "the examples are run by it")
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    launcher = bin_folder / "tagwake"
    launcher.write_text(
        f"#!{sys.executable}\nfrom tagwake.entry.main import main\nraise SystemExit(main())\n"
    )
    launcher.chmod(0o755)
    if verb == "unhold":
        stage.run("hold", "debian:12")
        stage.run("hold", f"debian@{stage.digests['debian']}")
    if "--from-git" in line or "import git" in line:
        Repository(stage.folder).commit()
    stage.write("moves.csv", "observed_at,repository,tag,digest\n")
    stage.environment["TAGWAKE_SECRET_KEY"] = KEY
    environment = stage.environment | {"PATH": f"{bin_folder}:{stage.environment['PATH']}"}
    started = subprocess.Popen(
        [str(bash), "--norc", "-c", line],
        cwd=stage.folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    if verb in RUNNING:
        assert RUNNING[verb] in started.stderr.readline()
        started.terminate()
    out, err = started.communicate(timeout=120)
    expected = 1 if "--check" in line else 0
    assert started.returncode in ((0, -15) if verb in RUNNING else (expected,)), (out, err)
    assert "error" not in err


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("stauts", "status"),
        ("stat", "status"),
        ("upgrade", "update"),
        ("Scan", "scan"),
        ("parze", "parse"),
        ("ping", "pin"),
    ],
)
def test_a_misspelt_verb_gets_the_nearest_one(alone, typed, nearest):
    assert (
        alone.run(typed).err.splitlines()[0]
        == f"error: there is no verb '{typed}'; the nearest is `tagwake {nearest}`"
    )


def test_options_come_in_the_order_people_need_them(alone):
    said = alone.run("status", "--help").out
    options = re.findall(r"^  (--?[a-z-]+)", said[said.index("Options:") :], re.MULTILINE)
    assert options[0] == "--check"
    assert options[-2:] == ["--color", "-h"]
