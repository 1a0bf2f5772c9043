"""Which lines of the raw text stand beside which of the repaired text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from repair.core.text import Span
from repair.report.provenance import Fates

__all__ = ["Beside", "beside", "lines_of"]

_END = re.compile(r"\r\n|\n|\r")


class Beside(NamedTuple):
    """Lines that stand side by side: `[raw, raw_end)` of the raw text, `[repaired, repaired_end)` of the repaired."""

    raw: int
    raw_end: int
    repaired: int
    repaired_end: int


def lines_of(text: str) -> list[Span]:
    r"""The lines of a text, each with its line end; a text that ends with one has no empty line after it.

    >>> lines_of("ab\nc")
    [Span(start=0, end=3), Span(start=3, end=4)]
    """
    bounds = sorted({0, *(found.end() for found in _END.finditer(text)), len(text)})
    return [Span(start, end) for start, end in pairwise(bounds)]


def beside(fates: Fates, raw: list[Span], repaired: list[Span]) -> Iterator[Beside]:
    """All lines of both texts once, in order, those that hold the same text beside each other as far as order lets."""
    row = list(_links(fates, raw, repaired))
    at, below = 0, 0
    groups: list[Beside] = []
    for i, j in row:
        if groups and (i < at or j < below):
            at, below = max(at, i + 1), max(below, j + 1)
            groups[-1] = groups[-1]._replace(raw_end=at, repaired_end=below)
            continue
        groups += _alone(at, i, below, j)
        groups.append(Beside(i, i + 1, j, j + 1))
        at, below = i + 1, j + 1
    groups += _alone(at, len(raw), below, len(repaired))
    return _blank_joined(groups, fates, raw, repaired)


def _alone(raw: int, raw_end: int, repaired: int, repaired_end: int) -> Iterator[Beside]:
    """Lines that have nothing to do with each other, one side after the other, lest they look like a pair."""
    if raw < raw_end:
        yield Beside(raw, raw_end, repaired, repaired)
    if repaired < repaired_end:
        yield Beside(raw_end, raw_end, repaired, repaired_end)


def _blank_joined(groups: list[Beside], fates: Fates, raw: list[Span], repaired: list[Span]) -> Iterator[Beside]:
    """The groups, those of blank lines alone made part of the one before."""
    held: Beside | None = None
    for group in groups:
        blank = not _said(fates.raw, raw[group.raw : group.raw_end]) and not _said(
            fates.repaired, repaired[group.repaired : group.repaired_end]
        )
        if held and blank:
            held = held._replace(raw_end=group.raw_end, repaired_end=group.repaired_end)
            continue
        if held:
            yield held
        held = group
    if held:
        yield held


def _said(text: str, lines: list[Span]) -> str:
    return text[lines[0].start : lines[-1].end].strip() if lines else ""


def _links(fates: Fates, raw: list[Span], repaired: list[Span]) -> list[tuple[int, int]]:
    """Pairs of lines that share characters, in the order of both texts: the heaviest chain of them."""
    if not raw or not repaired:
        return []
    said = np.array([not char.isspace() for char in fates.repaired], np.bool_)
    ends = [np.array([line.end for line in lines]) for lines in (raw, repaired)]
    mine = np.searchsorted(ends[1], np.flatnonzero(said), "right")
    theirs = np.searchsorted(ends[0], fates.origin[said], "right")
    keys, weights = np.unique(theirs.astype(np.int64) * len(repaired) + mine, return_counts=True)
    pairs = [divmod(key, len(repaired)) for key in keys.tolist()]
    return _heaviest(pairs, weights.tolist(), len(repaired))


def _heaviest(pairs: list[tuple[int, int]], weights: list[int], size: int) -> list[tuple[int, int]]:
    """The heaviest chain of pairs (in order) whose second numbers do not fall; a Fenwick tree over these."""
    best = [(0, -1)] * (size + 1)
    before: list[int] = []
    for number, ((_, j), weight) in enumerate(zip(pairs, weights, strict=True)):
        top, place = (0, -1), j + 1
        while place:
            top = max(top, best[place])
            place &= place - 1
        before.append(top[1])
        mine, place = (top[0] + weight, number), j + 1
        while place <= size:
            best[place] = max(best[place], mine)
            place += place & -place
    last = max(best)[1]
    chain: list[tuple[int, int]] = []
    while last >= 0:
        chain.append(pairs[last])
        last = before[last]
    return chain[::-1]
