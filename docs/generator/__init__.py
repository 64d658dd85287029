"""The parts of the reference that the code writes; each part has `pages() -> {path below docs/: text}`."""
