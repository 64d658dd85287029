"""Events as they are posted: every field, and their JSON Schema."""

import json
from typing import Any

from generator.markdown import table
from tagwake.core.event import EventType
from tagwake.formats.cloudevents import MEDIA_TYPE, schema

MEANS = {
    EventType.CREATED: "the tag was not there, or not known, and is now",
    EventType.MOVED: "the tag points to another digest",
    EventType.DELETED: "the tag is gone: looks have confirmed it, apart in time or after the registry said so",
    EventType.CORRECTED: "what was told of the tag has turned out to be otherwise, from `since` on",
}


def pages() -> dict[str, str]:
    """One page, and the schema."""
    made = schema()
    shapes = made["$defs"]
    return {
        "reference/events.md": (
            "# Events\n\n"
            f"A [subscription](../how-to/subscriptions.md) posts each event as a CloudEvents 1.0 document (`{MEDIA_TYPE}`). "
            "[event.json](schemas/event.json) is its JSON Schema; fields are added, and never taken away or given another meaning.\n\n"
            + table(("`type`", "tells that"), [(f"`{each}`", MEANS[each]) for each in EventType])
            + "\n## The document\n\n"
            + _fields(shapes["CloudEvent"])
            + "\n## `data`\n\nThe same as a row of `GET /api/events`.\n\n"
            + _fields(shapes["FeedEvent"])
        ),
        "reference/schemas/event.json": json.dumps(made, indent=2, ensure_ascii=False) + "\n",
    }


def _fields(shape: dict[str, Any]) -> str:
    rows = [
        (f"`{name}`", _kind(field), field.get("description", ""))
        for name, field in shape["properties"].items()
    ]
    return table(("field", "is", ""), rows)


def _kind(field: dict[str, Any]) -> str:
    if "anyOf" in field:
        return " or ".join(_kind(each) for each in field["anyOf"])
    if "enum" in field:
        return " or ".join(f"`{each}`" for each in field["enum"])
    if "$ref" in field or "allOf" in field:
        return "object"
    if field.get("format") == "date-time":
        return "time"
    return "digest" if "sha256" in field.get("pattern", "") else str(field["type"])
