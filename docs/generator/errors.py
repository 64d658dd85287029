"""The exception tree, as `tagwake.core.errors` draws it."""

import ast
from pathlib import Path

from generator.markdown import docstring

SOURCE = Path(__file__).parents[2] / "src" / "tagwake" / "core" / "errors.py"


def pages() -> dict[str, str]:
    """One page."""
    drawn = docstring(ast.get_docstring(ast.parse(SOURCE.read_text())))
    more = "Every class is described in [the API of `tagwake.core`](api/core.md#tagwakecoreerrors).\n"
    return {"reference/errors.md": f"# Exceptions\n\n{drawn}\n\n{more}"}
