"""The real Renovate, with the configuration that the documentation shows, waits until a digest is old enough."""

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from tests import parts
from tests.servers import process

from tagwake.adapters.timing import system_timing
from tagwake.core.digest import Digest
from tagwake.core.reference import Stream
from tagwake.core.service_settings import ServiceSettings
from tagwake.core.sighting import Sighting
from tagwake.wiring.stores import open_stores

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

DOCUMENT = Path(__file__).parents[2] / "docs" / "how-to" / "renovate.md"
SHOWN_URL = "https://tagwake.example/"
MAIN = "import sys; from tagwake.entry.main import main; sys.exit(main())"
PINNED, NEW = (Digest("sha256", letter * 64) for letter in "ab")
NOWHERE = "http://127.0.0.1:9"  # the discard port: a request to anywhere but the service fails
WARNING = 40  # Renovate's levels are bunyan's
EXPECTED_WARNINGS = ("RE2 not usable, falling back to RegExp", "HTTP request to an internal host")


def shown_config(url):
    """`renovate.json` as the document puts it together, with our service in place of the example's."""
    _, _, section = DOCUMENT.read_text().partition("## In `renovate.json`\n")
    assert section.count(SHOWN_URL) == 1
    whole, apart = re.findall(
        r"^```json\n(.*?)^```$", section.replace(SHOWN_URL, f"{url}/"), re.MULTILINE | re.DOTALL
    )
    config, more = json.loads(whole), json.loads(apart)
    assert more.keys() == {"packageRules"}
    config["packageRules"] += more["packageRules"]
    return config


def record(state, repository, now, seen):
    """Write down that a tag went from one digest to another, so many days ago, or that an import says so."""
    stream = Stream("ghcr.io", repository, "2")
    with open_stores({"TAGWAKE_STATE_DIR": str(state)}, ServiceSettings()) as stores:
        for days, digest, how in seen:
            stores.history.record(Sighting(stream, now - timedelta(days=days), digest, how), now=now)


def code_base(folder, url, repositories):
    """A repository of git with a Dockerfile that pins all of them."""
    folder.mkdir()
    lines = [f"FROM ghcr.io/{each}:2@{PINNED}\n" for each in repositories]
    (folder / "Dockerfile").write_text("".join(lines))
    (folder / "renovate.json").write_text(json.dumps(shown_config(url)))
    for arguments in (["init", "--quiet"], ["add", "."]):
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    return folder


def look_up(folder, base):
    """What Renovate would do in this folder, by its log: a list of records."""
    node, script = parts.renovate()
    kept = {name: value for name, value in os.environ.items() if name in {"LANG", "PATH"}}
    done = subprocess.run(
        [node, script, "--platform=local", "--dry-run=lookup"],
        cwd=folder,
        env={
            **kept,
            "HOME": str(base),
            "RENOVATE_BASE_DIR": str(base),
            "LOG_FORMAT": "json",
            "LOG_LEVEL": "debug",
            "HTTP_PROXY": NOWHERE,
            "HTTPS_PROXY": NOWHERE,
            "NO_PROXY": "127.0.0.1",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_only_a_digest_that_was_seen_long_enough_ago_is_proposed(tmp_path):
    parts.renovate()
    state, now = tmp_path / "state", system_timing().now()
    before = (30, PINNED, "poll")
    record(state, "acme/old", now, [before, (10, NEW, "poll")])
    record(state, "acme/young", now, [before, (1, NEW, "poll")])
    record(state, "acme/imported", now, [(10, NEW, "import:csv")])
    with process(
        [sys.executable, "-c", MAIN, "serve", "--listen", "127.0.0.1:0"],
        tmp_path / "service",
        r'"message": "serving", "url": "([^"]+)"',
        {"HOME": str(tmp_path), "TAGWAKE_STATE_DIR": str(state)},
    ) as ready:
        folder = code_base(tmp_path / "code", ready[1], ["acme/old", "acme/young", "acme/imported"])
        log = look_up(folder, tmp_path / "renovate")

    (found,) = (each["config"] for each in log if each["msg"] == "packageFiles with updates")
    (ours,), (theirs,) = found["regex"], found["dockerfile"]
    assert {
        dependency["packageName"]: [
            (update["updateType"], update["newDigest"], update.get("pendingChecks", False))
            for update in dependency["updates"]
        ]
        for dependency in ours["deps"]
    } == {
        "ghcr.io/acme/old": [("digest", str(NEW), False)],
        "ghcr.io/acme/young": [("digest", str(NEW), True)],
        "ghcr.io/acme/imported": [("digest", str(NEW), True)],
    }
    assert [dependency["skipReason"] for dependency in theirs["deps"]] == ["disabled"] * 3
    (asked,) = (each for each in log if each["msg"] == "HTTP statistics")
    assert (list(asked["hosts"]), asked["requests"]) == (["127.0.0.1"], 3)
    warnings = [each["msg"] for each in log if each["level"] >= WARNING]
    assert [text for text in warnings if not text.startswith(EXPECTED_WARNINGS)] == []
