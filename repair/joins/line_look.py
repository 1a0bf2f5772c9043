"""What is seen of a page where its lines follow one another: arrays that the evidence at seams is read from.

A page of three lines, `桥头的风`, `很大，`, `他回家。`, has two seams. Arrays over *lines* have three rows: at a seam
`[:-1]` is the line before and `[1:]` the line after it. Arrays over *seams* have two rows. Widths are in em.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.core.page import Page, view
from repair.joins.line_patterns import (
    BRACKETS,
    DOUBLE_QUOTES,
    SINGLE_QUOTES,
    line_kinds_of,
    paired_marks,
    paired_marks_of,
)
from repair.seam import default_model
from repair.typography.characters import Class, table_of
from repair.typography.lines import Lines, printed_lines

__all__ = ["PairAtSeam", "SeamLook", "first_pieces", "look_at_seams", "open_pairs"]

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NOT_OPENING = ~table_of(Class.OPEN, Class.OPEN_QUOTE)
NOT_CLOSING = ~table_of(Class.CLOSE, Class.CLOSE_QUOTE, Class.STOP, Class.COLON, Class.COMMA, Class.SEMICOLON)
_RUN = table_of(Class.LOWER, Class.UPPER, Class.DIGIT, Class.PERIOD, Class.PERCENT)
_HYPHEN = 0x2D
_LATIN_BLOCKS = 0x250  # code points below measure half an em, roughly, where a piece may not be broken
_INDENT = 2  # em, of a paragraph in Han
_LAST_SLACK = 9  # em: after the last line of a page there is room for anything
# A pair of marks counts at a seam where it was opened at most so many lines before.
_LINES_BACK = 3
# Widths of Latin columns are exact where so many full lines show them: what one in ten exceeds.
_FULL_LINES, _FULL_WITHIN, _EXCEEDED = 8, 1.5, 0.9
# The indent that a page lost shows in the lines after short closed ones, of which there must be some, as against the
# lines after full open ones.
_SHORT, _FULL, _LEAST_OPENINGS, _LEAST_INNER, _SANE_SLACK, _MOST_INDENT = 0.75, 0.8, 4, 8, 4, 3


class PairAtSeam(NamedTuple):
    """Of a pair of marks, over seams: whether it is open at the line's end (0, 1), and which of its marks comes next on
    this line or the one after it (0 none, 1 the closing, 2 the opening one).
    """

    opened: Bools
    following: Ints


@dataclass(frozen=True)
class SeamLook:
    """What is seen of a page. Over lines: `columns`, the width of the column there; `support`, how many lines near by
    bear it out; `start_kinds`, `end_kinds`, `bylines` (see `line_patterns`). Over seams: `llr`, `pmi`, in nats.
    """

    codes: NDArray[np.uint32]
    lines: Lines
    columns: Floats
    support: Floats
    llr: NDArray[np.float32]
    pmi: NDArray[np.float32]
    start_kinds: Ints
    end_kinds: Ints
    bylines: Ints
    paired_marks: tuple[Ints, NDArray[np.uint8]]

    # ---- over seams --------------------------------------------------------------------------------------------------

    @property
    def stops(self) -> Ints:
        """How the line before each seam ends, as a place in `parts.END`."""
        return self.lines.closed[:-1]

    @property
    def end(self) -> Ints:
        """Class of the last character before each seam."""
        return self.lines.last[:-1]

    @property
    def start(self) -> Ints:
        """Class of the first character after each seam."""
        return self.lines.first[1:]

    @cached_property
    def double_quotes(self) -> PairAtSeam:
        """The double quotes at each seam."""
        return self._pair(DOUBLE_QUOTES)

    @cached_property
    def single_quotes(self) -> PairAtSeam:
        """The single quotes at each seam."""
        return self._pair(SINGLE_QUOTES)

    @cached_property
    def brackets(self) -> PairAtSeam:
        """The brackets at each seam."""
        return self._pair(BRACKETS)

    def _pair(self, opening: int) -> PairAtSeam:
        (at, kinds), size = self.paired_marks, len(self.codes)
        opens, closes = at[kinds == opening], at[kinds == opening + 1]
        starts, ends, count = self.lines.starts, self.lines.ends, len(self.lines)
        back = starts[np.maximum(np.arange(count - 1) - _LINES_BACK, 0)]
        last_open, last_close = _last(opens, ends[:-1] - 1), _last(closes, ends[:-1] - 1)
        opened = (last_open > last_close) & (last_open >= back)
        ahead = ends[np.minimum(np.arange(2, count + 1), count - 1)]
        next_open, next_close = _next(opens, starts[1:], size), _next(closes, starts[1:], size)
        closes_next = (next_close < next_open) & (next_close < ahead)
        return PairAtSeam(opened, np.where(closes_next, 1, np.where(next_open < ahead, 2, 0)))

    # ---- over lines --------------------------------------------------------------------------------------------------

    @cached_property
    def slack(self) -> Floats:
        """What each line leaves free, less the first piece of the next line that may not be broken."""
        pieces = np.append(first_pieces(self.codes, self.lines)[1:], 1.0)
        slack: Floats = self.columns - self.lines.widths - pieces
        if self.lines.shows_indents:
            slack = slack - np.where(self.indented, _INDENT, 0)
        slack[-1] = _LAST_SLACK
        return slack

    @cached_property
    def short_by(self) -> Floats:
        """By how much each line is narrower than its column."""
        return self.columns - self.lines.widths

    @cached_property
    def fill(self) -> Floats:
        """The width of each line as a share of its column's."""
        fill: Floats = self.lines.widths / self.columns
        return fill

    @cached_property
    def indented(self) -> Bools:
        """The lines before which there is white space of an em."""
        indented: Bools = self.lines.indents >= 1
        return indented

    @cached_property
    def titles(self) -> Bools:
        """The lines in Latin script whose words of four letters and more all begin with a capital."""
        lines, count = self.lines, len(self.lines)
        if not lines.latin.any():
            return np.zeros(count, np.bool_)
        classes = lines.kinds
        letter = (classes == Class.LOWER) | (classes == Class.UPPER)
        padded = np.concatenate(([False], letter, [False] * 3))
        begins_long = ~padded[:-4] & padded[1:-3] & padded[2:-2] & padded[3:-1] & padded[4:]
        line = np.cumsum(np.bincount(lines.starts, minlength=len(letter))) - 1
        small = np.bincount(line[begins_long & (classes == Class.LOWER)], minlength=count)
        capital = np.bincount(line[begins_long & (classes == Class.UPPER)], minlength=count)
        titles: Bools = (small == 0) & (capital > 0) & lines.latin
        return titles

    # ---- of the page -------------------------------------------------------------------------------------------------

    @cached_property
    def indent(self) -> float | None:
        """The indent that paragraphs of this page lost, in em, or None where it can't be told.

        Lines after a short line that ends a sentence open a paragraph; lines after an open end do not. By how much the
        first leave more free than the second is the indent.
        """
        widths, columns = self.lines.widths[:-1], self.columns[:-1]
        opens = self.slack[1:][(self.stops == 1) & (widths < _SHORT * columns)]
        inner = self.slack[1:][(self.stops == 0) & (widths > _FULL * columns)]
        opens, inner = opens[np.abs(opens) < _SANE_SLACK], inner[np.abs(inner) < _SANE_SLACK]
        if len(opens) < _LEAST_OPENINGS or len(inner) < _LEAST_INNER:
            return None
        by_mean = self.lines.latin.all()
        found = opens.mean() - inner.mean() if by_mean else np.median(opens) - np.median(inner)
        return float(np.clip(found, 0, _MOST_INDENT))

    @cached_property
    def lost_indent(self) -> float:
        """The indent to reckon with where a line opens a paragraph: the usual one where the page does not show it."""
        usual = 0.0 if self.lines.shows_indents else float(_INDENT)
        return usual if self.indent is None else self.indent

    @cached_property
    def usual_blanks(self) -> int:
        """How many blank lines stand between most lines of the page."""
        return int(np.bincount(np.minimum(self.lines.blanks[1:], 5)).argmax())


