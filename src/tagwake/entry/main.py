"""Starts the command line: what it ends with, and what is said when it does not end well."""

import os
import sys

from tagwake import __version__

TYPE_CHECKING = False  # typing's own costs a tenth of the start-up budget
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

USAGE = 2
INCOMPLETE = 3
INTERRUPTED = 130
"""128 and the number of SIGINT, as shells have it."""
PIPE_CLOSED = 141
"""128 and the number of SIGPIPE."""


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Run ``tagwake`` and give its exit status.

    :param arguments: where there are none, those of the process, which is ``tagwake`` and ends here.
    """
    if arguments is not None:
        return _main(list(arguments))
    import gc

    gc.set_threshold(50_000, 20, 20)  # importing makes no garbage, and looking for it is a tenth of the start
    return _leave(_main(sys.argv[1:]))


def _main(given: list[str]) -> int:
    if sys.stdout is None or sys.stderr is None:  # closed by whoever started us
        nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for as long as the process lives
        sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
    try:
        if given == ["--version"]:  # answered before anything is imported
            sys.stdout.write(f"tagwake {__version__}\n")
            return _flushed(0)
        return _flushed(_run(given))
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        return INTERRUPTED
    except BrokenPipeError:
        return _quietly()
    except OSError as error:  # the output cannot be written, the working directory is gone: no fault of ours
        where = f"{error.filename}: " if error.filename else ""
        sys.stderr.write(f"error: {where}{(error.strerror or str(error)).lower()}\n")
        return INCOMPLETE


def _run(arguments: list[str]) -> int:
    import click

    from tagwake.core.errors import StoreFailed, TagwakeError, WriteFailed
    from tagwake.faces.cli.interrupted import Interrupted
    from tagwake.faces.cli.main import root
    from tagwake.faces.cli.starters import Starters

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        asked = os.environ.get("_TAGWAKE_COMPLETE")
        if asked:
            from tagwake.faces.cli.shells import complete

            return complete(root, asked)
        with root.make_context(
            "tagwake", arguments, obj=Starters(_registry, _demo, _serve, _work)
        ) as context:
            return int(root.invoke(context) or 0)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.UsageError as error:
        from tagwake.faces.cli.failure import usage_lines

        return _failed(usage_lines(error), USAGE)
    except click.ClickException as error:
        return _failed([f"error: {error.format_message()}"], USAGE)
    except Interrupted as interrupted:
        return _failed([f"Interrupted: {interrupted}."], INTERRUPTED)
    except TagwakeError as error:
        from tagwake.faces.cli.failure import explain

        _debug()
        return _failed(explain(error), INCOMPLETE if isinstance(error, WriteFailed | StoreFailed) else USAGE)
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - the last place that can tell a person
        _debug()
        said = f"{type(error).__name__}: {error}".splitlines()[0]
        return _failed(
            [
                f"error: tagwake met something that it does not know: {said}",
                "This is a fault of tagwake. TAGWAKE_DEBUG=1 shows where it happened: report it with that, please.",
            ],
            INCOMPLETE,
        )


def _registry(*arguments: object, **options: object) -> int:
    from tagwake.entry.registry import serve

    return serve(*arguments, **options)  # type: ignore[arg-type]  # the verb's own options, as declared there


def _demo(*arguments: object, **options: object) -> int:
    from tagwake.entry.demo import play

    return play(*arguments, **options)  # type: ignore[arg-type]  # as above


def _serve(*arguments: object, **options: object) -> int:
    from tagwake.entry.serve import serve

    return serve(*arguments, **options)  # type: ignore[arg-type]  # as above


def _work(*arguments: object, **options: object) -> int:
    from tagwake.entry.serve import work

    return work(*arguments, **options)  # type: ignore[arg-type]  # as above


def _failed(lines: "Sequence[str]", status: int) -> int:
    sys.stdout.flush()
    sys.stderr.write("".join(f"{line}\n" for line in lines))
    return status


def _debug() -> None:
    if os.environ.get("TAGWAKE_DEBUG"):
        import traceback

        traceback.print_exc()


def _leave(status: int) -> "NoReturn":
    """End the process without taking the interpreter apart, which would cost a sixth of a short run."""
    import atexit

    atexit._run_exitfuncs()  # noqa: SLF001 - what others asked for at exit still happens
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # nobody takes it any more
            status = status or PIPE_CLOSED
    os._exit(status)


def _flushed(status: int) -> int:
    sys.stdout.flush()
    return status


def _quietly() -> int:
    """Whoever read the output has gone: nothing is left to say, and nothing may fail at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    return PIPE_CLOSED
