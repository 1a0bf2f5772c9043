"""Issues as they lie on a disk: a folder of pages, a manifest, or one file with form feeds."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from repair.core.bounded import cut, inside, is_name, read_toml
from repair.core.errors import ReadError, UsageError, shown
from repair.files.decoding import Encoding
from repair.files.sources import MAX_BYTES, Source, expand, pages, single

__all__ = ["MANIFEST", "Given", "RawPage", "distinct", "issues_in", "raw_pages"]

MANIFEST = "issue.toml"
"""The manifest of a folder's issue, where there is one."""

_EXAMPLE = 'title = "Jinzhou Daily, 10 February 2020"\n[[page]]\nfile = "page1.txt"\nlabel = "1"'


@dataclass(frozen=True)
class Given:
    """An issue: its name, its pages in order, and their labels where a manifest states them ("" elsewhere).

    `split` says that the one source holds several pages, parted by form feeds. `manifest` is the one that was found in
    the folder that was given, and `unnamed` are the pages of the folder which it does not name.
    """

    name: str
    sources: tuple[Source, ...]
    labels: tuple[str, ...] = ()
    split: bool = False
    manifest: str = ""
    unnamed: tuple[str, ...] = ()


@dataclass(frozen=True)
class RawPage:
    """A page as it was read."""

    name: str
    raw: str
    encoding: Encoding


def issues_in(given: str, *, deep: bool = False) -> list[Given]:
    """The issues that an input names.

    A folder is an issue, its pages as its manifest `issue.toml` says, or in natural order; with `deep` each folder
    below that holds pages is one. A file in TOML is a manifest. Any other file is an issue whose pages are parted by
    form feeds. `UsageError`: what is wrong.
    """
    path = Path(given)
    if path.is_file() and path.suffix == ".toml":
        return [_manifest(path)]
    if given != "-" and path.is_dir():
        folders: dict[Path, list[Source]] = {} if deep or not (path / MANIFEST).is_file() else {Path(): []}
        with suppress(UsageError) if folders else nullcontext():  # its pages may lie elsewhere
            for source in expand([given]):
                folders.setdefault(source.relative.parent if deep else Path(), []).append(source)
        return [_of_folder(path / folder, found) for folder, found in folders.items()]
    source = single(given)
    return [Given(source.name, (source,), split=True)]


def _of_folder(folder: Path, found: list[Source]) -> Given:
    """The issue of a folder: as its manifest says, where it has one, or all its pages."""
    path = folder / MANIFEST
    if not path.is_file():
        return Given(shown(folder), tuple(found))
    given = _manifest(path)
    name = shown(folder) if given.name == shown(path) else given.name
    named = {os.path.realpath(source.path or "") for source in given.sources}
    others = tuple(source.name for source in found if os.path.realpath(source.path or "") not in named)
    return replace(given, name=name, manifest=shown(path), unnamed=others)


def distinct(issues: Iterable[Given]) -> list[Given]:
    """The issues, each once, however often and by whatever name it was given."""
    found = {tuple(os.path.realpath(source.path or "-") for source in issue.sources): issue for issue in issues}
    return list(found.values())


def raw_pages(
    issue: Given,
    *,
    encoding: str | None = None,
    max_bytes: int = MAX_BYTES,
    failed: Callable[[ReadError], None] | None = None,
) -> Iterator[RawPage]:
    """The pages of an issue. One that cannot be read is told to `failed` and left out; without it, a `ReadError`."""
    for source in issue.sources:
        try:
            for page, raw, told in pages(source, encoding=encoding, split_pages=issue.split, max_bytes=max_bytes):
                yield RawPage(shown(page.relative.as_posix()), raw, told)
        except ReadError as error:
            if failed is None:
                raise
            failed(error)


def _manifest(path: Path) -> Given:
    said = read_toml(path, "the manifest", f"A manifest looks like this:\n{_EXAMPLE}")[1]
    if unknown := sorted(set(said) - {"title", "page"}):
        raise UsageError(f"{shown(path)}: {unknown[0]!r} is not known here. A manifest looks like this:\n{_EXAMPLE}")
    title = said.get("title", "")
    if not isinstance(title, str):
        raise UsageError(f"{shown(path)}: the title must be text in quotes. A manifest looks like this:\n{_EXAMPLE}")
    entries = said.get("page")
    if not isinstance(entries, list) or not entries:
        raise UsageError(f"{shown(path)}: names no page. A manifest looks like this:\n{_EXAMPLE}")
    sources, labels = [], []
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict) or not isinstance(entry.get("file"), str) or set(entry) - {"file", "label"}:
            raise UsageError(f'{shown(path)}, page {number}: must have "file", may have "label", and nothing else.')
        if not is_name(entry["file"]):
            raise UsageError(f"{shown(path)}, page {number}: {cut(entry['file'])} cannot be the name of a file.")
        file = path.parent / entry["file"]
        source = single(str(file))
        below = inside(file, path.parent) and ".." not in file.parts
        sources.append(Source(source.name, source.path, Path(entry["file"]) if below else Path(file.name)))
        labels.append(str(entry.get("label", "")))
    return Given(title or shown(path), tuple(sources), tuple(labels))
