"""The printed lines of a page as arrays: where they stand, how wide they are, how they begin and end.

Widths are in em, the side of a full-width character. What a digit, a quote or a space measures differs from paper to
paper; those widths are taken under which the page's full lines agree best.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

from repair.core.page import Page, view
from repair.typography.characters import COLUMNS, Class, Column, table_of, tables

__all__ = ["Lines", "local_widths", "printed_lines"]

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# Share of indented lines from which a page shows by them where its paragraphs begin.
_SHOWS_INDENTS = 0.06
# Lines wider than this, in em, are paragraphs, not printed lines.
_WIDEST = 80
# Tried widths of: a digit, a space beside Han, a curly quote, a pair of full-width marks side by side (what it saves).
_TRIED = np.array(
    [
        (1.0, digit, 0.5, space, quote, 0.5 if digit == 0.5 else 0.3, tight)
        for digit, space, quote, tight in product((0.5, 0.55, 0.6), (0.5, 0.25, 0.125), (0.5, 1.0), (0.0, -0.5))
    ]
)
_WORD = table_of(Class.HAN, Class.LOWER, Class.UPPER, Class.DIGIT, Class.OTHER)
_MARK = table_of(Class.COMMA, Class.STOP, Class.SEMICOLON)
_HALF_STOP = table_of(Class.COLON, Class.CLOSE, Class.CLOSE_QUOTE, Class.PERIOD)


@dataclass(frozen=True)
class Lines:
    """The lines of a page that are not blank, without the white space at either end; all arrays have one row a line.

    `starts`, `ends`: code points in the page's text. `indents`: white space before the line, in em. `blanks`: blank
    lines before it. `widths`: em. `latin`: the line is in Latin script. `kinds`: class of each code point of the whole
    text.
    """

    starts: Ints
    ends: Ints
    indents: Floats
    blanks: Ints
    widths: Floats
    latin: Bools
    kinds: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.starts)

    @classmethod
    def of(cls, codes: NDArray[np.uint32]) -> Lines:
        """The lines of a text given as code points."""
        kinds_table, width_table, latin_table = tables()
        safe = np.minimum(codes, len(kinds_table) - 1)
        kinds = kinds_table[safe]
        breaks = codes == 10
        # Of a long text arrays of one number a character are what memory goes to: so they are small, and go.
        ids = breaks.cumsum(dtype=np.int32) - breaks
        solid = (kinds != Class.SPACE).nonzero()[0]
        if not len(solid):
            none, nothing = np.zeros(0, np.intp), np.zeros(0)
            return cls(none, none, nothing, none, nothing, nothing > 0, kinds)
        of_line = ids[solid]
        first = np.flatnonzero(np.diff(of_line, prepend=np.int32(-1)))
        starts, ends = solid[first], solid[np.append(first[1:], len(solid)) - 1] + 1
        numbers = of_line[first].astype(np.intp)
        del ids, solid, of_line
        blanks = np.diff(numbers, prepend=-1) - 1
        heads = np.concatenate(([0], np.flatnonzero(breaks) + 1))[numbers]
        wide = np.cumsum((codes == 0x3000) | (codes == 0x2003), dtype=np.int32)
        wide_before = np.where(starts > 0, wide[starts - 1], 0) - np.where(heads > 0, wide[heads - 1], 0)
        indents = wide_before + 0.5 * (starts - heads - wide_before)
        del wide, breaks
        sizes, n = ends - starts, len(starts)
        row = np.repeat(np.arange(n, dtype=np.int32), sizes)
        within = np.repeat((starts - np.append(0, sizes[:-1].cumsum())).astype(np.int32), sizes)
        within += np.arange(len(within), dtype=np.int32)
        columns = width_table[safe[within]]
        counts = (
            np.bincount(row * np.int32(COLUMNS) + columns, minlength=n * COLUMNS).reshape(n, COLUMNS).astype(np.float64)
        )
        counts[:, Column.TIGHT] = _tight_pairs(kinds, codes, within, row, n)
        # In a letter-spaced line the spaces fill the width; without them it is as wide as it reads.
        counts[:, Column.SPACE] *= counts[:, Column.SPACE] < 0.6 * (counts[:, Column.FULL] - 1)
        letters = np.bincount(row[columns == Column.LATIN], minlength=n)
        latin = letters > counts[:, Column.FULL]
        widths = counts @ _best_widths(counts)
        if latin.mean() > 0.5:
            natural = np.bincount(row, latin_table[safe[within]], minlength=n)
            widths = np.where(latin, natural, widths)
        return cls(starts, ends, indents, blanks, widths, latin, kinds)

    @cached_property
    def local(self) -> tuple[Floats, Floats]:
        """Width of the column at each line, in em, and how many lines near by bear it out."""
        return local_widths(self.widths)

    @cached_property
    def first(self) -> Ints:
        """Class of the first character of each line."""
        return self.kinds[self.starts].astype(np.intp)

    @cached_property
    def last(self) -> Ints:
        """Class of the last character of each line."""
        return self.kinds[self.ends - 1].astype(np.intp)

    def counted(self, which: NDArray[np.bool_]) -> Ints:
        """How many characters of each line are of the classes of a table (see `table_of`)."""
        sums = np.concatenate(([0], which[self.kinds].cumsum()))
        counts: Ints = sums[self.ends] - sums[self.starts]
        return counts

    @cached_property
    def end_in_word(self) -> Bools:
        """The lines that end with a Han character, a letter, a digit or an odd sign, so inside a sentence."""
        found: Bools = _WORD[self.last]
        return found

    @cached_property
    def shows_indents(self) -> bool:
        """Whether so many lines are indented that they show where paragraphs begin."""
        return bool((self.indents >= 1).mean() > _SHOWS_INDENTS)

    @cached_property
    def marks(self) -> Ints:
        """How many commas and stops each line has."""
        return self.counted(_MARK)

    @cached_property
    def mostly_latin(self) -> bool:
        """Whether more than half of the text, by width, is in Latin script: joins change nothing about it."""
        return bool(self.widths[self.latin].sum() * 2 > self.widths.sum())

    @cached_property
    def unstopped(self) -> bool:
        """Whether the page has pauses and hardly a full stop, as papers had before 1930."""
        other = ~self.latin
        pauses, stops = (int(self.counted(table_of(kind))[other].sum()) for kind in (Class.COMMA, Class.STOP))
        return pauses > 30 and stops * 10 < pauses

    @cached_property
    def closed(self) -> Ints:
        """0 where a line ends open, 1 where with a sentence (and closing marks after the stop), 2 otherwise."""
        last = self.last
        before = np.where(self.widths > 1, self.kinds[np.maximum(self.ends - 2, 0)], Class.OTHER)
        stop = last == Class.STOP
        stop |= ((last == Class.CLOSE_QUOTE) | (last == Class.CLOSE)) & (before == Class.STOP)
        stop |= self.latin & ((last == Class.PERIOD) | ((last == Class.CLOSE_QUOTE) & (before == Class.PERIOD)))
        if self.unstopped:
            stop |= last == Class.COMMA
        return np.where(stop, 1, np.where(_HALF_STOP[last], 2, 0))

    @cached_property
    def bodies(self) -> Bools:
        """The lines that read like a body: with a comma or stop inside, or too long for a headline."""
        inside = self.marks - ((self.marks == 1) & (self.closed == 1))
        bodies: Bools = (inside > 0) | (self.widths > 45)
        return bodies

    @cached_property
    def numbered(self) -> Bools:
        """The lines whose one mark stands second or third, as after the number of a crosshead."""
        sums = np.concatenate(([0], np.cumsum(_MARK[self.kinds])))
        early = sums[np.minimum(self.starts + 3, self.ends)] - sums[self.starts + 1]
        numbered: Bools = (self.marks == 1) & (early == 1)
        return numbered

    @cached_property
    def open_bodies(self) -> Bools:
        """The bodies, longer than a short line, that end inside a sentence."""
        found: Bools = self.bodies & (self.widths > 12) & (self.closed == 0)
        return found


@view
def printed_lines(page: Page) -> Lines:
    """The lines of a page's text as arrays, with their widths."""
    return Lines.of(page.codes)


