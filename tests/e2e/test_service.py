"""The service as processes, on both databases: it looks at a registry and tells what it saw in every shape alike."""

import contextlib
import json
import sys
import time
import urllib.error
import urllib.request

import pytest
from tests.servers import process as running

from tagwake.core.digest import Digest
from tagwake.core.reference import Stream
from tagwake.formats.history import chainguard, native, oci, quay
from tagwake.testing.registry import EmbeddedRegistry

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

MAIN = "import sys; from tagwake.entry.main import main; sys.exit(main())"
READY = r'"message": "(?:serving", "url": "([^"]+)"|working")'
PATIENCE = 120.0


@pytest.fixture
def registry():
    with EmbeddedRegistry().in_thread() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    if request.param == "sqlite":
        return {"TAGWAKE_STATE_DIR": str(tmp_path / "state")}
    return {"TAGWAKE_DATABASE_URL": request.getfixturevalue("postgres_url")}


@contextlib.contextmanager
def process(folder, environment, *arguments):
    """Run it until the block ends; yields its URL, where it has one."""
    with running(
        [sys.executable, "-c", MAIN, *arguments, "--settings", str(folder / "tagwake-service.toml")],
        folder / arguments[0],
        READY,
        {"HOME": str(folder), **environment},
    ) as ready:
        yield ready[1]


def ask(url, body=None, method=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=90) as answer:
        return answer.read()


def until(question, wanted):
    """What the question gives once that is wanted; the service needs some time, and never more than this."""
    end = time.monotonic() + PATIENCE
    while True:
        told = question()
        if wanted(told):
            return told
        assert time.monotonic() < end, told
        time.sleep(0.1)


def test_what_a_registry_serves_is_told_in_every_shape_alike(registry, database, tmp_path):
    image = f"{registry.host}/team/app:1"
    stream = Stream(registry.host, "team/app", "1")
    (tmp_path / "tagwake-service.toml").write_text(
        f'[[repositories]]\nimage = "{image}"\n'
        '[egress]\nallow = ["127.0.0.1"]\n'
        f'[poll.hosts."{registry.host}"]\nrate = 1000\nburst = 1000\n'
        '[[sources]]\nkind = "distribution"\nname = "here"\nsecret_env = "HOOK"\n'
    )
    environment = {**database, "HOOK": "hunter2", "TAGWAKE_SECRET_KEY": "A" * 43 + "="}
    pushed = [registry.store.push_image("team/app", "1", seed="first")]
    with process(tmp_path, environment, "serve", "--listen", "127.0.0.1:0") as url:

        def moves():
            return native.decode(ask(f"{url}/api/history?image={image}")).moves

        until(moves, lambda told: len(told) == 1)
        for seed in ("second", "third"):
            pushed.append(registry.store.push_image("team/app", "1", seed=seed))
            push(url, registry.host, pushed[-1])
            until(moves, lambda told: len(told) == len(pushed))
        told = [move.digest for move in reversed(moves())]
        assert told == [Digest.parse(str(digest)) for digest in pushed]
        assert {move.how for move in moves()} == {"poll", "hook:distribution"}
        entries = oci.decode(ask(f"{url}/v2/{registry.host}/team/app/_oci/tag-history/1"), stream)
        records = chainguard.decode(ask(f"{url}/v2/{registry.host}/team/app/_chainguard/history/1"), stream)
        rows = quay.decode(ask(f"{url}/api/v1/repository/{registry.host}/team/app/tag/")).lifetimes
        assert [entry.digest for entry in entries] == told
        assert [entry.seen_at for entry in entries] == [move.seen_at for move in reversed(moves())]
        assert all(entry.size for entry in entries)
        assert [record.digest for record in records] == told
        assert [row.digest for row in reversed(rows)] == told
        live = json.loads(ask(f"{url}/api/live?image={image}"))
        assert (live["certainty"], live["digest"]) == ("exact", str(pushed[-1]))
        (placed,) = json.loads(ask(f"{url}/api/tags?digest={pushed[0]}"))["tags"]
        assert (placed["image"], placed["until"]) == (
            image,
            json.loads(ask(f"{url}/api/tags?digest={pushed[1]}"))["tags"][0]["since"],
        )
        events = json.loads(ask(f"{url}/api/events"))["events"]
        assert [event["type"] for event in events] == ["tag.created", "tag.moved", "tag.moved"]
        assert b"<html" in ask(f"{url}/{image}")


def push(url, host, digest):
    """What the registry's webhook says."""
    event = {
        "id": f"event-{digest}",
        "timestamp": "2026-01-01T00:00:00Z",
        "action": "push",
        "target": {
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "digest": str(digest),
            "repository": "team/app",
            "url": f"http://{host}/v2/team/app/manifests/{digest}",
            "tag": "1",
        },
        "request": {"host": host},
    }
    request = urllib.request.Request(
        f"{url}/hooks/distribution/here",
        json.dumps({"events": [event]}).encode(),
        {
            "content-type": "application/vnd.docker.distribution.events.v2+json",
            "authorization": "hunter2",
        },
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 202


def test_work_goes_on_in_processes_that_answer_nobody(registry, database, tmp_path):
    image = f"{registry.host}/team/app:1"
    digest = registry.store.push_image("team/app", "1", seed="first")
    (tmp_path / "tagwake-service.toml").write_text('[egress]\nallow = ["127.0.0.1"]\n')
    with (
        process(tmp_path, database, "worker", "--only", "poll"),
        process(tmp_path, database, "serve", "--listen", "127.0.0.1:0") as url,
    ):
        assert json.loads(ask(f"{url}/api/watches", {"patterns": [image]})) == {"added": 1}
        told = json.loads(ask(f"{url}/api/events?wait=60"))
        assert [event["digest"] for event in told["events"]] == [str(digest)]
        metrics = ask(f"{url}/metrics").decode()
        assert "tagwake_feed_cursor 1.0" in metrics
        assert f'tagwake_looks_due{{host="{registry.host}"}} 0.0' in metrics
