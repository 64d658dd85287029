"""Sources of hooks, and registries that are polled: what each said last, and how it fares."""

from tagwake.faces.service.asgi import Answer
from tagwake.faces.service.web.home import is_failing
from tagwake.faces.service.web.visit import NotFound, Visit
from tagwake.verbs.silent_sources import silent_sources

PARKED = 25
SHOWN = 2048
"""Bytes of a parked body that are shown."""
MAX_NUMBER = 2**62


async def sources(visit: Visit) -> Answer:
    """All of them."""
    health = await visit.service.call(visit.service.sources.health)
    silent = await visit.service.call(silent_sources, visit.service.sources, visit.service.history)
    backlog = await visit.service.call(visit.service.looks.backlog, now=visit.now)
    watches = await visit.service.call(visit.service.watches.watches)
    return visit.page(
        "sources",
        found=[(each, is_failing(each), silent.get((each.kind, each.name), 0)) for each in health],
        backlog=sorted(backlog, key=lambda each: each.host),
        watches=watches,
        search="",
    )


async def source(visit: Visit, kind: str, name: str) -> Answer:
    """One of them: why deliveries were refused, and those that could not be read."""
    before = visit.question("before").number("before", 0, MAX_NUMBER) or None
    stores = visit.service.sources
    health = await visit.service.call(stores.health)
    found = next((each for each in health if (each.kind, each.name) == (kind, name)), None)
    if found is None:
        raise NotFound(f"There is no source {kind}/{name}.")
    silent = await visit.service.call(silent_sources, stores, visit.service.history)
    refusals = await visit.service.call(stores.refusals, kind, name)
    parked = await visit.service.call(stores.parked, PARKED + 1, kind=kind, name=name, before=before)
    return visit.page(
        "source",
        found=found,
        is_failing=is_failing(found),
        missed=silent.get((kind, name), 0),
        refusals=refusals,
        parked=[(each, each.body[:SHOWN].decode(errors="replace")) for each in parked[:PARKED]],
        shown=SHOWN,
        next=parked[PARKED - 1].number if len(parked) > PARKED else None,
        before=before,
        search="",
    )
