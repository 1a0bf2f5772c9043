"""Changes that a person refused, by their keys."""

from __future__ import annotations

import json
import re
from pathlib import Path

from repair.errors import UsageError

__all__ = ["read_vetoes"]

KEY = re.compile(r"[0-9a-f]{12}")


def read_vetoes(path: Path) -> frozenset[str]:
    """The keys in a veto file: one a line, or whole lines of a ledger; "#" begins a comment.

    `UsageError` with the line where something else stands.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise UsageError(f"{path}: the veto file cannot be read: {why}.") from error
    keys = set()
    for number, line in enumerate(lines, 1):
        said = line.strip() if line.lstrip().startswith("{") else line.partition("#")[0].strip().lower()
        if not said:
            continue
        key = _of_row(said) if said.startswith("{") else said
        if not KEY.fullmatch(key):
            raise UsageError(
                f"{path}, line {number}: {line.strip()[:40]!r} is not the key of a change: 12 of 0-9 and a-f, "
                "as in: repair explain LEDGER"
            )
        keys.add(key)
    return frozenset(keys)


def _of_row(row: str) -> str:
    try:
        return str(json.loads(row)["key"])
    except (ValueError, KeyError):
        return ""
