"""Physical lines cut at column gaps: a *cell* is what one column has of a line.

Where a reader puts the lines of several columns on one line, they are parted by a run of spaces, by one space, or by
nothing. A row of such cells is cut by dynamic programming: a cell that is as wide as the column scores best, then one
that is short by an indent or ends a sentence; a boundary costs by what stands at it and by how well the language goes
on over it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from repair.core.page import Page
from repair.seam import default_model
from repair.typography.characters import Class, table_of
from repair.typography.lines import Lines, local_widths, printed_lines

__all__ = ["LEAST_COLUMN", "Cells"]

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# Of the width of a cell against that of its column, in em.
_FULL, _INDENT = 0.8, 2.8
_FULL_SCORE, _INDENT_SCORE, _STOP_SCORE, _SHORT_SCORE, _GLUED_SHORT_SCORE = 2.0, 1.2, 0.8, -0.6, -3.0
_OVER_SCORE, _OVER_SLOPE, _OVER_MOST = -3.0, -0.35, 30
# Of a boundary: a run of spaces, one space, a space at a number or Latin word or of full width, nothing.
_CUT_RUN, _CUT_SPACE, _CUT_NOTHING = 1.0, 0.0, -2.2
_KEEP_RUN, _KEEP_SPACE, _KEEP_SOFT = -4.0, -1.2, 1.6
_NAT_SCORE, _MOST_NATS = 0.35, 6
# A row that is wider than its column by so much, in em, holds more than one cell; without a space, by so much.
_OVER, _OVER_GLUED = 1.5, 2.5
LEAST_COLUMN, _MOST_COLUMN = 8, 30
_WIDE_SPACE = 0x3000
# Lines of so many columns together, in groups of so many with at most so many others between; how far a seam may lie
# from the bound of a column, in em; by how many nats seams at bounds must be weaker than others.
_SEVERAL, _LEAST_WIDE, _APART, _NEAR, _TORN = 1.6, 3, 3, 0.75, 2.0

_LIGHT = table_of(Class.DIGIT, Class.LOWER, Class.UPPER, Class.PERCENT, Class.PERIOD)
_STRAIGHT_QUOTES = np.array([ord('"'), ord("'")], np.uint32)
_ENDS = table_of(Class.STOP, Class.CLOSE_QUOTE, Class.CLOSE, Class.COLON)
_NEVER_FIRST = table_of(Class.STOP, Class.COMMA, Class.SEMICOLON, Class.COLON, Class.CLOSE, Class.CLOSE_QUOTE)
_NEVER_LAST = table_of(Class.OPEN, Class.OPEN_QUOTE)


@dataclass(frozen=True)
class Cells:
    """The cells of a page in the order of the text; all arrays have one row a cell.

    `lines`: the cells as lines, in code points and em (`blanks`: blank lines before the row of a cell that begins it).
    `rows`: number of the physical line. `places`: code points from its begin. `spaced`: a run of two spaces or more
    stands before the cell, within its row.
    """

    lines: Lines
    rows: Ints
    places: Ints
    spaced: Bools

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def alone(self) -> Bools:
        """The cells that have a physical line for themselves."""
        other = np.diff(self.rows, prepend=-1, append=-1) != 0
        found: Bools = other[1:] & other[:-1]
        return found

    @property
    def blank_share(self) -> float:
        """Share of the cells alone in their row that stand after a blank line."""
        return float((self.lines.blanks[self.alone] > 0).mean()) if self.alone.any() else 0.0

    @classmethod
    def of(cls, page: Page) -> Cells:
        """The cells of a page that has at least one line."""
        codes, kinds = page.codes, printed_lines(page).kinds
        advance = np.concatenate(([0.0], np.where(codes == 10, 0.0, np.where(_half(codes), 0.5, 1.0)).cumsum()))
        parts = _Parts.of(codes, kinds, advance)
        first = _cells(parts)
        starts, ends = parts.starts[first], parts.ends[np.append(np.flatnonzero(first)[1:], len(first)) - 1]
        rows = parts.rows[first]
        begins = np.diff(rows, prepend=-1) != 0
        none = np.zeros(len(rows))
        lines = Lines(
            starts,
            ends,
            none,
            np.where(begins, parts.blanks[first], 0),
            advance[ends] - advance[starts],
            none > 0,
            kinds,
        )
        return cls(lines, rows, parts.places[first], (parts.spaces[first] > 1) & ~begins)


@dataclass(frozen=True)
class _Parts:
    """What can't be cut further: stretches without spaces, and the pieces of those wider than a column."""

    starts: Ints
    ends: Ints
    rows: Ints
    blanks: Ints
    places: Ints
    spaces: Ints  # before the part, within its row; 0 where it begins one, or where nothing stands between
    columns: Floats
    lefts: Floats
    rights: Floats
    soft: Bools
    glued: Bools
    stops: Bools
    pmi: NDArray[np.float32]

    @classmethod
    def of(cls, codes: NDArray[np.uint32], kinds: NDArray[np.uint8], advance: Floats) -> _Parts:
        solid = np.concatenate(([False], kinds != Class.SPACE, [False]))
        starts, ends = np.flatnonzero(solid[1:] & ~solid[:-1]), np.flatnonzero(~solid[1:] & solid[:-1])
        breaks = np.cumsum(codes == 10)
        numbers = breaks[starts]
        begins = np.diff(numbers, prepend=-1) != 0
        rows = np.cumsum(begins) - 1
        heads = np.concatenate(([0], np.flatnonzero(codes == 10) + 1))
        spaces = np.where(begins, 0, starts - np.append(0, ends[:-1]))
        before = np.append(0, ends[:-1]) - 1
        # Beside Latin letters, figures and straight quotes one space parts words, not columns.
        of_words = _LIGHT[kinds] | np.isin(codes, _STRAIGHT_QUOTES)
        soft = (spaces == 1) & (of_words[starts] | of_words[before] | (codes[starts - 1] == _WIDE_SPACE))
        columns = _columns(advance[starts], advance[ends], soft)
        columns = _narrowed(columns, codes, starts, ends, advance)
        blanks = np.diff(numbers[begins], prepend=-1)[rows] - 1
        of_part, cut = _cut_inside(starts, ends, rows, columns, kinds, advance)
        begin = cut == starts[of_part]
        glued = ~begin
        lasts = np.where(np.append(glued[1:], False), np.append(cut[1:], 0), ends[of_part])
        at = np.flatnonzero(np.diff(rows[of_part], prepend=-1) == 0)
        pmi = np.zeros(len(cut), np.float32)
        pmi[at] = default_model().score_gaps(codes, lasts[at - 1], cut[at]).pmi
        return cls(
            cut,
            lasts,
            rows[of_part],
            blanks[of_part],
            cut - heads[numbers[of_part]],
            np.where(begin, spaces[of_part], 0),
            columns[of_part],
            advance[cut],
            advance[lasts],
            soft[of_part] & begin,
            glued,
            _ENDS[kinds[lasts - 1]],
            pmi,
        )


