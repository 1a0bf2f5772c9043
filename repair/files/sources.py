"""Where pages come from: files, folders, globs, standard input; a page a file or a form feed.

What is wrong with the inputs as given is a `UsageError` of `expand`, raised before a page is read.
What is wrong with one page is a `ReadError` of `pages`, so that one bad page does not stop a run. A
broken link or a locked folder met on the way is handed on too: its error comes when it is read.
"""

from __future__ import annotations

import errno
import glob
import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from repair.core.errors import ReadError, UsageError, shown
from repair.files.decoding import Encoding, decode, newline_style
from repair.files.packing import PACKED, is_packed, plain_name, unpack

__all__ = ["MAX_BYTES", "STDIN", "Source", "expand", "pages", "read_bytes", "single"]

MAX_BYTES = 50_000_000
STDIN = "-"
GROWTH = 1 << 16  # bytes by which a file may grow when it is compressed
REASONS = {
    errno.ENOENT: "does not exist, or is a link to a file that does not exist",
    errno.EACCES: "cannot be read: no permission. Ask its owner for the right to read it",
    errno.EISDIR: "is a folder, or one that cannot be looked into; a file is needed here",
    errno.ENOTDIR: "does not exist: a part of the path is a file, not a folder",
    errno.ELOOP: "is a link that leads back to itself",
    errno.EBADF: "was closed before the program began. Give a file, or send the text in",
}


@dataclass(frozen=True, slots=True)
class Source:
    """One place that pages are read from, or one page of it.

    `name` is what is shown and recorded: the path as given, "-" for standard input, with "#2" for
    the second page of a file split at form feeds. `path` is None for standard input. `relative` is
    the place in an output folder: the path below the given folder (or below what a glob leaves
    open), the name of a single file, "stdin.txt", and "issue-p2.txt" for a second page; of a
    compressed file without that suffix ("page.txt" for page.txt.gz). `page`
    counts from 1 in a split file, and is None elsewhere. `data` are its bytes where they are at
    hand already; `row` is the row of JSON Lines that it was given as. `problem` is known to be
    wrong with it, and is said when it is read.
    """

    name: str
    path: Path | None
    relative: Path
    page: int | None = None
    data: bytes | None = None
    row: bytes | None = None
    problem: str = ""


def expand(
    inputs: Sequence[str],
    *,
    suffixes: tuple[str, ...] = (".txt", ".md"),
) -> Iterator[Source]:
    """The sources that `inputs` name, in the order given, page2 before page10, each file once.

    An input is a file (whatever its suffix), a folder (all files in it and below with one of
    `suffixes`, compressed or not, hidden ones left out), a glob that the shell did not expand (`**` goes down into
    folders), or "-". Links to folders are followed, a folder is entered once, so that loops end.
    Inputs are checked at once, folders are read as the iterator goes on; it remembers the path of
    each file, some 150 bytes.

    `UsageError`: no input; one that does not exist; a folder or a glob that finds nothing.

    >>> [source.name for source in expand(["-"])]
    ['-']
    """
    if not inputs:
        raise UsageError("No input: give a file, a folder, a glob, or - for standard input.")
    return _once(chain.from_iterable([_found(given, suffixes) for given in inputs]))


def single(given: str) -> Source:
    """The source that a file name or "-" names, where a folder will not do. `UsageError` otherwise.

    >>> single("-").relative
    PosixPath('stdin.txt')
    """
    if given == STDIN:
        return Source(STDIN, None, Path("stdin.txt"))
    path = _existing(given)
    if path.is_dir():
        raise UsageError(f"{shown(given)} is a folder; a file is needed here.")
    return Source(shown(given), path, Path(plain_name(path).name))


def pages(
    source: Source,
    *,
    encoding: str | None = None,
    split_pages: bool = False,
    max_bytes: int = MAX_BYTES,
) -> Iterator[tuple[Source, str, Encoding]]:
    """The pages of a source, each with its text and encoding: one, or one a form feed.

    With `split_pages` each part keeps the form feed at its end, as pdftotext writes it; the texts
    joined are the text of the file, and `encode` of each, joined, are its bytes: only the first
    carries a byte order mark. `max_bytes` is for the file, which is held in memory whole; of a
    compressed one for what it holds.

    `ReadError`: not there, no permission, a folder, too large, not text, encoding not told.
    `UsageError`: no such encoding.
    """
    text, told = decode(read_bytes(source, max_bytes), encoding=encoding, name=source.name)
    if not split_pages:
        yield source, text, told
        return
    place = source.relative
    for number, part in enumerate(re.findall(r"[^\f]*\f|[^\f]+", text) or [""], 1):
        page = Source(
            name=f"{source.name}#{number}",
            path=source.path,
            relative=place.with_name(f"{place.stem}-p{number}{place.suffix}"),
            page=number,
        )
        yield page, part, replace(told, bom=told.bom and number == 1, newline=newline_style(part))


def _found(given: str, suffixes: tuple[str, ...]) -> Iterator[Source]:
    """The sources of one input, the first looked up at once: an input in vain is an error."""
    if given == STDIN:
        return iter((single(STDIN),))
    if glob.has_magic(given) and not os.path.lexists(given):
        found, kind = _matched(given, suffixes), "pattern"
    elif (path := _existing(given)).is_dir():
        found, kind = _walk(path, path, suffixes), "folder"
    else:
        return iter((single(given),))
    first = next(found, None)
    if first is None:
        where = "" if Path(given).is_absolute() else f" (seen from {shown(Path.cwd())})"
        raise UsageError(
            f"The {kind} {shown(given)}{where} has no file to read. In folders, names that end in "
            f"{' or '.join(suffixes)} are taken, compressed ({', '.join(PACKED)}) or not; a file of "
            "another kind has to be given by name."
        )
    return chain((first,), found)


