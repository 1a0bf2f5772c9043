"""`repair undo`: the raw file from a repaired one."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

from repair.cli.exits import Exit
from repair.cli.ledgers import read_ledger
from repair.core.bounded import FILE, inside, read_file
from repair.core.change import Outcome
from repair.core.errors import UsageError
from repair.files.decoding import decode_as
from repair.files.guard import OVERWRITE, Write, left_alone, staged
from repair.files.packing import unpack
from repair.files.targets import ledger_beside, output_at
from repair.files.terminal import put, say
from repair.files.writing import settle
from repair.history.ledger import Ledger
from repair.history.undo import undo, undo_issue

__all__ = ["main"]


def main(arguments: Namespace) -> Exit:
    """Write the raw file, or the text before a rule."""
    output = output_at(arguments.output)
    place = arguments.ledger or ledger_beside(output)
    if arguments.ledger is None and not place.is_file():
        raise UsageError(f"{place}: there is no ledger beside {output}. Name it: repair undo {output} --ledger FILE")
    ledger = read_ledger(place)
    written = unpack(output, read_file(output, FILE, "the repaired file"), FILE)
    if ledger.header.pages and arguments.before is None:
        return _issue(written, ledger, arguments.to, arguments.existing)
    data = undo(written, ledger, arguments.before)
    if arguments.to:
        _write([Write(arguments.to, data)], arguments.existing, inputs=[output, place])
    else:
        put(data, decode_as(data, ledger.header.raw_encoding if arguments.before is None else ledger.header.written))
    if not any(row.outcome == Outcome.APPLIED and row.edits for row in ledger.rows):
        say(f"{output}: nothing to undo: the text was not changed.")
        return Exit.NOTHING
    return Exit.OK


def _issue(written: bytes, ledger: Ledger, folder: Path | None, existing: str | None) -> Exit:
    """Write the raw pages of an issue into a folder."""
    if folder is None or folder.is_file():
        raise UsageError(f"{ledger.name}: is the ledger of an issue; give a folder for its pages: -o FOLDER")
    pages = undo_issue(written, ledger)
    if outside := next((name for name, _ in pages if not inside(folder / name, folder)), None):
        raise UsageError(f"{ledger.name}: the page {outside} would be written outside {folder}. The ledger was edited.")
    _write([Write(folder / name, data) for name, data in pages], existing, parents=True)
    return Exit.OK


def _write(writes: list[Write], existing: str | None, *, inputs: Iterable[Path] = (), parents: bool = False) -> None:
    """Write the files, none of which stands over anything else unless that is asked for."""
    wanted = [write for write in writes if not left_alone(write.path, existing)]
    settle(staged(wanted, inputs=inputs, overwrite=existing == OVERWRITE, parents=parents))
