"""Plays the demo: the main job on a sample code base, offline, by the real command against a real registry."""

import base64
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import join

from tagwake.entry import demo_service
from tagwake.entry.demo_sample import push_streams, write_code_base
from tagwake.formats.report.style import Style
from tagwake.formats.report.table import wrap
from tagwake.testing.registry import EmbeddedRegistry

_COMMAND = (sys.executable, "-c", "from tagwake.entry.main import main; raise SystemExit(main())")
_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the demo is played.

    :param code: the sample code base.
    :param registry: the folder that keeps the registry's content.
    :param environment: of the commands: nothing of the user's logins, proxies or settings of git.
    :param style: of the demo's own text.
    """

    code: Path
    registry: Path
    environment: Mapping[str, str]
    style: Style

    def say(self, text: str) -> None:
        """Print a line of the demo's own."""
        sys.stdout.writelines(f"{line}\n" for line in wrap(text, self.style.columns))
        sys.stdout.flush()

    def head(self, text: str) -> None:
        """Print the heading of an act."""
        self.say("")
        self.say(self.style.bold(f"== {text}"))

    def run(self, *arguments: str) -> int:
        """Show a ``tagwake`` command, and run it."""
        self.say("")
        self.say(self.style.dim("$ ") + join(("tagwake", *arguments)))
        return subprocess.run(  # noqa: S603 - our own
            [*_COMMAND, *arguments], cwd=self.code, env=self.environment, check=False
        ).returncode

    def git(self, *arguments: str) -> None:
        """Run git on the code base; without git the sample is a plain folder."""
        if shutil.which("git") is not None:
            who = ("-c", "user.name=demo", "-c", "user.email=demo@localhost", "-c", "commit.gpgsign=false")
            subprocess.run(  # noqa: S603 - our own
                ["git", "--no-pager", *who, *arguments],  # noqa: S607 - whichever git the user has
                cwd=self.code,
                env=self.environment,
                check=True,
            )


def play(style: Style) -> int:
    """Play it; gives the exit status: 0, or the first of a command's that was another.

    :param style: of the demo's own text.
    """
    folder = Path(tempfile.mkdtemp(prefix="tagwake-demo-"))
    stage = Stage(folder / "code", folder / "registry", _environment(os.environ, folder), style)
    registry = EmbeddedRegistry(stage.registry)
    with registry.in_thread():
        _set_up(stage, registry)
        failed = _act(stage) or _serve(stage, registry.host)
        host = registry.host
    if failed:
        stage.say(
            f"\nThe demo did not end well: a command ended with {failed}. The sample is in {stage.code}."
        )
        return failed
    _finish(stage, host)
    return 0


def _set_up(stage: Stage, registry: EmbeddedRegistry) -> None:
    stage.code.mkdir()
    write_code_base(stage.code, push_streams(registry.store), registry.host)
    stage.git("init", "--quiet", "--initial-branch=main")
    stage.git("add", "--all")
    stage.git("commit", "--quiet", "--message=Pin every image")
    stage.say(
        f"A registry listens on {registry.host}; four tags in it have moved since {stage.code} pinned them, in a "
        "Dockerfile, Compose, Kubernetes, kustomize, Helm, Flux, GitHub Actions, GitLab CI, shell, Make, Terraform and Markdown."
    )


def _act(stage: Stage) -> int:
    acts: Sequence[tuple[str, tuple[str, ...]]] = (
        ("What is pinned, and what is behind?", ("status",)),
        ("What would an update change? Digests, and nothing else.", ("update", "--dry-run")),
        ("Do it.", ("update",)),
        ("And now?", ("status",)),
    )
    for question, command in acts:
        stage.head(question)
        status = stage.run(*command)
        if status:
            return status
    if shutil.which("git") is not None:
        stage.say("")
        stage.say(stage.style.dim("$ ") + "git diff --stat")
        stage.git("diff", "--stat")
    return 0


def _serve(stage: Stage, host: str) -> int:
    """The service, with real history; where a person watches, it serves until Ctrl-C."""
    stage.head("Where has a tag been?")
    if not demo_service.is_possible():
        stage.say(
            "The service that records it needs more: `pip install 'tagwake[service]'`, and this goes on."
        )
        return 0
    folder = stage.code.parent
    demo_service.write_settings(folder, host)
    moves = demo_service.write_sample(folder)
    with demo_service.serving(_COMMAND, folder, stage.environment) as url:
        if not url:
            stage.say(f"The service did not start: {folder / 'service.log'} says why.")
            return 1
        stage.say(
            f"The service runs on {url}. It is told to follow every tag that is pinned here, and takes over what "
            "others have recorded of a thousand real tags of Microsoft's .NET images."
        )
        asking = replace(stage, environment={**stage.environment, "TAGWAKE_URL": url})
        for command in (
            ("watch", "from"),
            ("import", "csv", str(moves), "--registry", demo_service.REGISTRY),
            ("log", demo_service.STREAM),
        ):
            status = asking.run(*command)
            if status:
                return status
        _show_page(stage, url)
    return 0


def _show_page(stage: Stage, url: str) -> None:
    """Say where the pages are, and keep them there while a person looks."""
    stage.say(f"\nThe same in a browser: {url}/{demo_service.STREAM}")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        stage.say("It ends here, for nobody watches; in a terminal it serves until Ctrl-C.")
        return
    try:
        stage.say("It serves until Ctrl-C.")
        threading.Event().wait()
    except KeyboardInterrupt:
        stage.say("")


def _finish(stage: Stage, host: str) -> None:
    stage.head("What happened?")
    stage.say(
        "tagwake found every pin, asked the registry once for each tag, and moved the digests of the "
        "tags that had moved. One digest is held by tagwake.toml, and the image of one platform stayed the image of that platform."
    )
    stage.say(
        f"\nThe sample is in {stage.code}. To go on with it, start its registry again in another terminal:"
    )
    stage.say(f"  {join(('tagwake', 'registry', '--listen', host, '--root', str(stage.registry)))}")
    stage.say(f"and in {stage.code} try:")
    stage.say("  tagwake pin --dry-run             the digest that Dockerfile lacks")
    stage.say("  tagwake unhold ghcr.io/acme/api:2  and then `tagwake status`")
    stage.say("\nNext: `tagwake status` in a repository of your own.")


def _environment(given: Mapping[str, str], folder: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in given.items()
        if name.upper() not in _PROXIES and not name.startswith("TAGWAKE_")
    }
    nowhere = str(folder / "home")
    return kept | {
        "HOME": nowhere,
        "DOCKER_CONFIG": nowhere,
        "REGISTRY_AUTH_FILE": str(folder / "home" / "auth.json"),
        "XDG_CONFIG_HOME": nowhere,
        "XDG_CACHE_HOME": nowhere,
        "TAGWAKE_STATE_DIR": str(folder / "state"),
        "TAGWAKE_SECRET_KEY": base64.b64encode(os.urandom(32)).decode(),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
