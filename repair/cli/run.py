"""`repair run`: pages in, repaired pages and their ledgers out."""

from __future__ import annotations

import os
import sys
import traceback
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from repair import engine, ledger
from repair.chain import Chain
from repair.change import Outcome, Safety
from repair.cli.exits import Exit
from repair.cli.levels import LEVELS
from repair.cli.targets import Targets, refuse_inputs
from repair.diff import diff
from repair.engine import Result
from repair.errors import ReadError, WriteError
from repair.explain import overview
from repair.formats.text import file_bytes, json_bytes
from repair.load import load_chain
from repair.page import Page
from repair.reading import Encoding, decode, encode
from repair.sources import Source, expand, pages
from repair.text import unify
from repair.vetoes import read_vetoes
from repair.writing import write_atomic

__all__ = ["main"]

DEFECTS = (ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, TypeError, ValueError)
"""What a mistake in a pass raises: it costs its page and not the run."""


@dataclass
class Tally:
    """What came of a run."""

    pages: int = 0
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    vetoed: set[str] = field(default_factory=set)
    failed: Counter[Exit] = field(default_factory=Counter)

    def add(self, result: Result) -> Counter[tuple[str, str]]:
        """Count a page, and give its own counts."""
        counts = Counter((r.outcome.value, r.change.safety.value) for r in result.records)
        counts["skipped", ""] = len(result.skipped)
        self.pages += 1
        self.outcomes += counts
        self.vetoed |= {record.key for record in result.records if record.outcome is Outcome.VETOED}
        return counts

    @property
    def exit(self) -> Exit:
        """The exit code: that of the gravest failure."""
        return next((code for code in (Exit.LAW, Exit.WRITE, Exit.FAILED) if self.failed[code]), Exit.OK)


@dataclass(frozen=True)
class Job:
    """What is asked of every page."""

    chain: Chain
    level: Safety
    vetoes: frozenset[str]
    targets: Targets
    sources: dict[str, Path]
    arguments: Namespace


def main(arguments: Namespace) -> Exit:
    """Repair the pages one after the other; a page that fails is reported, and the others go on."""
    inputs = arguments.inputs or ["-"]
    split, form = arguments.split_pages, arguments.format
    found = expand(inputs)
    targets = Targets.of(inputs, arguments.output, arguments.ledger, split=split, format=form)
    chain = load_chain(arguments.chain, arguments.rules)
    vetoes = read_vetoes(arguments.veto) if arguments.veto else frozenset()
    sources = list(targets.placed(found))
    paths = {os.path.realpath(source.path): source.path for source in sources if source.path}
    if arguments.output_encoding:
        arguments.output_encoding = decode(b"", encoding=arguments.output_encoding)[1].name
    job = Job(chain, LEVELS[arguments.apply], vetoes, targets, paths, arguments)
    if sys.stdin.isatty() and inputs == ["-"]:
        print("repair: reading from the keyboard; end with Ctrl-D (Windows: Ctrl-Z, Enter).", file=sys.stderr)
    tally = Tally()
    for source in _watched(sources, targets):
        _source(source, job, tally)
    _report(job, tally)
    return tally.exit


def _watched(sources: list[Source], targets: Targets) -> Iterable[Source]:
    """The sources, with a bar on a terminal where there are several and the results go elsewhere."""
    if len(sources) < 2 or not sys.stderr.isatty() or (targets.output is None and sys.stdout.isatty()):
        return sources
    from tqdm import tqdm

    bar: Iterable[Source] = tqdm(sources, unit="page", file=sys.stderr)
    return bar


def _source(source: Source, job: Job, tally: Tally) -> None:
    """All pages of a source."""
    how = job.arguments
    try:
        for page in pages(source, encoding=how.encoding, split_pages=how.split_pages, max_bytes=how.max_bytes):
            _guarded(*page, job, tally)
    except ReadError as error:
        _failed(tally, Exit.FAILED, str(error))


