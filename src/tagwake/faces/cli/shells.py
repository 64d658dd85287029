"""Completion in shells: what differs from click's own, which tears a reference apart at its colons in bash."""

import os

import click
from click.shell_completion import (
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
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
    local word="${line##*[[:space:]]}"
    # bash completes only what follows its last word break, and a reference has some
    local head="${word%%"${word##*[$COMP_WORDBREAKS]}"}"
    COMPREPLY=()
    while IFS=$'\\t' read -r kind reply; do
        [[ $kind == plain ]] && COMPREPLY+=("${reply#"$head"}")
    done < <(COMP_LINE="$line" %(complete_var)s=bash_complete "$1" 2>/dev/null)
}
complete -o bashdefault -o default -o nosort -F %(complete_func)s %(prog_name)s 2>/dev/null ||
    complete -o bashdefault -o default -F %(complete_func)s %(prog_name)s
"""

_FISH = """\
# tagwake completion for fish
function %(complete_func)s
    set --local found (env %(complete_var)s=fish_complete COMP_WORDS=(commandline -cp) COMP_CWORD=(commandline -t) \
%(prog_name)s 2>/dev/null)
    for each in $found
        set --local parts (string split \\t -- $each)
        switch $parts[1]
            case file
                __fish_complete_path $parts[2]
            case dir
                __fish_complete_directories $parts[2]
            case plain
                printf '%%s\\t%%s\\n' $parts[2] $parts[3]
        end
    end
end
complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""


class _WholeWords(ShellComplete):
    """Completes ``--option=value`` as the one word that it is to a shell."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        items = super().get_completions(args, incomplete)
        option, equals, _ = incomplete.partition("=")
        if equals and option.startswith("-"):
            for item in items:
                item.value = f"{option}={item.value}"
        return items


class Zsh(_WholeWords, ZshComplete):
    """zsh, by click's script."""


class Fish(_WholeWords, FishComplete):
    """fish, with what each candidate means, and commas in values."""

    source_template = _FISH

    def format_completion(self, item: CompletionItem[str]) -> str:
        """Kind, value and meaning."""
        return f"{item.type}\t{item.value}\t{' '.join((item.help or '').split())}"


class Bash(_WholeWords):
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
    _register()
    return shell_complete(root, {}, "tagwake", VARIABLE, instruction)


def script_of(root: click.Command, shell: str) -> str:
    """The completion script for ``bash``, ``zsh`` or ``fish``."""
    _register()
    made = get_completion_class(shell)
    assert made is not None
    return made(root, {}, "tagwake", VARIABLE).source()


def _register() -> None:
    for shell in (Bash, Zsh, Fish):
        add_completion_class(shell)
