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
# Beside a word, which is two code points of 21 bits each, so many bits are left for the number of its line.
_ROW_BITS = 20
_NO_RIVAL = np.float32(-15)
_STEPS = 3
# Lines before a tail and after a head whose words count too; tails for which words are looked up at once.
_STEPS_SHARED, _WINDOW = 2, 64
_MATES = 4
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


class SharedWords(NamedTuple):
    """Weight of the words that both blocks of each pair have and few others: of these two `alone`, and of the blocks
    `round_about`, those that end with the tail and those that begin with the head.
    """

    alone: Floats
    round_about: Floats


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
        codes = self.page.codes.astype(np.int64) & 0x1FFFFF
        word = _WORD[self.lines.kinds]
        pairs = codes[:-1] << 21 | codes[1:]
        both = word[:-1] & word[1:]
        two = np.sort(pairs[both])
        three = np.sort((pairs[:-1] << 21 | codes[2:])[both[:-1] & both[1:]])
        last, first = self.lines.ends[self.tails] - 1, self.lines.starts[self.heads]
        within = word[last] & word[first]
        seam = codes[last] << 21 | codes[first]
        left = codes[np.maximum(last - 1, 0)] << 42 | seam
        right = seam << 21 | codes[np.minimum(first + 1, len(codes) - 1)]

        def count(known: NDArray[np.int64], asked: NDArray[np.int64]) -> Ints:
            return known.searchsorted(asked, side="right") - known.searchsorted(asked)

        return Elsewhere(within * count(two, seam), within * (count(three, left) + count(three, right)))

    @cached_property
    def shared_words(self) -> SharedWords:
        """Words (pairs of characters) that tail and head share and few other blocks have, rare ones counting more.

        Then the same for the two blocks that end with the tail, and the two that begin with the head.
        """
        lines, n = self.lines, len(self.lines)
        han = lines.kinds == Class.HAN
        at = np.flatnonzero(han[:-1] & han[1:])
        word = self.page.codes[at].astype(np.int64) << 21 | self.page.codes[at + 1]
        row = lines.starts.searchsorted(at, side="right") - 1
        cells = np.sort(word << _ROW_BITS | row)
        cells = cells[np.diff(cells, prepend=-1) != 0]
        ids = np.cumsum(np.diff(cells >> _ROW_BITS, prepend=-1) != 0) - 1
        row = cells & ((1 << _ROW_BITS) - 1)
        blocks = np.bincount(ids)
        rare = (blocks >= 2) & (blocks <= max(4, n // 6))
        weight = np.where(rare, 1 / np.log2(np.maximum(blocks, 2)), 0).astype(np.float32)
        found = np.zeros((2, len(self.tails)), np.float32)
        asked = np.flatnonzero(rare[ids])
        asked = asked[np.argsort(row[asked], kind="stable")]
        ids, row = ids[asked], row[asked]
        for low in range(0, n, _WINDOW):  # a file of many pages has too many words for one table
            at = np.arange(*self.tails.searchsorted((low, low + _WINDOW)))
            if len(at):
                first, last = max(low - _STEPS_SHARED, 0), int(self.heads[at].max()) + _STEPS_SHARED + 1
                here = slice(*row.searchsorted((first, last)))
                words, column = np.unique(ids[here], return_inverse=True)
                has = np.zeros((min(last, n) - first, len(words)), np.float32)
                has[row[here] - first, column] = 1
                found[:, at] = _in_common(has, weight[words], self.tails[at] - first, self.heads[at] - first)
        return SharedWords(found[0], found[1])


def _in_common(has: Floats, weight: Floats, tails: Ints, heads: Ints) -> tuple[Floats, Floats]:
    """Weight of the words that tails and heads share, alone and with the blocks before the one and after the other.

    `has`: which line (row) has which word (column).
    """
    before, after = has.copy(), has.copy()
    for step in range(1, _STEPS_SHARED + 1):
        np.maximum(before[step:], has[:-step], out=before[step:])
        np.maximum(after[:-step], has[step:], out=after[:-step])
    # Only for the pairs that are asked about, and without the threads of a matrix product.
    alone: Floats = np.einsum("pw,pw->p", has[tails], (has * weight)[heads])
    wide: Floats = np.einsum("pw,pw->p", before[tails], (after * weight)[heads])
    return alone, wide
