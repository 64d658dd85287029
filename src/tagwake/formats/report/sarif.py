"""SARIF 2.1.0 (OASIS): findings for code scanning."""

from collections import Counter
from collections.abc import Collection
from typing import Any
from urllib.parse import quote

from tagwake.core.outcome import Outcome
from tagwake.core.report import ReferenceOutcome, Report
from tagwake.formats.report.asked import ORDER, QUIET
from tagwake.formats.report.sentence import MEANING, REMEDY, sentence
from tagwake.formats.report.under_root import under_root
from tagwake.formats.report.visible import visible

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_RULES = tuple(outcome for outcome in ORDER if outcome not in QUIET)
_NOTES = frozenset({Outcome.HELD, Outcome.WAITING, Outcome.UNTAGGED, Outcome.UPDATED, Outcome.PINNED})


def sarif_document(report: Report, fail: Collection[Outcome], version: str) -> bytes:
    """One SARIF log of one run, as UTF-8; what ``fail`` names is an error, the rest warnings and notes.

    :param version: of tagwake.
    """
    import json

    rules = [*_RULES, *(outcome for outcome in ORDER if outcome in fail and outcome not in _RULES)]
    seen: Counter[str] = Counter()
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "tagwake",
                        "version": version,
                        "rules": [_rule(outcome, fail) for outcome in rules],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [_invocation(report)],
                "results": [
                    _result(report.root, each, rules, fail, seen)
                    for each in report.references
                    if each.outcome in rules
                ],
            }
        ],
    }
    return json.dumps(log, separators=(",", ":")).encode() + b"\n"


def _level(outcome: Outcome, fail: Collection[Outcome]) -> str:
    return "error" if outcome in fail else "note" if outcome in _NOTES else "warning"


def _rule(outcome: Outcome, fail: Collection[Outcome]) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": outcome.value,
        "name": outcome.value.capitalize(),
        "shortDescription": {"text": MEANING[outcome]},
        "defaultConfiguration": {"level": _level(outcome, fail)},
    }
    if outcome in REMEDY:
        rule["help"] = {"text": f"{REMEDY[outcome]}."}
    return rule


def _invocation(report: Report) -> dict[str, Any]:
    notes = [f"{visible(file.path)} was not read: {visible(file.reason)}" for file in report.files_skipped]
    return {
        "executionSuccessful": not report.incomplete,
        "toolExecutionNotifications": [
            *({"level": "error", "message": {"text": visible(line)}} for line in report.incomplete),
            *({"level": "note", "message": {"text": line}} for line in notes),
        ],
    }


def _result(
    root: str,
    each: ReferenceOutcome,
    rules: list[Outcome],
    fail: Collection[Outcome],
    seen: Counter[str],
) -> dict[str, Any]:
    reference = each.reference
    start, end = reference.span
    # One alert lives on while lines move: it is known by file and image, and by which of several it is.
    name = f"{each.path}:{reference.image}:{each.outcome.value}"
    seen[name] += 1
    path = under_root(root, each.path)
    uri = quote(path.encode("utf-8", "surrogateescape"), safe="/~")
    return {
        "ruleId": each.outcome.value,
        "ruleIndex": rules.index(each.outcome),
        "level": _level(each.outcome, fail),
        "message": {"text": visible(sentence(each))},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": f"file://{uri}" if path.startswith("/") else uri},
                    "region": {
                        "startLine": reference.line,
                        "startColumn": reference.column,
                        "byteOffset": start,
                        "byteLength": end - start,
                    },
                }
            }
        ],
        "partialFingerprints": {"tagwakeReference/v1": f"{visible(name)}:{seen[name]}"},
    }
