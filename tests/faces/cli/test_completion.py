"""FACES, "Terminal": completions for bash, zsh and fish, with images and tags from local knowledge only; in real shells."""

import os
import pty
import select
import subprocess
import sys
import time

import pytest
from tests.conftest import require_tool

ON_TERMINAL = [
    sys.executable,
    "-c",
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])",
]
WHY = "its completion is tried out in it"
API = f"ghcr.io/acme/api:2@sha256:{7:064x}"


@pytest.fixture
def local(alone, tmp_path):
    """A code base whose registries do not exist: whoever asks one fails."""
    alone.write("k8s/app.yaml", f"image: {API}\n")
    alone.write("Dockerfile", "FROM cgr.invalid/chainguard/go:1.21\nFROM cgr.invalid/chainguard/node:22\n")
    alone.write("tagwake.toml", '[[hold]]\nimage = "ghcr.io/acme/held:1"\n')
    folder = tmp_path / "bin"
    folder.mkdir()
    launcher = folder / "tagwake"
    launcher.write_text(
        f"#!{sys.executable}\nfrom tagwake.entry.main import main\nraise SystemExit(main())\n"
    )
    launcher.chmod(0o755)
    alone.environment["PATH"] = f"{folder}:{alone.environment['PATH']}"
    return alone


CASES = [
    ("tagwake sta", {"status"}),
    ("tagwake un", {"unhold"}),
    ("tagwake status --ch", {"--check"}),
    ("tagwake scan --format ", {"text", "json"}),
    ("tagwake completion ", {"bash", "zsh", "fish"}),
    ("tagwake digest cgr.invalid/chainguard/go", {"cgr.invalid/chainguard/go:1.21"}),
    ("tagwake digest cgr.invalid/chainguard/go:", {"cgr.invalid/chainguard/go:1.21"}),
    ("tagwake digest ghcr.io/acme/api:2@", {API}),
    ("tagwake update --only cgr", {"cgr.invalid/chainguard/go:1.21", "cgr.invalid/chainguard/node:22"}),
    ("tagwake hold gh", {API}),
    ("tagwake unhold g", {"ghcr.io/acme/held:1"}),
    ("tagwake status --check=unp", {"--check=unpinned"}),
    ("tagwake status --check=broken,unpi", {"--check=broken,unpinned"}),
    ("tagwake update --only=cgr.invalid/chainguard/g", {"--only=cgr.invalid/chainguard/go:1.21"}),
]


def completed_by_bash(stage, line):
    """What bash would put in the place of its last word, made whole: bash itself tells the words apart."""
    script = (
        "source <(tagwake completion bash)\n"
        'COMP_LINE="$1" COMP_POINT=${#1}\n'
        "_tagwake_completion tagwake\n"
        "printf '%s\\n' \"${COMPREPLY[@]}\"\n"
    )
    bash = require_tool("bash", WHY)
    done = subprocess.run(
        [str(bash), "--norc", "-c", script, "bash", line],
        cwd=stage.folder,
        env=stage.environment,
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stderr == ""
    word = line.rpartition(" ")[2]
    head = word[: max(word.rfind(c) for c in ":=@") + 1]
    return {head + each for each in done.stdout.split()}


@pytest.mark.parametrize(("line", "wanted"), CASES, ids=[line for line, _ in CASES])
def test_bash(local, line, wanted):
    assert completed_by_bash(local, line) == wanted


@pytest.mark.parametrize(("line", "wanted"), CASES, ids=[line for line, _ in CASES])
def test_fish(local, line, wanted):
    fish = require_tool("fish", WHY)
    script = "source (tagwake completion fish | psub); complete --do-complete $argv[1]"
    done = subprocess.run(
        [str(fish), "--no-config", "-c", script, line],
        cwd=local.folder,
        env=local.environment,
        capture_output=True,
        check=True,
        text=True,
    )
    assert {each.split("\t")[0] for each in done.stdout.splitlines()} == wanted


@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        ("tagwake sta", "tagwake status "),
        ("tagwake digest cgr.invalid/chainguard/go", "tagwake digest cgr.invalid/chainguard/go:1.21 "),
        ("tagwake digest cgr.invalid/chainguard/go:", "tagwake digest cgr.invalid/chainguard/go:1.21 "),
        ("tagwake unhold ghcr.io/acme/held:", "tagwake unhold ghcr.io/acme/held:1 "),
        ("tagwake status --check=unp", "tagwake status --check=unpinned "),
    ],
)
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_tab_in_the_shell_itself(local, shell, typed, becomes):
    """The line is typed, with a tab at its end; then the shell is asked what stands there."""
    program = require_tool(shell, WHY)
    wrote = local.folder / "line"
    commands = {
        "bash": [str(program), "--norc", "--noprofile"],
        "zsh": [str(program), "-f"],
        "fish": [str(program), "--no-config"],
    }[shell]
    prepare = {
        "bash": "PS1='ready> '; source <(tagwake completion bash); "
        "keep() { printf '%s' \"$READLINE_LINE\" > line; }; bind -x '\"\\C-xk\": keep'",
        "zsh": "autoload -Uz compinit; compinit -u -D; source <(tagwake completion zsh); "
        "keep() { print -rn -- \"$BUFFER\" > line }; zle -N keep; bindkey '^Xk' keep; PS1='ready> '",
        "fish": "source (tagwake completion fish | psub); bind \\cxk 'commandline > line'; "
        "function fish_prompt; printf 'ready> '; end",
    }[shell]
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [*ON_TERMINAL, *commands],
        cwd=local.folder,
        env=local.environment | {"TERM": "xterm", "HISTFILE": ""},
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    terminal = _Terminal(master)
    try:
        terminal.type(prepare + "\r")
        terminal.wait_for(b"ready> ", after=b"\n")
        terminal.type(typed + "\t")
        terminal.wait_until(lambda: _kept(terminal, wrote) == becomes)
    finally:
        process.kill()
        process.wait()
        os.close(master)


def _kept(terminal, wrote):
    terminal.type("\x18k")
    terminal.listen(0.3)
    return wrote.read_text().removesuffix("\n") if wrote.exists() else None


class _Terminal:
    def __init__(self, master):
        self._master = master
        self._said = b""

    def type(self, text):
        os.write(self._master, text.encode())

    def listen(self, seconds):
        if select.select([self._master], [], [], seconds)[0]:
            chunk = os.read(self._master, 65536)
            if b"\x1b[c" in chunk or b"\x1b[0c" in chunk:  # fish asks what terminal this is, and waits
                os.write(self._master, b"\x1b[?6c")
            self._said += chunk

    def wait_for(self, text, after):
        self.wait_until(lambda: text in self._said.partition(after)[2])

    def wait_until(self, is_so):
        end = time.monotonic() + 60
        while not is_so():
            assert time.monotonic() < end, self._said.decode(errors="replace")
            self.listen(0.2)
