"""Join safety: of the joins of each confidence, how many are right by gold: the claim behind `safe` and `likely`.

A seam is a place where two characters are neighbours on a line after a change and were not before it. Its truth is that
of the gap between the two raw lines (`repair.measure.align`), where the first character ends its raw line and the
second begins its own; other seams, and lines that gold does not have, are counted as not known.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from repair.core.change import Outcome
from repair.core.engine import Record
from repair.core.page import Page
from repair.core.rule import Phase
from repair.core.text import Edit, Text
from repair.measure.align import gold_text, line_places, truth

from .laws import Run
from .table import Cell, Table

__all__ = ["BANDS", "Seam", "joined", "report"]

BANDS = (0.999, 0.99, 0.98, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.0)
SORTS = ("safe", "likely", "suggested")
_EXAMPLES = 3
_REACH = 10


class Seam(NamedTuple):
    """A seam that a change makes or suggests: `sort` of `SORTS`, `truth` 1 right, 0 wrong, -1 not known."""

    rule: str
    sort: str
    band: float
    truth: int
    shown: str


def joined(run: Run, gold: Mapping[str, Any]) -> Iterator[Seam]:
    """The seams that the layout changes of a run make or suggest, with their truth."""
    page = Page.of(run.raw, newline=run.encoding.newline)
    lines = [_raw_span(page.text, start, end) for start, end in page.line_spans]
    known = gold_text(gold)
    places = line_places([page.text.value[start:end] for start, end in page.line_spans], known)
    for record, left, right in _seams(run, page.text):
        a, b = _line_at(lines, left), _line_at(lines, right)
        at_edges = a is not None and b is not None and lines[a][1] == left + 1 and lines[b][0] == right
        right_by_gold = truth([places[a], places[b]], known)[0] if at_edges else -1  # type: ignore[index]
        shown = f"{run.raw[max(0, left + 1 - _REACH) : left + 1]!r} | {run.raw[right : right + _REACH]!r}"
        band = next(low for low in BANDS if record.change.confidence >= low)
        yield Seam(
            record.rule, _sort(record), band, right_by_gold, f"{run.result.page.name}: {shown}".replace("\\n", "/")
        )


def _raw_span(text: Text, start: int, end: int) -> tuple[int, int]:
    return int(text.starts[start]), int(text.ends[end - 1])


def _line_at(lines: Sequence[tuple[int, int]], place: int) -> int | None:
    i = bisect_right(lines, place, key=lambda span: span[0]) - 1
    return i if i >= 0 and place < lines[i][1] else None


def _sort(record: Record) -> str:
    return "suggested" if record.outcome is Outcome.SUGGESTED else str(record.change.safety)


def _seams(run: Run, text: Text) -> Iterator[tuple[Record, int, int]]:
    """Each seam with its change: raw places of the character before it and of the one after it."""
    layout = {rule.id for rule in run.chain.rules if rule.phase is Phase.LAYOUT}
    for _, group in groupby(run.result.records, key=lambda record: record.step):
        records = list(group)
        for record in records:
            if record.rule in layout and record.outcome in (Outcome.APPLIED, Outcome.SUGGESTED):
                yield from ((record, left, right) for left, right in _new_neighbours(text, record))
        made = [Edit(d.start, d.end, d.after) for r in records if r.outcome is Outcome.APPLIED for d in r.edits]
        text = text.apply(sorted(made, key=lambda edit: edit[:2]))


def _new_neighbours(text: Text, record: Record) -> list[tuple[int, int]]:
    edits = record.edits
    if len(edits) == 1 and not edits[0].before.strip():
        start, end, before, after = edits[0]
        if "\n" not in before or (isinstance(after, str) and ("\n" in after or after.strip())):
            return []
        if isinstance(after, str):
            left, right = _solid_before(text.value, start), _solid_after(text.value, end)
            return [(int(text.starts[left]), int(text.starts[right]))] if left >= 0 and right < len(text) else []
    changed = text.apply(sorted((Edit(d.start, d.end, d.after) for d in edits), key=lambda edit: edit[:2]))
    return sorted(_neighbours(changed) - _neighbours(text))


def _neighbours(text: Text) -> set[tuple[int, int]]:
    """Raw places of the characters that stand side by side on a line, white space left out."""
    found = set()
    last = -1
    for char, at in zip(text.value, text.starts.tolist(), strict=True):
        if char == "\n":
            last = -1
        elif not char.isspace():
            if last >= 0:
                found.add((last, at))
            last = at
    return found


def _solid_before(value: str, place: int) -> int:
    place -= 1
    while place >= 0 and value[place].isspace():
        place -= 1
    return place


def _solid_after(value: str, place: int) -> int:
    while place < len(value) and value[place].isspace():
        place += 1
    return place


def report(table: Table, section: str, seams: Sequence[Seam]) -> None:
    """Rows: each sort of join, its bands of confidence and its rules, with the share that is right; some wrong ones."""
    for sort in SORTS:
        of_sort = [seam for seam in seams if seam.sort == sort]
        table.put(section, f"{sort}, all", _row(of_sort))
        for band in sorted({seam.band for seam in of_sort}, reverse=True):
            table.put(section, f"{sort}, from {band:g}", _row([seam for seam in of_sort if seam.band == band]))
        for rule in sorted({seam.rule for seam in of_sort}):
            of_rule = [seam for seam in of_sort if seam.rule == rule]
            table.put(section, f"{sort}, {rule}", _row(of_rule))
            wrong = [seam.shown for seam in of_rule if not seam.truth]
            step = max(1, len(wrong) // _EXAMPLES)
            for shown in wrong[::step][:_EXAMPLES] if sort != "suggested" else ():
                table.note(section, f"wrong, {sort}, {rule}: {shown}")


def _row(seams: Sequence[Seam]) -> dict[str, Cell]:
    by_truth = Counter(seam.truth for seam in seams)
    known = by_truth[1] + by_truth[0]
    counts: dict[str, Cell] = {
        "joins": len(seams),
        "right": by_truth[1],
        "wrong": by_truth[0],
        "not known": by_truth[-1],
    }
    return counts | {"share right": by_truth[1] / known if known else "-"}
