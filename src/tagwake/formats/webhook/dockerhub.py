"""Docker Hub: a tag, and neither a digest nor a signature; its ``callback_url`` is never called."""

from typing import Any

import msgspec

from tagwake.formats.webhook.body import read_json
from tagwake.formats.webhook.delivery import Claim, Delivery, Findings
from tagwake.formats.webhook.moment import read_moment

REGISTRY = "docker.io"


class _Push(msgspec.Struct):
    tag: str
    pushed_at: Any = None


class _Repository(msgspec.Struct):
    repo_name: str


class _Body(msgspec.Struct):
    push_data: _Push
    repository: _Repository


def read(delivery: Delivery) -> Findings:
    """A push."""
    body = read_json(delivery.body, _Body)
    push = body.push_data
    yield Claim(REGISTRY, body.repository.repo_name, push.tag, at=read_moment(push.pushed_at))
