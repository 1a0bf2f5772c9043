"""The default seam model: a pruned character n-gram table with backoff weights.

Method: absolute discounting, interpolated (Ney, Essen and Kneser 1994), pruned by what an n-gram
tells, backoff weights fitted anew to what is left (Seymore and Rosenfeld 1996; Stolcke 1998).
Stupid backoff (Brants et al. 2007), which needs no weights, was measured on the same n-grams and is
weaker at every seam measure; see `zh.md`. Paragraphs and headlines are trained between boundary
symbols, which gives the end of a unit and the start of the next their probabilities.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.core.text import codes_of
from repair.seam.api import SeamScores
from repair.seam.fuse import VALUE_BITS, Fuse, unpack

TABLE = Path(__file__).with_name("zh.npz")
SKIP, NOTHING, UNKNOWN, BOUNDARY, FIRST = range(5)
LIMIT = 0x30000
LOG_BITS = 4
LEVELS = 1 << LOG_BITS
WEIGHTS = 1 << VALUE_BITS - LOG_BITS
_FACTORS = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93,
     0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3], np.uint64,
)  # fmt: skip
_SHIFT = np.float32(4)  # smoothed ends are rarer than callers' neutral point of +4 would have them
_BOUNDARY_TERMS = _FACTORS * np.uint64(BOUNDARY)
SMALL = ("single", "weight", "logs", "weights")
_NOTHING_CHAR = "\uffff"
_BLOCK = 4096
"""Seams scored at once: the tables of more leave the processor's cache, which takes twice as long."""


