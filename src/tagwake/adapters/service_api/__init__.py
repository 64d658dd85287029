"""A running service, asked over its own API."""
