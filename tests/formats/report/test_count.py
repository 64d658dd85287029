"""Numbers in words."""

from tagwake.formats.report.count import count, listed


def test_one_and_many():
    assert count(1, "file") == "1 file"
    assert count(0, "file") == "0 files"
    assert count(12345, "entry", "entries") == "12,345 entries"


def test_lists():
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed(["a", "b", "c"]) == "a, b and c"
