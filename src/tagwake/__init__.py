"""tagwake: git for container image streams."""

__version__ = "0.1.0"
