"""GitLab's container registry: CNCF distribution's envelope, which an administrator has sent here as well."""

from tagwake.formats.webhook.distribution import read

__all__ = ["read"]
