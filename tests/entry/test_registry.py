"""`tagwake registry` as a process: it says where it listens, ends when told, and explains what it cannot do."""

import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.servers import process

from tagwake.core.errors import InvalidInput
from tagwake.entry.registry import parse_listen

COMMAND = [sys.executable, "-m", "tagwake.entry.registry"]
READY = r"^registry listening on http://(127\.0\.0\.1:\d+)\n"


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_runs_until_it_is_told_to_end(sign: signal.Signals) -> None:
    with subprocess.Popen([*COMMAND, "--listen", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True) as child:
        assert child.stderr is not None
        ready = re.match(READY, child.stderr.readline())
        assert ready is not None
        with urllib.request.urlopen(f"http://{ready[1]}/v2/") as answer:
            assert answer.status == 200
        child.send_signal(sign)
        assert child.wait(timeout=30) == 0
        assert child.stderr.read() == ""


def test_a_taken_port_or_folder_is_explained_in_one_line(tmp_path: Path) -> None:
    root = str(tmp_path / "root")
    with process([*COMMAND, "--listen", "127.0.0.1:0", "--root", root], tmp_path / "first", READY) as ready:
        for arguments, problem in [
            (["--listen", ready[1]], f"the registry cannot start on {ready[1]}: "),
            (["--listen", "127.0.0.1:0", "--root", root], f"{root} is in use by another registry"),
            (["--listen", "here"], "'here' is no address to listen on: write HOST:PORT"),
            (["--listen", "127.0.0.1:0", "--tls-certificate", "none", "--tls-key", "none"], "No such file"),
        ]:
            done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False)
            assert done.returncode == 2
            assert re.fullmatch(rf"error: .*{re.escape(problem)}.*\n", done.stderr), done.stderr


def test_a_folder_survives_a_kill(tmp_path: Path) -> None:
    command = [*COMMAND, "--listen", "127.0.0.1:0", "--root", str(tmp_path / "root")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as child:
        assert child.stderr is not None
        ready = re.match(READY, child.stderr.readline())
        assert ready is not None
        url = f"http://{ready[1]}/v2/app/manifests/1.0"
        with urllib.request.urlopen(
            urllib.request.Request(url, b'{"schemaVersion":2}', {"Content-Type": "x/y"}, method="PUT")
        ) as answer:
            assert answer.status == 201
        child.kill()
    with (
        process(command, tmp_path / "again", READY) as ready,
        urllib.request.urlopen(f"http://{ready[1]}/v2/app/manifests/1.0") as answer,
    ):
        assert answer.read() == b'{"schemaVersion":2}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("127.0.0.1:5000", ("127.0.0.1", 5000)),
        ("localhost:0", ("localhost", 0)),
        (":5000", ("127.0.0.1", 5000)),
        ("[::1]:65535", ("::1", 65535)),
    ],
)
def test_an_address_is_read(text: str, expected: tuple[str, int]) -> None:
    assert parse_listen(text) == expected


@pytest.mark.parametrize(
    "text", ["", "5000", "host", "host:", "host:x", "host:65536", "::1:5000", "host:-1", "h:٣"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="write HOST:PORT"):
        parse_listen(text)


@given(st.text())
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        host, port = parse_listen(text)
    except InvalidInput:
        return
    assert host
    assert 0 <= port <= 65535