def _half(codes: NDArray[np.uint32]) -> Bools:
    """The characters half an em wide; a curly quote is set in a full em in Chinese."""
    half: Bools = codes < 0x250
    return half


def _columns(lefts: Floats, rights: Floats, soft: Bools) -> Floats:
    """Width of the column at each part: that of the stretches between spaces that do not belong to a number."""
    first = np.flatnonzero(~soft)
    last = np.append(first[1:], len(soft)) - 1
    widths, _ = local_widths(rights[last] - lefts[first])
    found: Floats = widths[np.cumsum(~soft) - 1]
    return found


def _narrowed(columns: Floats, codes: NDArray[np.uint32], starts: Ints, ends: Ints, advance: Floats) -> Floats:
    """The columns, with that of the page where wide ones turn out to be several of it side by side.

    Where lines are glued together row after row, what they measure together looks like a column. If it is, the language
    goes on over the bounds of narrow columns as well as half-way between them.
    """
    widths = advance[ends] - advance[starts]
    usual = np.round(widths[(widths >= LEAST_COLUMN) & (widths <= _MOST_COLUMN)] * 2).astype(np.intp)
    if not len(usual):
        return columns
    narrow = float(np.bincount(usual).argmax()) / 2
    wide = np.flatnonzero((columns > _SEVERAL * narrow) & (widths > _SEVERAL * narrow))
    groups = np.split(wide, np.flatnonzero(np.diff(wide) > _APART) + 1)
    found = columns.copy()
    for group in groups:
        if len(group) >= _LEAST_WIDE:
            at_bounds, between = (
                _least_pmi(codes, starts[group], ends[group], advance, narrow, part) for part in (1.0, 0.5)
            )
            if at_bounds < min(0, between - _TORN):
                found[group[0] : group[-1] + 1] = narrow
    return found


def _least_pmi(
    codes: NDArray[np.uint32], starts: Ints, ends: Ints, advance: Floats, column: float, part: float
) -> float:
    """Mean PMI at the weakest seams near these places of some lines: `part` of a column, and whole columns on."""
    near = list[Ints]()
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        places = np.arange(advance[start] + part * column, advance[end] - 1, column)
        low, high = (advance.searchsorted(places + reach) for reach in (-_NEAR, _NEAR))
        bounds = zip(np.maximum(low, start + 1).tolist(), np.minimum(high, end - 1).tolist(), strict=True)
        near += [np.arange(a, b + 1) for a, b in bounds if a <= b]
    if not near:
        return 0.0
    seams = np.concatenate(near)
    pmi = default_model().score_gaps(codes, seams, seams).pmi
    return float(np.minimum.reduceat(pmi, np.cumsum([0, *map(len, near[:-1])])).mean())


