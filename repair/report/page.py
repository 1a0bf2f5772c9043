"""The report of a page or an issue: raw and repaired side by side, every change at its place."""

from __future__ import annotations

import shlex
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from repair import explain
from repair.change import Outcome
from repair.formats.text import BETWEEN
from repair.ledger import Header, Ledger, Row
from repair.report.align import beside, lines_of
from repair.report.fates import Fates, Part, edit_kinds, fates_of, kind_of
from repair.report.html import filled
from repair.report.marked import Marked, named, shown
from repair.text import Span

__all__ = ["page_report"]

WIDTH = 80  # characters of a text shown in the list of changes
FEW = 6  # edits of a change shown there

KINDS = {
    "moved": ("⇄", "moved"),
    "removed": ("−", "taken out"),
    "joined": ("⁀", "line end gone"),
    "replaced": ("≠", "replaced"),
    "inserted": ("+", "put in"),
    "marked": ("§", "marked"),
}
"""The sign and the word of each kind of change."""


EYES = ("suggestion", "gap", "refused change")
"""Why a person should look at a change."""


class Entry(NamedTuple):
    """A change as the list shows it. `line` and the like count the lines of the two texts from 0, -1 for none.

    `source` is the place of what was moved, where it is not `place`.
    """

    number: int
    row: Row
    kind: str
    edits: list[str]
    place: str
    source: str
    copy: str
    line: int
    source_line: int
    new_line: int
    copy_line: int
    eyes: str


class Line(NamedTuple):
    """A line of a text as HTML, in chunks; `number` is that of its file, empty between two pages."""

    id: int
    number: str
    blank: bool
    chunks: list[Markup]


class Beginning(NamedTuple):
    """A page of an issue, where its raw lines begin."""

    number: int
    name: str


class Block(NamedTuple):
    """Lines that stand side by side."""

    raw: list[Line]
    repaired: list[Line]
    begins: list[Beginning]


class RuleCount(NamedTuple):
    """How often a rule was used: `parts` are (safe, likely, suggest made; suggested; not made) for its bar."""

    number: int
    rule: str
    total: int
    parts: list[tuple[str, int]]
    eyes: int


def page_report(ledger: Ledger, raw: str) -> str:
    """The HTML of a page or an issue, from its ledger and the decoded raw text.

    For an issue `raw` is that of all its pages with `formats.text.BETWEEN` between them. `ReadError` where the raw text
    is not the one that the ledger was written for.
    """
    header = ledger.header
    fates = fates_of(ledger, raw)
    raw_lines, new_lines = lines_of(fates.raw), lines_of(fates.repaired)
    entries = list(_entries(ledger, fates, raw_lines, new_lines))
    rules = list(_rules(ledger, entries))
    return filled(
        "page",
        header=header,
        name=named(header.page),
        lang=_language(fates.repaired),
        summary=_summary(ledger),
        entries=entries,
        rule_number={count.rule: count.number for count in rules},
        rules=rules,
        most=max((count.total for count in rules), default=1),
        safeties=_counted(entries, lambda entry: entry.row.safety, ("safe", "likely", "suggest")),
        outcomes=_counted(entries, lambda entry: str(entry.row.outcome), tuple(str(outcome) for outcome in Outcome)),
        kinds=_counted(entries, lambda entry: entry.kind, tuple(KINDS)),
        eyes=[entry for entry in entries if entry.eyes],
        eyes_told=", ".join(explain.counted(count, noun) for noun, count in _counted(entries, lambda e: e.eyes, EYES)),
        skipped=[row for row in ledger.rows if row.outcome == "skipped"],
        blocks=_blocks(ledger, fates, raw_lines, new_lines),
        unchanged=fates.raw == fates.repaired,
        signs=KINDS,
        means=explain.MEANS,
        command=_command(header),
        shown=shown,
    )


def _summary(ledger: Ledger) -> str:
    told = explain.overview("", Counter((row.outcome, row.safety) for row in ledger.rows))
    return told.removeprefix(": ")


def _command(header: Header) -> str:
    """How the page is run again."""
    what = "issue" if header.pages else "run"
    return f"repair {what} {shlex.quote(header.page)} --veto veto.txt -o OUTPUT"


def _language(text: str) -> str:
    """Chinese where half of the letters are Han, else English."""
    letters = sum(char.isalpha() for char in text)
    return "zh" if 2 * sum("\u3400" <= char <= "\u9fff" for char in text) >= letters else "en"


def _counted(entries: Sequence[Entry], of: Any, order: Sequence[str]) -> list[tuple[str, int]]:
    counts = Counter(of(entry) for entry in entries)
    return [(name, counts[name]) for name in order if counts[name]]


# ---- the list of changes ---------------------------------------------------------------------------------------------


def _entries(ledger: Ledger, fates: Fates, raw: Sequence[Span], repaired: Sequence[Span]) -> Iterator[Entry]:
    """The changes in the order of their places on the raw page."""
    changes, places = ledger.changes, fates.places
    moved, copies = _of_kind(fates, "moved"), _of_kind(fates, "copy")
    sources = {piece.change: piece.raw for piece in reversed(fates.pieces)}
    new = _firsts(fates, len(changes))
    starts, new_starts = [line.start for line in raw], [line.start for line in repaired]
    _, numbers, pages = _numbered(ledger, raw)

    def line_at(place: int) -> int:
        return max(0, bisect_right(starts, place) - 1)

    for number in sorted(range(len(changes)), key=lambda number: (places[number], number)):
        row = changes[number]
        line, source = line_at(places[number]), line_at(sources[number]) if number in sources else -1
        elsewhere = source >= 0 and source != line
        yield Entry(
            number=number,
            row=row,
            kind=kind_of(row),
            edits=_edits(row, [fates.raw[part.start : part.end].strip("\n") for part in moved.get(number, ())]),
            place=_place(ledger.header, row.page, row.line, row.col),
            source=_place(ledger.header, pages[source], int(numbers[source] or 0)) if elsewhere else "",
            copy=_place(ledger.header, row.copy_page, row.copy_line) if row.copies else "",
            line=line,
            source_line=source,
            new_line=max(0, bisect_right(new_starts, new[number]) - 1),
            copy_line=line_at(copies[number][0].start) if number in copies else -1,
            eyes=_eyes(row),
        )


