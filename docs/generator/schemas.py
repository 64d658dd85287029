"""The JSON Schema of every document that `--format json` prints."""

import json

from generator.markdown import table
from tagwake.formats.report.schemas import schemas


def pages() -> dict[str, str]:
    """A schema a verb, and their index."""
    made = {
        f"reference/schemas/{verb}.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for verb, schema in schemas().items()
    }
    rows = [(f"`{schema['$id']}`", f"[{verb}.json]({verb}.json)") for verb, schema in schemas().items()]
    made["reference/schemas/README.md"] = (
        "# JSON Schemas\n\n"
        "`--format json` prints one document on standard output, and nothing else. Its first key is `schema`; "
        "within one number of a schema, keys are added and never taken away or given another meaning.\n\n"
        + table(("`schema`", "JSON Schema 2020-12"), rows)
    )
    return made