def keys_of(ids: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Key of each n-gram; `ids` has shape (order, n-grams), the last character first."""
    keys: NDArray[np.uint64] = np.add.reduce(ids * _FACTORS[: len(ids), None], axis=0)
    return keys


class NGramModel(NamedTuple):
    """A loaded table; about 5 MB of memory. Safe to share between threads (nothing is changed).

    `ids`: id of each code point, shape (LIMIT,). `single`: log P of each id, `weight`: its backoff
    weight as a context, in nats. `logs`: log P of the LEVELS of each order from 2 up; `weights`:
    the backoff weights alike, where 0 means that no longer n-gram begins so.
    """

    ids: NDArray[np.uint16]
    single: NDArray[np.float32]
    weight: NDArray[np.float32]
    logs: NDArray[np.float32]
    weights: NDArray[np.float32]
    fuse: Fuse
    head: int

    @classmethod
    def load(cls, path: Path | None = None) -> NGramModel:
        """Read a table written by `python -m repair.training.seam`; the shipped one by default.

        Raises FileNotFoundError where there is none, KeyError where the file is of another kind.
        """
        with np.load(path or TABLE) as file:
            size, segment, seed, head = (int(number) for number in file["shape"])
            fuse = Fuse(unpack(file["slots"], size), segment, seed)
            single, weight, logs, weights = (file[name] for name in SMALL)
            return cls(file["ids"], single, weight, logs, weights, fuse, head)

    @property
    def order(self) -> int:
        """The longest n-gram, in characters; a tail is read over one character less."""
        return len(self.logs) + 1

    def score(self, tails: Sequence[str], heads: Sequence[str]) -> SeamScores:
        """Score `heads[i]` as the continuation of `tails[i]`.

        Only the last `order - 1` usable characters of a tail and the first `head` of a head count;
        white space is skipped. Raises ValueError where the lengths differ.
        """
        if len(tails) != len(heads):
            raise ValueError(f"{len(tails)} tails but {len(heads)} heads: give one head per tail")
        wall = _NOTHING_CHAR * max(self.order - 1, self.head)
        parts = [part for pair in zip(tails, heads, strict=True) for part in (*pair, wall)]
        sizes = np.cumsum([0, *map(len, parts)])
        codes = codes_of("".join(parts))
        return self.score_gaps(codes, sizes[1::3], sizes[1::3])

    def score_gaps(self, codes: NDArray[np.uint32], ends: NDArray[np.intp], starts: NDArray[np.intp]) -> SeamScores:
        """Score gaps of one page: tails end before `ends[g]`, heads begin at `starts[g]`.

        `codes` are the page's code points, as `repair.core.text.codes_of` gives them.
        White space and line breaks are skipped, so a window may run over short lines.

        >>> from repair.seam import default_model
        >>> page = codes_of("全国人民\\n代表大会")
        >>> bool(default_model().score_gaps(page, np.array([4]), np.array([5])).pmi[0] > 0)
        True
        """
        ids = self.ids.take(codes, mode="clip")
        used = ids != SKIP
        before = np.empty(len(codes) + 1, np.intp)
        before[0] = self.order - 1
        np.cumsum(used, out=before[1:])
        before[1:] += self.order - 1
        packed = np.full(before[-1] + self.head, NOTHING, np.uint64)
        packed[self.order - 1 : before[-1]] = ids[used]
        reach = np.arange(-(self.order - 1), self.head)[:, None]
        at = reach + before[starts]
        at[: self.order - 1] = reach[: self.order - 1] + before[ends]
        if len(starts) <= _BLOCK:
            return self._score(packed.take(at))
        blocks = [self._score(packed.take(at[:, low : low + _BLOCK])) for low in range(0, len(starts), _BLOCK)]
        return SeamScores(*(np.concatenate(part) for part in zip(*blocks, strict=True)))

    def _score(self, window: NDArray[np.uint64]) -> SeamScores:
        """Scores of windows of shape (order - 1 + head, seams): tail, then head."""
        order, head = self.order, self.head
        hit, logs, weights = self._look_up(window)
        rows = window[order - 1 :]
        goes = np.empty((head + 1, window.shape[1]), np.float32)
        goes[:head] = self.single.take(rows)
        goes[head] = self.single[BOUNDARY]
        free = goes[:head].copy()
        context = self.weight.take(window[order - 2 : order - 2 + head])
        for size in range(2, order + 1):
            at = slice((size - 2) * (head + 2), (size - 1) * (head + 2))
            goes[:head] += context
            goes[head] += context[0]
            np.copyto(goes, logs[at][1:], where=hit[at][1:])
            free[size - 1 :] = goes[size - 1 : head]
            context = weights[at][:head]

        first = min(head, order - 1)
        begin = free.copy()
        begin[0] += self.weight[BOUNDARY]
        begin[1:first] += weights[-first:-1]
        np.copyto(begin[:first], logs[-first:], where=hit[-first:])
        real = rows != NOTHING
        ahead = np.add.reduce(goes[:head], axis=0, where=real)
        pmi = ahead - np.add.reduce(free, axis=0, where=real)
        apart = goes[head] + np.add.reduce(begin, axis=0, where=real)
        return SeamScores(ahead - apart - _SHIFT, pmi)

    def _look_up(
        self, window: NDArray[np.uint64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.float32], NDArray[np.float32]]:
        """Found or not, log P and backoff weight (0 where not found) of all rows of `_keys`.

        An n-gram counts only where the table holds its suffix and knows its prefix as a context:
        both hold for all that was stored, and they keep most chance hits of the fingerprint out.
        """
        order, head = self.order, self.head
        first = min(head, order - 1)
        sizes = np.append(np.repeat(np.arange(order - 1), head + 2), np.arange(first))[:, None]
        got = self.fuse.get(_keys(window, order, head))
        hit = got < np.where(sizes == order - 2, LEVELS, LEVELS * WEIGHTS).astype(np.uint64)
        level = got.view(np.intp)
        logs = self.logs.ravel().take((level & LEVELS - 1) + sizes * LEVELS)
        level >>= LOG_BITS
        level &= WEIGHTS - 1
        wall = window == NOTHING
        grams = hit[:-first].reshape(order - 1, head + 2, -1)
        opens = level[:-first].reshape(grams.shape) != 0
        for size in range(2, order + 1):
            row = grams[size - 2]
            if wall.any():
                _stop_at(row, wall, order - size)
            if size > 2:
                row &= grams[size - 3]
                row[1:-1] &= opens[size - 3, :-2]
                row[-1] &= opens[size - 3, 0]
            opens[size - 2] &= row
        for size in range(2, first + 1):
            hit[size - 1 - first] &= grams[size - 2, size] & hit[size - 2 - first]
            hit[size - 1 - first] &= level[size - 2 - first] != 0
        level += sizes * WEIGHTS
        weights = self.weights.ravel().take(level)
        weights *= hit
        return hit, logs, weights


def _stop_at(row: NDArray[np.bool_], wall: NDArray[np.bool_], low: int) -> None:
    """Refuse n-grams whose first character is off the page; `low`: the first head's begin."""
    row[1:-1] &= ~wall[low : low + len(row) - 2]
    row[-1] &= ~wall[low]
    if low:
        row[0] &= ~wall[low - 1]


def _keys(window: NDArray[np.uint64], order: int, head: int) -> NDArray[np.uint64]:
    """Keys of all n-grams that a seam asks for, shape (lookups, seams).

    First order - 1 blocks of head + 2 rows, for sizes 2 to `order`: the n-gram that ends at the
    last character of the tail, those that end at each character of the head, the one that ends in
    a boundary after the tail. Then boundary + head, for the sizes from 2.
    """
    first, seams = min(head, order - 1), window.shape[1]
    keys = np.zeros(((order - 1) * (head + 2) + first, seams), np.uint64)
    grams = keys[:-first].reshape(order - 1, head + 2, seams)
    last = window[order - 2 :] * _FACTORS[0]
    end = _BOUNDARY_TERMS[:1] - last[1]
    keys[-first] = last[1]
    for size in range(2, order + 1):
        low = max(order - size - 1, 0)
        skip = size == order
        row = grams[size - 2, skip : head + 1]
        np.multiply(window[low : low + len(row)], _FACTORS[size - 1], out=row)
        row += last[skip:]
        last = row
        np.add(grams[size - 2, 1], end, out=grams[size - 2, head + 1])
        if size <= first:
            keys[size - 1 - first] = grams[size - 2, size]
    keys[-first:] += _BOUNDARY_TERMS[1 : first + 1, None]
    return keys