def _of_kind(fates: Fates, kind: str) -> dict[int, list[Part]]:
    """The parts of a kind in the raw text, by change."""
    found: dict[int, list[Part]] = {}
    for part in fates.raw_parts:
        if part.kind == kind:
            found.setdefault(part.change, []).append(part)
    return found


def _firsts(fates: Fates, size: int) -> list[int]:
    """Where each change begins in the repaired text."""
    new = [-1] * size
    for part in fates.repaired_parts:
        if part.kind != "copy" and new[part.change] < 0:
            new[part.change] = part.start
    return new


def _edits(row: Row, moved: Sequence[str]) -> list[str]:
    """What a change does, in words; `moved` are the stretches of the raw text that it moves."""
    told = [f"moved {explain.quoted(text, WIDTH)}" for text in moved[:FEW]]
    rest = [done for done, kind in zip(row.edits, edit_kinds(row), strict=True) if kind != "moved"]
    told += explain.edits_told(rest[: FEW - len(told)], WIDTH)
    more = len(moved) + len(rest) - FEW
    return [*told, f"… and {explain.counted(more, 'more edit')}"] if more > 0 else told


def _place(header: Header, page: int, line: int, col: int = 0) -> str:
    place = f"line {line:,}" + (f", column {col:,}" if col else "")
    return f"page {page + 1}, {place}" if header.pages else place


def _eyes(row: Row) -> str:
    """Why a person should look at a change; empty where nothing asks for it."""
    if row.outcome == Outcome.SUGGESTED:
        return "suggestion"
    if row.outcome == Outcome.REFUSED:
        return "refused change"
    return "gap" if row.mark == "fragment" and row.outcome == Outcome.APPLIED else ""


def _rules(ledger: Ledger, entries: Sequence[Entry]) -> Iterator[RuleCount]:
    """The rules that were used, in the order of the chain."""
    by_rule: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.row.step, entry.number)):
        by_rule.setdefault(entry.row.rule, []).append(entry)
    for number, (rule, group) in enumerate(by_rule.items()):
        parts = Counter(_bar_part(entry.row) for entry in group)
        order = ("safe", "likely", "suggest", "suggested", "not made")
        yield RuleCount(
            number,
            rule,
            len(group),
            [(name, parts[name]) for name in order if parts[name]],
            sum(bool(entry.eyes) for entry in group),
        )


def _bar_part(row: Row) -> str:
    if row.outcome == Outcome.APPLIED:
        return row.safety
    return "suggested" if row.outcome == Outcome.SUGGESTED else "not made"


# ---- the two texts ---------------------------------------------------------------------------------------------------


def _blocks(ledger: Ledger, fates: Fates, raw: list[Span], repaired: list[Span]) -> Iterator[Block]:
    """The two texts, block beside block."""
    outcomes = [str(row.outcome) for row in ledger.changes]
    moves = [dict[int, list[str]](), dict[int, list[str]]()]
    for number, piece in enumerate(fates.pieces):
        moves[0].setdefault(piece.raw, []).append(f"{piece.change}.{number}")
        moves[1].setdefault(piece.repaired, []).append(f"{piece.change}.{number}")
    old = Marked(fates.raw, fates.raw_parts, outcomes, moves[0], raw=True)
    new = Marked(fates.repaired, fates.repaired_parts, outcomes, moves[1], raw=False)
    begins, numbers, _ = _numbered(ledger, raw)
    for group in beside(fates, raw, repaired):
        yield Block(
            [_line(old, i, raw[i], numbers[i]) for i in range(group.raw, group.raw_end)],
            [_line(new, j, repaired[j], str(j + 1)) for j in range(group.repaired, group.repaired_end)],
            [begins[i] for i in range(group.raw, group.raw_end) if i in begins],
        )


def _line(text: Marked, at: int, line: Span, number: str) -> Line:
    return Line(at + 1, number, not text.text[line.start : line.end].strip("\n\r"), list(text.line(line)))


def _numbered(ledger: Ledger, raw: Sequence[Span]) -> tuple[dict[int, Beginning], list[str], list[int]]:
    """The pages of an issue by the line they begin with; of each line, its number in its file and its page, from 0."""
    pages = ledger.header.pages
    if not pages:
        return {}, [str(number) for number in range(1, len(raw) + 1)], [0] * len(raw)
    begins, numbers, on, at = dict[int, Beginning](), list[str](), list[int](), 0
    starts = [line.start for line in raw]
    for number, page in enumerate(pages):
        first = bisect_right(starts, at) - 1
        begins[first] = Beginning(number + 1, named(page.name))
        last = bisect_right(starts, at + max(0, page.chars - 1)) - 1
        numbers += [""] * (first - len(numbers))  # the lines that part two pages
        numbers += [str(line - first + 1) for line in range(first, last + 1)]
        on += [number] * (len(numbers) - len(on))
        at += page.chars + len(BETWEEN)
    return begins, numbers, on
