"""What the service says of itself: a line of JSON an event, on standard error, and no secret in any."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import IO

LOGGER = logging.getLogger("tagwake.service")

_HOOK = re.compile(r"(/hooks/[^/\s?]*/[^/\s?]*/)[^\s?\"']+")
_SECRETS = re.compile(
    r"(?P<token>\btagwake_[A-Za-z0-9_-]{8,})"
    r"|(?P<signing>\bwhs(?:ec|k)_[A-Za-z0-9+/=_-]{8,})"
    r"|(?P<scheme>\b(?:[Bb]earer|[Bb]asic)\s+)(?=[a-z._~-]*[A-Z0-9+/=])[A-Za-z0-9+/=_.~-]{8,}"
    r"|(?P<login>://[^/\s:@]*:)[^/\s@]+(?=@)"
)
_EXTRA = "fields"


def redacted(text: str) -> str:
    """The text without tokens, signing secrets, credentials of headers and URLs, and the last segment of hooks' paths."""
    return _SECRETS.sub(_without, _HOOK.sub(r"\1…", text))


def open_log(stream: IO[str], level: int = logging.INFO) -> logging.Handler:
    """Send what the service and its server log to a stream; the handler, for :func:`close_log`."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    for name in ("tagwake", "uvicorn"):
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.setLevel(level if name == "tagwake" else max(level, logging.WARNING))
        logger.propagate = False
    return handler


def close_log(handler: logging.Handler) -> None:
    """Let go of the stream."""
    for name in ("tagwake", "uvicorn"):
        logging.getLogger(name).removeHandler(handler)
        logging.getLogger(name).propagate = True


def say(level: int, message: str, **fields: object) -> None:
    """Log an event and its fields."""
    LOGGER.log(level, message, extra={_EXTRA: fields})


class JsonLines(logging.Formatter):
    """A record as one line of JSON: time, level, message, its fields, and for an error what it was."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")[:-6] + "Z",
            "level": record.levelname.lower(),
            "message": redacted(record.getMessage()),
        }
        for name, value in getattr(record, _EXTRA, {}).items():
            told[name] = redacted(value) if isinstance(value, str) else value
        if record.exc_info is not None and record.exc_info[0] is not None:
            told["error"] = redacted(self.formatException(record.exc_info))
        return json.dumps(told, ensure_ascii=True, default=str)


def _without(found: re.Match[str]) -> str:
    if found["token"]:
        return "tagwake_…"
    if found["signing"]:
        return "whsec_…"
    return f"{found['scheme'] or found['login']}…"
