"""The default seam model: a character n-gram table scored with stupid backoff.

Method: Brants, Popat, Xu, Och and Dean 2007, "Large Language Models in Machine Translation",
section 4: the relative frequency of the longest n-gram that is in the table, times a constant for
each order given up. Paragraphs and headlines are trained between boundary symbols, which gives the
end of a unit and the start of the next their probabilities.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.seam.api import SeamScores
from repair.seam.fuse import VALUE_BITS, Fuse

TABLE = Path(__file__).with_name("zh.npz")
SKIP, NOTHING, UNKNOWN, BOUNDARY, FIRST = range(5)
LIMIT = 0x30000
LEVELS = 1 << VALUE_BITS
_FACTORS = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93,
     0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3], np.uint64,
)  # fmt: skip
_BOUNDARY_TERMS = _FACTORS * np.uint64(BOUNDARY)
_NOTHING_CHAR = "\uffff"


def keys_of(ids: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Key of each n-gram; `ids` has shape (order, n-grams), the last character first."""
    keys: NDArray[np.uint64] = np.add.reduce(ids * _FACTORS[: len(ids), None], axis=0)
    return keys


class NGramModel(NamedTuple):
    """A loaded table; about 5 MB of memory. Safe to share between threads (nothing is changed).

    `ids`: id of each code point, shape (LIMIT,). `single`: log P of each id, in nats.
    `values`: log P of the levels of each order from 2 up, shape (order - 1, LEVELS).
    """

    ids: NDArray[np.uint16]
    single: NDArray[np.float32]
    values: NDArray[np.float32]
    fuse: Fuse
    backoff: float
    head: int

    @classmethod
    def load(cls, path: Path | None = None) -> NGramModel:
        """Read a table written by `python -m repair.seam.train`; the shipped one by default.

        Raises FileNotFoundError where there is none, KeyError where the file is of another kind.
        """
        with np.load(path or TABLE) as file:
            ids = np.zeros(LIMIT, np.uint16)
            ids[:] = file["ids"]
            segment, seed, head = (int(number) for number in file["shape"])
            fuse = Fuse(file["slots"], segment, seed)
            return cls(ids, file["single"], file["values"], fuse, float(file["backoff"]), head)

    @property
    def order(self) -> int:
        """The longest n-gram, in characters; a tail is read over one character less."""
        return len(self.values) + 1

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
        codes = np.frombuffer("".join(parts).encode("utf-32-le", "surrogatepass"), np.uint32)
        return self.score_gaps(codes, sizes[1::3], sizes[1::3])

    def score_gaps(
        self, codes: NDArray[np.uint32], ends: NDArray[np.intp], starts: NDArray[np.intp]
    ) -> SeamScores:
        """Score gaps of one page: tails end before `ends[g]`, heads begin at `starts[g]`.

        `codes` are the page's code points, `np.frombuffer(text.encode("utf-32-le"), np.uint32)`.
        White space and line breaks are skipped, so a window may run over short lines.

        >>> page = np.frombuffer("全国人民\\n代表大会".encode("utf-32-le"), np.uint32)
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
        return self._score(packed.take(at))

    def _score(self, window: NDArray[np.uint64]) -> SeamScores:
        """Scores of windows of shape (order - 1 + head, seams): tail, then head."""
        order, head, give = self.order, self.head, np.float32(self.backoff)
        rows = window[order - 1 :]
        got = self.fuse.get(_keys(window, order, head))
        hit = got < LEVELS
        value = self._values(got)
        chain = hit[: (order - 1) * (head + 1)].reshape(order - 1, head + 1, -1)
        logs = value[: (order - 1) * (head + 1)].reshape(chain.shape)
        self._wall(chain, window)

        goes = np.empty((head + 1, window.shape[1]), np.float32)
        goes[:head] = self.single.take(rows)
        goes[head] = self.single[BOUNDARY]
        goes += give * (order - 1)
        free = goes[:head].copy()
        for size in range(2, order + 1):
            if size > 2:
                chain[size - 2] &= chain[size - 3]
            np.copyto(goes, logs[size - 2], where=chain[size - 2])
            free[size - 1 :] = goes[size - 1 : head]
        free -= give * np.arange(order - 1, order - 1 - head, -1).clip(0)[:, None]
        goes -= give * _missing(window, order, head)

        first = min(head, order - 1)
        start_hit, start_log = hit[-first:], value[-first:]
        begin = free.copy()
        begin[:first] += give
        for row in range(1, first):
            start_hit[row] &= chain[row - 1, row]
        np.copyto(begin[:first], start_log, where=start_hit)
        real = rows != NOTHING
        ahead = np.add.reduce(goes[:head], axis=0, where=real)
        pmi = ahead - np.add.reduce(free, axis=0, where=real)
        return SeamScores(ahead - goes[head] - np.add.reduce(begin, axis=0, where=real), pmi)

    def _values(self, got: NDArray[np.uint64]) -> NDArray[np.float32]:
        """Log P of looked-up levels, the constant of the orders given up included."""
        order, head = self.order, self.head
        sizes = np.repeat(np.arange(order - 1), head + 1)
        starts = np.arange(min(head, order - 1))
        lost = self.backoff * (order - 2 - sizes)
        table = np.concatenate([self.values[sizes] + lost[:, None], self.values[starts]])
        at = (got & np.uint64(LEVELS - 1)).view(np.intp)
        at += np.arange(0, table.size, LEVELS)[:, None]
        return table.astype(np.float32).ravel().take(at)

    def _wall(self, chain: NDArray[np.bool_], window: NDArray[np.uint64]) -> None:
        """Refuse n-grams that reach over the edge of the page: a chance hit must not count."""
        off = window == NOTHING
        if off.any():
            for size in range(2, self.order + 1):
                low = self.order - size
                chain[size - 2, : self.head] &= ~off[low : low + self.head]
                chain[size - 2, self.head] &= ~off[low]


def _missing(window: NDArray[np.uint64], order: int, head: int) -> NDArray[np.intp]:
    """Orders that the edge of the page takes from each row: giving these up must cost nothing."""
    absent = np.add.reduce(window[: order - 1] == NOTHING, axis=0, dtype=np.intp)
    rows = np.append(np.arange(head), 0)[:, None]
    missing: NDArray[np.intp] = (absent - rows).clip(0)
    return missing


def _keys(window: NDArray[np.uint64], order: int, head: int) -> NDArray[np.uint64]:
    """Keys of all n-grams that a seam asks for, shape (lookups, seams).

    First (order - 1) blocks of rows, sizes 2 to `order`: one that ends at each character of the
    head, one that ends in the boundary after the tail. Then boundary + head.
    """
    first, seams = min(head, order - 1), window.shape[1]
    keys = np.empty(((order - 1) * (head + 1) + first, seams), np.uint64)
    grams = keys[: (order - 1) * (head + 1)].reshape(order - 1, head + 1, seams)
    last = window[order - 1 :] * _FACTORS[0]
    keys[-first] = last[0]
    end = _BOUNDARY_TERMS[:1] - last[0]
    for size in range(2, order + 1):
        low = order - size
        row = grams[size - 2]
        np.multiply(window[low : low + head], _FACTORS[size - 1], out=row[:head])
        row[:head] += last
        last = row[:head]
        np.add(row[0], end, out=row[head])
        if size <= first:
            keys[size - 1 - first] = last[size - 1]
    keys[-first:] += _BOUNDARY_TERMS[1 : first + 1, None]
    return keys
