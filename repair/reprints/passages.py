"""What two articles have in common, passage by passage, in whatever order the passages stand.

Places of both where the same few characters stand once in each are anchors (k-grams). Anchors that follow one another
in both are a passage; the little text between two of them is aligned (Levenshtein), and so is the text before the
first and after the last, as far as it is more alike than not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from repair.reprints.folding import Article, Size
from repair.typography.folded import grams

__all__ = ["Op", "Passage", "passages"]

Bools = NDArray[np.bool_]

_WINDOW = 40
_UNLIKE = 0.4
_FEW = 0.04  # anchors for each character of the shorter; unrelated articles have fewer

Op = tuple[int, int, int, int]
"""`a[0:1]` stands where `b[2:3]` does, in folded characters; equal if the lengths are, and the text."""
Run = tuple[int, int, int]


@dataclass
class Passage:
    """`a[a_start:a_end]` is `b[b_start:b_end]`, in folded characters, apart from `ops`, the places that differ."""

    a_start: int
    a_end: int
    b_start: int
    b_end: int
    ops: list[Op] = field(default_factory=list)

    @property
    def differing(self) -> int:
        """Characters that differ, of the longer side of each difference."""
        return sum(max(op[1] - op[0], op[3] - op[2]) for op in self.ops)


def passages(a: Article, b: Article) -> list[Passage]:
    """The passages that two articles share, in the order of `a`; no two overlap in either.

    >>> one, two = "镇里去年冬天在河上修好三座石桥。", "春天渠里又来了水，渠边栽了两千棵白杨树。"
    >>> [(p.a_start, p.a_end, p.b_start, p.b_end) for p in passages(Article(one + two), Article(two + one))]
    [(0, 16, 20, 36), (16, 36, 0, 20)]
    """
    if a.text == b.text:  # it may be of one phrase again and again, without an anchor
        return [Passage(0, len(a), 0, len(b))] if len(a) else []
    runs = _anchors(a, b)
    if sum(size for _, _, size in runs) < _FEW * min(len(a), len(b)):
        return []
    free_a, free_b = np.ones(len(a), np.bool_), np.ones(len(b), np.bool_)
    found: list[Passage] = []
    for chain in sorted(_chains(runs, a.size), key=_weight, reverse=True):
        for part in _free(a, b, chain, free_a, free_b):
            if _weight(part) >= a.size.passage:
                passage = _between(a.text, b.text, part)
                found.append(passage)
                free_a[passage.a_start : passage.a_end] = free_b[passage.b_start : passage.b_end] = False
    for passage in found:
        _reach(a.text, b.text, passage, free_a, free_b)
    return sorted(found, key=lambda passage: passage.a_start)


def _anchors(a: Article, b: Article) -> list[Run]:
    """Runs (place in `a`, place in `b`, length) of k-grams that stand once in each, in the order of `a`."""
    size = a.size.anchor
    (one, at_one), (two, at_two) = (_single(grams(article.codes, size)) for article in (a, b))
    _, first, second = np.intersect1d(one, two, assume_unique=True, return_indices=True)
    i, j = at_one[first], at_two[second]
    order = i.argsort()
    i, j = i[order], j[order]
    opens = np.flatnonzero(np.append(True, (np.diff(i) != 1) | (np.diff(j) != 1))) if len(i) else i
    lengths = np.diff(opens, append=len(i)) + size - 1
    return list(zip(i[opens].tolist(), j[opens].tolist(), lengths.tolist(), strict=True))


def _single(hashes: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
    """The hashes that come once, sorted, and where."""
    order = hashes.argsort(kind="stable")
    ordered = hashes[order]
    differs = np.append(True, ordered[1:] != ordered[:-1]) if len(ordered) else np.zeros(0, np.bool_)
    single = differs & np.append(differs[1:], True)[: len(differs)]
    return ordered[single], order[single]


def _chains(runs: Sequence[Run], size: Size) -> list[list[Run]]:
    """Runs that follow one another in both, with little between, and nothing left out; each is put to the nearest."""
    chains: list[list[Run]] = []
    still: list[list[Run]] = []
    for i, j, length in runs:
        still = [chain for chain in still if i - chain[-1][0] - chain[-1][2] <= size.gap]
        best = None
        for chain in still:
            last_i, last_j, last_length = chain[-1]
            over_a, over_b = i - last_i - last_length, j - last_j - last_length
            trim, slip = max(0, -over_a, -over_b), abs(over_a - over_b)
            near = max(over_a, over_b) <= size.gap and slip < size.clause
            if near and trim < length and (best is None or slip < best[0]):
                best = slip, trim, chain
        if best:
            _, trim, chain = best
            chain.append((i + trim, j + trim, length - trim))
        else:
            chains.append([(i, j, length)])
            still.append(chains[-1])
    return chains


def _weight(chain: Sequence[Run]) -> int:
    return sum(size for _, _, size in chain)


def _free(a: Article, b: Article, chain: Sequence[Run], free_a: Bools, free_b: Bools) -> Iterator[list[Run]]:
    """The parts of a chain that lie in free text of both articles, apart where what lies between is not the same."""
    part: list[Run] = []
    for run in chain:
        i, j, size = _largest(run, free_a, free_b)
        if part:
            last_i, last_j, last_size = part[-1]
            between_a, between_b = slice(last_i + last_size, i), slice(last_j + last_size, j)
            far = min(i - between_a.start, j - between_b.start) >= a.size.apart
            if not (free_a[between_a].all() and free_b[between_b].all()) or (
                far and Levenshtein.normalized_similarity(a.text[between_a], b.text[between_b]) < _UNLIKE
            ):
                yield part
                part = []
        if size:
            part.append((i, j, size))
    yield part


def _largest(run: Run, free_a: Bools, free_b: Bools) -> Run:
    """The longest part of a run that is free in both: at its ends may stand a mark that was taken with its sentence."""
    i, j, size = run
    taken = np.flatnonzero(~(free_a[i : i + size] & free_b[j : j + size]))
    if not len(taken):
        return run
    walls = np.concatenate(([-1], taken, [size]))
    longest = int(np.diff(walls).argmax())
    low = int(walls[longest]) + 1
    return i + low, j + low, int(walls[longest + 1]) - low


def _between(a: str, b: str, chain: Sequence[Run]) -> Passage:
    """A chain as a passage: what lies between its runs is aligned."""
    (i, j, _), (last_i, last_j, last_size) = chain[0], chain[-1]
    passage = Passage(i, last_i + last_size, j, last_j + last_size)
    for (i, j, size), (next_i, next_j, _) in pairwise(chain):
        passage.ops += _ops(a, b, (i + size, next_i), (j + size, next_j))
    return passage


def _ops(a: str, b: str, of_a: tuple[int, int], of_b: tuple[int, int]) -> Iterator[Op]:
    """The places that differ in two stretches; those that touch are one."""
    last: Op | None = None
    for opcode in Levenshtein.opcodes(a[slice(*of_a)], b[slice(*of_b)]):
        if opcode.tag == "equal":
            continue
        op = (
            of_a[0] + opcode.src_start,
            of_a[0] + opcode.src_end,
            of_b[0] + opcode.dest_start,
            of_b[0] + opcode.dest_end,
        )
        if last and (last[1], last[3]) == (op[0], op[2]):
            op = (last[0], op[1], last[2], op[3])
        elif last:
            yield last
        last = op
    if last:
        yield last


def _reach(a: str, b: str, passage: Passage, free_a: Bools, free_b: Bools) -> None:
    """Make a passage longer at both ends, as far as the free text there is more alike than not."""
    while True:
        low_a, low_b = (_back(free, start) for free, start in ((free_a, passage.a_start), (free_b, passage.b_start)))
        size = min(passage.a_start - low_a, passage.b_start - low_b)
        before_a, before_b = (
            text[start - size : start][::-1] for text, start in ((a, passage.a_start), (b, passage.b_start))
        )
        da, db, ops = _alike(before_a, before_b)
        if not da:
            break
        turned = [
            (passage.a_start - i_end, passage.a_start - i, passage.b_start - j_end, passage.b_start - j)
            for i, i_end, j, j_end in reversed(ops)
        ]
        passage.ops[:0] = turned
        passage.a_start, passage.b_start = passage.a_start - da, passage.b_start - db
        free_a[passage.a_start : passage.a_start + da] = free_b[passage.b_start : passage.b_start + db] = False
    while True:
        high_a, high_b = (_on(free, end) for free, end in ((free_a, passage.a_end), (free_b, passage.b_end)))
        size = min(high_a - passage.a_end, high_b - passage.b_end)
        da, db, ops = _alike(a[passage.a_end : passage.a_end + size], b[passage.b_end : passage.b_end + size])
        if not da:
            return
        passage.ops += [
            (passage.a_end + i, passage.a_end + i_end, passage.b_end + j, passage.b_end + j_end)
            for i, i_end, j, j_end in ops
        ]
        passage.a_end, passage.b_end = passage.a_end + da, passage.b_end + db
        free_a[passage.a_end - da : passage.a_end] = free_b[passage.b_end - db : passage.b_end] = False


def _back(free: Bools, place: int) -> int:
    """Where the free text before `place` begins, at most a window away."""
    low = max(0, place - _WINDOW)
    taken = np.flatnonzero(~free[low:place])
    return low + int(taken[-1]) + 1 if len(taken) else low


def _on(free: Bools, place: int) -> int:
    """Where the free text from `place` on ends, at most a window away."""
    taken = np.flatnonzero(~free[place : place + _WINDOW])
    return place + int(taken[0]) if len(taken) else min(len(free), place + _WINDOW)


def _alike(a: str, b: str) -> tuple[int, int, list[Op]]:
    """How much of both beginnings is the same text, and what differs in it.

    A character that differs costs what one brings that is the same.
    """
    best, worth = (0, 0, 0), 0
    ops: list[Op] = []
    kept = 0
    for opcode in Levenshtein.opcodes(a, b):
        i, i_end, j, j_end = opcode.src_start, opcode.src_end, opcode.dest_start, opcode.dest_end
        if opcode.tag == "equal":
            worth += i_end - i
            if worth > best[0]:
                best, kept = (worth, i_end, j_end), len(ops)
        else:
            worth -= max(i_end - i, j_end - j)
            if ops and (ops[-1][1], ops[-1][3]) == (i, j):
                ops[-1] = (ops[-1][0], i_end, ops[-1][2], j_end)
            else:
                ops.append((i, i_end, j, j_end))
    return best[1], best[2], ops[:kept]
