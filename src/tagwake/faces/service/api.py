"""``/api``: everything of it as one Litestar application, and what it says of itself (OpenAPI 3.1)."""

from typing import Any

import msgspec
from litestar import Litestar, Router
from litestar.di import Provide
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityRequirement, SecurityScheme
from msgspec import Struct

from tagwake import __version__
from tagwake.faces.service import (
    api_events,
    api_history,
    api_problem,
    api_sources,
    api_subscriptions,
    api_tokens,
    api_work,
)
from tagwake.faces.service.api_problem import HANDLERS
from tagwake.faces.service.feed_watch import FeedWatch
from tagwake.formats.api import deliveries, history, work
from tagwake.formats.history import native, renovate
from tagwake.wiring.service import Service

MAX_BODY = 8 * 1024 * 1024
"""Bytes of a body: an import of 10,000 sightings has some 3 MiB."""

_PARTS = (api_history, api_events, api_work, api_sources, api_subscriptions, api_tokens)
_SECURITY: list[SecurityRequirement] = [{}, {"token": []}]


def open_api(service: Service, feed: FeedWatch) -> Litestar:
    """The application; it answers ``/api/…`` and ``/openapi.json``."""
    router = Router("/api", route_handlers=[handler for part in _PARTS for handler in part.HANDLERS])
    return Litestar(
        route_handlers=[router],
        dependencies={
            "service": Provide(lambda: service, sync_to_thread=False),
            "feed": Provide(lambda: feed, sync_to_thread=False),
        },
        exception_handlers=HANDLERS,
        openapi_config=_openapi(),
        request_max_body_size=MAX_BODY,
        logging_config=None,
        debug=False,
    )


def description(application: Litestar) -> dict[str, Any]:
    """The OpenAPI document.

    Its shapes are those that msgspec itself reads and writes by: Litestar's own account of them leaves limits out.
    """
    document = application.openapi_schema.to_schema()
    schemas = document["components"]["schemas"]
    shapes = [shape for name, shape in _shapes().items() if name in schemas]
    _, components = msgspec.json.schema_components(shapes, ref_template="#/components/schemas/{name}")
    schemas.update(components)
    return document


def _shapes() -> dict[str, type[Struct]]:
    return {
        shape.__name__: shape
        for module in (api_problem, deliveries, history, native, renovate, work)
        for shape in vars(module).values()
        if isinstance(shape, type) and issubclass(shape, Struct)
    }


def _openapi() -> OpenAPIConfig:
    token = SecurityScheme(
        type="http",
        scheme="bearer",
        description="An access token; needed as soon as one was given.",
    )
    return OpenAPIConfig(
        title="tagwake",
        version=__version__,
        summary="Where container image tags have been",
        security=_SECURITY,
        components=Components(security_schemes={"token": token}),
        path="/-",  # its pages load scripts from elsewhere: only the document is served, and by ourselves
        create_examples=False,
    )
