"""The code base that every example of the documentation runs in, with a registry in which tags have moved."""

import os
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

from tagwake.testing.registry import EmbeddedRegistry, Store
from tagwake.testing.registry.store import system_time

NAMED = "cr.shop.example"
"""The registry in the examples: as long as `127.0.0.1:PORT`, so that columns stay columns."""


class Calendar:
    """The time that the registry keeps: so many days ago."""

    days_ago = 0

    def __call__(self) -> datetime:
        return system_time() - timedelta(days=self.days_ago, hours=self.days_ago and 1)


CALENDAR = Calendar()

_API = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  template:
    spec:
      containers:
        - name: api
          image: {api} # the shop's own
        - name: proxy
          image: cr.shop.example/mirror/nginx:1.27
"""
_DOCKERFILE = """\
FROM {python} AS build
RUN pip install --no-cache-dir shop
"""
_VALUES = """\
worker:
  image:
    repository: cr.shop.example/shop/worker
    tag: 2.0@{worker}
"""


def fill(store: Store) -> dict[str, str]:
    """Push the images, move two tags, and give the references as the code base has them."""
    platforms = ("linux/amd64", "linux/arm64")
    old: dict[str, str] = {}
    CALENDAR.days_ago = 40
    for repository, tag in (("shop/api", "1.4"), ("shop/worker", "2.0"), ("base/python", "3.12")):
        old[repository] = _push(store, repository, tag, "old", platforms)
    for days, repository, tag in ((6, "shop/api", "1.4"), (2, "base/python", "3.12")):
        CALENDAR.days_ago = days
        _push(store, repository, tag, "new", platforms)
    CALENDAR.days_ago = 0
    _push(store, "mirror/nginx", "1.27", "new", platforms)
    return {
        "api": f"{NAMED}/shop/api:1.4@{old['shop/api']}",
        "python": f"{NAMED}/base/python:3.12@{old['base/python']}",
        "worker": old["shop/worker"],
    }


def _push(store: Store, repository: str, tag: str, seed: str, platforms: tuple[str, ...]) -> str:
    return store.push_index(repository, tag, platforms=platforms, seed=f"{repository} {seed}")


def lay(folder: Path, registry: EmbeddedRegistry) -> None:
    """Write the code base to `folder` and commit it."""
    references = fill(registry.store)
    for path, text in (("k8s/api.yaml", _API), ("Dockerfile", _DOCKERFILE), ("chart/values.yaml", _VALUES)):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text.format(**references).replace(NAMED, registry.host))
    for command in (
        ["init", "--quiet", "--initial-branch", "main"],
        ["add", "."],
        ["commit", "--quiet", "-m", "The shop"],
    ):
        subprocess.run(["git", *command], cwd=folder, env={**os.environ, **AUTHOR}, check=True)


AUTHOR = {
    "GIT_AUTHOR_NAME": "Shop",
    "GIT_AUTHOR_EMAIL": "shop@shop.example",
    "GIT_COMMITTER_NAME": "Shop",
    "GIT_COMMITTER_EMAIL": "shop@shop.example",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}
