"""The terminal: one command a verb."""