def _guarded(source: Source, raw: str, encoding: Encoding, job: Job, tally: Tally) -> None:
    """One page, whose failure is told and does not stop the run."""
    try:
        result = engine.run(Page.of(raw, source.name, encoding.newline), job.chain, apply=job.level, vetoes=job.vetoes)
        if result.error:
            _failed(tally, Exit.LAW, f"{source.name}: not written: {result.error}. Please report this page.")
            return
        place = _write(source, result, encoding, job)
    except WriteError as error:
        _failed(tally, Exit.WRITE, str(error))
    except DEFECTS as error:
        _failed(tally, Exit.FAILED, f"{source.name}: a defect in the program: {error!r}. Please report this page.")
        if job.arguments.verbose:
            traceback.print_exc()
    else:
        counts = tally.add(result)
        if job.arguments.verbose or (sys.stderr.isatty() and len(job.sources) < 2):
            hint = f"; explain with: repair explain {place}" if place else ""
            _say(overview(source.name, counts) + hint)
        if result.skipped:
            _say("; ".join(f"{source.name}: {rule} {reason}" for rule, reason in result.skipped))


def _write(source: Source, result: Result, encoding: Encoding, job: Job) -> Path | None:
    """Write the output and the ledger of a page; gives the place of the ledger."""
    how = job.arguments
    written = replace(encoding, name=how.output_encoding) if how.output_encoding else encoding
    output = _output(result, written, job)
    target, place = job.targets.of_page(source)
    refuse_inputs((target, place), source, job.sources)
    if place:
        header = ledger.header_of(
            result,
            job.chain,
            encode(result.page.raw, encoding),
            output,
            encoding,
            output_encoding=written.name,
            format=how.format,
            apply=job.level,
            vetoes=len(job.vetoes),
        )
        write_atomic(place, ledger.encoded(ledger.rows(result, header)), parents=job.targets.folder)
    if target:
        _write_after(place, target, output)
    if how.diff:
        raw = unify(result.page.raw, encoding.newline)
        for line in diff(raw, result.text, source.name, colour=_coloured()):
            print(line)
    elif not target:
        _print(output, result.text if how.format == "txt" else None)
    return place


def _write_after(place: Path | None, target: Path, output: bytes) -> None:
    """Write the output, and take its ledger away again where that fails."""
    try:
        write_atomic(target, output)
    except BaseException:
        if place and not target.exists():
            place.unlink(missing_ok=True)
        raise


def _output(result: Result, encoding: Encoding, job: Job) -> bytes:
    """The bytes of the output in the format asked for."""
    text = result.text
    if job.arguments.format != "txt":
        from repair.issues.bound import Bound, Leaf
        from repair.issues.edition import edition_of_page

        edition = edition_of_page(result, Bound(result.page.name, (Leaf(result, encoding),)))
        if job.arguments.format == "json":
            from repair.formats.json import dumps

            return json_bytes(dumps(edition, job.chain))
        from repair.formats.markdown import markdown

        text = markdown(edition)
    try:
        return file_bytes(text, encoding)
    except WriteError as error:
        raise WriteError(f"{result.page.name}: not written: {error} That is --output-encoding utf-8.") from error


def _print(output: bytes, text: str | None) -> None:
    """To standard output: bytes as they are, but on a terminal the text, whatever its encoding."""
    if text is not None and sys.stdout.isatty():
        sys.stdout.write(text)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(output)


def _coloured() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _failed(tally: Tally, code: Exit, said: str) -> None:
    tally.failed[code] += 1
    _say(said)


def _say(said: str) -> None:
    """A line on standard error that leaves a bar whole."""
    if "tqdm" in sys.modules:
        from tqdm import tqdm

        tqdm.write(f"repair: {said}", file=sys.stderr)
    else:
        print(f"repair: {said}", file=sys.stderr)


def _report(job: Job, tally: Tally) -> None:
    """The last line, where there were several pages, and vetoes that met nothing."""
    if unmet := len(job.vetoes - tally.vetoed):
        _say(f"{unmet} of {len(job.vetoes)} vetoes met no change on these pages.")
    failed = tally.failed.total()
    if (tally.pages > 1 or failed) and (sys.stderr.isatty() or job.arguments.verbose):
        what = f"{tally.pages} page{'s' * (tally.pages != 1)} repaired" + (f", {failed} failed" if failed else "")
        place = job.targets.output if job.targets.folder else None
        hint = f"; explain a page with: repair explain {place / 'PAGE'}" if place and tally.pages else ""
        _say(overview(what, tally.outcomes) + hint)
