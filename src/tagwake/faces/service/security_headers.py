"""What every answer says to browsers: run nothing, embed nowhere, tell nobody where you came from."""

from tagwake.faces.service.asgi import Message

_DIRECTIVES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
POLICY = "; ".join(f"{name} {sources}" for name, sources in _DIRECTIVES.items())
"""Content-Security-Policy: nothing inline, nothing from elsewhere."""

HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"x-frame-options", b"DENY"),
    (b"cache-control", b"no-cache"),
)
_NAMES = frozenset(name for name, _ in HEADERS)


def secured(start: Message) -> Message:
    """The start of an answer with these headers; what it says itself stays."""
    headers = start.get("headers", ())
    said = {bytes(name).lower() for name, _ in headers}
    more = HEADERS if _NAMES.isdisjoint(said) else tuple(pair for pair in HEADERS if pair[0] not in said)
    return {**start, "headers": [*headers, *more]}