@view
def look_at_seams(page: Page) -> SeamLook:
    """What is seen of a page with at least two lines."""
    codes, lines = page.codes, printed_lines(page)
    columns, support = lines.local
    if lines.latin.any():
        columns = _exact_columns(lines, columns)
    scores = default_model().score_gaps(codes, lines.ends[:-1], lines.starts[1:])
    start_kinds, end_kinds, bylines = line_kinds_of(page)
    return SeamLook(
        codes,
        lines,
        columns,
        support,
        scores.llr,
        scores.pmi,
        start_kinds,
        end_kinds,
        bylines,
        paired_marks_of(page),
    )


def _exact_columns(lines: Lines, columns: Floats) -> Floats:
    """Widths of the columns, those in Latin script exact: what one in ten of their lines exceeds."""
    exact = columns.copy()
    for column in np.unique(np.round(columns[lines.latin])):
        of_it = lines.latin & (np.abs(columns - column) <= 0.5)
        widths = lines.widths[of_it]
        full = widths[np.abs(widths - columns[of_it]) <= _FULL_WITHIN]
        if len(full) >= _FULL_LINES:
            exact[of_it] = np.quantile(full, _EXCEEDED)
    return exact


def first_pieces(codes: NDArray[np.uint32], lines: Lines) -> Floats:
    """Width of the first unbreakable piece of each line, in em: opening marks, a character or run, closing marks."""
    classes, size = lines.kinds, len(codes)
    body = _next(NOT_OPENING.take(classes).nonzero()[0], lines.starts, size)
    after = np.maximum(_next((~_RUN.take(classes) & (codes != _HYPHEN)).nonzero()[0], body, size), body + 1)
    end = _next(NOT_CLOSING.take(classes).nonzero()[0], after, size)
    advance = np.concatenate(([0.0], np.where(codes < _LATIN_BLOCKS, 0.5, 1.0).cumsum()))
    widths: Floats = advance[end] - advance[lines.starts]
    return widths


def open_pairs(codes: NDArray[np.uint32], lines: Lines, opening: int) -> tuple[Bools, Bools]:
    """The lines that leave a pair of marks open, and those that close one before they open one.

    `opening`: kind of the marks that open such a pair (see `line_patterns.paired_marks`).
    """
    (at, kinds), size = paired_marks(codes), len(codes)
    opens, closes = at[kinds == opening], at[kinds == opening + 1]
    last_open, last_close = _last(opens, lines.ends - 1), _last(closes, lines.ends - 1)
    next_open, next_close = _next(opens, lines.starts, size), _next(closes, lines.starts, size)
    opened: Bools = (last_open >= lines.starts) & (last_open > last_close)
    closing: Bools = (next_close < lines.ends) & (next_close < next_open)
    return opened, closing


def _last(places: Ints, at: Ints) -> Ints:
    """The last of some places up to each `at`, or -1."""
    found: Ints = np.concatenate(([-1], places))[places.searchsorted(at, side="right")]
    return found


def _next(places: Ints, at: Ints, none: int) -> Ints:
    """The first of some places from each `at` on, or `none`."""
    found: Ints = np.concatenate((places, [none]))[places.searchsorted(at)]
    return found
