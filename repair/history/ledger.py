r"""The ledger: what was done to a page, one JSON row a change, so that it can be shown, explained and undone.

JSON Lines in UTF-8. The first row is the header (`Header`), then one row for every change that was proposed, whatever
became of it, then one for every rule that was left out. Two kinds of coordinates, both half-open and in code points:
`edits` count in the text that the rule was given, where "\n" stands for every line end of a file that has one kind of
them; `raw` counts in the decoded file as it is. The edits alone lead there and back: see `undo`.

A ledger is good for ever. Each version of the program reads what every earlier one wrote: keys are only added, a later
key that is not there has its default, and one that is not known is passed over. So the version of the form is still 1;
a ledger of a higher one is read as far as it is understood, and `Ledger.note` says so. Only changes whose outcome is
"applied" have altered the text, whatever other outcomes there will be. What is read is checked: a ledger that somebody
edited is refused with its line, or does not lead back to the raw file, whose hash it holds.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import chain as chained
from itertools import pairwise
from json.encoder import encode_basestring as quote
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.core.bounded import FILE, cut, is_name, json_of, read_file
from repair.core.chain import Chain, Ran
from repair.core.change import Outcome, Safety
from repair.core.checked import filled
from repair.core.engine import Record, Repaired
from repair.core.errors import ReadError, UsageError
from repair.core.text import Done, Span, codes_of
from repair.core.version import __version__
from repair.files.decoding import Encoding, decode
from repair.files.guard import sealed_ledger
from repair.files.text import json_bytes

__all__ = [
    "Header",
    "Ledger",
    "PageHeader",
    "Row",
    "encoded",
    "header_of",
    "issue_rows",
    "parse",
    "read",
    "rows",
    "sha256",
]

SCHEMA = 1


class PageHeader(NamedTuple):
    r"""A page of an issue: which file, and how its raw text stands in it.

    `chars` is the length of its text with "\n" for every line end, `raw_start` the place in the issue's raw text (that
    of all pages, with `formats.text.BETWEEN` between them) where its own begins.
    """

    name: str
    raw_sha256: str
    encoding: str
    bom: bool
    newline: str
    chars: int
    raw_start: int

    @property
    def raw_encoding(self) -> Encoding:
        """How the raw text stands in its file."""
        return Encoding(self.encoding, self.bom, True, self.newline)


@dataclass(frozen=True, slots=True)
class Header:
    """The first row: which file, which chain, and all that is needed to give the file back byte for byte.

    The hashes are those of whole files, or of the page's part of a file that was split at form feeds. `newline` is
    "lf", "crlf", "cr", "mixed" or "none"; `format` is that of the output ("txt", "md", "json"), and only "txt" can be
    undone. `rules` are those of the chain in their order; `rows` is the number of rows that follow, so that a ledger
    cut short is noticed. `pages` are those of an issue; then `raw_sha256` is the hash of their hashes.
    """

    page: str
    raw_sha256: str
    output_sha256: str
    encoding: str
    bom: bool
    newline: str
    raw_chars: int
    output_encoding: str
    format: str
    chain: str
    chain_hash: str
    rules: tuple[str, ...]
    apply: str
    vetoes: int
    rows: int
    tool: str
    pages: tuple[PageHeader, ...] = ()

    @property
    def raw_encoding(self) -> Encoding:
        """How the raw text stands in its file."""
        return Encoding(self.encoding, self.bom, True, self.newline)

    @property
    def written(self) -> Encoding:
        """How the text of the output stands in its file."""
        return Encoding(self.output_encoding, self.bom, True, self.newline)


class Row(NamedTuple):
    """One change as the ledger keeps it; for a rule that was left out, `outcome` is "skipped" and `key` is empty.

    `line` and `col` count from 1 in the raw file (of an issue: in that of its page `page`, from 0) and say where the
    change's first raw span begins. `copies` are raw spans that say the same as what was taken out, and stay; the first
    begins in line `copy_line` (of page `copy_page`). `veto` is the key of the veto that held the change back.
    """

    key: str
    step: int
    rule: str
    outcome: str
    safety: str
    confidence: float
    reason: str
    edits: tuple[Done, ...] = ()
    raw: tuple[tuple[int, int], ...] = ()
    line: int = 0
    col: int = 0
    removes: str = ""
    mark: str = ""
    copies: tuple[tuple[int, int], ...] = ()
    copy_line: int = 0
    page: int = 0
    copy_page: int = 0
    veto: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger as read from its file, which `name` names in errors; `schema` is the version of its form."""

    header: Header
    rows: tuple[Row, ...]
    name: str = "the ledger"
    schema: int = SCHEMA

    @property
    def note(self) -> str:
        """What is to be told of a ledger of a later form; "" of any other."""
        if self.schema <= SCHEMA:
            return ""
        return (
            f"{self.name}: was written by {cut(self.header.tool)}, in version {self.schema} of its form, and this "
            f"program knows version {SCHEMA}. What it does not know is passed over."
        )

    @property
    def changes(self) -> list[Row]:
        """The rows that are changes, in the order of the chain."""
        return [row for row in self.rows if row.outcome != "skipped"]

    def steps(self) -> dict[int, list[Done]]:
        """The edits that were made, by step of the chain, each step's in order of place."""
        steps: dict[int, list[Done]] = {}
        for row in self.rows:
            if row.outcome == Outcome.APPLIED:
                steps.setdefault(row.step, []).extend(row.edits)
        for edits in steps.values():
            edits.sort(key=lambda done: (done.start, done.end))
        return steps

    def step_of(self, rule: str) -> int:
        """The place of a rule in the chain. Raises `UsageError` with the nearest name."""
        if rule in self.header.rules:
            return self.header.rules.index(rule)
        from repair.rulebook.rule_file import nearest  # only a wrong name needs the kinds of rules

        hint = nearest(rule, self.header.rules)
        raise UsageError(f"{self.name}: the chain {self.header.chain!r} that was run has no rule {rule!r}.{hint}")


