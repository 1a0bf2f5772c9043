"""A row of a manifest, or its header, as it is read: checked, and with what an earlier version did not write."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

from repair.core.bounded import FILE, cut, is_name, json_of
from repair.core.checked import MOST, filled
from repair.core.errors import ReadError, shown

__all__ = ["PARTS", "SCHEMA", "Row", "lines_of", "note_of", "opened", "parsed", "whole"]

SCHEMA = 1
PARTS = 20  # bits for the number of a page in a file that was split
Row = dict[str, Any]


def opened(path: Path) -> IO[bytes]:
    """A manifest or a journal to read, which must be a file: a device would never end."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise ReadError(f"{shown(path)}: the manifest cannot be read: it is not a file.")
    return path.open("rb")


def lines_of(file: IO[bytes], path: Path) -> Iterator[bytes]:
    """The lines of a manifest, with their ends."""
    while said := file.readline(FILE):
        if len(said) == FILE:
            raise ReadError(f"{shown(path)}: a line of the manifest is longer than {FILE:,} bytes, the limit.")
        yield said


def parsed(said: bytes, path: Path, number: int, *, header: bool = False) -> Row:
    """A row or the header; with `header` it must be this. `ReadError`: neither."""
    try:
        row = json_of(said)
        if "manifest" in row:
            _refuse_odd_header(row)
            return dict(row)
        if not header:
            _refuse_odd(row)
            return whole(row)
        why = "it has no header"
    except (ValueError, TypeError) as error:
        why = str(error)
    raise ReadError(
        f"{shown(path)}, line {number}: not a row of a manifest ({why}). The file was edited. If you need nothing of "
        "it, move it away; then all pages are repaired again."
    )


class _Failure(NamedTuple):
    kind: str = ""
    said: str = ""


class _Quality(NamedTuple):
    before: float = 0.0
    after: float = 0.0
    parts: dict[str, float] = {}  # noqa: RUF012 (never written to)


class _Known(NamedTuple):
    """What the program uses of a row; a row may have more, and of earlier versions less."""

    page: str
    outcome: str
    input: str = ""
    input_sha256: str = ""
    settings: str = ""
    output_sha256: str = ""
    of: str = ""
    part: tuple[int, ...] = (1, 1)
    raw_chars: int = 0
    changes: dict[str, int] = {}  # noqa: RUF012
    safety: dict[str, int] = {}  # noqa: RUF012
    rules: dict[str, tuple[int, ...]] = {}  # noqa: RUF012
    quality: _Quality = _Quality()
    vetoed: tuple[str, ...] = ()
    error: _Failure = _Failure()


_MISSING: Row = {"input": "", "input_sha256": "", "settings": "", "output_sha256": "", "changes": {}, "safety": {}}
_UNKNOWN = {"kind": "unknown", "said": "The manifest does not say why."}


def _refuse_odd(row: Any) -> None:
    """`ValueError` for a row with values that are not as the program needs them."""
    known = filled(_Known, row)
    if not is_name(known.page):
        raise ValueError(f"{cut(known.page)} cannot be the name of a file")
    if len(known.part) != 2 or not 0 < known.part[0] < 1 << PARTS or (known.of and "part" not in row):
        raise ValueError(f"'part' is {cut(row.get('part'))}")
    if any(len(counts) != 2 for counts in known.rules.values()):
        raise ValueError(f"'rules' is {cut(row['rules'])}")
    if not isinstance(row.get("given", {}), dict):
        raise ValueError(f"'given' is {cut(row['given'])}")  # noqa: TRY004 (to the caller all faults are one)
    start, end = row.get("bytes", (0, 0))
    if not (type(start) is int and type(end) is int and 0 <= start <= end < 1 << 62):
        raise ValueError(f"'bytes' is {cut(row['bytes'])}")


def _refuse_odd_header(row: Any) -> None:
    if type(row["manifest"]) is not int or row["manifest"] < 1:
        raise ValueError(f"it is of version {cut(row['manifest'])}")
    if type(row.get("pages", 0)) is not int or not 0 <= row.get("pages", 0) <= MOST:
        raise ValueError(f"'pages' is {cut(row['pages'])}")


def whole(row: Row) -> Row:
    """A row with what an earlier version did not say."""
    if row["outcome"] == "repaired":
        return {**row, **{name: value for name, value in _MISSING.items() if name not in row}}
    known = {name: row[name] for name in row if name != "error"}
    return {**known, "error": {**_UNKNOWN, **row.get("error", {})}}


def note_of(header: Row, path: Path) -> str:
    """What is to be told of a manifest of a later form; "" of any other."""
    if header.get("manifest", SCHEMA) <= SCHEMA:
        return ""
    return (
        f"{shown(path)}: was written by {cut(header.get('tool', 'an unknown program'))}, in version "
        f"{header['manifest']} of its form, and this program knows version {SCHEMA}. What it does not know is kept."
    )
