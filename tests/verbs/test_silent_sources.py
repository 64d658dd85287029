from datetime import timedelta

from tests.faces.service.stage import A, B, record, seen, service_on_twins
from tests.hook_samples import TOKEN, harbor

from tagwake.core.errors import UsageRefused
from tagwake.core.hook_login import PathToken
from tagwake.core.hook_source import HookSource
from tagwake.testing.twins.source_store import SourceStoreTwin
from tagwake.verbs.silent_sources import silent_sources

HUB = HookSource("dockerhub", "main", PathToken((TOKEN,)))


def test_a_source_is_silent_where_polling_finds_moves_that_it_did_not_tell_of() -> None:
    service = service_on_twins()
    start = seen("docker.io/shop/app:a", 0, A).seen_at
    service.sources.put(HUB, now=start)
    service.sources.put(harbor().source, now=start)
    service.sources.accepted({("dockerhub", "main"): 1, ("harbor", "main"): 1}, now=start)
    record(service, *(seen(f"docker.io/shop/app:{tag}", 10, A) for tag in "ab"))
    assert silent_sources(service.sources, service.history) == {}
    record(service, seen("docker.io/shop/app:c", 20, B))
    assert silent_sources(service.sources, service.history) == {("dockerhub", "main"): 3}
    service.sources.accepted({("dockerhub", "main"): 1}, now=start + timedelta(seconds=1))
    assert silent_sources(service.sources, service.history) == {}


class Locked(SourceStoreTwin):
    """Sources whose secrets no key opens."""

    def source(self, kind: str, name: str) -> HookSource | None:
        raise UsageRefused("no key")


def test_a_source_whose_secrets_are_locked_is_judged_by_its_kind() -> None:
    service = service_on_twins()
    sources = Locked()
    start = seen("docker.io/shop/app:a", 0, A).seen_at
    sources.put(HUB, now=start)
    sources.accepted({("dockerhub", "main"): 1}, now=start)
    record(service, *(seen(f"docker.io/shop/app:{tag}", 10, A) for tag in "abc"))
    assert silent_sources(sources, service.history) == {("dockerhub", "main"): 3}
