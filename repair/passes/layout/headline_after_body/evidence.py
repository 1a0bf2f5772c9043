"""What speaks for and against the article of a group of heads beginning at a body, feature by feature.

All features are numbers between 0 and a few; a linear model adds them up (`weights`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import regex
from numpy.typing import NDArray

from repair.blocks.classify import FURNITURE
from repair.passes.layout.headline_after_body.groups import Grouped
from repair.vocabulary import datelines, head_words

__all__ = ["ENDS", "NONE", "STARTS", "STAYS", "STEPS", "TIED", "Evidence"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

STARTS = (
    "always",
    "words of the heads in the body",
    "words in the body and the next",
    "words in the body and the five after it",
    "words in the three bodies before",
    "words less than in the best body",
    "no body has more of the words",
    "none of the words",
    "characters of the heads in the body",
    "characters in the body and the five after it",
    "characters in the three bodies before",
    "long words",
    "long words less than in the best body",
    "nothing but a byline",
    "dateline",
    "after something that is no body",
    "break unlike the others",
    "no paragraph",
    "connective",
    "opens with a quotation",
    "after a signature",
    "after the run of heads before",
    "first of the page",
    "dateline after the run of heads before",
    "dateline without the words",
)
NONE = ("always", "words in the next bodies", "nothing but a byline", "in the last run", "short")
STEPS = (
    "datelines passed over",
    "article of one body",
    "bodies passed over at first",
    "datelines passed over at first",
    "breaks unlike the others passed over",
)
ENDS = ("datelines left over", "breaks unlike the others left over")
TIED = (
    "kicker headline",
    "headline kicker",
    "headline headline",
    "headline deck",
    "deck kicker",
    "deck headline",
    "after a byline",
    "closer than others",
)
STAYS = (
    "always",
    "words in the next bodies",
    "words in the next six bodies",
    "dateline next",
    "words in the best candidate",
    "first heads of the page",
)

_SIGNATURE = regex.compile(r"[）)]$")
_SHORT = 4
# Runs of Han characters that say something about a text, and longer ones that say more.
_WORD, _LONG = 2, 3
_MANY_LONG = 6


@dataclass(frozen=True)
class Evidence:
    """The features of a page with at least one group and one body."""

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
    def shares(self) -> Floats:
        """Share of the words of each group, rare ones counting more, in a body, and in three stretches round it."""
        return self._shares(_WORD)

    def _shares(self, size: int) -> Floats:
        mine, has = self.grouped.common(size)
        known = has.any(axis=1)
        mine, has = mine[:, known], has[known]
        weight = mine * np.log((len(self.grouped.bodies) + 1) / (has.sum(axis=1) + 0.5))
        total = np.maximum(weight.sum(axis=1), 1.0)[:, None]
        return np.stack([weight @ _within(has, low, high) / total for low, high in ((0, 1), (0, 2), (0, 6), (-3, 0))])

    @cached_property
    def next_share(self) -> Floats:
        """Share of the words of each group in the two bodies after it."""
        bodies = len(self.grouped.bodies)
        after = np.minimum(self.before, bodies - 1)
        share: Floats = np.where(self.before < bodies, self.shares[1][np.arange(len(after)), after], 0.0)
        return share

    @cached_property
    def best_share(self) -> Floats:
        """The greatest share of the words of each group in a body before it."""
        share: Floats = np.where(self.allowed, self.shares[0], 0).max(axis=1)
        return share

    def lateness(self) -> float:
        """How much more of the words of its heads the text before them has than the text after them, on the mean."""
        asked = ~self.bylines
        return float(np.mean((self.best_share - self.next_share)[asked])) if asked.any() else 0.0

    @cached_property
    def datelines(self) -> Bools:
        return np.array([bool(datelines.DATELINE.match(text)) for text in self.grouped.texts])

    @cached_property
    def bylines(self) -> Bools:
        """The groups that are nothing but a byline."""
        blocks = self.grouped.blocks
        return np.array([blocks[group.first].kind == "byline" for group in self.grouped.groups], np.bool_)

    @cached_property
    def starts(self) -> Floats:
        """The features of each group and body, as (feature, group, body)."""
        grouped, (share, two, five, before) = self.grouped, self.shares
        groups, bodies = share.shape
        best = self.best_share[:, None]
        at = np.arange(bodies)
        ran = {group.run: group.before for group in reversed(grouped.groups)}
        earlier = np.array([ran.get(group.run - 1, 0) for group in grouped.groups])[:, None]
        after_run = (at == earlier) & (earlier > 0)
        none = (share == 0) & (best > 0)
        long = self._long()
        ones = self._shares(1)
        longest = np.where(self.allowed, long, 0).max(axis=1)[:, None]
        texts, dateline = grouped.texts, self.datelines
        whole = np.ones((groups, 1))
        per_body = (
            dateline,
            self.after_other,
            self.odd_breaks,
            [grouped.blocks[i].kind != "paragraph" for i in grouped.bodies.tolist()],
            [bool(head_words.CONNECTIVE.match(text)) for text in texts],
            [text[0] in "“「" for text in texts],
            [False, *(bool(_SIGNATURE.search(text)) for text in texts[:-1])],
        )
        return np.stack(
            [
                np.ones((groups, bodies)),
                share,
                two,
                five,
                before,
                share - best,
                (best > 0) & (share > best - 1e-6),
                none,
                ones[0],
                ones[2],
                ones[3],
                long,
                long - longest,
                whole * self.bylines[:, None] * np.ones(bodies),
                *(whole * np.asarray(one, np.float64) for one in per_body),
                after_run,
                whole * (at == 0),
                after_run & dateline,
                none & dateline,
            ]
        )

    @cached_property
    def none(self) -> Floats:
        """The features of each group having no article, as (feature, group)."""
        grouped = self.grouped
        run = np.array([group.run for group in grouped.groups])
        short = [len(grouped.text(group.first)) < _SHORT for group in grouped.groups]
        return np.stack([np.ones(len(run)), self.next_share, self.bylines, run == run[-1], np.array(short)])

    @cached_property
    def steps(self) -> Floats:
        """The features of an article following another, as (feature, body or none, body)."""
        bodies = len(self.grouped.bodies)
        at = np.arange(bodies)
        passed, odd = (np.concatenate(([0], np.cumsum(one))) for one in (self.datelines, self.odd_breaks))
        steps = np.zeros((len(STEPS), bodies + 1, bodies))
        steps[0, :-1] = np.clip(passed[at] - passed[at + 1][:, None], 0, 3)
        steps[1, :-1] = at - at[:, None] == 1
        steps[2, -1] = at > 0
        steps[3, -1] = np.clip(passed[at], 0, 3)
        steps[4, :-1] = np.clip(odd[at] - odd[at + 1][:, None], 0, 3)
        return steps

    @cached_property
    def ends(self) -> Floats:
        """The features of the last article, as (feature, body or none)."""
        sums = np.stack([self.datelines, self.odd_breaks]).cumsum(axis=1)
        left: Floats = np.append(np.clip(sums[:, -1:] - sums, 0, 4), np.zeros((len(sums), 1)), axis=1)
        return left

    @cached_property
    def tied(self) -> tuple[Bools, Floats]:
        """Which groups may share the article of the group before, and the features of that, as (feature, group)."""
        blocks, groups = self.grouped.blocks, self.grouped.groups
        on_end = np.array([False, *(a.last == b.first for a, b in pairwise(groups))])
        last = ["", *(blocks[group.last - 1].kind for group in groups[:-1])]
        first = [blocks[group.first].kind for group in groups]
        pairs = [f"{a} {b}" for a, b in zip(last, first, strict=True)]
        told = [[pair == name for pair in pairs] for name in TIED[:-2]]
        close = (self._breaks < np.median(self._breaks))[[group.first for group in groups]]
        close[0] = False
        return on_end, np.array([*told, [kind == "byline" for kind in last], close], np.float64)

    def stays(self, candidates: Bools) -> Floats:
        """The features of each group standing where it belongs, as (feature, group); `candidates`: other places."""
        bodies = len(self.grouped.bodies)
        groups = np.arange(len(self.before))
        after, last = np.minimum(self.before, bodies - 1), self.before >= bodies
        return np.stack(
            [
                np.ones(len(groups)),
                self.next_share,
                np.where(last, 0, self.shares[2][groups, after]),
                self.datelines[after] & ~last,
                np.where(candidates, self.shares[0], 0).max(axis=1),
                groups == 0,
            ]
        )

    def _long(self) -> Floats:
        """How many longer runs of characters the heads of each group share with each body, 1 for many."""
        mine, has = self.grouped.common(_LONG)
        long: Floats = np.minimum(mine.astype(np.float64) @ has, _MANY_LONG) / _MANY_LONG
        return long

    @cached_property
    def after_other(self) -> Bools:
        """The bodies after a caption, a jump line or furniture."""
        blocks = self.grouped.blocks
        other = FURNITURE | {"caption", "jump"}
        return np.array([i > 0 and blocks[i - 1].kind in other for i in self.grouped.bodies.tolist()])

    @cached_property
    def _breaks(self) -> Ints:
        """The line ends before each block of the page."""
        value, blocks = self.grouped.page.text.value, self.grouped.blocks
        after = [value.count("\n", a.end, b.start) for a, b in pairwise(blocks)]
        return np.array([max(after, default=0), *after])

    @cached_property
    def odd_breaks(self) -> Bools:
        """The bodies with fewer line ends before them than most blocks have."""
        odd: Bools = self._breaks[self.grouped.bodies] < np.median(self._breaks)
        return odd


def _within(has: Bools, low: int, high: int) -> Bools:
    """Whether one of the columns from `low` up to `high`, counted from each column, holds."""
    found, count = np.zeros_like(has), has.shape[1]
    for step in range(low, high):
        found[:, max(0, -step) : max(0, count - step)] |= has[:, max(0, step) : max(0, count + step)]
    return found
