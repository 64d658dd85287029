"""``--format json`` prints one document on standard output and nothing else; each validates against its schema."""

import json
from pathlib import Path

import jsonschema
import pytest

from tagwake.formats.report.schemas import schemas
from tagwake.testing.registry import answering

SARIF = json.loads((Path(__file__).parents[2] / "data/sarif/sarif-2.1.0.json").read_bytes())
HOLD = ["hold", "debian:12", "--reason", 'a "b"']


@pytest.mark.parametrize(
    "arguments",
    [
        ["scan"],
        ["scan", "Dockerfile", "k8s"],
        ["status"],
        ["status", "--check"],
        ["status", "--check=unpinned"],
        ["status", "--only", "cgr.dev/*"],
        ["update", "--dry-run"],
        ["update"],
        ["pin", "--dry-run"],
        ["pin"],
        ["digest", "cgr.dev/chainguard/go:1.21"],
        ["digest", "cgr.dev/chainguard/go:none"],
        ["parse", "debian", "De bian"],
        HOLD,
    ],
    ids=" ".join,
)
def test_one_document(stage, arguments):
    said = stage.run(*arguments, "--format", "json")
    document = said.document
    assert said.out.count("\n") == 1
    assert next(iter(document)) == "schema"
    assert document["schema"] == f"tagwake/{arguments[0]}/1"
    jsonschema.Draft202012Validator(schemas()[arguments[0]]).validate(document)


def test_unhold_has_one_too(stage):
    stage.run(*HOLD)
    document = stage.run("unhold", "debian:12", "--format", "json").document
    jsonschema.Draft202012Validator(schemas()["unhold"]).validate(document)
    assert document["removed"] == [{"image": "debian:12", "digest": None, "reason": 'a "b"', "until": None}]


def test_what_could_not_be_done_goes_to_standard_error(stage):
    stage.registry.faults.add(answering(500, path="*/chainguard/node/*"))
    said = stage.run("status", "--format", "json")
    assert said.document["summary"]["unresolved"] == 1
    assert said.err.startswith("not done: cgr.dev/chainguard/node:22")


def test_a_status_says_what_each_is(stage):
    document = stage.run("status", "--format", "json").document
    outcomes = {each["image"]: each["outcome"] for each in document["references"]}
    assert outcomes == {
        "debian:12": "unpinned",
        "ghcr.io/acme/api:${TAG}": "templated",
        "cgr.dev/chainguard/go:1.21": "behind",
        "cgr.dev/chainguard/node:22": "current",
    }
    behind = next(each for each in document["references"] if each["outcome"] == "behind")
    assert (behind["old"], behind["new"]) == (stage.digests["go old"], stage.digests["go new"])
    assert document["lookups"] == 2


def test_a_check_of_unpinned_asks_nobody(stage):
    document = stage.run("status", "--check=unpinned", "--format", "json").document
    assert document["lookups"] == 0
    assert len(stage.registry.log) == 0


def test_sarif_of_a_real_run(stage):
    said = stage.run("status", "--check", "--format", "sarif")
    assert said.status == 1
    jsonschema.Draft202012Validator(SARIF).validate(said.document)
    (run,) = said.document["runs"]
    assert {result["ruleId"]: result["level"] for result in run["results"]} == {
        "unpinned": "error",
        "behind": "warning",
    }


def test_annotations_of_a_real_run(stage):
    first, second, counts = stage.run("status", "--check", "--format", "github").out.splitlines()
    assert first.startswith(
        "::error file=Dockerfile,line=1,col=6,title=tagwake%3A unpinned::debian:12 is unpinned"
    )
    assert second.startswith("::warning file=k8s/app.yaml,line=5,col=14,")
    assert counts == "tagwake: 4 references, 1 fail the check, 2 annotated"


def test_markdown_of_a_real_run(stage):
    lines = stage.run("update", "--format", "markdown").out.splitlines()
    assert lines[0] == "2 pinned: 1 updated, 1 current. 1 reference is unpinned. 1 templated."
    assert "| updated | `k8s/app.yaml:5` | `cgr.dev/chainguard/go:1.21` |" in lines[4]
