"""One source of a run, from its bytes to its results on the disk. The same code runs in every process."""

from __future__ import annotations

import os
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from repair.batch.rows import given_again
from repair.batch.settings import Settings
from repair.core import engine
from repair.core.chain import Chain
from repair.core.change import Outcome
from repair.core.contracts import unwritable
from repair.core.engine import Repaired
from repair.core.errors import ReadError, WriteError
from repair.core.page import Page
from repair.core.text import unify
from repair.files.decoding import Encoding, encode
from repair.files.guard import Write, refuse_edited, sealed_html, staged, written_with
from repair.files.sources import Source, pages, read_bytes
from repair.files.targets import ledger_beside
from repair.files.text import file_bytes, json_bytes
from repair.files.writing import Staged, settle
from repair.history import ledger
from repair.history.diff import diff, diff_of_rules

__all__ = ["Job", "PageDone", "SourceDone"]

DEFECTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What a mistake in a pass raises: it costs its page and not the run."""
IN_ITS_ENCODING = ("txt", "md")  # formats; JSON is UTF-8
NO_REPAIR = Chain("none", ())
Row = dict[str, Any]
ROW = ("page", "input", "part", "of", "input_sha256", "settings")  # what is known of a page whatever came of it


class PageDone(NamedTuple):
    """What came of a page: its row of the manifest, and what is to be said or printed.

    `files` have still to be given their names (`settled`). `output` are the bytes that go to standard output or into
    the one file of the run, `text` is the same where it is text, for a terminal. `given` is what it takes to give the
    page as an input again.
    """

    row: Row
    files: tuple[Staged, ...] = ()
    output: bytes | None = None
    text: str | None = None
    said: tuple[str, ...] = ()
    trace: str = ""
    seconds: float = 0.0
    full: bool = False  # the disk would take no more
    given: Row = {}  # noqa: RUF012 (never written to)

    def settled(self) -> PageDone:
        """The page with its files in their places; one that could not be written there has failed."""
        try:
            settle(self.files)
        except WriteError as problem:
            known = {name: self.row[name] for name in ROW if name in self.row}
            error = failure("write", str(problem))
            return PageDone(known | {"outcome": "failed", "error": error, "given": self.given}, full=problem.full)
        return self._replace(files=(), given={})


class SourceDone(NamedTuple):
    """What came of the pages of a source."""

    pages: tuple[PageDone, ...]


class Made(NamedTuple):
    """What was made of a page: where it comes from, the hash of its file, the raw page, and what the chain did.

    `before` is the estimated quality of the raw page, where there is a manifest to hold it.
    """

    source: Source
    digest: str
    encoding: Encoding
    page: Page
    result: Repaired
    chain: Chain
    before: float | None


@dataclass(frozen=True)
class Job:
    """What is asked of every page, with the chain at hand."""

    settings: Settings
    chain: Chain = NO_REPAIR

    def source(self, source: Source) -> SourceDone:
        """Repair the pages of a source and write the results. A page that fails is told in its row."""
        done: list[PageDone] = []
        digest = ""
        try:
            source, digest = self._read(source)
            for page in self._pages(source):
                begun = perf_counter()
                done.append(self._page(*page, digest))
                done[-1] = done[-1]._replace(seconds=round(perf_counter() - begun, 4))
        except ReadError as error:
            done.append(self._unread(source, digest, failure("read", str(error))))
        return self._all(done, source)

    def unrepaired(self, source: Source, error: Row) -> SourceDone:
        """Put out the pages of a source as they are, because repairing them failed with `error`."""
        digest = ""
        try:
            source, digest = self._read(source)
            done = [self._copied(*page, digest, error) for page in self._pages(source)]
        except ReadError:
            done = [self.lost(source, digest, error)]
        return self._all(done, source)

    def _read(self, source: Source) -> tuple[Source, str]:
        """A source with its bytes, and their hash."""
        data = read_bytes(source, self.settings.max_bytes)
        return replace(source, data=data), ledger.sha256(data)

    def _all(self, done: list[PageDone], source: Source) -> SourceDone:
        """The pages of a source; those of a file that was split say how many there are."""
        for page in done:
            if "part" in page.row:
                page.row.update(part=[page.row["part"][0], len(done)], of=source.relative.as_posix())
        return SourceDone(tuple(done))

    def lost(self, source: Source, digest: str, error: Row) -> PageDone:
        """A page of which nothing is written. Its row holds what it takes to give it as an input again."""
        row = self._row(source, digest) | {"outcome": "failed", "error": error, "given": given_again(source)}
        return PageDone(row)

    def _pages(self, source: Source) -> Iterator[tuple[Source, str, Encoding]]:
        how = self.settings
        encoding = "utf-8" if source.row is not None and source.path is None else how.encoding
        return pages(source, encoding=encoding, split_pages=how.split_pages, max_bytes=how.max_bytes)

    def _page(self, source: Source, raw: str, encoding: Encoding, digest: str) -> PageDone:
        """One page, whose failure is told and does not stop the others."""
        how = self.settings
        trace = ""
        try:
            page = Page.of(raw, source.name, encoding.newline)
            before = self._estimated(page)  # before the chain, which takes over what it works out about the lines
            held = self._written(encoding).name if how.targets.format in IN_ITS_ENCODING else ""
            result = engine.run(page, self.chain, apply=how.apply, vetoes=how.vetoes, encoding=held)
            if not result.error:
                return self._done(Made(source, digest, encoding, page, result, self.chain, before))
            error = failure("law", f"{source.name}: not written: {result.error}. Please report this page.")
        except WriteError as problem:
            return self.lost(source, digest, failure("write", str(problem)))._replace(full=problem.full)
        except DEFECTS as problem:
            said = f"{source.name}: a defect in the program: {problem!r}. Please report this page."
            error, trace = failure("defect", said), traceback.format_exc()
        if how.copy:
            return self._copied(source, raw, encoding, digest, error)._replace(trace=trace)
        return self.lost(source, digest, error)._replace(trace=trace)

    def _copied(self, source: Source, raw: str, encoding: Encoding, digest: str, error: Row) -> PageDone:
        """A page as it is, with a ledger that says so."""
        told = {"outcome": "copied", "error": error, "given": given_again(source)}
        try:
            page = Page.of(raw, source.name, encoding.newline)
            result = engine.run(page, NO_REPAIR)
            done = self._done(Made(source, digest, encoding, page, result, NO_REPAIR, self._estimated(page)))
        except WriteError as problem:
            return self.lost(source, digest, error)._replace(full=problem.full)
        return done._replace(row=done.row | told)

    def _unread(self, source: Source, digest: str, error: Row) -> PageDone:
        """A source that is no text: with `copy` its bytes are put out, where the outputs are files of their own."""
        lost = self.lost(source, digest, error)
        target, _ = self.settings.targets.of_page(source)
        if self.settings.copy and source.data is not None and target and self.settings.targets.format == "txt":
            try:
                place = ledger_beside(target)
                refuse_edited(place, overwrite=self.settings.overwrite)
                files = self._staged([Write(target, source.data, _known(place))], source)
            except WriteError as problem:
                return lost._replace(said=(str(problem),))
            place.unlink(missing_ok=True)
            copied = {"outcome": "copied", "output_sha256": digest}
            return PageDone(lost.row | copied, files, given=lost.row["given"])
        return lost

    def _done(self, made: Made) -> PageDone:
        """Write the files of a page beside their places, and say what came of it."""
        how, source, result = self.settings, made.source, made.result
        written = self._written(made.encoding)
        output = self._output(made, written)
        row = self._row(source, made.digest) | {"outcome": "repaired"} | figures(result)
        if made.before is not None:
            row["quality"] = quality(made.before, result)
        row["output_sha256"] = ledger.sha256(output)
        if not made.page.line_spans:
            row["empty"] = True
        if result.met:
            row["vetoed"] = sorted(result.met)
        said = [f"{source.name}: {rule} {reason}" for rule, reason in result.skipped]
        said += _unwritable(made, written)
        files = self._files(made, written, output)  # last: whatever fails above leaves nothing half-written
        done = PageDone(row, files, said=tuple(said), given=given_again(source) if files else {})
        if how.diff:
            text = "".join(f"{line}\n" for line in self._diff(made))
            return done._replace(output=text.encode("utf-8", "backslashreplace"), text=text)
        if how.targets.of_page(source)[0]:
            return done
        return done._replace(output=output, text=result.text if how.targets.format == "txt" else None)

    def _diff(self, made: Made) -> Iterator[str]:
        how, result = self.settings, made.result
        raw = unify(made.page.raw, made.encoding.newline)
        if how.diff_of:
            return diff_of_rules(raw, result.applied, how.diff_of, made.source.name, colour=how.colour)
        return diff(raw, result.text, made.source.name, colour=how.colour)

    def _files(self, made: Made, written: Encoding, output: bytes) -> tuple[Staged, ...]:
        """The output of a page, its ledger and its report, beside their places."""
        how, source = self.settings, made.source
        target, place = how.targets.of_page(source)
        writes = [Write(target, output, _known(place), made.digest)] if target else []
        if place:
            rows = self._ledger(made, written, output)
            # A death between the two must not make the output look edited: it comes first where there is an old one.
            writes.insert(len(writes) if target and target.exists() else 0, Write(place, rows))
            if how.report:
                from repair.report import page_report

                html = page_report(ledger.parse(rows, str(place)), made.page.raw)
                writes.append(Write(how.report_of(source.relative.as_posix()), sealed_html(html)))
        return self._staged(writes, source)

    def _staged(self, writes: list[Write], source: Source) -> tuple[Staged, ...]:
        how = self.settings
        inputs = [source.path] if source.path else []
        if how.inputs:  # of which there may be many
            inputs += [Path(real) for write in writes if (real := os.path.realpath(write.path)) in how.inputs]
        return staged(
            writes,
            inputs=inputs,
            folder=how.targets.output if how.targets.folder else None,
            overwrite=how.overwrite,
            parents=how.targets.folder,
        )

    def _estimated(self, page: Page) -> float | None:
        if not self.settings.targets.kept:
            return None
        from repair.estimate import estimate

        return estimate(page).figure

    def _written(self, encoding: Encoding) -> Encoding:
        """How the output of a page in that encoding is written."""
        name = self.settings.output_encoding
        return replace(encoding, name=name) if name else encoding

    def _ledger(self, made: Made, written: Encoding, output: bytes) -> bytes:
        header = ledger.header_of(
            made.result,
            made.chain,
            encode(made.page.raw, made.encoding),
            output,
            made.encoding,
            output_encoding=written.name,
            format=self.settings.targets.format,
            apply=self.settings.apply,
            vetoes=len(self.settings.vetoes),
        )
        return ledger.encoded(ledger.rows(made.result, header))

    def _row(self, source: Source, digest: str) -> Row:
        """The beginning of a row of the manifest."""
        row: Row = {"page": source.relative.as_posix(), "input": source.name}
        row |= {"part": [source.page, 0]} if source.page else {}
        return row | {"input_sha256": digest, "settings": self.settings.digest}

    def _output(self, made: Made, encoding: Encoding) -> bytes:
        """The bytes of the output in the format asked for."""
        form, text = self.settings.targets.format, made.result.text
        if form != "txt":
            from repair.issues.assemble import edition_of_page
            from repair.issues.bound import Bound, Leaf

            edition = edition_of_page(made.result, Bound(made.page.name, (Leaf(made.result, encoding),)))
            if form in ("json", "jsonl"):
                from repair.formats.document import dumps, rows

                if form == "json":
                    return json_bytes(dumps(edition, made.chain))
                said = given_again(made.source)
                known = {"page": said.get("page", made.source.relative.as_posix())}
                known |= {"meta": said["meta"]} if "meta" in said else {}
                return json_bytes("".join(rows(edition, made.chain, known)))
            from repair.formats.markdown import markdown

            text = markdown(edition)
        try:
            return file_bytes(text, encoding)
        except WriteError as error:
            raise WriteError(f"{made.page.name}: not written: {error} That is --output-encoding utf-8.") from error


def failure(kind: str, said: str) -> Row:
    """What went wrong, as the manifest holds it: "read", "law", "write", "defect", "time" or "crash", and in words."""
    return {"kind": kind, "said": said}


def figures(result: Repaired) -> Row:
    """The figures of a page: its size, its changes by outcome, and by rule `[applied, suggested]`."""
    # By value, for the hash of an Enum itself is slow.
    counts = Counter((record.outcome._value_, record.change.safety._value_, record.rule) for record in result.records)
    changes, safety = Counter({"skipped": len(result.skipped)}), Counter[str]()
    rules: dict[str, list[int]] = {}
    for (outcome, safe, rule), count in counts.items():
        changes[outcome] += count
        if outcome == Outcome.APPLIED:
            safety[safe] += count
        if outcome in (Outcome.APPLIED, Outcome.SUGGESTED):
            rules.setdefault(rule, [0, 0])[outcome == Outcome.SUGGESTED] += count
    return {
        "raw_chars": len(result.page.raw),
        "changes": {outcome: count for outcome, count in sorted(changes.items()) if count},
        "safety": dict(sorted(safety.items())),
        "rules": rules,
    }


def quality(before: float, result: Repaired) -> Row:
    """The estimated quality of a page before and after, with what speaks against it after."""
    from repair.estimate import estimate

    after = estimate(result.page, result.records)
    parts = {name: round(value, 4) for name, value in after.parts.items() if value}
    return {"before": round(before, 4), "after": round(after.figure, 4), "parts": parts}


def _unwritable(made: Made, written: Encoding) -> Iterator[str]:
    """What is said of changes that were refused because the encoding of the output lacks a character."""
    lacks = unwritable(written.name)
    refused = (record for record in made.result.records if record.outcome is Outcome.REFUSED)
    found = Counter((record.rule, why) for record in refused if lacks and (why := lacks(record.edits)))
    for (rule, why), count in found.items():
        changes = f"a change of {rule} was" if count == 1 else f"{count} changes of {rule} were"
        yield f"{made.source.name}: {changes} not made: {why}. With --output-encoding utf-8 all can be made."


def _known(place: Path | None) -> set[str]:
    """The hash of the output that was written with the ledger at a place."""
    return set(written_with(place).values()) if place else set()
