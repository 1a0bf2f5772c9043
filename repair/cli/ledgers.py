"""The ledger that a command is given."""

from __future__ import annotations

import sys
from pathlib import Path

from repair.ledger import Ledger, read

__all__ = ["read_ledger"]


def read_ledger(path: Path) -> Ledger:
    """The ledger in a file; one of a later form is told on standard error."""
    ledger = read(path)
    if ledger.note:
        print(f"repair: {ledger.note}", file=sys.stderr)
    return ledger
