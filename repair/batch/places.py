"""Where a run keeps what it must remember: the manifest, the journal, the list of failures, and a lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from repair.batch.manifest import MANIFEST, Manifest
from repair.core.errors import UsageError, WriteError, shown
from repair.files.distinct import REPORTS
from repair.files.guard import refuse_outside
from repair.files.targets import OVERVIEW
from repair.files.text import json_bytes, json_line
from repair.files.writing import reason_of, write_atomic

__all__ = ["RESERVED", "Places"]

FAILURES = "failures.jsonl"

RESERVED = frozenset({MANIFEST, FAILURES, OVERVIEW})
"""Names in an output folder that no page may have."""


@dataclass(frozen=True)
class Places:
    """The files of a run into `output`: a folder, or one file, which has them beside it under its own name."""

    output: Path
    folder: bool

    @property
    def state(self) -> Path:
        """The folder with what only the program needs."""
        return self.output / ".repair" if self.folder else self.output.with_name(f".{self.output.name}.repair")

    @property
    def part(self) -> Path:
        """The one file of the run, as far as it is written."""
        return self.state / "part.jsonl"

    @property
    def manifest(self) -> Path:
        """What came of each page."""
        return self._beside(MANIFEST)

    @property
    def failures(self) -> Path:
        """The pages that were not repaired, to be given as an input again."""
        return self._beside(FAILURES)

    @property
    def resumed(self) -> bool:
        """Whether a run died here, or goes on."""
        return self._journal.exists()

    @property
    def _journal(self) -> Path:
        return self.state / "journal.jsonl"

    def rows(self) -> Manifest:
        """The manifest with its journal."""
        return Manifest(self.manifest, self._journal)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock.

        `UsageError`: another run holds it. `WriteError`: the folder cannot be written to, or a link leads out of it
        from where the run has files of its own.
        """
        from filelock import FileLock, Timeout  # here, as pebble in `pool`: a run over one page needs neither

        if self.folder:
            for place in (self.state, self.manifest, self.failures, self.output / OVERVIEW, self.output / REPORTS):
                refuse_outside(place, self.output)
        try:
            self.state.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.state / "lock", timeout=0)
            lock.acquire()
        except Timeout as error:
            raise UsageError(
                f"{shown(self.output)}: another run is writing there. Wait until it has ended, or give another place."
            ) from error
        except OSError as error:
            raise WriteError(f"{shown(self.state)} cannot be written: {reason_of(error)}.") from error
        try:
            yield
        finally:
            lock.release()

    def list_failures(self, manifest: Manifest) -> int:
        """Write the list of failures, or take it away where there are none; gives how many there are."""
        failed = _failed(manifest)
        if (first := next(failed, None)) is None:
            self.failures.unlink(missing_ok=True)
            return 0
        told = 1

        def counted() -> Iterator[bytes]:
            nonlocal told
            yield first
            for said in failed:
                told += 1
                yield said

        written = self.state / self.failures.name
        write_atomic(written, counted())
        written.replace(self.failures)
        return told

    def sweep(self) -> None:
        """Take away what a run that was killed left half-written."""
        for path in (self.output if self.folder else self.state).rglob(".repair-*.tmp"):
            with suppress(OSError):
                path.unlink()

    def _beside(self, name: str) -> Path:
        return self.output / name if self.folder else self.output.with_name(f"{self.output.name}.{name}")


def _failed(manifest: Manifest) -> Iterator[bytes]:
    """The rows of the list of failures: a row an input, which may hold several pages."""
    told = set()
    for row in manifest.rows():
        page = row.get("of", row["page"])
        if row["outcome"] != "repaired" and page not in told:
            told.add(page)
            yield json_bytes(json_line({"page": page} | row.get("given", {}) | {"error": row["error"]}))
