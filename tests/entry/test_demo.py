"""The demo: offline, in a minute, by the real command; it says what it did and what to try next."""

import lzma
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import require_tool
from tests.faces.cli.stage import Stage

from tagwake.core.history import moves_of
from tagwake.entry import demo, demo_service
from tagwake.entry.demo_sample import push_streams, write_code_base
from tagwake.formats.backfill.moves_table import read_table
from tagwake.formats.report.style import Style
from tagwake.testing.registry import EmbeddedRegistry

COMMAND = [sys.executable, "-c", "from tagwake.entry.main import main; raise SystemExit(main())"]
HEX = re.compile(r"\b[0-9a-f]{12}\b|sha256:[0-9a-f]{64}")


@pytest.fixture
def environment(tmp_path):
    return os.environ | {
        "TMPDIR": str(tmp_path),
        "TAGWAKE_URL": "http://service.invalid",  # whatever the user has set is none of the demo's
        "HOME": str(tmp_path),
        "HTTPS_PROXY": "http://proxy.invalid:1",
    }


def play(environment):
    done = subprocess.run([*COMMAND, "demo"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_what_people_see(environment, tmp_path, snapshot):
    require_tool("git", "the sample is a git repository")
    said = play(environment).stdout
    (folder,) = tmp_path.glob("tagwake-demo-*")
    said = said.replace(str(folder), "FOLDER")
    said = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", said)
    said = re.sub(r"\d+ years ago", "YEARS ago", said)
    assert said == snapshot


def test_it_did_what_it_says(environment, tmp_path):
    git = require_tool("git", "the sample is a git repository")
    play(environment)
    (folder,) = tmp_path.glob("tagwake-demo-*")
    diff = subprocess.run(
        [git, "diff", "--unified=0"],
        cwd=folder / "code",
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    ).stdout
    removed = [line[1:] for line in diff.splitlines() if re.match(r"-(?!-)", line)]
    added = [line[1:] for line in diff.splitlines() if re.match(r"\+(?!\+)", line)]
    assert len(removed) == len(added) == 15
    assert [HEX.sub("", line) for line in removed] == [HEX.sub("", line) for line in added]


def test_without_git_it_plays_on_a_plain_folder(environment, tmp_path):
    bare = tmp_path / "bin"
    bare.mkdir()
    said = play(environment | {"PATH": str(bare)}).stdout
    assert "$ tagwake update" in said
    assert "git diff --stat" not in said
    assert not next(iter(tmp_path.glob("tagwake-demo-*/code"))).joinpath(".git").exists()


def test_what_it_says_to_try_next_works(environment, tmp_path):
    said = play(environment).stdout
    command = re.search(r"^  tagwake (registry --listen \S+ --root \S+)$", said, re.MULTILINE)[1].split()
    (code,) = tmp_path.glob("tagwake-demo-*/code")
    served = subprocess.Popen([*COMMAND, *command], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert "listening" in served.stderr.readline()
        environment.pop("HTTPS_PROXY")
        pinned = subprocess.run(
            [*COMMAND, "pin", "--dry-run"],
            cwd=code,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert "+FROM debian:12@sha256:" in pinned.stdout
    finally:
        served.terminate()
        served.communicate()


def test_in_a_terminal_the_pages_stay_until_ctrl_c(environment, tmp_path):
    stage = Stage(tmp_path, environment, capsys=None)
    said = stage.terminal("demo", types={"It serves until Ctrl-C.": "\x03"})
    assert said.status == 0
    assert re.search(r"in a browser:\s+http://127\.0\.0\.1:\d+/mcr\.microsoft\.com/", said.out)
    assert "What happened?" in said.out[said.out.index("^C") :]


def test_without_the_extra_it_says_what_brings_the_rest(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(demo_service, "find_spec", lambda name: None)
    stage = demo.Stage(tmp_path / "code", tmp_path / "registry", {}, Style())
    assert demo._serve(stage, "127.0.0.1:1") == 0
    assert "pip install 'tagwake[service]'" in capsys.readouterr().out


def test_the_sample_of_moves_says_where_it_is_from():
    folder = Path(demo_service.__file__).parent
    assert "github.com/dotnet/versions" in (folder / "demo_moves.txt").read_text()
    with lzma.open(folder / demo_service.SAMPLE, "rt") as lines:
        sightings = list(read_table(lines, demo_service.REGISTRY, "moves"))
    moves = moves_of(each for each in sightings if str(each.stream) == demo_service.STREAM)
    assert [move.rollback for move in moves].count(True) == 1
    assert moves[-1].digest is None


def test_the_sample_has_ten_kinds_of_files(tmp_path):
    with EmbeddedRegistry().in_thread() as registry:
        write_code_base(tmp_path, push_streams(registry.store), registry.host)
    from tagwake.formats.code.reader import CodeReader

    read = CodeReader()
    kinds = {
        reference.syntax
        for path in Path(tmp_path).rglob("*")
        if path.is_file()
        for reference in read(path.relative_to(tmp_path).as_posix(), path.read_bytes()).references
        if reference.digest is not None
    }
    assert len(kinds) >= 10, kinds
