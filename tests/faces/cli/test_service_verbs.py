"""The verbs of the service at the terminal: in the database of this machine, and at a service that runs."""

import base64
import os
import re

import jsonschema
import pytest
from tests.adapters.git.repository import Repository
from tests.faces.cli.serving import serving

from tagwake.formats.report.schemas import schemas

GO = "cgr.dev/chainguard/go:1.21"
A, B = (f"sha256:{letter * 64}" for letter in "ab")
SECRETS = re.compile(r"tagwake_[\w-]{43}|wh(?:sec|pk|sk)_[\w+/=]+|(?<=/hooks/quay/main/)[\w=-]+")


@pytest.fixture
def house(stage, monkeypatch):
    """A code base whose service has a key to seal with, and a state directory of its own."""
    for name in (
        "TAGWAKE_URL",
        "TAGWAKE_TOKEN",
        "TAGWAKE_DATABASE_URL",
        "TAGWAKE_SERVICE_SETTINGS",
        "XDG_STATE_HOME",
    ):
        monkeypatch.delenv(name, raising=False)
        stage.environment.pop(name, None)
    own = {
        "TAGWAKE_STATE_DIR": str(stage.folder.parent / "state"),
        "TAGWAKE_SECRET_KEY": base64.b64encode(bytes(32)).decode(),
        "USER": "ada",
    }
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    stage.environment |= own
    return stage


def told(run):
    """What a run said on both streams, without what is random."""
    assert run.status == 0, run.err
    return SECRETS.sub("SECRET", run.out + run.err)


def test_watches(house, snapshot):
    said = [
        told(house.run("watch", "list")),
        told(house.run("watch", "add", GO, "ghcr.io/acme/api:2.*")),
        told(house.run("watch", "from")),
        told(house.run("watch", "list")),
        told(house.run("watch", "remove", GO)),
    ]
    assert "\n".join(said) == snapshot
    gone = house.run("watch", "remove", GO)
    assert (gone.status, gone.err.splitlines()) == (
        2,
        [f"error: {GO}: not followed: `tagwake watch list` lists what is"],
    )
    patterns = [
        each["pattern"] for each in house.run("watch", "list", "--format", "json").document["watches"]
    ]
    assert patterns == ["cgr.dev/chainguard/node:22", "ghcr.io/acme/api:2.*"]


def test_a_code_base_without_pins_has_nothing_to_follow(house):
    house.write("k8s/app.yaml", "")
    assert told(house.run("watch", "from")) == "No tag is pinned in 4 files: `tagwake pin` pins.\n"


def test_tokens(house, snapshot):
    said = [
        told(house.run("token", "list")),
        told(house.run("token", "add", "ci", "--scope", "read", "--scope", "hook")),
        told(house.run("token", "list")),
        told(house.run("token", "remove", "ci")),
        told(house.run("token", "list")),
    ]
    assert "\n".join(said) == snapshot
    assert house.run("token", "remove", "ci").status == 2
    assert house.run("token", "add", "ci", "--scope", "read").status == 2


def test_sources(house, snapshot):
    said = [
        told(house.run("source", "list")),
        told(house.run("source", "add", "quay", "main", "--rename", "team=crew")),
        told(house.run("source", "list")),
        told(house.run("source", "refusals", "quay", "main")),
        told(house.run("source", "parked")),
        told(house.run("source", "remove", "quay", "main")),
    ]
    assert "\n".join(said) == snapshot
    assert house.run("source", "remove", "quay", "main").status == 2
    unknown = house.run("source", "add", "nowhere", "x")
    assert unknown.status == 2
    assert "there is no kind of hooks 'nowhere'; there is" in unknown.err.replace(": there is", "; there is")