def local_widths(widths: Floats) -> tuple[Floats, Floats]:
    """Width of the column at each line, in em, and how many lines near by bear it out.

    The commonest width (in half ems) among the lines from 9 before to 9 after, those up to 4 away counting double;
    widths just below it count in part, and those just above against it, because the lines of a justified column are
    never wider.
    """
    count = len(widths)
    usable = (widths >= 5) & (widths < _WIDEST)
    half = np.where(usable, np.round(widths * 2), 0).astype(np.intp)
    size = int(half.max(initial=10)) + 3
    hits = np.zeros((count + 1, size), np.float32)
    hits[np.flatnonzero(usable) + 1, half[usable]] = 1
    sums = np.cumsum(hits, axis=0)
    at = np.arange(count)
    near = np.zeros((count, size), np.float32)
    for reach in (9, 4):
        near += sums[np.minimum(at + reach + 1, count)] - sums[np.maximum(at - reach, 0)]
    vote = near + np.float32(0.15) * np.minimum(1, sums[-1] / 20)
    vote[:, 1:] += 0.6 * near[:, :-1]
    vote[:, 2:] += 0.5 * near[:, :-2]
    vote[:, :-1] -= 0.3 * near[:, 1:]
    vote[:, :10] = -9
    best = vote.argmax(axis=1)
    # A line wider than the column round it stands in a wider one, if others of its width bear that out.
    wide = np.flatnonzero(usable & (half > best + 2))
    if len(wide):
        wider = vote[wide] + 0.5 * (sums[-1] >= 5)
        wider[np.arange(size) < half[wide, None] - 1] = -np.inf
        found = wider.argmax(axis=1)
        best[wide] = np.where(wider.max(axis=1) >= 3, found, best[wide])
    return best / 2, near[at, best] + near[at, np.minimum(best + 1, size - 1)]


def _tight_pairs(
    kinds: NDArray[np.uint8], codes: NDArray[np.uint32], within: NDArray[np.int32], row: NDArray[np.int32], n: int
) -> NDArray[np.intp]:
    """How often two full-width marks stand side by side in each line: such pairs are set half an em tighter."""
    mark = (codes[within] >= 0x3000) & (kinds[within] >= Class.STOP) & (kinds[within] <= Class.CLOSE_QUOTE)
    pair = mark[1:] & mark[:-1] & (row[1:] == row[:-1])
    return np.bincount(row[1:][pair], minlength=n)


def _best_widths(counts: Floats) -> Floats:
    """The tried widths under which most lines are as wide as a line near by."""
    widths = counts @ _TRIED.T
    body = (widths[:, 0] > 8) & (widths[:, 0] < 64)
    score = np.zeros(len(_TRIED))
    for step in (1, 2, 3):
        both = body[step:] & body[:-step]
        near = np.abs(widths[step:] - widths[:-step]) < 0.13
        score += (near & both[:, None]).sum(axis=0)
    best: Floats = _TRIED[int(np.argmax(score))]
    return best
