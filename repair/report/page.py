"""The report of a page or an issue: raw and repaired side by side, every change at its place."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from repair.core.change import Outcome, Safety
from repair.core.text import Span
from repair.history import explain
from repair.history.ledger import Header, Ledger
from repair.report.align import beside, lines_of
from repair.report.entries import EYES, Entry, entries_of, rules_of
from repair.report.html import filled
from repair.report.marked import Marked, named, shown
from repair.report.numbers import Beginning, numbered
from repair.report.provenance import Fates, fates_of

__all__ = ["page_report"]

KINDS = {
    "moved": ("⇄", "moved"),
    "removed": ("−", "taken out"),
    "joined": ("⁀", "line end gone"),
    "replaced": ("≠", "replaced"),
    "inserted": ("+", "put in"),
    "marked": ("§", "marked"),
}
"""The sign and the word of each kind of change."""


class Line(NamedTuple):
    """A line of a text as HTML, in chunks; `number` is that of its file, empty between two pages."""

    id: int
    number: str
    blank: bool
    chunks: list[Markup]


class Block(NamedTuple):
    """Lines that stand side by side."""

    raw: list[Line]
    repaired: list[Line]
    begins: list[Beginning]


def page_report(ledger: Ledger, raw: str) -> str:
    """The HTML of a page or an issue, from its ledger and the decoded raw text.

    For an issue `raw` is that of all its pages with `formats.text.BETWEEN` between them. `ReadError` where the raw text
    is not the one that the ledger was written for.
    """
    header = ledger.header
    fates = fates_of(ledger, raw)
    raw_lines, new_lines = lines_of(fates.raw), lines_of(fates.repaired)
    entries = list(entries_of(ledger, fates, raw_lines, new_lines))
    rules = list(rules_of(ledger, entries))
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
        safeties=_counted(entries, lambda entry: entry.row.safety, tuple(Safety)),
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
    begins, numbers, _ = numbered(ledger, raw)
    for group in beside(fates, raw, repaired):
        yield Block(
            [_line(old, i, raw[i], numbers[i]) for i in range(group.raw, group.raw_end)],
            [_line(new, j, repaired[j], str(j + 1)) for j in range(group.repaired, group.repaired_end)],
            [begins[i] for i in range(group.raw, group.raw_end) if i in begins],
        )


def _line(text: Marked, at: int, line: Span, number: str) -> Line:
    return Line(at + 1, number, not text.text[line.start : line.end].strip("\n\r"), list(text.line(line)))