# ---- writing ---------------------------------------------------------------------------------------------------------


def header_of(
    result: Repaired,
    chain: Chain | Ran,
    data: bytes,
    output: bytes,
    encoding: Encoding,
    *,
    output_encoding: str = "",
    format: str = "txt",
    apply: Safety = Safety.LIKELY,
    vetoes: int = 0,
) -> Header:
    """The header for a page: `data` are the bytes of its file in `encoding`, `output` those that were written for it.

    `apply` is the level that the engine was run with, `vetoes` the number of keys that it was given.
    """
    return Header(
        page=result.page.name,
        raw_sha256=sha256(data),
        output_sha256=sha256(output),
        encoding=encoding.name,
        bom=encoding.bom,
        newline=encoding.newline,
        raw_chars=len(result.page.raw),
        output_encoding=output_encoding or encoding.name,
        format=format,
        chain=chain.name,
        chain_hash=chain.digest,
        rules=chain.ids,
        apply=str(apply),
        vetoes=vetoes,
        rows=len(result.records) + len(result.skipped),
        tool=f"scan-repair {__version__}",
    )


def sha256(data: bytes) -> str:
    """The hash that the header holds."""
    return hashlib.sha256(data).hexdigest()


def rows(result: Repaired, header: Header) -> Iterator[str]:
    """The lines of the ledger of a page, without their line ends."""
    yield _first(header)
    line_starts = _line_starts(result.page.raw)
    heads: dict[tuple[Any, ...], str] = {}
    for record, line, col in zip(result.records, *_places(line_starts, result.records), strict=True):
        copy_line = _line_of(record.copies[0].start, line_starts) if record.copies else 0
        yield _said(record, heads, f'"line":{line},"col":{col}', copy_line)
    for skipped in result.skipped:
        yield _skipped(skipped.rule, skipped.reason)


