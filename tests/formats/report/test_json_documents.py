"""The documents that machines read: PRODUCT, "Output contract"."""

import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.report.made import EVERYDAY, NEW, OLD, ONE_OF_EACH, outcome, placed, report

from tagwake.core.errors import InvalidReference
from tagwake.core.outcome import Outcome
from tagwake.core.pin import Form
from tagwake.core.reference import Reference
from tagwake.core.skipped_file import SkippedFile
from tagwake.formats.report.documents import Summary
from tagwake.formats.report.json_parse import parse_document
from tagwake.formats.report.json_report import report_document
from tagwake.formats.report.json_scan import scan_document
from tagwake.formats.report.schemas import schemas

SCHEMAS = schemas()


def read(verb, data):
    assert data.endswith(b"\n")
    assert data.count(b"\n") == 1
    document = json.loads(data)
    assert next(iter(document)) == "schema"
    assert document["schema"] == f"tagwake/{verb}/1"
    jsonschema.Draft202012Validator(SCHEMAS[verb]).validate(document)
    return document


@pytest.mark.parametrize("verb", sorted(SCHEMAS))
def test_each_schema_is_one(verb):
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[verb])
    assert SCHEMAS[verb]["properties"]["schema"]["enum"] == [f"tagwake/{verb}/1"]


@pytest.mark.parametrize("verb", ["status", "pin", "update"])
def test_a_report_as_json(verb):
    document = read(verb, report_document(ONE_OF_EACH, verb))
    assert list(document) == ["schema", "root", "lookups", "references", "summary"]
    behind = next(each for each in document["references"] if each["outcome"] == "behind")
    assert behind == {
        "path": "apps/behind/deployment.yaml",
        "line": 13,
        "column": 16,
        "text": f"registry.example.com/team/behind:1.13@{OLD}",
        "image": "registry.example.com/team/behind:1.13",
        "old": str(OLD),
        "new": str(NEW),
        "outcome": "behind",
        "reason": "why it is behind, in a few words",
        "first_seen": "2026-11-19T06:05:00Z",
        "moves_behind": 3,
    }
    assert document["summary"] == dict.fromkeys((each.value for each in Outcome), 1)


def test_the_summary_has_every_outcome_zeros_too():
    assert list(Summary.__struct_fields__) == [each.value for each in Outcome]
    document = read("status", report_document(EVERYDAY, "status"))
    assert document["summary"]["broken"] == 0
    assert sum(document["summary"].values()) == len(document["references"])


def test_a_scan_as_json():
    references = [
        ("k8s/app.yaml", placed("cgr.dev/chainguard/go:1.21", line=12, column=16, digest=OLD)),
        (
            "values.yaml",
            placed("ghcr.io/acme/api:2", form=Form.SPLIT, parts={"repository": (3, 9), "tag": (20, 21)}),
        ),
        ("bad.yaml", placed("docker.io/a:b", form=Form.INVALID, reason="no")),
    ]
    document = read("scan", scan_document(".", 3, [SkippedFile("big.bin", "binary")], references))
    assert list(document) == ["schema", "root", "files_scanned", "files_skipped", "references"]
    assert document["files_skipped"] == [{"path": "big.bin", "reason": "binary"}]
    assert document["references"][0] == {
        "path": "k8s/app.yaml",
        "line": 12,
        "column": 16,
        "span": [10, 108],
        "digest_span": [37, 108],
        "text": f"cgr.dev/chainguard/go:1.21@{OLD}",
        "registry": "cgr.dev",
        "repository": "chainguard/go",
        "tag": "1.21",
        "digest": str(OLD),
        "form": "tag+digest",
        "syntax": "kubernetes",
        "ignored": None,
    }
    assert document["references"][1]["parts"] == {"repository": [3, 9], "tag": [20, 21]}
    assert document["references"][2]["reason"] == "no"


def test_every_form_is_in_the_schema():
    forms = SCHEMAS["scan"]["$defs"]["ScannedReference"]["properties"]["form"]["enum"]
    assert sorted(forms) == sorted(form.value for form in Form)


def test_references_parsed_as_json():
    parsed = [
        ("debian:12", Reference.parse("debian:12"), None),
        ("De bian", None, InvalidReference("De bian", 0, "a repository name is lower case")),
    ]
    document = read("parse", parse_document(parsed))
    assert document["references"] == [
        {
            "text": "debian:12",
            "registry": "docker.io",
            "repository": "library/debian",
            "tag": "12",
            "digest": None,
            "error": None,
        },
        {
            "text": "De bian",
            "registry": None,
            "repository": None,
            "tag": None,
            "digest": None,
            "error": "a repository name is lower case",
        },
    ]


@given(st.text(st.characters(exclude_categories=()), min_size=1), st.text())
def test_any_name_of_a_file_is_kept_and_harms_no_terminal(path, reason):
    given_report = report(outcome(path, 1, "docker.io/a/b:1", Outcome.INVALID, reason=reason))
    data = report_document(given_report, "status")
    reference = json.loads(data)["references"][0]
    assert (reference["path"], reference["reason"]) == (path, reason)
    shown = data.decode()
    assert not any(c < " " or "\x7f" <= c <= "\x9f" or c in "\u2028\u2029\u202e" for c in shown[:-1])
