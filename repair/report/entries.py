"""The list of changes: each with its rule, reason and place, and how often each rule was used."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from repair.core.change import Outcome, Safety
from repair.core.text import Span
from repair.history import explain
from repair.history.ledger import Header, Ledger, Row
from repair.report.change_types import edit_kinds, kind_of
from repair.report.highlight import Part
from repair.report.numbers import numbered
from repair.report.provenance import Fates

__all__ = ["EYES", "Entry", "RuleCount", "entries_of", "rules_of"]

WIDTH = 80  # characters of a text shown in the list of changes
FEW = 6  # edits of a change shown there
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


class RuleCount(NamedTuple):
    """How often a rule was used: `parts` are (safe, likely, suggest made; suggested; not made) for its bar."""

    number: int
    rule: str
    total: int
    parts: list[tuple[str, int]]


def entries_of(ledger: Ledger, fates: Fates, raw: Sequence[Span], repaired: Sequence[Span]) -> Iterator[Entry]:
    """The changes in the order of their places on the raw page."""
    changes, places = ledger.changes, fates.places
    moved, copies = _of_kind(fates, "moved"), _of_kind(fates, "copy")
    sources = {piece.change: piece.raw for piece in reversed(fates.pieces)}
    new = _firsts(fates, len(changes))
    starts, new_starts = [line.start for line in raw], [line.start for line in repaired]
    _, numbers, pages = numbered(ledger, raw)

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


def rules_of(ledger: Ledger, entries: Sequence[Entry]) -> Iterator[RuleCount]:
    """The rules that were used, in the order of the chain."""
    by_rule: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.row.step, entry.number)):
        by_rule.setdefault(entry.row.rule, []).append(entry)
    for number, (rule, group) in enumerate(by_rule.items()):
        parts = Counter(_bar_part(entry.row) for entry in group)
        order = (*Safety, "suggested", "not made")
        yield RuleCount(
            number,
            rule,
            len(group),
            [(name, parts[name]) for name in order if parts[name]],
        )


def _bar_part(row: Row) -> str:
    if row.outcome == Outcome.APPLIED:
        return row.safety
    return "suggested" if row.outcome == Outcome.SUGGESTED else "not made"
