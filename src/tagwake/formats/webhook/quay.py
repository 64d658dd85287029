"""Quay's ``repo_push``: the tags that were pushed, and nothing else: no digest, no time, no signature."""

import msgspec

from tagwake.formats.webhook.body import read_json
from tagwake.formats.webhook.delivery import Claim, Delivery, Findings


class _Body(msgspec.Struct):
    repository: str
    updated_tags: list[str]
    docker_url: str | None = None


def read(delivery: Delivery) -> Findings:
    """A push of one or more tags; a body by a template of the user's own is not read."""
    body = read_json(delivery.body, _Body)
    host, slash, _ = (body.docker_url or "").partition("/")
    for tag in body.updated_tags:
        yield Claim(host if slash else None, body.repository, tag)
