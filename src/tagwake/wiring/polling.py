"""What looks at tags and lists them: the queues, and registries behind the operator's egress rule."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from tagwake.adapters.registries import open_registries
from tagwake.core.patience import Patience
from tagwake.core.poll_schedule import PollSchedule
from tagwake.core.reference import Stream
from tagwake.core.service_settings import ServiceSettings
from tagwake.verbs.list_tags import TagLister
from tagwake.verbs.look import Poller
from tagwake.wiring.counted import CountedLooker
from tagwake.wiring.service import Service

PATIENCE = Patience(attempt=20.0, question=45.0, attempts=2, longest_wait=0.0)
"""Of one look: what fails is due again later, and a host that asks to be left alone is left alone by all processes."""


@asynccontextmanager
async def open_pollers(
    service: Service, settings: ServiceSettings, environment: Mapping[str, str]
) -> AsyncIterator[tuple[Poller, TagLister]]:
    """What polls for a service: each ``run`` goes on until it is cancelled.

    :param environment: logins, proxies and certificate authorities are found by it.
    """
    schedule: PollSchedule[Stream] = PollSchedule(service.timing.chance)
    async with open_registries(
        settings.registries, environment, timing=service.timing, patience=PATIENCE, egress=settings.egress
    ) as registries:
        timing, threads = service.timing, service.threads
        poller = Poller(
            service.looks, CountedLooker(registries, service.tally), schedule, timing, threads=threads
        )
        yield (
            poller,
            TagLister(service.lists, service.looks, registries, timing, threads=threads, found=poller.nudge),
        )
