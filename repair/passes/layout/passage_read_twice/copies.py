"""Stretches of a page that stand there twice: found by hashes of k characters, knitted over misread ones.

The text is compared folded (`repair.typography.folded`).
"""

from __future__ import annotations

from bisect import bisect_right
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.typography.folded import grams

__all__ = ["Copy", "copies"]

Ints = NDArray[np.intp]

# Characters in a row that make two stretches worth a look; in Latin script a character says less.
_GRAM, _LATIN_GRAM = 10, 24
# Between two runs at most this many characters may be misread, and the one side be this much longer.
_KNIT, _KNIT_SLIPPED, _SLIP = 24, 6, 3
_STEP, _MOST_BLOCKS, _DROP = 64, 1024, 6
_MOST_RUNS = 3000
# So many places of one and the same stretch are each held against the first; what comes oftener is a loop, a row of a
# table or a form of words, of which the nearest says as much. Without this, text that only repeats takes the square of
# its length, for each of its periods would be followed to the end.
_MOST_FIRST = 32
_BUCKETS = 16  # leading bits of a hash by which most that differ are told apart
# A page on which hardly a stretch of this length comes again has no passage twice; it is known at once.
_STRETCH, _LATIN_STRETCH, _FEW = 16, 40, 6

Run = tuple[int, int, int]
"""Where the first of two stretches begins, where the second, and how long both are."""

_second = itemgetter(1)


class Copy(NamedTuple):
    """`folded[first:first_end]` stands again at `folded[second:second_end]`, apart from misread characters.

    `runs`: (first, second, length) of the stretches that are the same to the letter, in order.
    """

    first: int
    first_end: int
    second: int
    second_end: int
    runs: tuple[Run, ...]

    @property
    def exact(self) -> bool:
        """Whether no character differs."""
        return len(self.runs) == 1

    def before(self, place: int) -> int:
        """The place in the first stretch that answers to one in the second."""
        run = self.runs[max(0, bisect_right(self.runs, place, key=_second) - 1)]
        return place - run[1] + run[0]


def copies(codes: NDArray[np.uint32]) -> list[Copy]:
    """The stretches of a folded text that stand there again, each with an earlier one, in order of the later.

    >>> from repair.core.text import codes_of
    >>> said = "去年冬天修好了三座桥，今年春天渠里来了水，渠边栽了树。"
    >>> [copy[:4] for copy in copies(codes_of(f"镇上{said}（完）{said}"))]
    [(2, 29, 32, 59)]
    """
    latin = np.count_nonzero(codes < 0x250) * 2 > len(codes)
    stretches = np.sort(grams(codes, _LATIN_STRETCH if latin else _STRETCH))
    if np.count_nonzero(stretches[1:] == stretches[:-1]) < _FEW:
        return []
    return _knitted(codes, _runs(codes, _LATIN_GRAM if latin else _GRAM))


