"""Pieces of a page whose columns bleed, and how likely each follows each of those before it.

A *piece* is a cell, or a run of lines that the engine itself kept together. Every piece looks for the one that goes on
from it among the next few; what the language says counts against all its rivals.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from repair.core.page import Page
from repair.joins.line_look import open_pairs
from repair.joins.line_patterns import START_KINDS, line_kinds
from repair.passes.layout.column_bleed.cells import Cells
from repair.seam import default_model
from repair.typography.characters import Class
from repair.typography.lines import Lines

__all__ = ["SHAPES", "Pieces"]

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SHAPES = ("inner", "indented", "stopped", "title", "wide title", "wide", "opening", "scrap")
"""What the first line of a piece can look like."""

_REACH = 24
# How far from a row of several cells the blank lines of an engine are not to be trusted, in rows.
_NEAR = 3
# An engine that parts columns by blank lines: between which shares of lines after blank ones, and how often the
# language must go on within its runs.
_BLANK_SHARE, _GOES_ON, _LEAST_SEAMS, _LEAST_EM = (0.05, 0.95), 0.8, 5, 5
_LEAST_NATS = -1
# Share of rows with a run of spaces inside from which the engine shows where on the page a cell stands.
_SHOWS_PLACES = 0.1
_TITLE_OVER, _INDENT, _SHORT, _SCRAP = 1.2, (-2.9, -1.2), -0.8, 3
_OPENING_KINDS = np.array([START_KINDS.index(kind) for kind in ("dateline", "byline", "jump")])


@dataclass(frozen=True)
class Pieces:
    """The pieces of a page, in the order of the text.

    `heads`, `tails`: first and last cell of each piece.
    """

    page: Page
    cells: Cells
    heads: Ints
    tails: Ints

    def __len__(self) -> int:
        return len(self.heads)

    @classmethod
    def of(cls, page: Page) -> Pieces:
        """The pieces of a page that has at least one line."""
        cells = Cells.of(page)
        heads = np.flatnonzero(_begins(page, cells))
        return cls(page, cells, heads, np.append(heads[1:], len(cells)) - 1)

    @property
    def lines(self) -> Lines:
        """The cells as lines."""
        return self.cells.lines

    @cached_property
    def starts(self) -> Ints:
        """Where each piece begins, in code points."""
        return self.lines.starts[self.heads]

    @cached_property
    def ends(self) -> Ints:
        """Where each piece ends, in code points."""
        return self.lines.ends[self.tails]

    @cached_property
    def same_row(self) -> Bools:
        """The pieces that stand on one physical line with the piece before."""
        return np.append(False, self.cells.rows[self.heads[1:]] == self.cells.rows[self.tails[:-1]])

    @cached_property
    def shows_places(self) -> bool:
        """Whether the engine keeps, by spaces, the place of each cell on the page."""
        return bool(self.cells.spaced.sum() > _SHOWS_PLACES * (self.cells.rows[-1] + 1))

    @cached_property
    def places(self) -> Ints:
        """Where in its line each piece begins, in code points."""
        return self.cells.places[self.heads]

    @cached_property
    def kinds(self) -> tuple[Ints, Ints, Ints]:
        """What each cell begins with, ends with, and whether it is a byline (see `patterns.line_kinds`)."""
        return line_kinds(self.page.text.value, self.lines)

    @cached_property
    def shapes(self) -> Ints:
        """What the first line of each piece looks like, as a place in `SHAPES`."""
        lines, at = self.lines, self.heads
        over = (lines.widths - lines.local[0])[at]
        unmarked, stopped = (lines.marks == 0)[at], (lines.closed == 1)[at]
        starts, _, bylines = self.kinds
        shape = np.full(len(at), SHAPES.index("inner"))
        shape[(over < _INDENT[1]) & (over >= _INDENT[0]) & ~stopped] = SHAPES.index("indented")
        shape[(over < _SHORT) & stopped] = SHAPES.index("stopped")
        shape[(over < _INDENT[0]) & ~stopped & unmarked] = SHAPES.index("title")
        shape[(over > _TITLE_OVER) & unmarked] = SHAPES.index("wide title")
        shape[(over > _TITLE_OVER) & ~unmarked] = SHAPES.index("wide")
        shape[np.isin(starts[at], _OPENING_KINDS) | (bylines[at] > 0)] = SHAPES.index("opening")
        shape[lines.widths[at] < _SCRAP] = SHAPES.index("scrap")
        return shape

    @cached_property
    def quotes(self) -> list[tuple[Bools, Bools]]:
        """For double quotes and brackets: the cells that leave one open, and those that close one first of all."""
        return [open_pairs(self.page.codes, self.lines, mark) for mark in (1, 5)]

    @cached_property
    def candidates(self) -> tuple[Ints, Ints]:
        """The pairs that are asked about: each piece with those of the next few that stand on other lines."""
        count = len(self)
        tails = np.repeat(np.arange(count), _REACH)
        heads = tails + np.tile(np.arange(1, _REACH + 1), count)
        tails, heads = tails[heads < count], heads[heads < count]
        other = self.cells.rows[self.tails[tails]] != self.cells.rows[self.heads[heads]]
        return tails[other], heads[other]

    @cached_property
    def _grams(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Characters, and all pairs and triples of Han that stand inside a cell, as numbers in order."""
        codes = self.page.codes.astype(np.int64) & 0xFFFF
        inside = np.zeros(len(codes) + 1, np.int8)
        inside[self.lines.starts] += 1
        inside[self.lines.ends] -= 1
        han = (np.cumsum(inside[:-1]) > 0) & (self.lines.kinds == Class.HAN)
        cell = np.cumsum(np.bincount(self.lines.starts, minlength=len(codes)))
        pair = han[1:] & han[:-1] & (cell[1:] == cell[:-1])
        triple = pair[1:] & pair[:-1]
        two, three = codes[:-1] << 16 | codes[1:], codes[:-2] << 32 | codes[1:-1] << 16 | codes[2:]
        return codes, np.sort(two[pair]), np.sort(three[triple])

    def elsewhere(self, ends: Ints, starts: Ints) -> tuple[Ints, Ints]:
        """How often the page has, inside its cells, the two and the three characters that meet at each seam."""
        codes, two, three = self._grams
        a, b, c, d = (
            codes[np.maximum(ends - 2, 0)],
            codes[ends - 1],
            codes[starts],
            codes[np.minimum(starts + 1, len(codes) - 1)],
        )
        return _count(two, b << 16 | c), _count(three, a << 32 | b << 16 | c) + _count(three, b << 32 | c << 16 | d)


