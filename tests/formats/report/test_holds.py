"""Holds as text and as JSON."""

import json
from datetime import date

import jsonschema
import pytest
from tests.formats.report.made import OLD

from tagwake.core.hold import Hold
from tagwake.core.image_glob import ImageGlob
from tagwake.formats.report.hold_text import held_lines, unheld_lines
from tagwake.formats.report.json_hold import hold_document, unhold_document
from tagwake.formats.report.schemas import schemas
from tagwake.formats.report.style import Style

TODAY = date(2026, 11, 25)
FAILS = Hold(ImageGlob("ghcr.io/acme/api:2"), OLD, "fails in staging", date(2026, 12, 1))
STREAM = Hold(ImageGlob("cgr.dev/chainguard/go:1.21"))


@pytest.mark.parametrize("columns", [None, 60, 120])
def test_what_people_see(columns, snapshot):
    style = Style(columns)
    said = [
        *held_lines(FAILS, "tagwake.toml", None, TODAY, style),
        *held_lines(STREAM, "tagwake.toml", FAILS, TODAY, style),
        *held_lines(STREAM, "tagwake.toml", STREAM, TODAY, style),
        *unheld_lines([FAILS, STREAM], "tagwake.toml", style),
    ]
    assert "\n".join(said) == snapshot


def test_as_json():
    entry = {
        "image": "ghcr.io/acme/api:2",
        "digest": str(OLD),
        "reason": "fails in staging",
        "until": "2026-12-01",
    }
    held = json.loads(hold_document("tagwake.toml", FAILS))
    assert held == {"schema": "tagwake/hold/1", "file": "tagwake.toml", "hold": entry}
    unheld = json.loads(unhold_document("tagwake.toml", [FAILS, STREAM]))
    assert unheld["removed"][0] == entry
    assert unheld["removed"][1]["digest"] is None
    for verb, document in (("hold", held), ("unhold", unheld)):
        jsonschema.Draft202012Validator(schemas()[verb]).validate(document)
