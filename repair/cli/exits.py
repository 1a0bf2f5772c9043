"""What the command's exit codes mean."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["Exit"]


class Exit(IntEnum):
    """Exit codes of `repair`. Where several fit a run, the first of law, write, failed counts."""

    OK = 0  # all went well
    FAILED = 1  # some pages could not be read, or some cases did not pass; the others were done
    USAGE = 2  # the command, a rule, a chain or a veto file is not as it must be; nothing was done
    NOTHING = 3  # there was nothing to do, such as a change to undo
    LAW = 4  # a page broke a law of the program and was not written
    WRITE = 5  # a result could not be written; what was there before is unharmed
    INTERRUPTED = 130  # Ctrl-C, SIGTERM; what was written is whole
