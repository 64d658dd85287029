"""`tagwake registry` as a process: it says where it listens, ends when told, and explains what it cannot do."""

import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.servers import process

from tagwake.core.errors import InvalidInput
from tagwake.entry.listening import parse_listen
from tagwake.entry.registry import read_accounts

COMMAND = [
    sys.executable,
    "-c",
    "import sys; from tagwake.entry.main import main; sys.exit(main())",
    "registry",
]
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
            (["--tls-certificate", "none", "--tls-key", "none"], "No such file"),
            (["--tls-certificate", "none"], "--tls-certificate and --tls-key go together"),
            (["--accounts", "none"], "none: No such file"),
            (["--tokens"], "--tokens and --anonymous-pull go with --accounts"),
        ]:
            free = [] if "--listen" in arguments else ["--listen", "127.0.0.1:0"]
            done = subprocess.run([*COMMAND, *free, *arguments], capture_output=True, text=True, check=False)
            assert done.returncode == 2
            assert re.match(rf"error: .*{re.escape(problem)}.*\n", done.stderr), done.stderr
            assert "Traceback" not in done.stderr


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


def asked(url: str, **headers: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("options", "challenge", "open_to_all"),
    [
        ([], 'Basic realm="tagwake"', 401),
        (["--tokens"], "Bearer realm=", 401),
        (["--anonymous-pull"], 'Basic realm="tagwake"', 404),
    ],
    ids=["basic", "tokens", "anonymous"],
)
def test_accounts_of_a_file_are_asked_for(
    options: list[str], challenge: str, open_to_all: int, tmp_path: Path
) -> None:
    accounts = tmp_path / "accounts"
    accounts.write_text("# who may push\n\nci:s3:cret\n")
    right = {"Authorization": aiohttp.encode_basic_auth("ci", "s3:cret")}
    command = [*COMMAND, "--listen", "127.0.0.1:0", "--accounts", str(accounts), *options]
    with process(command, tmp_path / "registry", READY) as ready:
        url = f"http://{ready[1]}"
        status, said = asked(f"{url}/v2/app/tags/list")
        assert status == open_to_all
        if status == 401:
            assert said.startswith(challenge)
        if "--tokens" in options:
            given = json.loads(asked(f"{url}/token?scope=repository:app:pull", **right)[1])["token"]
            right = {"Authorization": f"Bearer {given}"}
        assert asked(f"{url}/v2/app/tags/list", **right)[0] == 404, "admitted, and there is nothing"


@pytest.mark.parametrize("line", ["ci", "ci:", ":secret", " "])
def test_a_line_that_is_no_account_is_named_and_not_shown(line: str, tmp_path: Path) -> None:
    path = tmp_path / "accounts"
    path.write_text(f"a:b\n{line}\n")
    with pytest.raises(InvalidInput, match=rf"{path}:2 is no account: write name:password") as refused:
        read_accounts(path)
    assert "secret" not in str(refused.value)


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
