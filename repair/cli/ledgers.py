"""The ledger that a command is given."""

from __future__ import annotations

from pathlib import Path

from repair.files.terminal import say
from repair.history.ledger import Ledger, read

__all__ = ["read_ledger"]


def read_ledger(path: Path) -> Ledger:
    """The ledger in a file; one of a later form is told on standard error."""
    ledger = read(path)
    if ledger.note:
        say(ledger.note)
    return ledger