def test_a_secret_comes_from_the_environment_and_never_from_the_command_line(house, monkeypatch):
    missing = house.run("source", "add", "gitea", "forge", "--secret-env", "HOOK_SECRET")
    assert (missing.status, "HOOK_SECRET is not set" in missing.err) == (2, True)
    monkeypatch.setenv("HOOK_SECRET", "s3cret-s3cret-s3cret")
    said = house.run(
        "source", "add", "gitea", "forge", "--secret-env", "HOOK_SECRET", "--registry", "gitea.example"
    )
    assert said.out == "/hooks/gitea/forge\n"
    assert "s3cret" not in said.out + said.err


def test_subscriptions(house, snapshot):
    said = [
        told(house.run("subscription", "list")),
        told(
            house.run("subscription", "add", "chat", "https://chat.example/hook?t=1", "--type", "tag.moved")
        ),
        told(house.run("subscription", "add", "ops", "https://ops.example/", "--signature", "ed25519")),
        told(house.run("subscription", "stop", "chat", "--because", "moving house")),
        told(house.run("subscription", "list")),
        told(house.run("subscription", "resume", "chat")),
        told(house.run("subscription", "replay", "chat", "--after", "0")),
        told(house.run("subscription", "attempts", "chat")),
        told(house.run("subscription", "dead")),
        told(house.run("subscription", "revive", "chat", "7")),
        told(house.run("subscription", "remove", "chat")),
    ]
    assert "\n".join(said) == snapshot
    assert house.run("subscription", "remove", "chat").status == 2
    assert [
        each["name"] for each in house.run("subscription", "list", "--format=json").document["subscriptions"]
    ] == ["ops"]


def test_a_table_is_imported_and_its_history_told(house):
    rows = ["observed_at,repository,tag,digest"]
    rows += [
        f"2026-01-0{day}T00:00:00Z,chainguard/go,1.21,{digest}"
        for day, digest in ((1, A), (2, B), (3, A), (4, ""))
    ]
    house.write("moves.csv", "\n".join(rows) + "\n")
    assert (
        told(house.run("import", "csv", "moves.csv", "--registry", "cgr.dev"))
        == "4 sightings read: 4 moves new.\n"
    )
    assert (
        told(house.run("import", "csv", "moves.csv", "--registry", "cgr.dev"))
        == "4 sightings read: 0 moves new.\n"
    )
    document = house.run("log", GO, "--format", "json").document
    assert document["source"] == "store"
    assert [move["event"] for move in document["moves"]] == ["deleted", "moved", "moved", "created"]
    assert [move["rollback"] for move in document["moves"]] == [False, True, False, False]
    house.write("moves.csv", "x,y\n")
    wrong = house.run("import", "csv", "moves.csv", "--registry", "cgr.dev")
    assert (wrong.status, "moves.csv:1" in wrong.err) == (2, True)


def test_commits_are_imported(house):
    repository = Repository(house.folder)
    for digest in (A, B):
        repository.commit({"Dockerfile": f"FROM {GO}@{digest}\n", "k8s/app.yaml": ""})
    assert told(house.run("import", "git")) == "2 sightings read: 2 moves new.\n"
    assert "imported from git" in told(house.run("log", GO))


def test_a_registry_that_keeps_no_such_record_is_said(house):
    said = house.run("import", "chainguard", GO)
    assert (said.status, said.out) == (3, "")
    assert said.err == f"not done: {GO}: cgr.dev tells no history of it in chainguard's shape\n"


