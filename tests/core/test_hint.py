from dataclasses import replace

from tagwake.core.hint import Hint
from tagwake.core.reference import Stream

HINT = Hint("hub.example", "team/app", "1.2", "harbor", "main", "sha256:00")


def test_a_hint_of_a_tag_names_its_stream() -> None:
    assert HINT.stream == Stream("hub.example", "team/app", "1.2")


def test_a_hint_of_a_repository_names_none() -> None:
    assert replace(HINT, tag=None).stream is None


def test_a_look_that_it_asks_for_says_so() -> None:
    assert HINT.how == "hook:harbor"
