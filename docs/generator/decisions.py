"""The list of decision records."""

from pathlib import Path

FOLDER = Path(__file__).parents[1] / "decisions"


def pages() -> dict[str, str]:
    """The index of docs/decisions/."""
    records = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")
    lines = [
        "# Decisions\n",
        "Short records of choices that are not plain from the code: what was asked, what was decided, and why.",
        "A later decision that replaces an earlier one says so in both.\n",
        *(f"- [{_title(path)}]({path.name})" for path in records),
    ]
    return {"decisions/README.md": "\n".join(lines) + "\n"}


def _title(path: Path) -> str:
    return path.read_text().partition("\n")[0].removeprefix("# ")
