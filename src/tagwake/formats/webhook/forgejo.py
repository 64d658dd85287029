"""Forgejo's package webhook, which is Gitea's under headers of two names."""

from tagwake.formats.webhook.gitea import read

__all__ = ["read"]