def _count(table: NDArray[np.int64], asked: NDArray[np.int64]) -> Ints:
    """How often each number stands in a sorted table."""
    return table.searchsorted(asked, side="right") - table.searchsorted(asked, side="left")


def _begins(page: Page, cells: Cells) -> Bools:
    """Which cells begin a piece.

    Some engines part columns by blank lines, and keep lines of one column together; whether this one does is told by
    how well the language goes on within its runs.
    """
    every, lines, alone = np.ones(len(cells), np.bool_), cells.lines, cells.alone
    together = np.append(False, alone[1:] & alone[:-1] & (lines.blanks[1:] == 0))
    shared = np.unique(cells.rows[~alone])
    if len(shared):
        at = shared.searchsorted(cells.rows)
        after = np.abs(cells.rows - shared[np.minimum(at, len(shared) - 1)])
        near = np.minimum(after, np.abs(cells.rows - shared[np.maximum(at - 1, 0)])) <= _NEAR
        together[1:] &= ~near[1:] & ~near[:-1]
    j = np.flatnonzero(together)
    if not len(j) or not _BLANK_SHARE[0] < cells.blank_share < _BLANK_SHARE[1]:
        return every
    llr = default_model().score_gaps(page.codes, lines.ends[j - 1], lines.starts[j]).llr
    inside = (lines.closed[j - 1] == 0) & (lines.widths[j - 1] > _LEAST_EM) & (lines.marks[j] + lines.marks[j - 1] > 0)
    if int(inside.sum()) < _LEAST_SEAMS or (llr[inside] > 0).mean() < _GOES_ON:
        return every
    if len(shared):
        j = j[(llr >= _LEAST_NATS) | (lines.closed[j - 1] > 0)]
    every[j] = False
    return every
