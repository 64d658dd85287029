"""What ``status`` looks at, and what its check fails on."""

import subprocess

from tests.conftest import require_tool


def commit(stage):
    git = require_tool("git", "--since asks it")
    for arguments in (
        ["init", "--quiet"],
        ["add", "--all"],
        ["-c", "user.name=a", "-c", "user.email=a@b.test", "commit", "--quiet", "--message=all"],
    ):
        subprocess.run([git, *arguments], cwd=stage.folder, env=stage.environment, check=True)


def test_old_debt_does_not_fail_a_check_since(stage):
    commit(stage)
    assert stage.run("status", "--check").status == 1
    assert stage.run("status", "--check", "--since", "HEAD").status == 0
    stage.write("new.Dockerfile", "FROM debian:12\n")
    said = stage.run("status", "--check", "--since", "HEAD")
    assert said.status == 1
    assert "  unpinned  new.Dockerfile:1  debian:12" in said.out.splitlines()
    assert "Dockerfile:1" not in said.out.replace("new.Dockerfile:1", "")


def test_a_revision_that_git_does_not_know_is_wrong_usage(stage):
    commit(stage)
    said = stage.run("status", "--since", "nowhere")
    assert said.status == 2
    assert said.err.startswith("error: ")
    assert "nowhere" in said.err


def test_settings_say_what_a_check_fails_on(stage):
    with (stage.folder / "tagwake.toml").open("a") as settings:
        settings.write('\n[check]\nfail = ["behind"]\n')
    said = stage.run("status", "--check")
    assert said.status == 1
    assert "Check failed: 1 behind." in said.out
    assert stage.run("status", "--check=broken").status == 0


def test_only_and_except_choose_images(stage):
    said = stage.run("status", "--only", "cgr.dev/*", "--except", "*/node", "--format", "json").document
    assert said["summary"]["ignored"] == 3
    assert said["summary"]["behind"] == 1


def test_the_next_command_works_as_it_stands(stage):
    said = stage.run("status", "--only", "cgr.dev/*", "k8s")
    assert "`tagwake update '--only=cgr.dev/*' k8s` moves it" in said.out


def test_a_deep_look_asks_for_every_child(stage):
    stage.run("status", "--deep")
    children = stage.registry.log.find("*", "*/manifests/sha256:*")
    assert len({request.path for request in children}) >= 3


def test_long_shows_whole_digests(stage):
    assert f"{stage.digests['go old']} -> {stage.digests['go new']}" in stage.run("status", "--long").out
