"""Where the results of a run go: to standard output, into a file, or into a folder whose tree is that of the inputs."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from repair.core.errors import UsageError
from repair.files.distinct import LEDGER, REPORTS, distinct, fold_of
from repair.files.packing import PACKED, plain_name
from repair.files.sources import Source

__all__ = [
    "ISSUE_TEXT",
    "OVERVIEW",
    "Targets",
    "holds_rows",
    "ledger_beside",
    "output_at",
    "refuse_inside",
    "report_at",
]

ISSUE_TEXT = "issue.txt"
OVERVIEW = "report.html"
"""The overview over all pages of a run."""
ROWS = (".jsonl", ".ndjson")
"""Suffixes of files in JSON Lines."""
SUFFIXES = {"txt": None, "md": ".md", "json": ".json", "jsonl": ".jsonl"}
OF_FILES = (*ROWS, *PACKED, ".txt", ".md", ".json", ".html", ".htm", ".xml", ".csv")
"""Suffixes that people give to files; a name without one of them may be that of a folder to be made."""
STDOUT = ("-", "/dev/stdout")


def holds_rows(path: Path) -> bool:
    """Whether a file is in JSON Lines, compressed or not, by its name.

    >>> holds_rows(Path("pages.jsonl.gz")), holds_rows(Path("page.json"))
    (True, False)
    """
    return plain_name(path).suffix.lower() in ROWS


def ledger_beside(output: Path) -> Path:
    """The place of the ledger of an output.

    >>> ledger_beside(Path("out/page1.txt")).as_posix()
    'out/page1.txt.ledger.jsonl'
    """
    return output.with_name(f"{output.name}{LEDGER}")


def report_at(folder: Path, page: str) -> Path:
    """The place of the report of a page of a run into `folder`, which is named as in the manifest."""
    return folder / REPORTS / f"{page}.html"


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
    def of(
        cls,
        inputs: list[str],
        output: str | None,
        ledger: Path | None,
        *,
        split: bool,
        format: str | None,
        rows: bool = False,
    ) -> Targets:
        """The targets that the options ask for; `rows` says that standard input is JSON Lines.

        One rule, wherever the pages come from: a file of rows takes any number of them, a folder takes a file a page,
        and any other name one page. Inputs that may hold several pages count as several. Without a `format` it is that
        of the output: "jsonl" for a file of rows, else "txt". `UsageError`: the output cannot take what is asked for.
        """
        several = rows or split or len(inputs) > 1 or not _is_one(inputs[0]) or holds_rows(Path(inputs[0]))
        if several and ledger is not None:
            raise UsageError("--ledger is for one page; for several, -o FOLDER puts a ledger beside each output.")
        if output is None or output in STDOUT:
            return cls(None, ledger, False, format or "txt")
        path = Path(output)
        if not _is_folder(output) and holds_rows(path):
            return cls._of_rows(path, ledger, format)
        folder = _is_folder(output) or (several and not path.exists() and path.suffix.lower() not in OF_FILES)
        if folder:
            if path.exists() and not path.is_dir():
                raise UsageError(f"{output} is a file, and not a folder. Leave out the slash, or give another name.")
            refuse_inside(path, inputs)
            return cls(path, ledger, True, format or "txt")
        if several:
            raise UsageError(
                f"-o {output} is one file, and these may be several pages; several pages need a folder, "
                f"-o {path.stem}/, or a file of rows, -o {path.stem}.jsonl"
            )
        if format == "jsonl" and not _is_stream(path):
            raise UsageError(
                f"-o {output} is no name for rows, which --format jsonl gives. Name a file that ends in .jsonl, "
                "such as articles.jsonl or articles.jsonl.gz, or a folder."
            )
        if ledger is not None and ledger.resolve() == path.resolve():
            raise UsageError(f"{output} is named for the output and for the ledger. Give each a file of its own.")
        return cls(path, ledger, False, format or "txt")

    @classmethod
    def _of_rows(cls, path: Path, ledger: Path | None, format: str | None) -> Targets:
        """The targets where a file of rows is named: a row an article, or with the format "json" a row a page."""
        if format not in (None, "jsonl", "json"):
            raise UsageError(
                f"-o {path} is a name for rows, and --format {format} gives none. Leave --format out, or name a folder "
                f"or a file that ends in .{format}"
            )
        if ledger is not None:
            raise UsageError("--ledger is for one page in a file of its own, and there is none beside rows.")
        return cls(path, None, False, format or "jsonl", one_file=True)

    def placed(
        self, sources: Iterable[Source], *, known: bool = False, reserved: Collection[str] = ()
    ) -> Iterator[Source]:
        """The sources with the names of their outputs, each a name of its own (see `distinct`).

        Where it is `known` that they have, nothing is remembered of the sources.
        """
        suffix = SUFFIXES[self.format] if self.folder else None
        if suffix:
            sources = (replace(source, relative=source.relative.with_suffix(suffix)) for source in sources)
        if known:
            return iter(sources)
        fold = fold_of(self.output) if self.folder and self.output else str
        return distinct(sources, tree=self.folder, fold=fold, reserved=reserved)

    def of_page(self, source: Source) -> tuple[Path | None, Path | None]:
        """The files for the output and for the ledger of a page."""
        if self.output is None:
            return None, self.ledger
        if self.one_file:
            return None, None
        if not self.folder and _is_stream(self.output):
            return self.output, self.ledger
        path = self.output / source.relative if self.folder else self.output
        return path, self.ledger or ledger_beside(path)

    def ledger_of(self, page: str) -> Path | None:
        """The ledger of a page, which is named as in the manifest."""
        return self.of_page(Source(page, None, Path(page)))[1]


def _is_one(given: str) -> bool:
    """Whether an input is one page: standard input, a file, a pipe."""
    return given == "-" or (Path(given).exists() and not Path(given).is_dir())


def _is_folder(output: str) -> bool:
    return Path(output).is_dir() or output.endswith((os.sep, "/"))


def _is_stream(path: Path) -> bool:
    """Whether a path is a pipe or a device, which has no place beside it."""
    return path.exists() and not (path.is_file() or path.is_dir())


def refuse_inside(folder: Path, inputs: list[str]) -> None:
    """`UsageError` where outputs would stand below an input folder, and be the next run's inputs."""
    for given in inputs:
        path = Path(given)
        if path.is_dir() and folder.resolve().is_relative_to(path.resolve()):
            raise UsageError(
                f"-o {folder} lies in the input folder {given}, where a second run would take the results for pages. "
                "Give a folder beside it."
            )