def issue_rows(
    records: Iterable[Record], skipped: Iterable[tuple[str, str]], raw: str, header: Header
) -> Iterator[str]:
    """The lines of the ledger of an issue, whose pages the header names; `raw` is the raw text of all its pages."""
    yield _first(header)
    begins = [page.raw_start for page in header.pages]
    line_starts = [_line_starts(raw[a:b]) for a, b in pairwise([*begins, len(raw)])]
    heads: dict[tuple[Any, ...], str] = {}
    for record in records:
        place = record.raw[0][0] if record.raw else 0
        page = bisect_right(begins, place) - 1
        line = _line_of(place - begins[page], line_starts[page])
        col = place - begins[page] - int(line_starts[page][line - 1]) + 1
        told, copy_line = f'"page":{page},"line":{line},"col":{col}', 0
        if record.copies:
            copy_page = bisect_right(begins, record.copies[0].start) - 1
            copy_line = _line_of(record.copies[0].start - begins[copy_page], line_starts[copy_page])
            told += f',"copy_page":{copy_page}'
        yield _said(record, heads, told, copy_line)
    for rule, reason in skipped:
        yield _skipped(rule, reason)


def _first(header: Header) -> str:
    known = {field.name: getattr(header, field.name) for field in fields(header)}
    known["pages"] = [page._asdict() for page in header.pages]
    if not header.pages:
        del known["pages"]
    return json.dumps({"ledger": SCHEMA, "tool": header.tool} | known, ensure_ascii=False)


def _said(record: Record, heads: dict[tuple[Any, ...], str], place: str, copy_line: int) -> str:
    step, _, key, outcome, change, edits, raw, copies, veto = record
    kind = (step, outcome, change.safety, change.confidence, change.reason)
    head = heads.get(kind) or heads.setdefault(kind, _head(record))
    spans = f"[{raw[0][0]},{raw[0][1]}]" if len(raw) == 1 else ",".join([f"[{a},{b}]" for a, b in raw])
    said = _edit(*edits[0]) if len(edits) == 1 else ",".join([_edit(*done) for done in edits])
    tail = _tail(record) if change.removes or change.mark or veto else ""
    if copies:
        tail += f',"copies":[{",".join([f"[{a},{b}]" for a, b in copies])}],"copy_line":{copy_line}'
    return f'{{"key":"{key}",{head},"edits":[{said}],"raw":[{spans}],{place}{tail}}}'


def _skipped(rule: str, reason: str) -> str:
    return f'{{"rule":{quote(rule)},"outcome":"skipped","reason":{quote(reason)}}}'


def encoded(lines: Iterable[str], files: Mapping[str, str] | None = None) -> bytes:
    """The bytes of a ledger, sealed (see `guard`); `files` are the hashes of what is written with it and its output."""
    return sealed_ledger(json_bytes("\n".join(chained(lines, [""]))), files)


def _head(record: Record) -> str:
    change = record.change
    return (
        f'"step":{record.step},"rule":{quote(record.rule)},"outcome":"{record.outcome}","safety":"{change.safety}",'
        f'"confidence":{round(float(change.confidence), 4)},"reason":{quote(change.reason)}'
    )


def _edit(start: int, end: int, before: str, after: str | Span) -> str:
    said = quote(after) if isinstance(after, str) else f"[{after.start},{after.end}]"
    return f"[{start},{end},{quote(before)},{said}]"


def _tail(record: Record) -> str:
    change = record.change
    removes = f',"removes":{quote(change.removes)}' if change.removes else ""
    mark = f',"mark":{quote(change.mark.kind)}' if change.mark else ""
    return removes + mark + (f',"veto":"{record.veto}"' if record.veto else "")


def _line_of(place: int, line_starts: NDArray[np.intp]) -> int:
    return int(np.searchsorted(line_starts, place, "right"))


def _line_starts(raw: str) -> NDArray[np.intp]:
    r"""Where the lines of the raw file begin; \r\n, \n and \r each end a line."""
    codes = codes_of(raw)
    ends = codes == 10
    cr = codes == 13
    cr[:-1] &= ~ends[1:]
    return np.concatenate([[0], np.flatnonzero(ends | cr) + 1])


