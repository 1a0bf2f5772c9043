"""The manifest of a folder run: what became of every page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from repair.errors import ReadError

__all__ = ["MANIFEST", "read_manifest"]

MANIFEST = "manifest.jsonl"


def read_manifest(folder: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The header of a run and its rows, one a page; where a page was run again, its last row.

    A last line that was cut off is left out: a run may be going on. `ReadError` names the line that is no row.
    """
    path = folder / MANIFEST
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise ReadError(f"{path}: the manifest cannot be read: {error.strerror}.") from error
    said = [_row(line, f"{path}, line {number}") for number, line in enumerate(lines[:-1], 1)]
    if not said or said[0].get("manifest") != 1:
        raise ReadError(f'{path}, line 1: not a manifest of scan-repair: it must begin with {{"manifest": 1, …}}.')
    rows: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(said[1:], 2):
        if not isinstance(row.get("page"), str):
            raise ReadError(f"{path}, line {number}: the row names no page. The file was edited: run the folder again.")
        rows.pop(row["page"], None)
        rows[row["page"]] = row
    return said[0], list(rows.values())


def _row(line: bytes, where: str) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError as error:
        raise ReadError(f"{where}: not JSON ({error}). The file was edited: run the folder again.") from error
    if not isinstance(said, dict):
        raise ReadError(f"{where}: not a row of a manifest. The file was edited: run the folder again.")
    return said