def _cut_inside(
    starts: Ints, ends: Ints, rows: Ints, columns: Floats, kinds: NDArray[np.uint8], advance: Floats
) -> tuple[Ints, Ints]:
    """The parts, each with the places inside it where it could be cut if it is wider than a column."""
    row_begins = np.flatnonzero(np.diff(rows, prepend=-1))
    row_ends = np.append(row_begins[1:], len(rows)) - 1
    wide = advance[ends] - advance[starts] > columns + _OVER_GLUED
    wide &= (advance[ends[row_ends]] - advance[starts[row_begins]])[rows] > columns + _OVER_GLUED
    wide &= columns >= LEAST_COLUMN
    inside = np.zeros(len(kinds) + 1, np.int8)
    inside[starts[wide] + 2] += 1
    inside[np.maximum(ends[wide] - 1, starts[wide] + 2)] -= 1
    places = np.flatnonzero(np.cumsum(inside[:-1]))
    here, before = kinds[places], kinds[places - 1]
    places = places[~_NEVER_FIRST[here] & ~_NEVER_LAST[before] & ~(_LIGHT[here] & _LIGHT[before])]
    every = np.sort(np.concatenate((starts, places)))
    return starts.searchsorted(every, side="right") - 1, every


def _cells(parts: _Parts) -> Bools:
    """Which parts begin a cell."""
    begins = np.diff(parts.rows, prepend=-1) != 0
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(begins)) - 1
    column = parts.columns[(first + last) // 2]
    over: Bools = parts.rights[last] - parts.lefts[first] > column + _OVER
    over |= np.maximum.reduceat(parts.spaces, first) > 1
    found: Bools = begins.copy()
    for rows in _batches(last - first + 1, over):
        _cut_rows(parts, first[rows], last[rows] - first[rows] + 1, column[rows], found)
    return found


def _batches(sizes: Ints, chosen: Bools) -> list[Ints]:
    """The chosen rows of more than one part, in batches of like size."""
    chosen = chosen & (sizes > 1)
    bounds = (2, 13, 41, 10**9)
    batches = (np.flatnonzero(chosen & (sizes >= low) & (sizes < high)) for low, high in pairwise(bounds))
    return [rows for rows in batches if len(rows)]


def _cut_rows(parts: _Parts, first: Ints, sizes: Ints, column: Floats, found: Bools) -> None:
    """The best way to cut each of some rows, all at once; marks where the cells begin."""
    most = int(sizes.max())
    at = first[:, None] + np.minimum(np.arange(most), sizes[:, None] - 1)
    lefts, rights, stops, glued = parts.lefts[at], parts.rights[at], parts.stops[at], parts.glued[at]
    spaces = parts.spaces[at]
    nats = _NAT_SCORE * np.clip(parts.pmi[at], -_MOST_NATS, _MOST_NATS)
    cut = np.where(glued, _CUT_NOTHING, np.where(spaces > 1, _CUT_RUN, _CUT_SPACE)) - nats
    kept = np.where(spaces > 1, _KEEP_RUN, np.where(parts.soft[at], _KEEP_SOFT, _KEEP_SPACE))
    kept = np.where(glued, 0.0, kept)
    cut[:, 0] = kept[:, 0] = 0
    kept = np.cumsum(kept, axis=1)
    before_glued = np.concatenate((glued[:, 1:], np.zeros((len(at), 1), np.bool_)), axis=1)
    best, back = np.zeros((len(at), most + 1)), np.zeros((len(at), most + 1), np.intp)
    for size in range(1, most + 1):
        end = slice(size - 1, size)
        over = rights[:, end] - lefts[:, :size] - column[:, None]
        short = np.where(stops[:, end], _STOP_SCORE, np.where(before_glued[:, end], _GLUED_SHORT_SCORE, _SHORT_SCORE))
        score = np.where(over >= -_INDENT, _INDENT_SCORE, short)
        score = np.where(over > 0, _OVER_SCORE + _OVER_SLOPE * np.minimum(over, _OVER_MOST), score)
        score = np.where(np.abs(over) <= _FULL, _FULL_SCORE, score)
        total = best[:, :size] + cut[:, :size] + kept[:, end] - kept[:, :size] + score
        back[:, size] = total.argmax(axis=1)
        best[:, size] = total.max(axis=1)
    for row, (begin, size) in enumerate(zip(first.tolist(), sizes.tolist(), strict=True)):
        while size > 0:
            size = int(back[row, size])
            found[begin + size] = True
