"""What speaks for and against one block going on in another, which need not be the next: evidence in buckets.

A *tail* is a block that ends open, a *head* a block in which it may go on. As at the gaps between neighbours (`gaps`),
every feature puts a pair into one of its buckets, and a linear model adds up their weights. The page as a whole speaks
too: how far a head is ahead of its rivals for the same tail, and a tail of its rivals for the same head. What the
language says comes through `seam.SeamModel` alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from repair.core.page import Page
from repair.joins import pair_features as f
from repair.joins.block_ends import BODY, BYLINE, CAPTION, DATELINE, HEAD, OTHERS, left_open, seams
from repair.joins.features import CLASS_NAMES, bucket
from repair.joins.line_patterns import BRACKETS, DOUBLE_QUOTES, SINGLE_QUOTES
from repair.typography.characters import Class, table_of
from repair.typography.lines import printed_lines

__all__ = ["CAN_BE_TAIL", "Pairs", "shared_out"]

Ints = NDArray[np.intp]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

CAN_BE_TAIL = ~np.isin(np.arange(len(f.KINDS)), (BYLINE, CAPTION, OTHERS, HEAD))
"""For each kind of block (see `kinds_of`) whether it can go on in another."""

_NO_HEAD = np.isin(np.arange(len(f.KINDS)), (BYLINE, OTHERS, HEAD))
_NO_FAR_HEAD = np.isin(np.arange(len(f.KINDS)), (CAPTION, DATELINE))
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

    def probability(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """How likely each pair is, by a vector of weights."""
        return shared_out(np.exp(weights[self.index].sum(axis=1)), self.tails, self.heads)

    @property
    def llr(self) -> Floats:
        """How much more likely the head goes on with the tail than begins anew, in nats."""
        return self._seams[0]

    @property
    def mates(self) -> Bools:
        """Where the tail leaves a quotation open, and the head is the next block that closes one."""
        mates: Bools = self._quotes == _MATES
        return mates

    @cached_property
    def index(self) -> Ints:
        """The bucket of each feature, as places in one vector of weights."""
        if not len(self.tails):
            return np.zeros((0, len(f.FEATURES)), np.intp)
        index: Ints = np.stack(list(self._features()), axis=1) + f.OFFSETS[:-1]
        return index

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
    def _quotes(self) -> Ints:
        return self._paired(DOUBLE_QUOTES)

    @cached_property
    def _seams(self) -> tuple[Floats, Floats, Floats, Floats]:
        """What the language says, all of it asked at once: of each pair, the evidence for going on and whether the two
        belong together; of each line, how little it ends and how little it begins like a block (0 for lines not asked).
        """
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
        return scores.llr[: len(t)], scores.pmi[: len(t)], ends, starts

    def _features(self) -> Iterator[Ints]:
        """One array of buckets a feature, in the order of `FEATURES`."""
        lines, t, h = self.lines, self.tails, self.heads
        llr, pmi, ends, starts = self._seams
        far = (~self.near).astype(np.intp)
        body = self.body.astype(np.intp)
        last, first = lines.last[t], lines.first[h]
        yield far
        yield (last * 2 + body[h]) * 2 + far
        yield first * 2 + far
        yield (lines.closed[h] * len(f.KINDS) + self.kinds[h]) * 2 + far
        yield last * len(CLASS_NAMES) + first
        yield (bucket(llr, f.NATS) * 2 + (lines.closed[t] == 0)) * 2 + far
        yield bucket(pmi, f.NATS) * 2 + far
        for by in (t, h):
            for scores in (llr, pmi):
                yield bucket(scores - self._best_rival(scores, by), f.MARGIN) * 2 + far
        step = np.minimum(h - t - 1, _STEPS)
        close = np.where(step < _STEPS, llr, _NO_RIVAL)
        for by in (t, h):
            yield bucket(llr - self._best_rival(close, by), f.MARGIN) * 4 + step
        yield (bucket(ends[t], f.AT_EDGE) * 2 + body[t]) * 2 + far
        yield (bucket(starts[h], f.AT_EDGE) * 2 + body[h]) * 2 + far
        yield bucket(h - t, f.DISTANCE)
        yield self._between()
        yield np.append(1 + self.kinds[1:], 0)[t] * 2 + far
        yield (self.kinds[t] * len(f.KINDS) + self.kinds[h]) * 2 + far
        for of_marks in (self._quotes, self._paired(SINGLE_QUOTES), self._paired(BRACKETS)):
            yield of_marks * 2 + far
        for count in self._elsewhere():
            yield bucket(count, f.COUNT) * 2 + far
        for shared in self._shared():
            yield bucket(shared, f.SHARED) * 2 + far
        yield bucket(lines.widths[t], f.EM) * 2 + far
        yield bucket(lines.widths[h], f.EM) * 2 + far
        usual = int(np.bincount(np.minimum(lines.blanks[1:], 5)).argmax())
        blanks = np.clip(lines.blanks - usual, -2, 2) + 2
        yield blanks[t] * 2 + body[t]
        yield (blanks[h] * 2 + body[h]) * 2 + far
        yield bucket(np.full(len(t), int(lines.open_bodies.sum())), f.OPEN_COUNT) * 2 + far

    def _best_rival(self, scores: Floats, by: Ints) -> Floats:
        """For each pair the best score of the others with the same tail (or head)."""
        best, second = np.full((2, len(self.lines)), _NO_RIVAL)
        np.maximum.at(best, by, scores)
        top = scores >= best[by]
        np.maximum.at(second, by[~top], scores[~top])
        second = np.where(np.bincount(by[top], minlength=len(best)) > 1, best, second)
        return np.where(top, second[by], best[by])

    def _between(self) -> Ints:
        """How many bodies stand between, and how the block before the head ends."""
        bodies = np.concatenate(([0], np.cumsum(self.body)))
        count = bodies[self.heads] - bodies[self.tails + 1]
        before = np.where(self.body, np.where(self.lines.closed == 0, 1, 2), 3)[self.heads - 1]
        return bucket(count, f.BETWEEN) * 4 + np.where(self.near, 0, before)

    def _paired(self, opening: int) -> Ints:
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

    def _elsewhere(self) -> tuple[Ints, Ints]:
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

        return within * count(two, seam), within * (count(three, left) + count(three, right))

    def _shared(self) -> tuple[Floats, Floats]:
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
        return found[0], found[1]


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
