"""The manifest of a run: what came of each page, so that the run can be resumed, looked over, and checked.

JSON Lines in UTF-8: a header, then a row a page (`manifest.schema.json`, printed by `repair schema manifest`). While a
run goes on, its rows are appended to a journal, each forced to the disk when its page is; when it ends, the journal
and the manifest of earlier runs become one manifest, in the order of the inputs. So a run that dies at any moment
leaves the old manifest whole and a journal of whose rows at most the last is torn. The idea is a database's
write-ahead log.

A manifest is good for ever: each version reads what every earlier one wrote, keys are only added, a later key that is
not there has its default, and one that is not known is kept as it is. A manifest of a later form is read as far as it
is understood (`note_of`).
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain, count
from pathlib import Path
from typing import IO

from repair.batch.manifest_rows import PARTS, SCHEMA, Row, lines_of, note_of, opened, parsed, whole
from repair.core.bounded import FILE, json_of
from repair.core.errors import ReadError, WriteError, shown
from repair.files.sources import Source
from repair.files.text import json_bytes, json_line
from repair.files.writing import reason_of, write_all, write_atomic

__all__ = ["MANIFEST", "Manifest", "Row", "note_of", "read_manifest"]

MANIFEST = "manifest.jsonl"
NEW, LAST = 1 << 61, 1 << 62  # ranks: pages of older runs, those of this run's sources, those of a run that died
APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)


class Manifest:
    """The rows of a folder, read and added to; a context manager. It holds no row in memory, only where each stands.

    `path` is the manifest, `journal` the rows of a run that goes on or has died.
    """

    def __init__(self, path: Path, journal: Path) -> None:
        self.path, self.journal = path, journal
        # Of each page its number, and by that the file that has its row, where the row begins there, and its rank, by
        # which the manifest is sorted. Arrays, for there may be a million pages.
        self._numbers: dict[str, int] = {}
        self._held, self._starts, self._ranks = array("b"), array("q"), array("q")
        self._files: list[IO[bytes]] = []
        self._header: Row = {}
        self._writer = -1

    def __enter__(self) -> Manifest:
        try:
            if self.path.exists():
                self._header = self._open(self.path, rank=0)[1]
            self.journal.parent.mkdir(parents=True, exist_ok=True)
            self._writer = os.open(self.journal, APPEND, 0o666)
            os.ftruncate(self._writer, self._open(self.journal, rank=LAST)[0])
        except ReadError:
            self.__exit__()
            raise
        except OSError as error:
            self.__exit__()
            raise WriteError(f"{shown(self.journal)} cannot be used: {reason_of(error)}.") from error
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files:
            file.close()
        self._files.clear()
        if self._writer >= 0:
            os.close(self._writer)
            self._writer = -1

    @property
    def note(self) -> str:
        """What is to be told of the manifest that was there, if it is of a later form."""
        return note_of(self._header, self.path)

    def get(self, page: str) -> Row | None:
        """The newest row of a page."""
        number = self._numbers.get(page)
        return None if number is None else self._row(number)

    def of_this_run(self, page: str) -> bool:
        """Whether the newest row of a page stands in the journal."""
        return self._held[self._numbers[page]] == len(self._files) - 1

    def of_source(self, source: Source) -> list[Row]:
        """The newest rows of the pages of a source, or none where one of them is missing."""
        relative = source.relative
        if (row := self.get(relative.as_posix())) and "part" not in row:
            return [row]
        names = (relative.with_name(f"{relative.stem}-p{number}{relative.suffix}") for number in count(1))
        rows: list[Row] = []
        for name in names:
            row = self.get(name.as_posix())
            if row is None or row.get("of") != relative.as_posix():
                return []
            rows.append(row)
            if row["part"] == [len(rows), len(rows)]:
                return rows
        return []

    def add(self, rows: list[Row]) -> None:
        """Append rows, and have them forced to the disk.

        `WriteError`: the disk is full. The journal is as it was.
        """
        if not rows:
            return
        lines = [json_bytes(json_line(row)) for row in rows]
        at = os.fstat(self._writer).st_size
        try:
            write_all(self._writer, b"".join(lines))
            os.fsync(self._writer)
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._writer, at)
            raise WriteError(f"{shown(self.journal)} cannot be written: {reason_of(error)}.") from error
        for row, said in zip(rows, lines, strict=True):
            self._put(row["page"], len(self._files) - 1, at)
            at += len(said)

    def rank(self, rows: Iterable[Row], index: int) -> None:
        """Say that known rows are those of the `index`-th source of the run, whose order the manifest will have."""
        for row in rows:
            number = self._numbers[row["page"]]
            if self._ranks[number] >= NEW:
                self._ranks[number] = NEW + (index << PARTS) + row.get("part", (0,))[0]

    def rows(self) -> Iterator[Row]:
        """The newest row of each page: those of the manifest in their order, then new ones in that of the inputs."""
        numbers = sorted(range(len(self._ranks)), key=self._ranks.__getitem__)
        return map(self._row, numbers)

    def all_rows(self) -> Iterator[Row]:
        """All rows that are held, also those in whose place there is a newer one."""
        for file in self._files:
            file.seek(0)
            yield from (json_of(said) for said in file if said.endswith(b"\n"))

    def finish(self, header: Row) -> None:
        """Put the manifest and the journal together. `WriteError`: the disk is full; both are as they were."""
        schema = max(SCHEMA, self._header.get("manifest", SCHEMA))
        first = json_bytes(json_line({"manifest": schema} | header | {"pages": len(self._numbers)}))
        written = self.journal.with_name(self.path.name)
        write_atomic(written, chain((first,), (json_bytes(json_line(row)) for row in self.rows())))
        if hasattr(os, "sync"):
            os.sync()  # the names of the pages too, before the journal goes that says which to look at after a death
        written.replace(self.path)
        self.journal.unlink(missing_ok=True)

    def _open(self, path: Path, rank: int) -> tuple[int, Row]:
        """Learn where the rows of a file stand; gives the length of what is whole in it, and its header."""
        file = opened(path)
        self._files.append(file)
        at, header = 0, Row()
        for number, said in enumerate(lines_of(file, path)):
            if not said.endswith(b"\n"):
                break
            row = parsed(said, path, number + 1)
            if "manifest" in row:
                header = row
            else:
                self._put(row["page"], len(self._files) - 1, at, rank + number)
            at += len(said)
        return at, header

    def _put(self, page: str, file: int, start: int, rank: int = LAST) -> None:
        """Remember where the newest row of a page stands; the rank of one that is known stays."""
        number = self._numbers.setdefault(page, len(self._ranks))
        if number == len(self._ranks):
            self._held.append(file)
            self._starts.append(start)
            self._ranks.append(rank)
        else:
            self._held[number], self._starts[number] = file, start

    def _row(self, number: int) -> Row:
        file = self._files[self._held[number]]
        file.seek(self._starts[number])
        return whole(json_of(file.readline(FILE)))


def read_manifest(folder: Path) -> tuple[Row, Iterator[Row]]:
    """The header and the rows of the manifest of a folder. `ReadError`: it is not there or not whole."""
    path = folder / MANIFEST
    try:
        with opened(path) as file:
            header = parsed(file.readline(FILE), path, 1, header=True)
    except OSError as error:
        raise ReadError(f"{shown(path)}: the manifest cannot be read: {reason_of(error)}.") from error
    return header, _rows(path)


def _rows(path: Path) -> Iterator[Row]:
    with opened(path) as file:
        for number, said in enumerate(lines_of(file, path), 1):
            row = parsed(said, path, number)
            if "manifest" not in row:
                yield row
