"""The command `repair`: it parses, calls and prints. Each command has a module here, imported when it is used."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import IO

from repair.cli.exits import Exit
from repair.cli.parser import parser
from repair.cli.terminable import terminable
from repair.core.errors import ReadError, RepairError, RunError, UsageError, WriteError
from repair.files.terminal import say

__all__ = ["Exit", "main"]

CODES: dict[type[RepairError], Exit] = {
    UsageError: Exit.USAGE,
    ReadError: Exit.FAILED,
    RunError: Exit.FAILED,
    WriteError: Exit.WRITE,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code (`Exit`). Raises `SystemExit` for `--help` and for wrong options."""
    _stand_in()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a terminal without the character
    arguments = parser().parse_args(argv)
    try:
        with terminable():
            code: Exit = import_module(f"repair.cli.{arguments.module}").main(arguments)
        sys.stdout.flush()
        return code
    except RepairError as error:
        say(str(error))
        return next(code for kind, code in CODES.items() if isinstance(error, kind))
    except KeyboardInterrupt:
        say("interrupted. What was written is whole; run the command again to do the rest.")
        return Exit.INTERRUPTED
    except BrokenPipeError:  # whoever read our output has seen enough
        _abandon(sys.stdout)
        return Exit.OK
    except OSError as error:
        _abandon(sys.stdout)
        what = f"{error.filename} cannot be used" if error.filename else "the output cannot be written"
        say(f"{what}: {error.strerror}.")
        return Exit.WRITE


def _stand_in() -> None:
    """Open the standard streams that were closed before the start, as batch jobs do: `repair run - <&-`.

    What is opened can be used in the wrong direction only, so that to read or to print a result there fails with the
    message for a file that cannot be used; what is said on standard error goes nowhere.
    """
    ways = (("stdin", "r", os.O_WRONLY), ("stdout", "w", os.O_RDONLY), ("stderr", "w", os.O_WRONLY))
    for name, mode, flags in ways:
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, flags), mode, encoding="utf-8"))


def _abandon(stream: IO[str]) -> None:
    """Let what is still to be written go nowhere, so that the interpreter does not complain at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
