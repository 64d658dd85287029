"""`tagwake serve` and `tagwake worker` as processes: they say when they are up, end when told, and explain what they cannot do."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

MAIN = "import sys; from tagwake.entry.main import main; sys.exit(main())"


@dataclass
class Running:
    """A process of the service that is up."""

    child: subprocess.Popen
    url: str

    def ask(self, target, *, body=None, token=None, method=None):
        headers = {"content-type": "application/json"}
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}{target}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, json.loads(refused.read())

    def stop(self, sign=signal.SIGTERM):
        """The lines that it said after it was up."""
        self.child.send_signal(sign)
        _, err = self.child.communicate(timeout=60)
        assert self.child.returncode == 0, err
        return [json.loads(line) for line in err.splitlines()]


@pytest.fixture
def environment(tmp_path):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TAGWAKE_")}
    return {**kept, "HOME": str(tmp_path), "TAGWAKE_STATE_DIR": str(tmp_path / "state")}


@pytest.fixture
def start(tmp_path, environment):
    @contextmanager
    def started(*arguments, **more):
        with subprocess.Popen(
            [sys.executable, "-c", MAIN, *arguments],
            cwd=tmp_path,
            env={**environment, **more},
            stderr=subprocess.PIPE,
            text=True,
        ) as child:
            try:
                line = child.stderr.readline()
                assert '"level": "info"' in line, line + child.stderr.read()
                yield Running(child, json.loads(line).get("url", ""))
            finally:
                child.kill()

    return started


def run(environment, tmp_path, *arguments):
    return subprocess.run(
        [sys.executable, "-c", MAIN, *arguments],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_told_to_end(start, tmp_path, sign):
    with start("serve", "--listen", "127.0.0.1:0") as running:
        assert running.ask("/api/watches", body={"patterns": ["a.example/b:1"]}) == (200, {"added": 1})
        lines = running.stop(sign)
    assert [line["message"] for line in lines] == ["request", "stopped"]
    assert (tmp_path / "state" / "tagwake.db").exists()
    assert (tmp_path / "state").stat().st_mode & 0o077 == 0


def test_what_it_was_told_is_there_after_a_kill(start):
    with start("serve", "--listen", "127.0.0.1:0") as running:
        running.ask("/api/watches", body={"patterns": ["a.example/b:1"]})
        running.child.kill()
    with start("serve", "--listen", "127.0.0.1:0") as running:
        status, told = running.ask("/api/watches")
        assert (status, [watch["pattern"] for watch in told["watches"]]) == (200, ["a.example/b:1"])


def test_who_waits_for_news_is_sent_home_when_it_ends(start):
    with start("serve", "--listen", "127.0.0.1:0") as running:
        script = (
            "import sys, urllib.request; "
            f"answer = urllib.request.urlopen('{running.url}/api/events?wait=50', timeout=100); "
            "print(answer.status)"
        )
        with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as waiting:
            while running.ask("/api/nothing-here")[0] != 404:
                pass
            lines = running.stop()
            out, _ = waiting.communicate(timeout=60)
    assert lines[-1]["message"] == "stopped"
    assert out in ("200\n", "")  # an empty piece of the feed; or it came too late to be let in


def test_settings_name_what_is_followed_and_who_sends_hooks(start, tmp_path):
    (tmp_path / "tagwake-service.toml").write_text(
        '[[repositories]]\nimage = "cgr.dev/chainguard/go"\n'
        '[[sources]]\nkind = "gitea"\nname = "main"\nsecret_env = "GITEA_SECRET"\n'
    )
    key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    with start("serve", "--listen", "127.0.0.1:0", GITEA_SECRET="hunter2", TAGWAKE_SECRET_KEY=key) as running:
        _, watches = running.ask("/api/watches")
        assert [(each["pattern"], each["by"]) for each in watches["watches"]] == [
            ("cgr.dev/chainguard/go:*", "tagwake-service.toml")
        ]
        _, sources = running.ask("/api/sources")
        assert [(each["kind"], each["name"]) for each in sources["sources"]] == [("gitea", "main")]
        assert running.ask("/hooks/gitea/main", body={}, method="POST")[0] in (401, 403)
        lines = running.stop()
    assert "hunter2" not in json.dumps(lines)


def test_from_the_first_token_on_it_may_be_reached_by_others(start, environment, tmp_path):
    refused = run(environment, tmp_path, "serve", "--listen", "0.0.0.0:0")
    assert refused.returncode == 2
    assert refused.stderr.startswith("error: others could connect to 0.0.0.0:0, and there is no token: ")
    with start("serve", "--listen", "127.0.0.1:0") as running:
        status, given = running.ask("/api/tokens", body={"name": "ops", "scopes": ["admin"]})
        assert status == 201
        running.stop()
    with start("serve", "--listen", "0.0.0.0:0") as running:
        running.url = running.url.replace("0.0.0.0", "127.0.0.1")
        assert running.ask("/api/watches")[0] == 401
        assert running.ask("/api/watches", token=given["token"])[0] == 200
        running.stop()


@pytest.mark.parametrize("only", ["poll", "deliver", "poll,deliver"])
def test_a_worker_works_and_answers_nobody(start, only):
    with start("worker", "--only", only) as running:
        assert running.url == ""
        assert [line["message"] for line in running.stop()] == ["stopped"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (
            ["serve", "--listen", "here"],
            "'here' is no address to listen on: write HOST:PORT, such as 127.0.0.1:8750",
        ),
        (["serve", "--listen", "127.0.0.1:0", "--settings", "none.toml"], "none.toml: there is no such file"),
        (["worker", "--only", "sleep"], "there is no work 'sleep': there is poll and deliver"),
        (["worker", "--only", ","], "--only names no work"),
    ],
)
def test_what_it_cannot_do_is_explained_in_one_line(environment, tmp_path, arguments, problem):
    done = run(environment, tmp_path, *arguments)
    assert done.returncode == 2
    assert re.match(rf"error: {re.escape(problem)}", done.stderr), done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_and_bad_settings_are_explained(start, environment, tmp_path):
    with start("serve", "--listen", "127.0.0.1:0") as running:
        place = running.url.removeprefix("http://")
        done = run(environment, tmp_path, "serve", "--listen", place)
        assert (done.returncode, done.stderr.splitlines()[0].partition(place)[0]) == (
            2,
            "error: the service cannot listen on ",
        )
    (tmp_path / "tagwake-service.toml").write_text("[pol]\n")
    done = run(environment, tmp_path, "serve", "--listen", "127.0.0.1:0")
    assert done.stderr == "error: tagwake-service.toml:1:2: unknown key 'pol': did you mean 'poll'?\n"


@pytest.mark.parametrize(
    ("url", "status", "problem"),
    [
        ("mysql://root:hunter2@db/x", 2, "TAGWAKE_DATABASE_URL is neither postgresql://"),
        (
            "postgresql://tagwake:hunter2@127.0.0.1:1/tagwake",
            3,
            "postgresql+psycopg://tagwake:***@127.0.0.1:1/",
        ),
    ],
)
def test_a_database_that_cannot_be_used_is_explained_without_its_password(
    environment, tmp_path, url, status, problem
):
    done = run({**environment, "TAGWAKE_DATABASE_URL": url}, tmp_path, "worker")
    assert done.returncode == status
    assert done.stderr.startswith(f"error: {problem}")
    assert "hunter2" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_without_the_extra_one_line_says_what_to_install(environment, tmp_path):
    hidden = (
        "import importlib.util as util, sys; found = util.find_spec; "
        "util.find_spec = lambda name, *more: None if name == 'litestar' else found(name, *more); " + MAIN
    )
    for verb in ("serve", "worker"):
        done = subprocess.run(
            [sys.executable, "-c", hidden, verb],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2
        assert done.stderr.endswith("(litestar is missing): pip install 'tagwake[service]'\n")
        assert len(done.stderr.splitlines()) == 1
