from datetime import UTC, datetime

import pytest

from tagwake.core.access import Scope, token_hash
from tagwake.core.errors import UsageRefused
from tagwake.testing.twins.token_store import TokenStoreTwin
from tagwake.verbs.token import give_token

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_token_is_told_once_and_kept_as_a_hash():
    store = TokenStoreTwin()
    text = give_token(store, "ci", [Scope.READ], random_bytes=bytes, now=NOW)
    found = store.find(token_hash(text))
    assert (found.name, found.scopes, found.created_at) == ("ci", {Scope.READ}, NOW)
    assert text not in repr(store)
    with pytest.raises(UsageRefused):
        give_token(store, "ci", [Scope.READ], random_bytes=bytes, now=NOW)
