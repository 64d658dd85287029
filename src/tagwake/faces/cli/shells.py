"""Completion in shells: what differs from click's own, which tears a reference apart at its colons in bash."""

import os

import click
from click.shell_completion import (
    CompletionItem,
    ShellComplete,
    add_completion_class,
    get_completion_class,
    shell_complete,
    split_arg_string,
)

VARIABLE = "_TAGWAKE_COMPLETE"

_BASH = """\
# tagwake completion for bash
%(complete_func)s() {
    local line="${COMP_LINE:0:COMP_POINT}" kind reply
    local value="${line##*[[:space:]]}"
    [[ $value == -*=* ]] && value="${value#*=}"
    # bash completes only what follows its last word break, and a reference has some
    local head="${value%%"${value##*[$COMP_WORDBREAKS]}"}"
    COMPREPLY=()
    while IFS=$'\\t' read -r kind reply; do
        [[ $kind == plain ]] && COMPREPLY+=("${reply#"$head"}")
    done < <(COMP_LINE="$line" %(complete_var)s=bash_complete "$1" 2>/dev/null)
}
complete -o bashdefault -o default -o nosort -F %(complete_func)s %(prog_name)s 2>/dev/null ||
    complete -o bashdefault -o default -F %(complete_func)s %(prog_name)s
"""


class Bash(ShellComplete):
    """bash, 3.2 and later; where a path is wanted it completes files itself."""

    name = "bash"
    source_template = _BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the cursor, and the one that it is in."""
        line = os.environ.get("COMP_LINE", "")
        words = split_arg_string(line)
        incomplete = "" if not words or line[-1:].isspace() else words.pop()
        return words[1:], incomplete

    def format_completion(self, item: CompletionItem[str]) -> str:
        """Kind and value."""
        return f"{item.type}\t{item.value}"


def complete(root: click.Command, instruction: str) -> int:
    """Answer a shell that asks for completions: ``bash_complete``, ``zsh_complete``, ``fish_complete``."""
    add_completion_class(Bash)
    return shell_complete(root, {}, "tagwake", VARIABLE, instruction)


def script_of(root: click.Command, shell: str) -> str:
    """The completion script for ``bash``, ``zsh`` or ``fish``."""
    add_completion_class(Bash)
    made = get_completion_class(shell)
    assert made is not None
    return made(root, {}, "tagwake", VARIABLE).source()
