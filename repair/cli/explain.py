"""`repair explain`: what a ledger says."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from pathlib import Path

from repair.cli.exits import Exit
from repair.cli.ledgers import read_ledger
from repair.core.bounded import FILE, read_file
from repair.core.errors import ReadError, UsageError, shown
from repair.files.decoding import decode_as
from repair.files.packing import unpack
from repair.files.targets import ledger_beside, output_at
from repair.files.terminal import tell
from repair.history import explain
from repair.history.ledger import Ledger, sha256

__all__ = ["main", "raw_page"]

LARGEST = 8
"""Bytes of a character in any encoding, and more than a byte order mark has."""


def main(arguments: Namespace) -> Exit:
    """Print an overview, the changes asked for, or some of them in full."""
    path = output_at(arguments.ledger)
    beside = ledger_beside(path)
    ledger = read_ledger(beside if path.suffix != ".jsonl" and beside.is_file() else path)
    for rule in arguments.rule:
        ledger.step_of(rule)
    rows = [
        row
        for row in (explain.find(ledger, arguments.keys) if arguments.keys else ledger.rows)
        if (not arguments.rule or row.rule in arguments.rule)
        and arguments.outcome in (None, row.outcome)
        and arguments.line in (None, row.line)
    ]
    if arguments.json:
        lines = explain.as_json(rows)
    elif arguments.keys:
        raw = raw_page(ledger, arguments.raw)
        lines = (line for row in rows for line in [*explain.in_full(ledger, row, raw), ""])
    else:
        tell(explain.overview(ledger.header.page, Counter((row.outcome, row.safety) for row in ledger.rows)))
        tell(f"chain {ledger.header.chain} ({ledger.header.chain_hash}), --apply {ledger.header.apply}")
        chosen = arguments.rule or arguments.outcome or arguments.line
        lines = explain.by_rule(ledger, rows, few=None if chosen else explain.FEW)
    for line in lines:
        tell(line)
    if not rows and not arguments.json:
        tell("No such changes." if ledger.rows else "Nothing was changed and nothing suggested.")
    elif not arguments.json and not arguments.keys:
        tell(f"\nOne change in full, and how to refuse it: repair explain {arguments.ledger} KEY")
    return Exit.OK


def raw_page(ledger: Ledger, given: Path | None) -> str | None:
    """The decoded raw page, from the file given or from where it was when the page was repaired; None without."""
    path = given or _named(Path(ledger.header.page))
    most = min(FILE, LARGEST * ledger.header.raw_chars + LARGEST)
    try:
        data = unpack(path, read_file(path, most, "the raw file", plain=given is None), most)
    except (UsageError, ReadError):
        if given is None:
            return None
        raise
    if sha256(data) != ledger.header.raw_sha256:
        if given is None:
            return None
        raise UsageError(f"{given}: is not the raw file that this ledger was written for (its hash differs).")
    return decode_as(data, ledger.header.raw_encoding)


def _named(path: Path) -> Path:
    """The file of a name as it was recorded, in which what cannot be printed is spelt out."""
    if path.exists() or "\\" not in str(path) or not path.name:
        return path
    folder = _named(path.parent)
    try:
        return next((real for real in folder.iterdir() if shown(real.name) == path.name), path)
    except OSError:
        return path
