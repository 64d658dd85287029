"""SARIF 2.1.0, held against the standard's own schema."""

import json
from pathlib import Path

import jsonschema
import pytest
from tests.formats.report.made import EVERYDAY, OLD, ONE_OF_EACH, outcome, report

from tagwake.core.outcome import Outcome
from tagwake.core.skipped_file import SkippedFile
from tagwake.formats.report.sarif import sarif_document

SCHEMA = json.loads((Path(__file__).parents[2] / "data/sarif/sarif-2.1.0.json").read_bytes())
FAIL = (Outcome.UNPINNED, Outcome.BROKEN)


def sarif(given, fail=FAIL):
    log = json.loads(sarif_document(given, fail, "1.2.3"))
    jsonschema.Draft202012Validator(SCHEMA).validate(log)
    (run,) = log["runs"]
    return run


@pytest.mark.parametrize("given", [EVERYDAY, ONE_OF_EACH, report()], ids=["everyday", "each", "none"])
def test_it_validates_and_each_result_names_its_rule(given):
    run = sarif(given)
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_what_fails_the_check_is_an_error_and_nothing_else_is():
    levels = {result["ruleId"]: result["level"] for result in sarif(ONE_OF_EACH)["results"]}
    assert [rule for rule, level in levels.items() if level == "error"] == ["unpinned", "broken"]
    assert levels["behind"] == "warning"
    assert levels["held"] == "note"
    assert "current" not in levels


def test_a_check_of_current_has_a_rule_for_it():
    assert "current" in {result["ruleId"] for result in sarif(ONE_OF_EACH, (Outcome.CURRENT,))["results"]}


def test_a_result_has_place_message_and_a_name_that_lives_on():
    given = report(
        outcome("a b/\udce9.yaml", 7, "docker.io/debian:12", Outcome.UNPINNED),
        outcome("a b/\udce9.yaml", 9, "docker.io/debian:12", Outcome.UNPINNED),
        root="k8s",
    )
    first, second = sarif(given)["results"]
    location = first["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "k8s/a%20b/%E9.yaml"
    assert location["region"] == {"startLine": 7, "startColumn": 16, "byteOffset": 10, "byteLength": 19}
    assert first["message"]["text"] == "docker.io/debian:12 is unpinned; `tagwake pin` adds the digest"
    assert first["partialFingerprints"] != second["partialFingerprints"]


def test_what_could_not_be_done_is_said():
    given = report(incomplete=("a.yaml changed",), files_skipped=(SkippedFile("big.bin", "binary"),))
    (invocation,) = sarif(given)["invocations"]
    assert invocation["executionSuccessful"] is False
    texts = [note["message"]["text"] for note in invocation["toolExecutionNotifications"]]
    assert texts == ["a.yaml changed", "big.bin was not read: binary"]


def test_a_broken_pin_says_why():
    given = report(outcome("a.yaml", 1, "docker.io/a/b:1", Outcome.BROKEN, old=OLD, reason="404"))
    (result,) = sarif(given)["results"]
    assert result["message"]["text"].startswith("docker.io/a/b:1 is broken: 404; `tagwake update` moves it")
