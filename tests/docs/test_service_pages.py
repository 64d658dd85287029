"""What the pages about the service show can be used as it stands."""

import json
import re

from tests.checks.code_base import ROOT

from tagwake.formats.history import renovate
from tagwake.formats.service_settings import read_service_settings


def fenced(page, language):
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / "docs" / page).read_text(), re.DOTALL)


def test_the_settings_of_the_reference_can_be_read():
    (text,) = fenced("reference/service-configuration.md", "toml")
    settings = read_service_settings(text.encode())
    assert [source.kind for source in settings.sources] == ["harbor", "zot", "chainguard"]
    assert len(settings.repositories) == len(settings.immutable) == len(settings.registries) == 1


def test_what_renovate_is_told_is_what_we_tell():
    answer, configuration, rules = fenced("how-to/renovate.md", "json")
    assert [release.tag for release in renovate.decode(answer.encode())] == ["2", "2.1"]
    (manager,) = json.loads(configuration)["customManagers"]
    (pattern,) = manager["matchStrings"]
    line = f"FROM ghcr.io/acme/api:2@sha256:{'a' * 64}"
    found = re.fullmatch(pattern.replace("(?<", "(?P<"), line)
    assert (found["packageName"], found["currentValue"]) == ("ghcr.io/acme/api", "2")
    assert json.loads(rules)["packageRules"]