def test_a_service_that_runs(house, monkeypatch):
    """What is at hand here is asked over its API, with a token; where it runs, the same database answers without it."""
    house.write(
        "moves.csv",
        "observed_at,repository,tag,digest\n"
        f"2026-01-01T00:00:00Z,chainguard/go,1.21,{house.digests['go old']}\n"
        f"2026-01-02T00:00:00Z,chainguard/go,1.21,{A}\n"
        f"2026-01-03T00:00:00Z,chainguard/go,1.21,{house.digests['go new']}\n",
    )
    token = house.run("token", "add", "ada", "--scope", "admin").out.strip()
    with serving(house) as url:
        monkeypatch.setenv("TAGWAKE_URL", url)
        stranger = house.run("watch", "list")
        assert (stranger.status, "set TAGWAKE_TOKEN" in stranger.err) == (2, True)
        monkeypatch.setenv("TAGWAKE_TOKEN", token)
        assert told(house.run("watch", "add", GO)) == "1 watch is new.\n"
        imported = house.run("import", "csv", "moves.csv", "--registry", "cgr.dev")
        assert told(imported) == "3 sightings read: 3 moves new.\n"
        log = house.run("log", GO, "--format", "json")
        assert log.document["source"] == url
        assert [move["position"] for move in log.document["moves"]] == [3, 2, 1]
        checked = house.run("log", GO, "--verify")
        assert (checked.status, checked.out.startswith(f"0 events of {GO} in the service {url}")) == (0, True)
        references = house.run("status", "--format", "json").document["references"]
        behind = next(each for each in references if each["outcome"] == "behind")
        assert (behind["first_seen"], behind["moves_behind"]) == ("2026-01-03T00:00:00Z", 2)
        assert f"Moves and times behind are told by the service {url}." in house.run("status").out
    monkeypatch.delenv("TAGWAKE_URL")
    assert told(house.run("watch", "list")).startswith("1 watch, 1 tag.")
    references = house.run("status", "--format", "json").document["references"]
    assert [each["moves_behind"] for each in references if each["outcome"] == "behind"] == [2]


def test_the_storage_of_a_registry_is_imported(house):
    for day, letter in ((1, "a"), (2, "b")):
        link = f"v2/repositories/team/app/_manifests/tags/1/index/sha256/{letter * 64}/link"
        file = house.write(link, f"sha256:{letter * 64}")
        os.utime(file, (1_767_225_600 + day * 86_400,) * 2)
    said = house.run("import", "distribution", ".", "--registry", "r.example")
    assert told(said) == "2 sightings read: 2 moves new.\n"
    assert "imported from distribution" in house.run("log", "r.example/team/app:1").out
    for arguments in ((".", "--registry", "r.example/x"), ("k8s", "--registry", "r.example")):
        assert house.run("import", "distribution", *arguments).status == 2


def test_lists_are_documents(house):
    house.run("watch", "add", GO)
    house.run("token", "add", "ci", "--scope", "read")
    house.run("source", "add", "quay", "main")
    house.run("subscription", "add", "chat", "https://chat.example/", "--image", "debian")
    for arguments, name in (
        (["watch", "list"], "watches"),
        (["token", "list"], "tokens"),
        (["source", "list"], "sources"),
        (["subscription", "list"], "subscriptions"),
        (["subscription", "dead"], "dead-letters"),
    ):
        document = house.run(*arguments, "--format", "json").document
        assert document["schema"] == f"tagwake/{name}/1"
        jsonschema.Draft202012Validator(schemas()[name]).validate(document)


def test_a_service_that_is_not_there(house, monkeypatch):
    monkeypatch.setenv("TAGWAKE_URL", "http://127.0.0.1:1")
    said = house.run("watch", "list")
    assert (said.status, said.out) == (3, "")
    assert said.err.startswith("error: the service http://127.0.0.1:1: ")
    monkeypatch.setenv("TAGWAKE_URL", "nonsense")
    assert house.run("log", GO).status == 2


def test_a_database_that_is_none_is_said_and_the_registry_answers(house):
    database = house.folder.parent / "state" / "tagwake.db"
    database.parent.mkdir()
    database.write_bytes(b"no database " * 1000)
    said = house.run("log", GO)
    assert (said.status, "Told by cgr.dev itself." in said.out) == (3, True)
    assert said.err.startswith("not done: the store of this machine: ")
    assert house.run("status").status == 0
    listed = house.run("watch", "list")
    assert (listed.status, listed.out, listed.err.count("\n")) == (3, "", 1)


def test_verbs_that_there_are_not(house):
    said = house.run("watch", "nix")
    assert said.status == 2
    assert "there is add, from, list, remove" in said.err
