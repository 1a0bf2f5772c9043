"""Where the results of a run go, and what is known there from a run before."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from repair.batch.manifest import Manifest, Row
from repair.batch.places import Places
from repair.batch.settings import Settings
from repair.batch.work import PageDone, SourceDone
from repair.core.errors import ReadError, WriteError, shown
from repair.files.guard import not_ours
from repair.files.packing import damage, is_packed, opened, pack
from repair.files.sources import Source, read_bytes
from repair.files.terminal import put
from repair.files.writing import reason_of, write_all, write_atomic
from repair.history.ledger import sha256

__all__ = ["FileSink", "Finished", "FolderSink", "PrintSink", "Sink"]

THREADS = 4  # that wait for the disk
CHUNK = 1 << 20


class Finished(NamedTuple):
    """The results of a source, the `number`-th of the run; `known` from a run before."""

    number: int
    known: bool
    done: SourceDone


class Sink(Protocol):
    """Takes the results of the sources; those of `known` ones need not be worked out again."""

    in_order: bool

    def known(self, source: Source) -> SourceDone | None:
        """What is there of a source from before, if it is whole and was asked for in the same way."""

    def take(self, finished: list[Finished]) -> list[Finished]:
        """Put the results where they belong; gives them as they then are, for one may not have been written."""


class PrintSink:
    """Standard output, in the order of the inputs. A `diff` comes with what is to be spelt out spelt, and in colour."""

    in_order = True

    def __init__(self, *, diff: bool = False) -> None:
        self._diff = diff

    def known(self, source: Source) -> SourceDone | None:
        """Nothing is known."""
        return None

    def take(self, finished: list[Finished]) -> list[Finished]:
        """Print: bytes as they are, but on a terminal the text, whatever its encoding."""
        finished = [_settled(one) for one in finished]
        for page in (page for one in finished for page in one.done.pages):
            if self._diff and page.text is not None and sys.stdout.isatty():
                sys.stdout.write(page.text)
            elif page.output is not None:
                put(page.output, page.text)
        return finished


class FolderSink:
    """A folder. The processes write the files, here they are given their names, and the manifest is kept."""

    in_order = False

    def __init__(self, manifest: Manifest, settings: Settings, *, again: bool) -> None:
        self._manifest, self._settings, self._again = manifest, settings, again

    def known(self, source: Source) -> SourceDone | None:
        """The pages of a source whose outputs are there; with `again`, only those of a run of before which died."""
        rows = _fitting(self._manifest, source, self._settings)
        if not rows or any(row["outcome"] != "repaired" or not self._is_there(row) for row in rows):
            return None
        if self._again and not all(self._manifest.of_this_run(row["page"]) for row in rows):
            return None
        return SourceDone(tuple(PageDone(row) for row in rows))

    def take(self, finished: list[Finished]) -> list[Finished]:
        """Settle the files, then write the rows to the journal: what stands there is on the disk."""
        with ThreadPoolExecutor(THREADS) as threads:
            finished = list(threads.map(_settled, finished) if len(finished) > 1 else map(_settled, finished))
        self._manifest.add([page.row for one in finished if not one.known for page in one.done.pages])
        for one in finished:
            self._manifest.rank((page.row for page in one.done.pages), one.number)
        return finished

    def _is_there(self, row: Row) -> bool:
        """Whether the files of a page are there, and after a death whether the output is the one that was written."""
        output, *others = self._settings.files_of(row["page"])
        if not all(path.exists() for path in (output, *others)):
            return False
        if not self._manifest.of_this_run(row["page"]):
            return True
        try:
            return bool(sha256(output.read_bytes()) == row["output_sha256"])
        except OSError:
            return False


class FileSink:
    """One file of JSON Lines, in the order of the inputs.

    It grows beside its place, not compressed, and takes its name at the end. The row of each page says where its bytes
    stand and what their hash is, so that a run goes on behind those which are whole, and takes over from an earlier
    file what fits.
    """

    in_order = True

    def __init__(self, manifest: Manifest, settings: Settings, places: Places, *, again: bool) -> None:
        self._manifest, self._settings, self._places, self._again = manifest, settings, places, again
        self._at = 0
        self._going_on = places.part.exists()
        self._part: IO[bytes]
        self._old: IO[bytes] | None = None

    @contextmanager
    def opened(self) -> Iterator[FileSink]:
        """Open the files. `WriteError`: they cannot be."""
        try:
            self._part = self._places.part.open("r+b" if self._going_on else "w+b", buffering=0)
            self._old = self._there() if self._places.output.exists() and not self._again else None
        except OSError as error:
            raise WriteError(f"{shown(self._places.output)} cannot be written: {reason_of(error)}.") from error
        try:
            yield self
        finally:
            for file in (self._part, self._old):
                if file:
                    with suppress(OSError):
                        file.close()

    def known(self, source: Source) -> SourceDone | None:
        """The pages of a source whose bytes are whole: the next of a run that died, or in the file that is there."""
        rows = _fitting(self._manifest, source, self._settings)
        if self._going_on:
            if rows and self._are_next(rows):
                return SourceDone(tuple(PageDone(row) for row in rows))
            self._going_on = False
            self._part.truncate(self._at)
        outputs = [self._earlier(row) for row in rows if row["outcome"] == "repaired"]
        found = [output for output in outputs if output is not None]
        if not rows or len(found) < len(rows):
            return None
        return SourceDone(tuple(PageDone(row, output=data) for row, data in zip(rows, found, strict=True)))

    def take(self, finished: list[Finished]) -> list[Finished]:
        """Add the bytes of the pages that do not stand there yet, and then their rows to the journal."""
        new: list[PageDone] = []
        for _, known, done in finished:
            new += [page for page in done.pages if not known or page.output is not None]
        at = self._at
        try:
            self._part.seek(at)
            write_all(self._part.fileno(), b"".join(page.output or b"" for page in new))
            os.fsync(self._part.fileno())
        except OSError as error:
            raise WriteError(f"{shown(self._places.part)} cannot be written: {reason_of(error)}.") from error
        for page in new:
            end = at + len(page.output or b"")
            page.row.update(bytes=[at, end], output_sha256=sha256(page.output or b""))
            at = end
        self._manifest.add([page.row for page in new])
        for number, _, done in finished:
            self._manifest.rank((page.row for page in done.pages), number)
        self._at = at
        return finished

    def finish(self) -> None:
        """Give the file its name, compressed if that says so."""
        if self._going_on:
            self._part.truncate(self._at)
        part, output = self._places.part, self._places.output
        if is_packed(output):
            self._part.seek(0)
            packed = part.with_name(output.name)
            write_atomic(packed, pack(output, iter(partial(self._part.read, CHUNK), b"")))
            packed.replace(output)
            part.unlink()
        else:
            os.fsync(self._part.fileno())
            part.replace(output)

    def _there(self) -> IO[bytes]:
        """The file that is there, unpacked. `WriteError` where it does not consist of what runs wrote, page by page."""
        output = self._places.output
        known = _ranges(self._manifest.all_rows())
        longest = int(known["end"].max(initial=0))
        file = _unpacked(output, self._places.state, longest) if is_packed(output) else output.open("rb")
        size = file.seek(0, os.SEEK_END)
        whole = {0}
        for start, end, digest in known:  # more than one run may have left rows for a place
            if start in whole and end <= size and int(end) not in whole:
                file.seek(start)
                if sha256(file.read(end - start)).encode() == digest:
                    whole.add(int(end))
        if size not in whole:
            file.close()
            raise not_ours(output, edited=bool(len(known)))
        return file

    def _are_next(self, rows: list[Row]) -> bool:
        """Whether the bytes of these pages stand where the file is whole up to, which then is behind them."""
        at = self._at
        for row in rows:
            start, end = row.get("bytes", (-1, -1))
            if start != at or self._read(self._part, row) is None:
                return False
            at = end
        self._at = at
        return True

    def _earlier(self, row: Row) -> bytes | None:
        return self._read(self._old, row) if self._old and "bytes" in row else None

    @staticmethod
    def _read(file: IO[bytes], row: Row) -> bytes | None:
        """The bytes of a page; None where the file has others there."""
        start, end = row["bytes"]
        if end > os.fstat(file.fileno()).st_size:
            return None
        file.seek(start)
        data = file.read(end - start)
        return data if sha256(data) == row["output_sha256"] else None


def _ranges(rows: Iterable[Row]) -> NDArray[np.void]:
    """Where the pages of these rows stand in the one file, and the hashes of their bytes, in order of place."""
    said = (
        (*row["bytes"], row["output_sha256"])
        for row in rows
        if "bytes" in row and len(row["bytes"]) == 2 and "output_sha256" in row
    )
    ranges = np.fromiter(said, [("start", np.int64), ("end", np.int64), ("sha256", "S64")])
    ranges.sort(order=("start", "end"))
    return ranges


def _unpacked(path: Path, folder: Path, limit: int) -> IO[bytes]:
    """What a compressed file holds, or a little more than `limit` bytes of it, in a file that goes when closed."""
    file = cast("IO[bytes]", TemporaryFile(dir=folder))  # noqa: SIM115
    try:
        with opened(path) as packed:
            while file.tell() <= limit and (part := packed.read(CHUNK)):
                file.write(part)
    except damage():
        file.write(b"x" * (limit + 1 - file.tell()))  # so that it is taken for no file of ours
    return file


def _settled(one: Finished) -> Finished:
    """The results with their files in their places."""
    return one._replace(done=SourceDone(tuple(page.settled() for page in one.done.pages)))


def _fitting(manifest: Manifest, source: Source, settings: Settings) -> list[Row]:
    """The rows of a source, where its bytes and what is asked of it are the same as then."""
    rows = manifest.of_source(source)
    if not rows or any(row["settings"] != settings.digest for row in rows):
        return []
    try:
        digest = sha256(read_bytes(source, settings.max_bytes))
    except ReadError:
        digest = ""  # as in the row of a source that could not be read
    return rows if all(row["input_sha256"] == digest for row in rows) else []
