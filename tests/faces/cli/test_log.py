"""``tagwake log`` as people and scripts use it: who answers, in which order, what is said and how it ends."""

import json
import re

import jsonschema
import pytest
from tests.adapters.git.repository import Repository
from tests.conftest import require_tool

from tagwake.formats.report.schemas import schemas
from tagwake.testing.registry import answering

GO = "cgr.dev/chainguard/go:1.21"
A, B = (f"sha256:{letter * 64}" for letter in "ab")
TIME = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?Z)?")


def settled(stage, text):
    """What was said, without this run's times and port."""
    text = text.replace(stage.registry.host, "HOST") if stage.registry else text
    return TIME.sub("WHEN", text)


def validated(document, name="log"):
    jsonschema.Draft202012Validator(schemas()[name]).validate(document)
    return document


@pytest.fixture
def commits(alone):
    """A repository that moved a pin twice, and back."""
    require_tool("git", "histories are read from real repositories")
    repository = Repository(alone.folder)
    for digest in (A, B, A):
        repository.commit({"Dockerfile": f"FROM {GO}@{digest}\n"}, after=86_400)
    return repository


def test_the_registrys_own_record_answers(stage, snapshot):
    said = stage.run("log", GO)
    assert said.status == 0
    assert settled(stage, said.out) == snapshot
    assert said.err == ""


def test_as_a_document(stage):
    said = stage.run("log", GO, "--format", "json")
    document = validated(said.document)
    assert document["image"] == GO
    assert document["source"] == f"{stage.registry.url}/v2/chainguard/go/_oci/tag-history/1.21"
    assert [move["digest"] for move in document["moves"]] == [
        stage.digests["go new"],
        stage.digests["go old"],
    ]
    assert [move["event"] for move in document["moves"]] == ["moved", "created"]
    assert said.err.startswith("Told by cgr.dev itself")


def test_commits_answer_where_the_registry_keeps_no_record(stage):
    repository = Repository(stage.folder)
    repository.commit()
    stage.registry.faults.add(answering(404, path="*tag-history*"))
    said = stage.run("log", GO)
    assert (said.status, said.err) == (0, "")
    assert "Told by the commits of this repository" in said.out
    assert f"commit {repository.git('rev-parse', 'HEAD')[:12]}" in said.out


def test_commits_answer_alone_where_they_are_asked(commits, alone, snapshot):
    said = alone.run("log", GO, "--from-git", "--color", "never")
    assert said.status == 0
    text = re.sub(r"commit [0-9a-f]{12}", "commit COMMIT", said.out)
    assert re.sub(r"\d+ \w+ ago", "SOME TIME ago", text) == snapshot


def test_a_registry_that_cannot_be_asked_is_said_and_the_rest_is_told(stage):
    Repository(stage.folder).commit()
    stage.registry.faults.add(answering(403, path="*tag-history*"))
    said = stage.run("log", GO)
    assert said.status == 3
    assert "Told by the commits of this repository" in said.out
    assert said.err.startswith("not done: the tag's registry: 403 from 127.0.0.1")


def test_where_nobody_knows(stage):
    said = stage.run("log", "cgr.dev/chainguard/go:none")
    assert (said.status, said.out) == (3, "")
    assert said.err.splitlines() == [
        "error: cgr.dev/chainguard/go:none: no history in the tag's registry or the commits of this repository",
        "Next: `tagwake digest cgr.dev/chainguard/go:none` says whether there is such a tag.",
    ]
    document = validated(stage.run("log", "cgr.dev/chainguard/go:none", "--format=json").document)
    assert (document["source"], document["moves"]) == ("", [])


@pytest.mark.parametrize(
    ("arguments", "events"),
    [
        (["-n", "1"], ["a"]),
        (["--since", "2026-01-03"], ["a", "b"]),
        (["--since", "2026-01-03T00:00:01Z"], ["a"]),
        (["--until", "2026-01-04"], ["b", "a"]),
        (["--since", "20000d", "--until", "1m"], ["a", "b", "a"]),
    ],
)
def test_a_part_of_it(commits, alone, arguments, events):
    document = alone.run("log", GO, "--from-git", *arguments, "--format=json").document
    assert [move["digest"].removeprefix("sha256:")[0] for move in document["moves"]] == events
    assert all(move["rollback"] is (move["position"] == 3) for move in document["moves"])


def test_thirty_unless_more_are_asked_for(alone):
    repository = Repository(alone.folder)
    for number in range(33):
        repository.commit({"Dockerfile": f"FROM {GO}@sha256:{number:064x}\n"})
    said = alone.run("log", GO, "--from-git")
    assert said.out.splitlines()[-1] == "  and 3 older: `--all` lists them"
    assert len(alone.run("log", GO, "--from-git", "--all").out.splitlines()) == 2 + 1 + 33
    assert len(alone.run("log", GO, "--from-git", "--format=json").document["moves"]) == 33


def test_the_digest_of_a_pin_is_pointed_out(commits, alone):
    said = alone.run("log", f"{GO}@{B}", "--from-git")
    (pointed,) = [line for line in said.out.splitlines() if "the digest that you named" in line]
    assert pointed.strip().startswith("moved ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["debian"], "error: debian: a history is that of a tag: write one, as in debian:latest"),
        (["debian:12", "--since", "yesterday"], "'yesterday' is no time: write 2026-01-31"),
        (["debian:12", "--until", "9999999d"], "is longer ago than time is told"),
        (["debian:12", "--verify", "--from-git"], "exclude one another"),
        (["debian:12", "--follow", "--until", "1d"], "--follow goes neither with --verify nor with --until"),
        (["debian:12", "--from-git"], "is in no git repository"),
        (["debian:12", "--verify"], "there is nothing to check"),
        (["De bian:12"], "is no image reference"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_makes_no_sense_is_refused(alone, arguments, said):
    run = alone.run("log", *arguments)
    assert run.status == 2
    assert said in run.err
    assert run.out == ""


def test_it_follows(stage, snapshot):
    """The pin moves while somebody watches; what was there comes first, oldest first."""
    repository = Repository(stage.folder)
    repository.commit({"Dockerfile": f"FROM {GO}@{A}\n"})
    repository.commit({"Dockerfile": f"FROM {GO}@{B}\n"})
    import subprocess

    from tests.faces.cli.stage import COMMAND

    process = subprocess.Popen(
        [*COMMAND, "log", GO, "--from-git", "--follow", "--format", "json"],
        cwd=stage.folder,
        env=stage.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        lines = [process.stdout.readline() for _ in range(2)]
        repository.commit({"Dockerfile": f"FROM {GO}@{A}\n"})
        lines.append(process.stdout.readline())
    finally:
        process.terminate()
        process.communicate()
    told = [validated(json.loads(line), "log-follow") for line in lines]
    assert [each["move"]["digest"] for each in told] == [A, B, A]
    assert [each["move"]["rollback"] for each in told] == [False, False, True]
    assert {each["source"] for each in told} == {"git"}
