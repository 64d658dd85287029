"""The suites that a twin and its real adapter must both pass."""
