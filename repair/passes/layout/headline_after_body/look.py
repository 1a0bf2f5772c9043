"""What is seen of a page whose heads may stand in the wrong place: its groups of heads against its bodies.

Shapes: g groups of heads, b bodies. A page `北渠通水 / 北渠今天通水。 / 南桥开工 / 南桥昨天开工。` has g = 2 and b = 2;
the share of the words of the heads that each body has is `[[1, 0], [0, 1]]`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from repair.blocks.classify import FURNITURE
from repair.passes.layout.headline_after_body.groups import Grouped
from repair.vocabulary.datelines import DATELINE

__all__ = ["HeadLook", "Shares"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

# Runs of Han characters that say something about a text, and longer ones that say more.
_WORD, _LONG = 2, 3
_MANY_LONG = 6


@dataclass(frozen=True)
class Shares:
    """Share of the words of each group, rare ones counting more, that there are in the `body`, in the body and the next
    (`two`), in the body and the five after it (`six`), and in the three bodies `before` it; all of shape (g, b).
    """

    body: Floats
    two: Floats
    six: Floats
    before: Floats


@dataclass(frozen=True)
class HeadLook:
    """What is seen of a page with at least one group and one body."""

    grouped: Grouped

    @cached_property
    def before(self) -> Ints:
        """How many bodies stand before each group."""
        return np.array([group.before for group in self.grouped.groups])

    @cached_property
    def allowed(self) -> Bools:
        """For each group, the bodies before it: only there can its article begin."""
        allowed: Bools = np.arange(len(self.grouped.bodies)) < self.before[:, None]
        return allowed

    @cached_property
    def shares(self) -> Shares:
        """How much of the words of each group is in and round each body."""
        return self._shares(_WORD)

    @cached_property
    def character_shares(self) -> Shares:
        """The same of single characters."""
        return self._shares(1)

    def _shares(self, size: int) -> Shares:
        mine, has = self.grouped.common(size)
        known = has.any(axis=1)
        mine, has = mine[:, known], has[known]
        weight = mine * np.log((len(self.grouped.bodies) + 1) / (has.sum(axis=1) + 0.5))
        total = np.maximum(weight.sum(axis=1), 1.0)[:, None]
        stretches = ((0, 1), (0, 2), (0, 6), (-3, 0))
        return Shares(*(weight @ _within(has, low, high) / total for low, high in stretches))

    @cached_property
    def next_share(self) -> Floats:
        """Share of the words of each group in the two bodies after it."""
        bodies = len(self.grouped.bodies)
        after = np.minimum(self.before, bodies - 1)
        share: Floats = np.where(self.before < bodies, self.shares.two[np.arange(len(after)), after], 0.0)
        return share

    @cached_property
    def best_share(self) -> Floats:
        """The greatest share of the words of each group in a body before it."""
        share: Floats = np.where(self.allowed, self.shares.body, 0).max(axis=1)
        return share

    def lateness(self) -> float:
        """How much more of the words of its heads the text before them has than the text after them, on the mean."""
        asked = ~self.bylines
        return float(np.mean((self.best_share - self.next_share)[asked])) if asked.any() else 0.0

    @cached_property
    def datelines(self) -> Bools:
        """The bodies that begin with a dateline."""
        return np.array([bool(DATELINE.match(text)) for text in self.grouped.texts])

    @cached_property
    def bylines(self) -> Bools:
        """The groups that are nothing but a byline."""
        blocks = self.grouped.blocks
        return np.array([blocks[group.first].kind == "byline" for group in self.grouped.groups], np.bool_)

    @cached_property
    def long_words(self) -> Floats:
        """How many longer runs of characters the heads of each group share with each body, 1 for many."""
        mine, has = self.grouped.common(_LONG)
        long: Floats = np.minimum(mine.astype(np.float64) @ has, _MANY_LONG) / _MANY_LONG
        return long

    @cached_property
    def after_run(self) -> Bools:
        """For each group, the body after the run of heads before its own run, of shape (g, b)."""
        ran = {group.run: group.before for group in reversed(self.grouped.groups)}
        earlier = np.array([ran.get(group.run - 1, 0) for group in self.grouped.groups])[:, None]
        found: Bools = (np.arange(len(self.grouped.bodies)) == earlier) & (earlier > 0)
        return found

    @cached_property
    def wordless(self) -> Bools:
        """For each group, the bodies that have none of its words, where another has some, of shape (g, b)."""
        found: Bools = (self.shares.body == 0) & (self.best_share[:, None] > 0)
        return found

    @cached_property
    def on_end(self) -> Bools:
        """The groups that begin where the group before ends, so may share its article."""
        groups = self.grouped.groups
        return np.array([False, *(a.last == b.first for a, b in pairwise(groups))])

    @cached_property
    def after_other(self) -> Bools:
        """The bodies after a caption, a jump line or furniture."""
        blocks = self.grouped.blocks
        other = FURNITURE | {"caption", "jump"}
        return np.array([i > 0 and blocks[i - 1].kind in other for i in self.grouped.bodies.tolist()])

    @cached_property
    def breaks(self) -> Ints:
        """The line ends before each block of the page."""
        value, blocks = self.grouped.page.text.value, self.grouped.blocks
        after = [value.count("\n", a.end, b.start) for a, b in pairwise(blocks)]
        return np.array([max(after, default=0), *after])

    @cached_property
    def odd_breaks(self) -> Bools:
        """The bodies with fewer line ends before them than most blocks have."""
        odd: Bools = self.breaks[self.grouped.bodies] < np.median(self.breaks)
        return odd


def _within(has: Bools, low: int, high: int) -> Bools:
    """Whether one of the columns from `low` up to `high`, counted from each column, holds."""
    found, count = np.zeros_like(has), has.shape[1]
    for step in range(low, high):
        found[:, max(0, -step) : max(0, count - step)] |= has[:, max(0, step) : max(0, count + step)]
    return found
