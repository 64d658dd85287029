"""A widened pipe takes more than a small one, unread."""

import os

import pytest

from tagwake.adapters.pipe import SIZE, widen


def test_it_passes_what_is_written() -> None:
    reading, writing = os.pipe()
    try:
        widen(reading)
        assert os.write(writing, b"x" * 4096) == 4096
        assert os.read(reading, 4096) == b"x" * 4096
    finally:
        os.close(reading)
        os.close(writing)


def test_what_cannot_be_widened_is_left() -> None:
    descriptor = os.open(os.devnull, os.O_RDONLY)
    try:
        widen(descriptor)
        assert os.read(descriptor, 1) == b""
    finally:
        os.close(descriptor)


def test_it_asks_for_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    fcntl = pytest.importorskip("fcntl")
    asked = []
    monkeypatch.setattr(fcntl, "F_SETPIPE_SZ", 1031, raising=False)
    monkeypatch.setattr(fcntl, "fcntl", lambda *given: asked.append(given))
    widen(7)
    assert asked == [(7, 1031, SIZE)]
