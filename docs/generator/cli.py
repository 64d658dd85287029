"""The command line, from the commands themselves."""

import click

from generator.markdown import inline, table
from tagwake.faces.cli.catalogue import GROUPS, VERBS
from tagwake.faces.cli.main import root


def pages() -> dict[str, str]:
    """One page with every verb."""
    context = click.Context(root, info_name="tagwake", **root.context_settings)
    lines = [
        "# The command line\n",
        "Each verb does the same as the function of its name in [`tagwake.verbs`](api/verbs.md).",
        "What a run ends with is in [exit statuses](exit-statuses.md).\n",
        *(
            f"- {heading}: {', '.join(f'[`{name}`](#tagwake-{name})' for name in names)}"
            for heading, names in GROUPS.items()
        ),
        "\n`tagwake` alone inside a repository is `tagwake status`.\n",
        _options(root, context),
    ]
    for name in VERBS:
        command = root.get_command(context, name)
        assert command is not None
        lines.append(_verb(name, command, context))
        if isinstance(command, click.Group):
            inner = click.Context(command, info_name=name, parent=context, **command.context_settings)
            lines += [_verb(f"{name} {part}", each, inner) for part, each in command.commands.items()]
    return {"reference/cli.md": "\n".join(lines).rstrip() + "\n"}


def _verb(name: str, command: click.Command, parent: click.Context) -> str:
    context = click.Context(
        command, info_name=name.rpartition(" ")[2], parent=parent, **command.context_settings
    )
    usage = " ".join(command.collect_usage_pieces(context))
    parts = [f"## `tagwake {name}`\n", f"```text\ntagwake {name} {usage}\n```\n"]
    parts += [
        f"{inline(' '.join(paragraph.split()))}\n" for paragraph in (command.help or "").strip().split("\n\n")
    ]
    examples = getattr(command, "examples", ())
    if examples:
        parts.append(table(("example", "does"), [(f"`{line}`", means) for line, means in examples]))
    parts.append(_options(command, context))
    return "\n".join(parts)


def _options(command: click.Command, context: click.Context) -> str:
    rows = [record for each in command.get_params(context) if (record := each.get_help_record(context))]
    return table(("option", "meaning"), [(f"`{names}`", inline(means)) for names, means in rows if means])
