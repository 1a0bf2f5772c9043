"""Figures as shapes: where the bars of a chart stand, for the SVG in the templates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

__all__ = ["Bars", "RuleBar", "RuleCounts", "bars"]

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


@dataclass
class RuleCounts:
    """How often each rule was used, and on how many pages it was met."""

    applied: Counter[str] = field(default_factory=Counter)
    suggested: Counter[str] = field(default_factory=Counter)
    pages: Counter[str] = field(default_factory=Counter)

    def add(self, rules: Mapping[str, Any]) -> None:
        """Count a page, which has `{rule: [applied, suggested]}`."""
        for rule, (applied, suggested) in rules.items():
            self.applied[rule] += applied
            self.suggested[rule] += suggested
            self.pages[rule] += 1

    def bars(self) -> list[RuleBar]:
        """The rules, the most used first."""
        used = {rule: self.applied[rule] + self.suggested[rule] for rule in self.pages}
        share = 100 / (max(used.values(), default=0) or 1)
        return [
            RuleBar(
                rule,
                self.applied[rule],
                self.suggested[rule],
                self.pages[rule],
                round(self.applied[rule] * share, 2),
                round(self.suggested[rule] * share, 2),
            )
            for rule in sorted(used, key=lambda rule: (-used[rule], rule))
        ]