def _runs(codes: NDArray[np.uint32], size: int) -> list[Run]:
    """Maximal runs (first, second, length) of at least `size` characters, each later one with the nearest and with
    the first earlier one."""
    pairs = _pairs(grams(codes, size), len(codes))
    apart, at = (pairs // len(codes)).astype(np.int32), (pairs % len(codes)).astype(np.int32)
    del pairs
    starts = np.flatnonzero(np.append(True, (np.diff(apart) != 0) | (np.diff(at) != 1)))
    lengths = np.diff(np.append(starts, len(at))) + size - 1
    found = np.stack((at[starts] - apart[starts], at[starts], lengths), axis=1)
    if len(found) > _MOST_RUNS:
        found = found[np.argsort(-lengths, kind="stable")[:_MOST_RUNS]]
    return [(first, second, length) for first, second, length in found[np.lexsort((found[:, 0], found[:, 1]))].tolist()]


def _pairs(hashes: NDArray[np.uint64], count: int) -> NDArray[np.int64]:
    """Each later place of a hash with the nearest and with the first earlier one: how far apart, times the `count` of
    characters, and the place; in order."""
    # Where much of a long text repeats these arrays are what memory goes to: so they are small, and go.
    places = _repeated(hashes).astype(np.int32)
    hashes = hashes[places]
    ordered = np.argsort(hashes, kind="stable").astype(np.int32)
    order, hashes = places[ordered], hashes[ordered]
    same = hashes[1:] == hashes[:-1]
    del hashes, places, ordered
    opens = np.flatnonzero(np.append(True, ~same))
    opener = np.repeat(opens.astype(np.int32), np.diff(opens, append=len(order)))
    rank = np.arange(len(order), dtype=np.int32) - opener
    early = np.flatnonzero((rank > 1) & (rank <= _MOST_FIRST))
    del rank
    found = np.concatenate((order[1:][same] - order[:-1][same], order[early] - order[opener[early]])).astype(np.int64)
    found *= count
    found += np.concatenate((order[1:][same], order[early]))
    found.sort()
    return found


def _repeated(hashes: NDArray[np.uint64]) -> Ints:
    """The places of hashes that come more than once, and of a few others, in order."""
    ordered = np.sort(hashes)
    again = np.zeros(1 << _BUCKETS, np.bool_)
    to_bucket = np.uint64(64 - _BUCKETS)
    again[(ordered[1:][ordered[1:] == ordered[:-1]] >> to_bucket).astype(np.intp)] = True
    return np.flatnonzero(again[(hashes >> to_bucket).astype(np.intp)])


def _knitted(codes: NDArray[np.uint32], runs: list[Run]) -> list[Copy]:
    """Runs at the same or nearly the same distance, with little between them, as one copy each."""
    chains: list[list[Run]] = []
    still: list[list[Run]] = []
    for first, second, length in runs:
        still = [chain for chain in still if second - chain[-1][1] - chain[-1][2] <= _KNIT]
        best = None
        for chain in still:
            over_first = first - chain[-1][0] - chain[-1][2]
            over_second = second - chain[-1][1] - chain[-1][2]
            slip = abs(over_first - over_second)
            most = _KNIT_SLIPPED if slip else _KNIT
            if slip <= _SLIP and min(over_first, over_second) >= -_SLIP and max(over_first, over_second) <= most:
                trim = max(0, -over_first, -over_second)
                if trim < length and (best is None or slip < best[0]):
                    best = slip, trim, chain
        if best:
            _, trim, chain = best
            chain.append((first + trim, second + trim, length - trim))
        else:
            chain = [(first, second, length)]
            chains.append(chain)
            still.append(chain)
    return list(dict.fromkeys(_copy(codes, chain) for chain in chains))


def _copy(codes: NDArray[np.uint32], chain: list[Run]) -> Copy:
    """The copy of a chain of runs, made as long as it goes at either end, over misread characters too.

    A phrase that happens to come twice stays what it is: there are many of them.
    """
    first, second, length = chain[0]
    if len(chain) == 1 and length < _STRETCH:
        return Copy(first, first + length, second, second + length, (chain[0],))
    back = _reach(codes, first - 1, second - 1, -1)
    last, last_second, last_length = chain[-1]
    on = _reach(codes, last + last_length, last_second + last_length, 1)
    stretches = [(first - back, second - back, back), *chain, (last + last_length, last_second + last_length, on)]
    runs: list[Run] = []
    whole = stretches[0]
    for first, second, length in stretches[1:]:
        if second - first == whole[1] - whole[0]:
            whole = (whole[0], whole[1], first + length - whole[0])
        else:
            runs += _split(codes, *whole)
            whole = (first, second, length)
    runs += _split(codes, *whole)
    (first, second, _), (last, last_second, length) = runs[0], runs[-1]
    return Copy(first, last + length, second, last_second + length, tuple(runs))


def _split(codes: NDArray[np.uint32], first: int, second: int, length: int) -> list[Run]:
    """The runs in two stretches that are the same but for single characters."""
    same = np.zeros(length + 2, np.bool_)
    same[1:-1] = codes[first : first + length] == codes[second : second + length]
    edges = (same[1:] != same[:-1]).nonzero()[0].reshape(-1, 2).tolist()
    return [(first + start, second + start, end - start) for start, end in edges]


def _reach(codes: NDArray[np.uint32], first: int, second: int, way: int) -> int:
    """How far two stretches stay the same from these places on, but for characters misread here and there.

    A wrong character costs as much as two right ones bring; where six are lost again, nothing more is to be had.
    """
    # Most runs stop for good: so many wrong characters on end settle it.
    wrong, apart = _DROP // 2 + 1, second - first
    low = first if way > 0 else first + 1 - wrong
    fits = low >= 0 and low + apart + wrong <= len(codes)
    if fits and not (codes[low : low + wrong] == codes[low + apart : low + apart + wrong]).any():
        return 0
    total, blocks = 0, 1
    while True:
        left = len(codes) - second if way > 0 else first + 1
        if left <= 0:
            return total
        blocks, step = max(1, min(blocks, left // _STEP)), min(_STEP, left)
        size = blocks * step
        low = 0 if way > 0 else 1 - size
        same = codes[first + low : first + low + size] == codes[second + low : second + low + size]
        if not same.all():
            until = _same_until(same[::way].reshape(blocks, step))
            stops = np.flatnonzero(until < step)
            if len(stops):
                return total + int(stops[0]) * step + int(until[stops[0]])
        total, first, second = total + size, first + way * size, second + way * size
        blocks = min(2 * blocks, _MOST_BLOCKS)


def _same_until(same: NDArray[np.bool_]) -> Ints:
    """How far each block of a stretch stays the same, by whether each of its characters is."""
    worth = np.where(same, 1, -2).cumsum(axis=1)
    best = np.maximum.accumulate(np.maximum(worth, 0), axis=1)
    held = np.logical_and.accumulate(best - worth <= _DROP, axis=1)
    worth = np.where(held, worth, 0)
    until: Ints = np.where(worth.max(axis=1) > 0, worth.argmax(axis=1) + 1, 0)
    return until
