"""From column tracks to one order: tracks are cut where they may go on elsewhere, and their stretches linked anew.

A column ends, and its text goes on at the top of another; a headline ends the columns above it. So a track is cut at
every weak seam, and each *stretch* chooses the one that follows it, from the whole page, by a model of its own; the
choices make a path cover, taken with the surest first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.passes.layout.column_bleed.pieces import Pieces
from repair.typography.characters import Class

__all__ = ["RELATIONS", "Place", "Stretches", "in_order"]

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]

RELATIONS = ("next of the column", "of the column", "end to top", "to a top", "from an end", "other")
"""How the tracks of two stretches can stand to each other."""

# Log odds below which a seam inside a track is weak, and from which a link is made.
_WEAK, _LINKED = -1.0, -2.5
# A stretch goes on within so many pieces, before or after it.
_REACH = 250
# A stretch with few words is like everything a little.
_WORDS_OF_ITS_OWN, _MOST_OF_A_WORD = 3, 2


class Place(NamedTuple):
    """A piece in its place in the order.

    `odds`: log odds that it follows the piece before, or None where it begins a chain of stretches.
    """

    piece: int
    odds: float | None


@dataclass(frozen=True)
class Stretches:
    """Stretches of tracks; all arrays have one row a stretch, but `of` (the stretch of each piece).

    `heads`, `tails`: first and last piece. `tracks`: the first piece of the track. `next`: the next one of the track,
    or -1. `odds`: log odds that each piece follows each other one.
    """

    pieces: Pieces
    odds: Floats
    of: Ints
    heads: Ints
    tails: Ints
    tracks: Ints
    next: Ints

    @classmethod
    def of_tracks(cls, pieces: Pieces, odds: Floats, before: Ints) -> Stretches:
        """The stretches of tracks; `before`: what `tracks` gives."""
        count = len(before)
        goes_on = before >= 0
        strong = goes_on & (odds[np.maximum(before, 0), np.arange(count)] >= _WEAK)
        first, track = np.arange(count), np.arange(count)
        for piece in np.flatnonzero(goes_on).tolist():
            track[piece] = track[before[piece]]
            if strong[piece]:
                first[piece] = first[before[piece]]
        heads, of = np.unique(first, return_inverse=True)
        tails = np.zeros(len(heads), np.intp)
        tails[of] = np.arange(count)
        tracks = track[heads]
        following = np.full(len(heads), -1)
        order = np.lexsort((heads, tracks))
        same = tracks[order[1:]] == tracks[order[:-1]]
        following[order[:-1][same]] = order[1:][same]
        return cls(pieces, odds, of, heads, tails, tracks, following)

    def __len__(self) -> int:
        return len(self.heads)

    @cached_property
    def pairs(self) -> tuple[Ints, Ints]:
        """The ordered pairs of stretches that are asked about: none of one character, and none far apart."""
        first = self.pieces.heads[self.heads]
        scrap = (self.heads == self.tails) & (self.pieces.lines.widths[first] <= 1)
        near = np.abs(self.heads[None, :] - self.tails[:, None]) <= _REACH
        near &= ~scrap[None, :] & ~scrap[:, None]
        np.fill_diagonal(near, False)
        tails, heads = np.nonzero(near)
        return tails, heads

    def relation(self, u: Ints, v: Ints) -> tuple[Ints, Ints]:
        """How the tracks of two stretches stand to each other, as a place in `RELATIONS`, and how many columns on."""
        ends, tops = self.next < 0, self.heads == self.tracks
        found = np.where(ends[u], 4, 5)
        found = np.where(tops[v], np.where(ends[u], 2, 3), found)
        found = np.where(self.tracks[u] == self.tracks[v], 1, found)
        found = np.where(self.next[u] == v, 0, found)
        rank = np.unique(self.tracks, return_inverse=True)[1]
        return found, rank[v] - rank[u]

    @cached_property
    def likeness(self) -> Floats:
        """Cosine of each two stretches by the pairs of Han that they share, rare ones counting for more."""
        lines, count = self.pieces.lines, len(self)
        owner = np.full(len(lines.kinds), -1)
        for number, start, end in zip(
            self.of.tolist(), self.pieces.starts.tolist(), self.pieces.ends.tolist(), strict=True
        ):
            owner[start:end] = number
        codes, han = self.pieces.page.codes.astype(np.int64) & 0xFFFF, lines.kinds == Class.HAN
        at = np.flatnonzero(han[1:] & han[:-1] & (owner[1:] == owner[:-1]) & (owner[1:] >= 0))
        held, times = np.unique((codes[at] << 16 | codes[at + 1]) * count + owner[at], return_counts=True)
        word, stretch = np.divmod(held, count)
        _, begin, word, among = np.unique(word, return_index=True, return_inverse=True, return_counts=True)
        weight = np.minimum(times, _MOST_OF_A_WORD) * np.log(1 + count / among[word])
        weight[among[word] == 1] = 0
        size = np.sqrt(np.bincount(stretch, weight**2, minlength=count)) + _WORDS_OF_ITS_OWN
        weight /= size[stretch]
        # Each occurrence of a word meets each one of the same word.
        one = np.repeat(np.arange(len(word)), among[word])
        other = np.arange(len(one)) - np.repeat(np.cumsum(among[word]) - among[word], among[word]) + begin[word[one]]
        cells, products = stretch[one] * count + stretch[other], weight[one] * weight[other]
        found = np.bincount(cells, products, minlength=count * count).astype(np.float64)
        return found.reshape(count, count)


def in_order(stretches: Stretches, odds: Floats) -> list[Place]:
    """All pieces in reading order; `odds`: log odds of each of the pairs of stretches."""
    following, link_odds = _path_cover(len(stretches), *stretches.pairs, odds)
    members: list[list[int]] = [[] for _ in range(len(stretches))]
    for piece, stretch in enumerate(stretches.of.tolist()):
        members[stretch].append(piece)
    order = list[Place]()
    for first in np.flatnonzero(~np.isin(np.arange(len(stretches)), following)).tolist():
        stretch, link = int(first), None
        while stretch >= 0:
            for before, piece in pairwise((-1, *members[stretch])):
                order.append(Place(piece, link if before < 0 else float(stretches.odds[before, piece])))
            stretch, link = int(following[stretch]), float(link_odds[stretch])
    return order


def _path_cover(count: int, tails: Ints, heads: Ints, odds: Floats) -> tuple[Ints, Floats]:
    """The stretch that follows each, or -1, and how sure that is.

    The surest link first, each stretch used once, and none in a ring. Greedy, regret and optimal assignment were
    measured within .001 of one another here.
    """
    following, sure = np.full(count, -1), np.zeros(count)
    taken = np.zeros(count, np.bool_)
    chosen = np.flatnonzero(odds >= _LINKED)
    for k in chosen[(-odds[chosen]).argsort(kind="stable")].tolist():
        tail, head = int(tails[k]), int(heads[k])
        if following[tail] >= 0 or taken[head]:
            continue
        end = head
        while following[end] >= 0:
            end = int(following[end])
        if end != tail:
            following[tail], taken[head], sure[tail] = head, True, odds[k]
    return following, sure
