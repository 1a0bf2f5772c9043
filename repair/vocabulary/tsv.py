"""Word lists: UTF-8, tab-separated, sorted by code point, keys unique, `#` lines with the source at the head."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from repair.core.bounded import cut
from repair.core.errors import UsageError

__all__ = ["read_pairs", "read_words"]


def _rows(path: Path, content: str, columns: int) -> Iterator[tuple[int, list[str]]]:
    """Line number and fields of each row. Raises `UsageError` for keys that are not sorted or stand twice."""
    last = None
    for number, line in enumerate(content.split("\n"), 1):
        line = line.removesuffix("\r")
        if not line or (line[0] == "#" and last is None and not line.startswith("#\t")):
            continue
        row = line.split("\t")
        key = row[0]
        if not key:
            raise UsageError(f"{path}:{number}: nothing stands before the tab. Give the text to look for.")
        if last is not None and key <= last:
            if key == last:
                raise UsageError(f"{path}:{number}: {cut(key)} stands twice. Leave one of the lines.")
            raise UsageError(
                f"{path}:{number}: {cut(key)} must stand before {cut(last)}. "
                "Sort the lines by code point (LC_ALL=C sort)."
            )
        if len(row) < columns:
            raise UsageError(f"{path}:{number}: no tab after {cut(key)}. Write: before<TAB>after.")
        last = key
        yield number, row


def read_pairs(path: Path, content: str) -> dict[str, str]:
    """The rows of a table of replacements; a key that stands for itself is a protected word."""
    return {row[0]: row[1] for _, row in _rows(path, content, 2)}


def read_words(path: Path, content: str) -> dict[str, None]:
    """The first column of a word list, in order."""
    return dict.fromkeys(row[0] for _, row in _rows(path, content, 1))