def _places(line_starts: NDArray[np.intp], records: Sequence[Record]) -> tuple[list[int], list[int]]:
    """Line and column in the raw file of each record, from 1."""
    at = np.array([record[6][0][0] if record[6] else 0 for record in records], np.int64)
    lines = np.searchsorted(line_starts, at, "right")
    return lines.tolist(), (at - line_starts[lines - 1] + 1).tolist()


# ---- reading ---------------------------------------------------------------------------------------------------------


def read(path: Path) -> Ledger:
    """The ledger in a file. `ReadError` names the file and the line where it is not a whole ledger."""
    return parse(read_file(path, FILE, "the ledger", ReadError), str(path))


def parse(data: bytes, name: str = "the ledger") -> Ledger:
    """The ledger in `data`; `name` names it in errors."""
    lines = data.split(b"\n")
    schema, header = _header(lines[0], name)
    if lines.pop():
        raise ReadError(f"{name}, line {len(lines) + 1}: the last line is cut off. Run the page again.")
    parsed = [_row(line, header, f"{name}, line {number}") for number, line in enumerate(lines[1:], 2)]
    if len(parsed) != header.rows:
        raise ReadError(
            f"{name}: {header.rows} rows were written and {len(parsed)} are here. "
            "The file was cut short or edited: run the page again."
        )
    return Ledger(header, tuple(parsed), name, schema)


def _header(line: bytes, name: str) -> tuple[int, Header]:
    """The version of the form and the header."""
    try:
        said = json_of(line)
        schema = said["ledger"]
        if type(schema) is not int or schema < 1:
            raise ValueError("no version")
    except (ValueError, KeyError, TypeError) as error:
        raise ReadError(
            f'{name}, line 1: not a ledger of scan-repair: it must begin with {{"ledger": {SCHEMA}, …}}.'
        ) from error
    try:
        header = filled(Header, said)
        _refuse_unusable(header)
    except (ValueError, UsageError) as error:
        what = "The file was edited: run the page again."
        if schema > SCHEMA:
            what = f"It is of version {schema}, and this program knows {SCHEMA}: use the program that wrote it."
        raise ReadError(f"{name}, line 1: not the header of a ledger: {str(error).rstrip('.')}. {what}") from error
    return schema, header


def _refuse_unusable(header: Header) -> None:
    """`ValueError` or `UsageError` for names of files and of encodings that are none."""
    for name in (header.page, *(page.name for page in header.pages)):
        if not is_name(name):
            raise ValueError(f"{cut(name)} cannot be the name of a file")
    for encoding in {header.encoding, header.output_encoding, *(page.encoding for page in header.pages)}:
        decode(b"", encoding=encoding)


def _row(line: bytes, header: Header, where: str) -> Row:
    try:
        said = json_of(line)
        if isinstance(said, dict) and said.get("outcome") == "skipped":
            return filled(Row, SKIPPED | said)._replace(step=-1)
        row = filled(Row, said)
        _refuse_outside(row, header)
    except ValueError as error:
        raise ReadError(f"{where}: not a row of a ledger ({error}). The file was cut off or edited.") from error
    return row


SKIPPED: dict[str, Any] = {"key": "", "step": 0, "safety": "", "confidence": 1.0}
"""What the row of a rule that was left out does not say."""


def _refuse_outside(row: Row, header: Header) -> None:
    """`ValueError` for numbers that fit neither the chain nor the raw text."""
    if row.step >= len(header.rules):
        raise ValueError(f"'step' is {row.step}, and the chain has {len(header.rules)} rules")
    if max(row.page, row.copy_page) >= max(1, len(header.pages)):
        raise ValueError(f"'page' is {max(row.page, row.copy_page)}, and there are {len(header.pages)} pages")
    if any(end > header.raw_chars for spans in (row.raw, row.copies) for _, end in spans):
        raise ValueError(f"'raw' leads beyond the raw text of {header.raw_chars} characters")
