"""Where the results of a run go: to standard output, into a file, or into a folder whose tree is that of the inputs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from repair.errors import UsageError
from repair.sources import Source, distinct

__all__ = ["ISSUE_TEXT", "OVERVIEW", "ROWS", "Targets", "ledger_beside", "output_at", "refuse_inside", "report_at"]

ISSUE_TEXT = "issue.txt"
OVERVIEW = "report.html"
"""The overview over all pages of a run."""
ROWS = (".jsonl", ".ndjson")
"""Suffixes of files in JSON Lines."""
SUFFIXES = {"txt": None, "md": ".md", "json": ".json", "jsonl": ".jsonl"}


def ledger_beside(output: Path) -> Path:
    """The place of the ledger of an output.

    >>> ledger_beside(Path("out/page1.txt")).as_posix()
    'out/page1.txt.ledger.jsonl'
    """
    return output.with_name(f"{output.name}.ledger.jsonl")


def report_at(folder: Path, page: str) -> Path:
    """The place of the report of a page of a run into `folder`, which is named as in the manifest."""
    return folder / "report" / f"{page}.html"


def output_at(given: Path) -> Path:
    """The repaired file that is meant: that of the issue, where the folder is given that it was written to."""
    return given / ISSUE_TEXT if (given / ISSUE_TEXT).is_file() else given


@dataclass(frozen=True)
class Targets:
    """Where the output and the ledger of each page go; None for standard output, and for no ledger.

    With `one_file` the rows of all pages go into the one file `output`.
    """

    output: Path | None
    ledger: Path | None
    folder: bool
    format: str
    one_file: bool = False

    @property
    def kept(self) -> bool:
        """Whether the results stay on the disk as those of a run, with a manifest."""
        return self.folder or self.one_file

    @classmethod
    def of(cls, inputs: list[str], output: str | None, ledger: Path | None, *, split: bool, format: str) -> Targets:
        """The targets that the options ask for. `UsageError` where several pages would go to one place."""
        several = split or len(inputs) > 1 or not _is_one(inputs[0]) or Path(inputs[0]).suffix.lower() in ROWS
        if several and ledger is not None:
            raise UsageError("--ledger is for one page; for several, -o FOLDER puts a ledger beside each output.")
        if output is None:
            return cls(None, ledger, False, format)
        path = Path(output)
        if format == "jsonl" and not path.is_dir() and path.suffix.lower() in ROWS:
            return cls(path, None, False, format, one_file=True)
        folder = several or path.is_dir() or output.endswith((os.sep, "/"))
        if folder and path.exists() and not path.is_dir():
            raise UsageError(f"{output} is a file; several pages need a folder: -o FOLDER")
        if not folder and ledger is not None and ledger.resolve() == path.resolve():
            raise UsageError(f"{output} is named for the output and for the ledger. Give each a file of its own.")
        if folder:
            refuse_inside(path, inputs)
        return cls(path, ledger, folder, format)

    def placed(self, sources: Iterable[Source], *, known: bool = False) -> Iterator[Source]:
        """The sources with the names of their outputs. `UsageError` for two that would go to one place.

        Where it is `known` that there are none, nothing is remembered of the sources.
        """
        if not self.folder:
            return iter(sources)
        suffix = SUFFIXES[self.format]
        if suffix:
            sources = (replace(source, relative=source.relative.with_suffix(suffix)) for source in sources)
        return iter(sources) if known else distinct(sources)

    def of_page(self, source: Source) -> tuple[Path | None, Path | None]:
        """The files for the output and for the ledger of a page."""
        if self.output is None:
            return None, self.ledger
        if self.one_file:
            return None, None
        path = self.output / source.relative if self.folder else self.output
        return path, self.ledger or ledger_beside(path)

    def ledger_of(self, page: str) -> Path | None:
        """The ledger of a page, which is named as in the manifest."""
        return self.of_page(Source(page, None, Path(page)))[1]


def _is_one(given: str) -> bool:
    """Whether an input is one page: standard input, a file, a pipe."""
    return given == "-" or (Path(given).exists() and not Path(given).is_dir())


def refuse_inside(folder: Path, inputs: list[str]) -> None:
    """`UsageError` where outputs would stand below an input folder, and be the next run's inputs."""
    for given in inputs:
        path = Path(given)
        if path.is_dir() and folder.resolve().is_relative_to(path.resolve()):
            raise UsageError(
                f"-o {folder} lies in the input folder {given}, where a second run would take the results for pages. "
                "Give a folder beside it."
            )
