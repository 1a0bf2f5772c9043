"""Pages that come as JSON Lines, a page a row.

A row holds `page`, the page's name, which may have slashes and is its place in an output folder; then its `text`, or
the `file` that it stands in; and, if you like, `meta`, any value, which is given back with each of its articles.
The form is published as a JSON Schema, `page.schema.json` (`repair schema page`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO, Any

from repair.core.bounded import cut, is_name, json_of
from repair.core.errors import shown
from repair.files.packing import damage, opened
from repair.files.sources import MAX_BYTES, Source
from repair.files.targets import holds_rows

__all__ = ["given_again", "unrolled"]

PAGES = (".txt", ".md")
LONGEST = 255  # bytes of a name on the usual disks


def unrolled(sources: Iterable[Source], *, stdin: bool = False, max_bytes: int = MAX_BYTES) -> Iterator[Source]:
    """The sources, with a source a row in the place of each file in JSON Lines; standard input is one with `stdin`.

    A row that is not as it must be comes as a source with a `problem`, so that it fails as a page does, alone.
    """
    for source in sources:
        if source.path is None and stdin:
            yield from _rows(sys.stdin.buffer, source, max_bytes)
        elif source.path is not None and holds_rows(source.path):
            number = 0
            try:
                with opened(source.path) as file:
                    for row in _rows(file, source, max_bytes):
                        number += 1
                        yield row
            except damage() as error:
                if not number:
                    yield source  # reading it will tell why
                else:
                    yield _wrong(_nth(source, number + 1), f"cannot be read, and what follows it: {error}.")
        else:
            yield source


def given_again(source: Source) -> dict[str, Any]:
    """What it takes to give a source as an input again, as a row: its text, or the full name of its file."""
    said = {} if source.problem or source.row is None else json_of(source.row)
    row = {name: said[name] for name in ("page", "text", "meta") if name in said}
    return row | ({"file": str(source.path.absolute())} if source.path and not source.problem else {})


def _rows(file: IO[bytes], source: Source, max_bytes: int) -> Iterator[Source]:
    for number, line in enumerate(iter(lambda: file.readline(max_bytes + 1), b""), 1):
        if not line.strip():
            continue
        row = replace(_nth(source, number), row=line.rstrip(b"\r\n"))
        if len(line) > max_bytes:
            while not line.endswith(b"\n") and (line := file.readline(max_bytes)):
                pass
            yield _wrong(row, f"is longer than {max_bytes:,} bytes, the limit for a page: --max-bytes N.")
            continue
        yield _row(row)


def _nth(source: Source, number: int) -> Source:
    """The row of that number of a file in JSON Lines, before it is read."""
    place = source.relative.with_name(f"{source.relative.stem}-row{number}.txt")
    return Source(f"{source.name}, row {number}", None, place)


def _row(row: Source) -> Source:
    try:
        said = json_of(row.row or b"")
    except ValueError as error:
        return _wrong(row, f"is not JSON: {error}.")
    if not isinstance(said, dict) or not isinstance(said.get("page"), str):
        return _wrong(row, 'has no "page", its name: {"page": "1950-03-01-p1", "text": "…"}.')
    name = said["page"]
    if why := _unfit(name):
        return _wrong(row, f'has a "page" that cannot be a name in a folder: {name[:80]!r} {why}.')
    place = Path(name) if name.lower().endswith(PAGES) else Path(f"{name}.txt")
    file, text = said.get("file"), said.get("text")
    if isinstance(text, str):
        try:
            return replace(row, name=shown(name), relative=place, data=text.encode())
        except UnicodeEncodeError as error:
            return _wrong(row, f"has half of a surrogate pair, which is no character, at {error.start} of its text.")
    if isinstance(file, str) and file and text is None:
        if not is_name(file):
            return _wrong(replace(row, relative=place), f'has a "file" that is no name of a file: {cut(file)}.')
        return replace(row, name=shown(file), relative=place, path=Path(file))
    return _wrong(replace(row, relative=place), 'has neither a "text" nor the name of a "file".')


def _unfit(name: str) -> str:
    """Why a name cannot be a place in a folder; "" if it can."""
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or "\\" in name or ":" in name or ".." in parts:
        return "would lead out of it"
    if any(not c.isprintable() and not "\udc80" <= c <= "\udcff" for c in name):
        return "holds a control character"
    if any(part.startswith(".") for part in parts):
        return "begins with a full stop"
    if any(len(part.encode("utf-8", "surrogateescape")) > LONGEST - 40 for part in parts):
        return "is too long"
    return ""


def _wrong(row: Source, problem: str) -> Source:
    return replace(row, row=b"", problem=problem)
