"""``update`` and ``pin`` at the terminal: the diff, what is written, and what is said."""

import subprocess

import pytest
from tests.conftest import require_tool


def test_a_dry_run_prints_a_diff_that_git_applies_and_writes_nothing(stage):
    before = (stage.folder / "k8s/app.yaml").read_bytes()
    said = stage.process("update", "--dry-run")
    assert said.status == 0
    assert (stage.folder / "k8s/app.yaml").read_bytes() == before
    git = require_tool("git", "it applies the diff")
    subprocess.run([git, "apply", "-"], input=said.out.encode(), cwd=stage.folder, check=True)
    after = (stage.folder / "k8s/app.yaml").read_bytes()
    assert after == before.replace(stage.digests["go old"].encode(), stage.digests["go new"].encode())
    assert said.err.splitlines()[-1] == "Next: nothing was written; `tagwake update` writes it."


def test_a_diff_of_a_folder_has_its_paths_from_here(stage):
    assert stage.run("update", "--dry-run", "k8s").out.splitlines()[0] == "--- a/k8s/app.yaml"


def test_an_update_moves_the_digest_and_nothing_else_and_a_second_one_nothing(stage):
    before = (stage.folder / "k8s/app.yaml").read_bytes()
    said = stage.run("update")
    after = (stage.folder / "k8s/app.yaml").read_bytes()
    assert after == before.replace(stage.digests["go old"].encode(), stage.digests["go new"].encode())
    assert said.out.splitlines()[0] == "2 pinned: 1 updated, 1 current. 1 reference is unpinned. 1 templated."
    again = stage.run("update")
    assert (stage.folder / "k8s/app.yaml").read_bytes() == after
    assert again.out.splitlines()[0] == "2 pinned: 2 current. 1 reference is unpinned. 1 templated."


def test_a_pin_adds_the_digest(stage):
    assert stage.run("pin", "Dockerfile").status == 0
    assert (stage.folder / "Dockerfile").read_text() == f"FROM debian:12@{stage.digests['debian']}\n"


def test_a_digest_is_set_by_hand(stage):
    node = stage.registry.store.push_image("chainguard/node", seed="23")
    said = stage.run("update", "--to", f"cgr.dev/chainguard/node:22@{node}")
    assert said.status == 0
    assert node in (stage.folder / "k8s/app.yaml").read_text()


@pytest.mark.parametrize("verb", ["update", "pin"])
def test_a_file_that_cannot_be_written_is_said_and_the_status_is_3(stage, verb, monkeypatch):
    from tagwake.adapters.worktree.folder_worktree import FolderWorktree
    from tagwake.core.errors import WriteFailed

    def refuse(_self, snapshot, _data, _is_sound):
        raise WriteFailed(f"{snapshot.path}: the disk is full")

    monkeypatch.setattr(FolderWorktree, "replace", refuse)
    said = stage.run(verb)
    assert said.status == 3
    assert "the disk is full" in said.out
    said = stage.run(verb, "--format", "json")
    assert said.status == 3
    assert "the disk is full" in said.err
    assert said.document["summary"]["updated"] == said.document["summary"]["pinned"] == 0
