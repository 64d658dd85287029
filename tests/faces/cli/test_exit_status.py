"""What each command ends with: PRODUCT, "Exit status"; and what it says when it does not end well."""

import os
import subprocess

import pytest
from tests.faces.cli.stage import COMMAND

import tagwake
from tagwake.testing.registry import answering

FINE, FOUND, USAGE, INCOMPLETE = 0, 1, 2, 3


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--version"], FINE),
        (["--help"], FINE),
        (["status"], FINE),
        ([], FINE),
        (["status", "--check=broken"], FINE),
        (["status", "--check"], FOUND),
        (["status", "--check", "k8s"], FINE),
        (["status", "--check", "Dockerfile"], FOUND),
        (["status", "--check=unpinned"], FOUND),
        (["status", "--check=behind,broken"], FOUND),
        (["status", "--check=nonsense"], USAGE),
        (["scan"], FINE),
        (["scan", "nowhere"], USAGE),
        (["scan", "--nonsense"], USAGE),
        (["update", "--dry-run"], FINE),
        (["update"], FINE),
        (["update", "--to", "Not@valid"], USAGE),
        (["update", "--to", "cgr.dev/chainguard/go"], USAGE),
        (["pin"], FINE),
        (["digest", "cgr.dev/chainguard/go:1.21"], FINE),
        (["digest", "cgr.dev/chainguard/go:none"], INCOMPLETE),
        (["digest", "Not/A Reference"], USAGE),
        (["digest"], USAGE),
        (["parse", "debian:12"], FINE),
        (["parse", "debian:12", "de bian"], FOUND),
        (["hold", "debian:12", "--until", "2099-01-01"], FINE),
        (["hold", "debian:12", "--until", "1999-01-01"], USAGE),
        (["hold", "debian:12", "--until", "soon"], USAGE),
        (["unhold", "debian:12"], USAGE),
        (["registry", "--listen", "nowhere"], USAGE),
        (["registry", "--tls-key", "key.pem"], USAGE),
        (["completion", "bash"], FINE),
        (["completion", "tcsh"], USAGE),
        (["stauts"], USAGE),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_the_table(stage, arguments, status):
    said = stage.run(*arguments)
    assert said.status == status, said
    if status in (USAGE, INCOMPLETE):
        assert said.out == ""
        assert said.err.startswith("error: ")
        assert "Traceback" not in said.err


def test_a_look_up_that_fails_leaves_the_others_done(stage):
    stage.registry.faults.add(answering(500, path="*/chainguard/node/*"))
    said = stage.run("status")
    assert said.status == INCOMPLETE
    assert "  behind " in said.out
    assert "  unresolved " in said.out


def test_found_wins_over_incomplete(stage):
    stage.registry.faults.add(answering(500, path="*/chainguard/node/*"))
    assert stage.run("status", "--check").status == FOUND


def test_settings_that_cannot_be_read_name_the_place(stage):
    stage.write("tagwake.toml", "[scan]\nexclud = ['x']\n")
    said = stage.run("status")
    assert said.status == USAGE
    assert said.err.startswith("error: tagwake.toml:2:1: ")
    assert "exclude" in said.err
    assert said.err.count("\n") == 1


def test_a_reference_that_is_none_gets_a_caret(stage):
    said = stage.run("digest", "cgr.dev/go:1.2 1")
    assert said.err.splitlines()[1:] == ["cgr.dev/go:1.2 1", "              ^ ' ' cannot stand in a tag"]


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (
            ["status", "--chek"],
            ["error: no such option '--chek'; the nearest is --check", "Next: `tagwake status --help`"],
        ),
        (["digest"], ["error: missing argument 'REF'", "Next: `tagwake digest --help`"]),
        (
            ["scan", "--format", "xml"],
            [
                "error: invalid value for '--format': 'xml' is not one of 'text', 'json'",
                "Next: `tagwake scan --help`",
            ],
        ),
        (
            ["status", "--check=unpinnd"],
            [
                "error: invalid value for --check: 'unpinnd' is no outcome; the nearest is unpinned",
                "Next: `tagwake status --help`",
            ],
        ),
        (
            ["stauts"],
            ["error: there is no verb 'stauts'; the nearest is `tagwake status`", "Next: `tagwake --help`"],
        ),
        (
            ["k8s"],
            [
                "error: 'k8s' is a path: put a verb before it, as in `tagwake status k8s`",
                "Next: `tagwake --help`",
            ],
        ),
        (["qqqq"], ["error: there is no verb 'qqqq'; `tagwake --help` lists them", "Next: `tagwake --help`"]),
        (
            ["qq\x1b[31mq"],
            ["error: there is no verb 'qq\\x1b[31mq'; `tagwake --help` lists them", "Next: `tagwake --help`"],
        ),
    ],
    ids=lambda value: " ".join(value).replace("\x1b", "ESC") if isinstance(value, list) else None,
)
def test_wrong_usage_says_what_and_what_to_type_next(stage, arguments, lines):
    said = stage.run(*arguments)
    assert said.status == USAGE
    assert said.err.splitlines() == lines


def test_the_unexpected_is_short_and_says_how_to_tell_us(stage, monkeypatch):
    def fail(*_arguments, **_options):
        raise RuntimeError("the moon\nis new")

    monkeypatch.setattr("tagwake.formats.report.scan_text.scan_lines", fail)
    said = stage.run("scan")
    assert said.status == INCOMPLETE
    assert said.err.splitlines() == [
        "error: tagwake met something that it does not know: RuntimeError: the moon",
        "This is a fault of tagwake. TAGWAKE_DEBUG=1 shows where it happened: report it with that, please.",
    ]
    monkeypatch.setenv("TAGWAKE_DEBUG", "1")
    assert "Traceback" in stage.run("scan").err


def test_a_reader_that_goes_away_is_no_error(stage):
    stage.write("many.txt", "".join(f"x/y:{n}@sha256:{n:064x}\n" for n in range(5000)))
    process = subprocess.Popen(
        [*COMMAND, "scan"],
        cwd=stage.folder,
        env=stage.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 141
    process.stderr.close()


def test_the_version_is_that_of_the_package(stage):
    assert stage.run("--version").out == f"tagwake {tagwake.__version__}\n"
    assert stage.process("--version").out == f"tagwake {tagwake.__version__}\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a full device")
def test_a_full_disk_is_said(stage):
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, "scan"],
            cwd=stage.folder,
            env=stage.environment,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (3, b"error: no space left on device\n")


def test_closed_output_is_no_error(stage):
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *COMMAND, "scan"],
        cwd=stage.folder,
        env=stage.environment,
        stderr=subprocess.PIPE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_folder_that_is_gone_is_said(stage):
    gone = stage.folder / "gone"
    gone.mkdir()
    done = subprocess.run(
        ["sh", "-c", 'cd gone && rmdir ../gone && exec "$@"', "sh", *COMMAND],
        cwd=stage.folder,
        env=stage.environment,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (3, b"error: no such file or directory\n")
