"""What is asked of every page of a run."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from repair.core.change import Safety
from repair.core.version import __version__
from repair.files.sources import MAX_BYTES
from repair.files.targets import Targets, ledger_beside, report_at

__all__ = ["Settings"]


@dataclass(frozen=True)
class Settings:
    """What is asked of every page; it goes to the worker processes as it is, and each loads the chain for itself.

    `chain` and `rules` name the chain and the folders of a user's rules, `without` the rules that are left out of it,
    and `chain_hash` is that of the chain loaded from them. `diff_of` are the rules that a `diff` is narrowed to. With
    `copy` a page that fails is put out as it is, with `report` each page gets its report; with `overwrite` results are
    written over that are not known to be the program's own and unedited. `inputs` are the real paths of those inputs
    that lie in the output folder, and are never written over.
    """

    chain: str
    rules: tuple[str, ...]
    chain_hash: str
    targets: Targets
    apply: Safety = Safety.LIKELY
    vetoes: frozenset[str] = frozenset()
    encoding: str | None = None
    output_encoding: str | None = None
    split_pages: bool = False
    max_bytes: int = MAX_BYTES
    diff: bool = False
    colour: bool = False
    copy: bool = False
    overwrite: bool = False
    inputs: frozenset[str] = frozenset()
    report: bool = False
    without: tuple[str, ...] = ()
    diff_of: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """Hash of all that decides what is written for a page, 16 hexadecimal digits."""
        said = [
            __version__,
            self.chain_hash,
            self.apply,
            sorted(self.vetoes),
            self.targets.format,
            self.encoding,
            self.output_encoding,
            self.split_pages,
        ]
        return hashlib.blake2b(json.dumps(said).encode(), digest_size=8).hexdigest()

    def files_of(self, page: str) -> list[Path]:
        """The files that there are of a page of an output folder when it is done."""
        if self.targets.output is None:
            return []
        output = self.targets.output / page
        return [output, ledger_beside(output), *([self.report_of(page)] if self.report else [])]

    def report_of(self, page: str) -> Path:
        """The report of a page of an output folder."""
        return report_at(self.targets.output or Path(), page)
