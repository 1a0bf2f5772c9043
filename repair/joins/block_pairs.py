"""What speaks for and against one block going on in another, which need not be the next: evidence in buckets.

A *tail* is a block that ends open, a *head* a block in which it may go on. As at the seams between neighbouring lines,
every feature (`pair_evidence`) puts a pair into one of its buckets, and a table adds up their weights. The page as a
whole speaks too: how far a head is ahead of its rivals for the same tail, and a tail of its rivals for the same head.
What the language says comes through `seam.SeamModel` alone.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.core.page import Page
from repair.joins.block_ends import BODY, BYLINE, CAPTION, DATELINE, HEAD, KINDS, OTHERS, left_open, seams
from repair.joins.line_patterns import DOUBLE_QUOTES
from repair.joins.shared_words import SharedWords, shared_words
from repair.typography.characters import Class, table_of
from repair.typography.lines import printed_lines

__all__ = ["CAN_BE_TAIL", "Pairs", "shared_out"]

Ints = NDArray[np.intp]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

CAN_BE_TAIL = ~np.isin(np.arange(len(KINDS)), (BYLINE, CAPTION, OTHERS, HEAD))
"""For each kind of block (see `kinds_of`) whether it can go on in another."""

_NO_HEAD = np.isin(np.arange(len(KINDS)), (BYLINE, OTHERS, HEAD))
_NO_FAR_HEAD = np.isin(np.arange(len(KINDS)), (CAPTION, DATELINE))
# A tail of a far pair is at least so wide, in em; a head is at most so many blocks away.
_LEAST_EM, _REACH = 10, 40
_NO_RIVAL = np.float32(-15)
_STEPS = 3
_MATES = 4
# Characters side by side as one number of so many bits each.
_CODE_BITS, _CODE = 21, 0x1FFFFF
_WORD = table_of(Class.HAN, Class.OTHER, Class.LOWER, Class.UPPER, Class.DIGIT)


def shared_out(odds: NDArray[np.float64], tails: Ints, heads: Ints) -> NDArray[np.float64]:
    """How likely each pair is: the share of its tail's heads that this head has, or that of its head's tails, whichever
    is less. To go on nowhere, or to begin here, has odds of 1.

    >>> shared_out(np.array([1.0, 2.0]), np.array([0, 0]), np.array([1, 2])).tolist()
    [0.25, 0.5]
    """
    of_tails, of_heads = (odds / (1 + np.bincount(by, odds, minlength=1)[by]) for by in (tails, heads))
    least: NDArray[np.float64] = np.minimum(of_tails, of_heads)
    return least


class Language(NamedTuple):
    """What the seam model says, in nats. Over pairs: `llr`, the evidence for going on, and `pmi`, whether the two
    belong together. Over lines: how little each `ends` and how little it `starts` like a block; 0 where not asked.
    """

    llr: Floats
    pmi: Floats
    ends: Floats
    starts: Floats


class Elsewhere(NamedTuple):
    """How often the page has, side by side, the `two` characters at the seam of each pair, and `three` of them."""

    two: Ints
    three: Ints


class Pairs:
    """The pairs of a page whose lines are of these `kinds` (see `kinds_of`); all arrays have one row a pair.

    `settled`: gaps about which another model is asked; no pair leaves or enters there. `tails`, `heads`: lines. What
    costs a look at the language is worked out when it is asked for.

    >>> page = Page.of("桥头的风很大，他对\\n身边的人说，回去吧。")
    >>> pairs = Pairs(page, np.array([BODY, BODY]), np.array([False]))
    >>> pairs.tails.tolist(), pairs.heads.tolist(), pairs.mates.tolist()
    ([0], [1], [False])
    """

    def __init__(self, page: Page, kinds: Ints, settled: Bools) -> None:
        self.page, self.lines, self.kinds = page, printed_lines(page), kinds
        self.body = kinds == BODY
        self.tails, self.heads = self._asked(settled)
        self.near = self.heads == self.tails + 1

    @property
    def llr(self) -> Floats:
        """How much more likely the head goes on with the tail than begins anew, in nats."""
        return self.language.llr

    @cached_property
    def llr_near_by(self) -> Floats:
        """The same, but of heads farther away what no rival has."""
        return np.where(self.step < _STEPS, self.llr, _NO_RIVAL)

    @cached_property
    def far(self) -> Ints:
        """1 where blocks stand between tail and head."""
        far: Ints = (~self.near).astype(np.intp)
        return far

    @cached_property
    def step(self) -> Ints:
        """How many blocks stand between, up to three."""
        step: Ints = np.minimum(self.heads - self.tails - 1, _STEPS)
        return step

    @cached_property
    def mates(self) -> Bools:
        """Where the tail leaves a quotation open, and the head is the next block that closes one."""
        mates: Bools = self.paired(DOUBLE_QUOTES) == _MATES
        return mates

    def _asked(self, settled: Bools) -> tuple[Ints, Ints]:
        """Tails and heads of all pairs that are asked about: neighbours, and bodies with blocks between."""
        lines = self.lines
        tails = np.flatnonzero(
            CAN_BE_TAIL[self.kinds] & ~lines.latin & (lines.closed != 1) & ~np.append(settled, False)
        )
        free = ~_NO_HEAD[self.kinds] & ~lines.latin & ~np.append(False, settled)
        reach = np.arange(1, _REACH + 1)
        heads = tails[:, None] + reach
        asked = heads < len(lines)
        heads = np.minimum(heads, len(lines) - 1)
        asked &= free[heads]
        far = (lines.closed == 0) & (lines.widths >= _LEAST_EM)
        asked[:, 1:] &= far[tails][:, None] & ~_NO_FAR_HEAD[self.kinds][heads[:, 1:]]
        rows, columns = np.nonzero(asked)
        return tails[rows], heads[rows, columns]

    @cached_property
    def language(self) -> Language:
        """What the language says, all of it asked at once."""
        t, h, count = self.tails, self.heads, len(self.lines)
        tails, heads = np.flatnonzero(np.bincount(t)), np.flatnonzero(np.bincount(h))
        none = -np.ones(count, np.intp)
        scores = seams(
            self.page,
            np.concatenate((t, tails, none[: len(heads)])),
            np.concatenate((h, none[: len(tails)], heads)),
        )
        ends, starts = np.zeros((2, count), np.float32)
        ends[tails], starts[heads] = np.split(scores.llr[len(t) :], [len(tails)])
        return Language(scores.llr[: len(t)], scores.pmi[: len(t)], ends, starts)

    def best_rival(self, scores: Floats, by: Ints) -> Floats:
        """For each pair the best score of the others with the same tail (or head)."""
        best, second = np.full((2, len(self.lines)), _NO_RIVAL)
        np.maximum.at(best, by, scores)
        top = scores >= best[by]
        np.maximum.at(second, by[~top], scores[~top])
        second = np.where(np.bincount(by[top], minlength=len(best)) > 1, best, second)
        return np.where(top, second[by], best[by])

    def paired(self, opening: int) -> Ints:
        """Whether the tail leaves a pair of marks open and the head closes one that it did not open.

        They are mates where no other such tail or head stands between them.
        """
        t, h, n = self.tails, self.heads, len(self.lines)
        opens, closes = left_open(self.page, opening)
        at = np.arange(n)
        next_closes = np.append(np.minimum.accumulate(np.where(closes, at, n)[::-1])[::-1], n)
        last_opens = np.append(-1, np.maximum.accumulate(np.where(opens, at, -1)))
        mates = opens[t] & closes[h] & (next_closes[t + 1] == h) & (last_opens[h] == t)
        return np.where(mates, _MATES, opens[t] * 2 + closes[h])

    @cached_property
    def elsewhere(self) -> Elsewhere:
        """How often the page has the two characters at the seam side by side, and three of them."""
        codes = self.page.codes.astype(np.int64) & _CODE
        word = _WORD[self.lines.kinds]
        pairs = codes[:-1] << _CODE_BITS | codes[1:]
        triples = pairs[:-1] << _CODE_BITS | codes[2:]
        within_word = word[:-1] & word[1:]
        two = np.sort(pairs[within_word])
        three = np.sort(triples[within_word[:-1] & within_word[1:]])
        last, first = self.lines.ends[self.tails] - 1, self.lines.starts[self.heads]
        asked = word[last] & word[first]
        seam = codes[last] << _CODE_BITS | codes[first]
        with_one_before = codes[np.maximum(last - 1, 0)] << 2 * _CODE_BITS | seam
        with_one_after = seam << _CODE_BITS | codes[np.minimum(first + 1, len(codes) - 1)]
        of_three = _count(three, with_one_before) + _count(three, with_one_after)
        return Elsewhere(asked * _count(two, seam), asked * of_three)

    @cached_property
    def shared_words(self) -> SharedWords:
        """The words that tail and head share and few other blocks have."""
        return shared_words(self.page, self.tails, self.heads)


def _count(known: NDArray[np.int64], asked: NDArray[np.int64]) -> Ints:
    """How often each number stands among numbers in order."""
    return known.searchsorted(asked, side="right") - known.searchsorted(asked)
