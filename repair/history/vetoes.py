"""Changes that a person refused, by their keys."""

from __future__ import annotations

import re
from pathlib import Path

from repair.core.bounded import VETOES, decode, json_of, read_file
from repair.core.errors import UsageError

__all__ = ["read_vetoes", "unmet"]

KEY = re.compile(r"[0-9a-f]{12}")
NAMED = 3  # vetoes that met nothing and are named; of more it is told how many they are


def read_vetoes(path: Path) -> frozenset[str]:
    """The keys in a veto file: one a line, or whole lines of a ledger; "#" begins a comment.

    So it can hold what a report saved, a few lines of ledgers, or a whole ledger, of one page or of many. A ledger's
    first line, and lines of it that are no changes, refuse nothing. `UsageError` with the line where something else
    stands.
    """
    # By these line ends alone: a row of a ledger may hold others.
    lines = re.split("\r\n?|\n", decode(path, read_file(path, VETOES, "the veto file")))
    keys = set()
    for number, line in enumerate(lines, 1):
        said = line.strip() if line.lstrip().startswith("{") else line.partition("#")[0].strip().lower()
        if not said:
            continue
        key = _of_row(said) if said.startswith("{") else said
        if key is None:
            continue
        if not KEY.fullmatch(key):
            raise UsageError(
                f"{path}, line {number}: {line.strip()[:40]!r} is not the key of a change: 12 of 0-9 and a-f, "
                "as in: repair explain LEDGER"
            )
        keys.add(key)
    return frozenset(keys)


def unmet(vetoes: frozenset[str], met: frozenset[str]) -> str:
    """What is said of vetoes that fitted no change; "" where all did.

    >>> unmet(frozenset({"bf1b5e0a7b0e"}), frozenset())
    '1 of 1 vetoes met no change: bf1b5e0a7b0e.'
    """
    left = sorted(vetoes - met)
    if not left:
        return ""
    more = f" and {len(left) - NAMED} more" if len(left) > NAMED else ""
    return f"{len(left)} of {len(vetoes)} vetoes met no change: {', '.join(left[:NAMED])}{more}."


def _of_row(row: str) -> str | None:
    """The key in a line of a ledger; None where the line is no change, "" where it is no line of a ledger."""
    try:
        said = json_of(row)
        if "ledger" in said or said.get("outcome") == "skipped":
            return None
        return str(said["key"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
