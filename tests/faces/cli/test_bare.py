"""FACES, "Terminal": ``tagwake`` alone in a repository is ``tagwake status``; outside one it shows five verbs."""

import os

import pytest

from tagwake.faces.cli.catalogue import FIRST


@pytest.mark.parametrize("mark", [".git", "tagwake.toml"])
@pytest.mark.parametrize("below", [".", "k8s"])
def test_in_a_repository_it_is_status(alone, mark, below):
    alone.write("k8s/compose.yaml", "services:\n  api:\n    image: ghcr.io/acme/api:${TAG}\n")
    if mark == ".git":
        (alone.folder / mark).mkdir()
    else:
        alone.write(mark, "")
    os.chdir(alone.folder / below)
    assert alone.run() == alone.run("status")
    assert "1 templated" in alone.run().out


@pytest.mark.parametrize("columns", [60, 120])
def test_outside_one_it_shows_the_five_verbs_to_start_with(alone, columns, snapshot):
    said = alone.terminal(columns=columns)
    assert said.status == 0
    assert said.out == snapshot
    assert [
        line.split()[0] for line in said.out.splitlines() if line.startswith("  ") and line[2] != " "
    ] == [*FIRST]
