"""The report of a folder run: all pages, those that need eyes first, with charts of their quality and of the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, NamedTuple

from repair.core.safety import Safety
from repair.estimate import load, lowered_by
from repair.report.charts import Bars, RuleCounts, bars
from repair.report.html import filled, json_in_html
from repair.report.marked import named

__all__ = ["overview_report"]

AT_ONCE = 300
"""Rows that the file itself shows; the others come by script, as many at a time."""
WORST, LEAST = 3, 0.05
"""So many parts of the estimate are named for a page, and none that has less of a share in what lowers it."""


class PageRow(NamedTuple):
    """A page as the table shows it, in the order of its columns; figures that are not known are None."""

    name: str
    link: str | None
    outcome: str
    said: str
    chars: int | None
    applied: int | None
    suggested: int | None
    before: float | None
    after: float | None
    parts: str


@dataclass
class Totals:
    """What all pages come to. The rows are not kept: there may be very many."""

    failures: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    safety: Counter[str] = field(default_factory=Counter)
    rules: RuleCounts = field(default_factory=RuleCounts)

    def add(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """Count a page, and give its row on."""
        if _failed(row):
            self.failures[str(_of(row, "error").get("kind", "unknown"))] += 1
        for total, key in ((self.changes, "changes"), (self.safety, "safety")):
            total.update({name: count for name, count in _of(row, key).items() if isinstance(count, int)})
        self.rules.add(_of(row, "rules"))
        return row


def overview_report(
    header: Mapping[str, Any], rows: Iterable[Mapping[str, Any]], links: Callable[[str], str | None]
) -> str:
    """The HTML of an overview, from a run's manifest: its first row, and one row a page.

    `links` gives the relative URL of the report of a page, percent-encoded, or None where it has none. Any figure of a
    row may be missing.
    """
    totals = Totals()
    table = sorted((_page_row(row, links) for row in map(totals.add, rows)), key=_eyes_first)
    outcomes = Counter(row.outcome for row in table)
    return filled(
        "overview",
        header={key: named(str(header.get(key, ""))) for key in ("tool", "chain", "apply")},
        pages=len(table),
        outcomes=[(name, outcomes[name]) for name in ("repaired", "copied", "failed") if outcomes[name]],
        failures=totals.failures.most_common(),
        changes=totals.changes,
        levels=tuple(Safety),
        safety=totals.safety,
        medians=_medians(table),
        quality=_quality(table),
        rules=totals.rules.bars(),
        rows=table[:AT_ONCE],
        data=json_in_html([list(row) for row in table]),
        at_once=AT_ONCE,
    )


def _page_row(row: Mapping[str, Any], links: Callable[[str], str | None]) -> PageRow:
    page = str(row.get("page", ""))
    failed = _failed(row)
    error, changes, quality = _of(row, "error"), _of(row, "changes"), _of(row, "quality")
    return PageRow(
        name=named(page),
        link=None if failed else links(page),
        outcome="failed" if failed else str(row.get("outcome", "")),
        said=named(": ".join(str(error[key]) for key in ("kind", "said") if error.get(key))),
        chars=_count(row.get("raw_chars")),
        applied=_count(changes.get("applied", 0)) if changes or not failed else None,
        suggested=_count(changes.get("suggested", 0)) if changes or not failed else None,
        before=_share(quality.get("before")),
        after=_share(quality.get("after")),
        parts=_lowered(_of(quality, "parts")),
    )


def _eyes_first(row: PageRow) -> tuple[bool, float, int, str]:
    """Failed pages, then those of the lowest quality, then those with most suggestions."""
    return row.outcome != "failed", 1.0 if row.after is None else row.after, -(row.suggested or 0), row.name


def _failed(row: Mapping[str, Any]) -> bool:
    return row.get("outcome") == "failed" or bool(row.get("error"))


def _of(row: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = row.get(key)
    return found if isinstance(found, Mapping) else {}


def _count(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _share(value: object) -> float | None:
    return round(float(value), 4) if isinstance(value, int | float) else None


def _lowered(parts: Mapping[str, Any]) -> str:
    """What speaks against a page: the parts that lower its figure most, with their shares in hundredths."""
    known = {name: float(value) for name, value in parts.items() if isinstance(value, int | float)}
    worst = [(name, share) for name, share in lowered_by(known, load())[:WORST] if share >= LEAST]
    return ", ".join(f"{named(name).replace('_', ' ')} {share:.0%}" for name, share in worst)


def _medians(table: Sequence[PageRow]) -> tuple[float, float] | None:
    """The middle quality before and after, of the pages that have both."""
    pairs = [(row.before, row.after) for row in table if row.before is not None and row.after is not None]
    return (median(before for before, _ in pairs), median(after for _, after in pairs)) if pairs else None


def _quality(table: Sequence[PageRow]) -> Bars | None:
    before = [row.before for row in table if row.before is not None]
    after = [row.after for row in table if row.after is not None]
    return bars(before, after) if before or after else None
