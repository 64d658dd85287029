"""The service's API, from what it says of itself (OpenAPI)."""

import json
from typing import Any

from generator.markdown import inline, table
from tagwake.faces.service.api import description, open_api
from tagwake.faces.service.feed_watch import FeedWatch

_HOW = "written from the code, is what `GET /openapi.json` answers"


def pages() -> dict[str, str]:
    """One page with every path of ``/api``, and the description itself."""
    document = description(open_api(None, _no_feed()))  # type: ignore[arg-type]  # nothing is asked of it
    document["info"]["version"] = "0"  # else every release would change it
    lines = [
        "# The service's API\n",
        f"[openapi.json](openapi.json) (OpenAPI 3.1), {_HOW}. Who is let in is in [how to run the service](../how-to/run-the-service.md).\n",
        "Beside it the service answers in the shapes of registries, for clients that speak them:\n",
        "- `GET /v2/<registry>/<repository>/_chainguard/history/<tag>`",
        "- `GET /v2/<registry>/<repository>/_oci/tag-history/<tag>`",
        "- `GET /api/v1/repository/<registry>/<repository>/tag/`\n",
        'An error is one line of JSON: `{"status": 400, "error": "…"}`.\n',
    ]
    for path, methods in sorted(document["paths"].items()):
        for method, operation in sorted(methods.items()):
            lines.append(_operation(method, path, operation))
    text = json.dumps(document, indent=1, sort_keys=True) + "\n"
    return {"reference/http.md": "\n".join(lines).rstrip() + "\n", "reference/openapi.json": text}


def _no_feed() -> FeedWatch:
    return FeedWatch(None)  # type: ignore[arg-type]


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    parts = [f"## `{method.upper()} {path}`\n", f"{operation['summary']}.\n"]
    if operation.get("description"):
        parts.append(f"{inline(operation['description'])}\n")
    rows = [
        (f"`{each['name']}`" + (" (required)" if each.get("required") else ""), inline(each["description"]))
        for each in operation.get("parameters", ())
    ]
    if rows:
        parts.append(table(("parameter", "meaning"), rows))
    body = operation.get("requestBody")
    if body:
        parts.append(f"Takes `{_shape(body)}`.\n")
    good = [(status, answer) for status, answer in operation["responses"].items() if status.startswith("2")]
    told = ", ".join(
        f"{status}" + (f" with `{_shape(answer)}`" if answer.get("content") else "")
        for status, answer in good
    )
    parts.append(f"Answers {told}.\n")
    return "\n".join(parts)


def _shape(body: dict[str, Any]) -> str:
    schema = next(iter(body["content"].values()))["schema"]
    options = schema.get("oneOf") or schema.get("anyOf") or [schema]
    return " or ".join(
        option.get("$ref", option.get("type", "JSON")).rpartition("/")[2] for option in options
    )
