"""One sentence for every outcome."""

import pytest
from tests.formats.report.made import ONE_OF_EACH, outcome

from tagwake.core.outcome import Outcome
from tagwake.formats.report.sentence import MEANING, sentence


@pytest.mark.parametrize("each", ONE_OF_EACH.references, ids=lambda each: each.outcome.value)
def test_it_names_image_and_outcome(each, snapshot):
    assert sentence(each) == snapshot
    assert each.outcome in MEANING


def test_a_remedy_that_the_reason_names_is_not_said_twice():
    said = sentence(
        outcome("a", 1, "docker.io/a:1", Outcome.UNPINNED, reason="no digest: `tagwake pin` adds it")
    )
    assert said == "docker.io/a:1 is unpinned: no digest: `tagwake pin` adds it"
