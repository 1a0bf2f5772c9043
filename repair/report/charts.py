"""Figures as shapes: where the bars of a chart stand, for the SVG in the templates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

__all__ = ["Bars", "RuleBar", "bars", "rules_by_use"]

STEPS = 10
HEIGHT = 140


class Bar(NamedTuple):
    """The pages of one step of quality, from `low` to `high`, before and after, and the heights of their bars."""

    low: float
    high: float
    before: int
    after: int
    before_height: float
    after_height: float


class Bars(NamedTuple):
    """Two histograms side by side; `height` is that of the tallest bar."""

    steps: list[Bar]
    height: int


class RuleBar(NamedTuple):
    """How often a rule was used on all pages, and on how many; widths in hundredths of the longest bar."""

    rule: str
    applied: int
    suggested: int
    pages: int
    applied_width: float
    suggested_width: float


def bars(before: Sequence[float], after: Sequence[float]) -> Bars:
    """Shares from 0 to 1 in ten steps.

    >>> bars([0.2, 0.21], [0.9, 1.0]).steps[9][:4]
    (0.9, 1.0, 0, 2)
    """
    counts = [Counter(min(STEPS - 1, max(0, int(share * STEPS))) for share in shares) for shares in (before, after)]
    most = max((count for counter in counts for count in counter.values()), default=1)
    steps = [
        Bar(
            step / STEPS,
            (step + 1) / STEPS,
            *(counter[step] for counter in counts),
            *(round(counter[step] / most * HEIGHT, 1) for counter in counts),
        )
        for step in range(STEPS)
    ]
    return Bars(steps, HEIGHT)


def rules_by_use(pages: Iterable[Mapping[str, Any]]) -> list[RuleBar]:
    """The rules of all pages, the most used first; each page has `{rule: [applied, suggested]}`."""
    applied, suggested, met = Counter[str](), Counter[str](), Counter[str]()
    for rules in pages:
        for rule, counts in rules.items():
            applied[rule] += counts[0]
            suggested[rule] += counts[1]
            met[rule] += 1
    most = max((applied[rule] + suggested[rule] for rule in met), default=0) or 1
    order = sorted(met, key=lambda rule: (-applied[rule] - suggested[rule], rule))
    return [
        RuleBar(
            rule,
            applied[rule],
            suggested[rule],
            met[rule],
            round(applied[rule] / most * 100, 2),
            round(suggested[rule] / most * 100, 2),
        )
        for rule in order
    ]
