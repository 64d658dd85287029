"""Every shape of the history says of every tag what the table says that was imported."""

import csv
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.e2e.history import real_moves, shape_reading
from tests.e2e.history.processes import MAIN, Member, ended, free_port
from tests.e2e.history.real_moves import Row
from tests.e2e.history.shape_reading import Change

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

HOST = "registry.example"
WHOLE = "TAGWAKE_WHOLE_TABLE"
"""Set to `1`: all of the real data, which takes a while."""
TICK = timedelta(milliseconds=1)
Spell = tuple[datetime, datetime, str | None]
"""A time in which the table says the same of a tag: the first and the last row, and the digest."""


def excerpt(rows: Sequence[Row]) -> list[Row]:
    """Tags that move much, tags that move little, and tags that come and go."""
    deletions: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        deletions[row.repository, row.tag] += not row.digest
    fickle = {name for name, count in deletions.items() if count > 2}
    chosen = [row for row in rows if (row.repository, row.tag) in fickle][:2500]
    return [
        *real_moves.of_tags(rows, between=(400, 800), least=2000),
        *real_moves.of_tags(rows, between=(2, 5), least=1500),
        *real_moves.of_tags(chosen, between=(1, 399), least=1000),
    ]


def spells(rows: Sequence[Row]) -> list[Spell]:
    """What the table says of one tag, oldest first; a deletion of what is not there says nothing."""
    said: list[Spell] = []
    for row in rows:
        at, digest = datetime.fromisoformat(row.at).astimezone(UTC), row.digest or None
        if said and said[-1][2] == digest:
            said[-1] = (said[-1][0], at, digest)
        else:
            said.append((at, at, digest))
    return said


def in_whole_seconds(changes: Sequence[Change]) -> list[Change]:
    return [Change(at.replace(microsecond=0), digest) for at, digest in changes]


def check(service: str, name: tuple[str, str], rows: Sequence[Row]) -> int:
    """Ask for one tag in every shape; how many questions were asked as of a moment."""
    repository, tag = f"{HOST}/{name[0]}", name[1]
    image, said = f"{repository}:{tag}", spells(rows)
    changes = [Change(first, digest) for first, _, digest in said]
    if changes[0].digest is None:
        changes = changes[1:]
    assert shape_reading.native(service, image, 100) == changes, image
    assert shape_reading.oci(service, repository, tag, 99) == changes, image
    living = [change for change in changes if change.digest is not None]
    assert shape_reading.chainguard(service, repository, tag) == living, image
    assert shape_reading.quay(service, repository, tag) == in_whole_seconds(changes), image
    # as of a moment: every change, or some of very many
    step = max(1, len(said) // 20)
    asked = 0
    for number in sorted({*range(0, len(said), step), len(said) - 1}):
        first, last, digest = said[number]
        following = said[number + 1] if number + 1 < len(said) else None
        before = said[number - 1] if number else None
        assert shape_reading.as_of(service, image, first) == ("exact", digest, None), image
        assert shape_reading.as_of(service, image, last) == ("exact", digest, None), image
        earlier = ("unknown", None, None) if before is None else ("within", before[2], digest)
        assert shape_reading.as_of(service, image, first - TICK) == earlier, image
        between = ("exact", digest, None) if following is None else ("within", digest, following[2])
        assert shape_reading.as_of(service, image, last + TICK) == between, image
        asked += 4
    return asked


async def test_every_shape_agrees_with_the_table(tmp_path: Path) -> None:
    everything = real_moves.read()
    rows = everything if os.environ.get(WHOLE) == "1" else sorted(excerpt(everything))
    table = tmp_path / "moves.csv"
    with table.open("w", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["observed_at", *Row._fields[1:]])
        writer.writerows(rows)
    tags: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        tags[row.repository, row.tag].append(row)
    environment = {"TAGWAKE_STATE_DIR": str(tmp_path / "state")}
    port = free_port()
    member = Member(tmp_path, "serve", ["serve", "--listen", f"127.0.0.1:{port}"], environment)
    command = [sys.executable, "-c", MAIN, "import", "csv", str(table), "--registry", HOST]
    kept = {key: value for key, value in os.environ.items() if not key.startswith("TAGWAKE_")}
    subprocess.run(
        command, env={**kept, "HOME": str(tmp_path), **environment}, cwd=tmp_path, check=True, timeout=600
    )
    service = f"http://127.0.0.1:{port}"
    with ended([member]):
        await member.start()
        with ThreadPoolExecutor(4) as threads:
            asked = sum(threads.map(lambda name: check(service, name, tags[name]), tags))
    deletions = sum(not row.digest for row in rows)
    assert len(tags) > 300
    assert deletions > 100
    print(f"{len(rows)} rows of {len(tags)} tags, {deletions} deletions, {asked} questions as of a moment")
