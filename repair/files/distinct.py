"""A place of its own for every page: no two outputs of a run may meet as one file.

Two files that meet could have been given in a better way, so that is a `UsageError` before anything starts. Of rows of
JSON Lines, which may be a million out of somebody's database, the later one fails alone.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from repair.core.errors import UsageError, shown
from repair.files.sources import Source

__all__ = ["LEDGER", "REPORTS", "distinct", "fold_of"]

LEDGER = ".ledger.jsonl"
"""How the names of ledgers end."""
REPORTS = "report"
"""The folder for the reports of a run, in the folder of its results."""


def distinct(
    sources: Iterable[Source],
    *,
    tree: bool = True,
    fold: Callable[[str], str] = str,
    reserved: Collection[str] = (),
) -> Iterator[Source]:
    """The same sources; a row whose output would be in the place of another's comes with a `problem`, to fail alone.

    In a `tree` of files a name is also taken by a folder of that name, and `reserved` are names at its top that no page
    may have. `fold` makes one of names that are one file on the disk.

    `UsageError`: the outputs of two files would meet, or one is in a reserved place.
    """
    taken = _Taken(tree, fold)
    for number, source in enumerate(sources):
        where = shown(source.relative)
        if tree and _is_reserved(source.relative, fold, reserved):
            problem = f'has a "page" whose output would take the place of the run\'s own {where}.'
            refusal = f"{source.name} would take the place of the run's own {where}. Give it another name."
        elif (first := taken.take(source)) is not None:
            problem = f'has the same "page" as an earlier row, or one that meets it as one file: {where}.'
            refusal = _both(first, source)
        else:
            yield source
            continue
        if source.row is None:
            raise UsageError(refusal)
        # No page can have a name with a colon, so this failure takes nobody's place in the manifest.
        place = source.relative.with_name(f"{source.relative.name}:{number}")
        yield replace(source, relative=place, row=b"", data=None, problem=source.problem or problem)


def fold_of(folder: Path) -> Callable[[str], str]:
    """What makes one of names that the disk of `folder`, which need not exist yet, takes for one.

    Disks that do not tell A from a do not tell an accented letter from a letter and its accent either.
    """
    return _folded if _folds_case(folder) else str


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _folds_case(folder: Path) -> bool:
    """Whether a folder, or the nearest one above it that exists, is found under its name in the other case too."""
    for path in (folder.absolute(), *folder.absolute().parents):
        other = path.with_name(path.name.swapcase()) if path.name else path
        if other != path and path.exists():
            try:
                return other.samefile(path)
            except OSError:  # it is not there
                return False
    return sys.platform in ("darwin", "win32")


def _is_reserved(place: Path, fold: Callable[[str], str], reserved: Collection[str]) -> bool:
    """Whether a page's output, or a folder above it, is where the run has a file of its own."""
    parts = [fold(part) for part in place.parts]
    if parts[0] in map(fold, reserved) or any(part.endswith(LEDGER) for part in parts):
        return True
    return parts[0] == fold(REPORTS) and any(part.endswith(".html") for part in parts[1:])


def _both(first: str, source: Source) -> str:
    who = f"{first} and {source.name}" if first else f"{source.name} and an earlier page"
    return (
        f"{who} would both be written to {shown(source.relative)} in the output folder. Give the folder above them, "
        "whose tree is kept, give one of them another name, or run them one after the other with two output folders."
    )


class _Taken:
    """The places that are taken, by the hashes of their names: a million rows must not need a million names."""

    def __init__(self, tree: bool, fold: Callable[[str], str]) -> None:
        self._tree, self._fold = tree, fold
        self._files: dict[int, str] = {}
        self._folders: set[int] = set()

    def take(self, source: Source) -> str | None:
        """Take the place of a source; if it is taken, the name of the file that has it, "" for a row or a folder."""
        key = self._key(source.relative)
        above = [self._key(path) for path in source.relative.parents if path.name] if self._tree else []
        for held in (key, *above):
            if held in self._files:
                return self._files[held]
        if key in self._folders:
            return ""
        self._files[key] = source.name if source.row is None else ""
        self._folders.update(above)
        return None

    def _key(self, path: Path) -> int:
        return hash(self._fold(path.as_posix()))
