"""An OCI 1.1 registry of our own, over real HTTP, that can misbehave on purpose; aiohttp loads when it starts."""

from tagwake.testing.registry.auth import Account, BasicAuth, TokenAuth
from tagwake.testing.registry.embedded import EmbeddedRegistry
from tagwake.testing.registry.fault import Fault, FaultPlan, Kind, answering, refusing_head
from tagwake.testing.registry.happening import Happening
from tagwake.testing.registry.rate_limit import RateLimit
from tagwake.testing.registry.refusal import Refusal
from tagwake.testing.registry.request_log import Request, RequestLog
from tagwake.testing.registry.store import Store

__all__ = [
    "Account",
    "BasicAuth",
    "EmbeddedRegistry",
    "Fault",
    "FaultPlan",
    "Happening",
    "Kind",
    "RateLimit",
    "Refusal",
    "Request",
    "RequestLog",
    "Store",
    "TokenAuth",
    "answering",
    "refusing_head",
]