def _matched(pattern: str, suffixes: tuple[str, ...]) -> Iterator[Source]:
    parts = Path(pattern).parts
    base = Path(*parts[: next(at for at, part in enumerate(parts) if glob.has_magic(part))])
    for match in sorted(glob.glob(pattern, recursive=True), key=_natural):  # noqa: PTH207 (absolute too)
        path = Path(match)
        if path.is_dir():
            yield from _walk(path, base, suffixes)
        else:
            yield _source(path, base)


def _walk(folder: Path, base: Path, suffixes: tuple[str, ...]) -> Iterator[Source]:
    """The files in and below a folder, in natural order, each folder entered once."""
    entered: set[Path] = set()
    waiting = [(folder, True)]
    while waiting:
        path, is_folder = waiting.pop()
        if not is_folder:
            yield _source(path, base)
        elif (real := path.resolve()) not in entered:
            entered.add(real)
            try:
                with os.scandir(path) as entries:
                    wanted = [(path / entry.name, _kind(entry, suffixes)) for entry in entries]
            except OSError:
                yield _source(path, base)  # reading it will tell why
                continue
            wanted.sort(key=lambda found: _natural(found[0].name), reverse=True)
            waiting.extend((inner, kind == "folder") for inner, kind in wanted if kind)


def _kind(entry: os.DirEntry[str], suffixes: tuple[str, ...]) -> str:
    """ "folder", "file" (broken links too: they are reported), or "" for what is passed over."""
    if entry.name.startswith("."):
        return ""
    try:
        if entry.is_dir():
            return "folder"
        special = not (entry.is_file() or entry.is_symlink())  # a pipe would be waited at for ever
    except OSError:  # a link that leads back to itself
        special = False
    wanted = plain_name(Path(entry.name)).suffix.lower() in suffixes
    return "file" if wanted and not special else ""


def _source(path: Path, base: Path) -> Source:
    return Source(shown(path), path, plain_name(path.relative_to(base)))


def _once(sources: Iterable[Source]) -> Iterator[Source]:
    seen: set[str] = set()
    for source in sources:
        real = STDIN if source.path is None else os.path.realpath(source.path)
        if real not in seen:
            seen.add(real)
            yield source


def _natural(name: str) -> tuple[list[tuple[int, str]], str]:
    """A sort key under which page2 stands before page10."""
    parts = re.split(r"(\d+)", name)
    key = [(int(part), "") if at % 2 else (0, part.casefold()) for at, part in enumerate(parts)]
    return key, name


def _existing(given: str) -> Path:
    if not given:
        raise UsageError("An input is empty. Was a variable meant to hold its name?")
    path = Path(given)
    try:
        path.stat()
    except FileNotFoundError as error:
        if path.is_symlink():
            link = f"is a link to {shown(path.readlink())}, which does not exist."
            raise UsageError(f"{shown(given)} {link}") from error
        raise UsageError(f"{shown(given)} does not exist. {_nearest(path)}") from error
    except OSError as error:
        raise UsageError(f"{shown(given)} {_reason(error)}.") from error
    return path


def _nearest(missing: Path) -> str:
    """The name most like the missing one, in the first folder above it that exists."""
    import difflib

    while not missing.parent.exists():
        missing = missing.parent
    folder = shown(missing.parent.resolve())
    try:
        names = [path.name for path in missing.parent.iterdir()]
    except OSError:
        return f"The folder {folder} cannot be looked into."
    near = difflib.get_close_matches(missing.name, names, 1)
    return f"In {folder} the nearest name is {shown(near[0])}." if near else f"Looked in {folder}."


def read_bytes(source: Source, max_bytes: int = MAX_BYTES) -> bytes:
    """The bytes of a source, all of one state of its file.

    `ReadError`: as for `pages`, or the file was written to while it was read, twice in a row.
    """
    if source.problem:
        raise ReadError(f"{source.name} {source.problem}")
    room = max_bytes + (GROWTH if source.path and is_packed(source.path) else 0)
    try:
        data = source.data
        if data is None:
            data = _at_rest(source.path, room) if source.path else _limited(sys.stdin.buffer, max_bytes)
    except OSError as error:
        raise ReadError(f"{source.name} {_reason(error)}.") from error
    if data is None:
        raise ReadError(f"{source.name} is being written to just now. Run it again when it is whole.")
    if source.path and source.data is None and len(data) <= room:
        data = unpack(source.path, data, max_bytes)
    if len(data) > max_bytes:
        raise ReadError(
            f"{source.name} is larger than {max_bytes:,} bytes, the limit for a file. If it really "
            "is the text of pages, split it into several files, or raise the limit: --max-bytes N."
        )
    return data


def _at_rest(path: Path, limit: int) -> bytes | None:
    """The bytes of a file that stayed as it was while it was read; None if it changed twice."""
    for _ in range(2):
        with path.open("rb", buffering=0) as file:
            before = os.fstat(file.fileno())
            data = _limited(file, limit)
            after = os.fstat(file.fileno())
        if not stat.S_ISREG(after.st_mode):  # a pipe gives its bytes once
            return data
        if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns):
            return data
    return None


def _limited(file: BinaryIO, limit: int) -> bytes:
    """All of a file, or a little more than the limit: what comes from a pipe may never end."""
    parts, size = [], 0
    while size <= limit and (part := file.read(1 << 20)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _reason(error: OSError) -> str:
    return REASONS.get(error.errno or 0, f"cannot be read: {error.strerror or error}")
