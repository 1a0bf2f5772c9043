"""`repair undo`: the raw file from a repaired one."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from repair.change import Outcome
from repair.cli.exits import Exit
from repair.cli.targets import ledger_beside
from repair.errors import UsageError
from repair.ledger import read
from repair.undo import undo
from repair.writing import refuse_overwrite, write_atomic

__all__ = ["main"]


def main(arguments: Namespace) -> Exit:
    """Write the raw file, or the text before a rule."""
    output: Path = arguments.output
    place = arguments.ledger or ledger_beside(output)
    if arguments.ledger is None and not place.is_file():
        raise UsageError(f"{place}: there is no ledger beside {output}. Name it: repair undo {output} --ledger FILE")
    ledger = read(place)
    try:
        written = output.read_bytes()
    except OSError as error:
        raise UsageError(f"{output}: the repaired file cannot be read: {error.strerror}.") from error
    data = undo(written, ledger, arguments.before)
    if arguments.to:
        refuse_overwrite(arguments.to, [output, place])
        write_atomic(arguments.to, data)
    else:
        sys.stdout.buffer.write(data)
    if not any(row.outcome == Outcome.APPLIED and row.edits for row in ledger.rows):
        print(f"repair: {output}: nothing to undo: the text was not changed.", file=sys.stderr)
        return Exit.NOTHING
    return Exit.OK
