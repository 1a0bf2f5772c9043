"""What speaks for and against joining two neighbouring lines: evidence in buckets, one weight a bucket.

A gap lies between two lines that follow one another (blank lines between them do not count). Every feature puts a gap
into one of its buckets; a linear model adds up the weights of the buckets (`weights`). All features of a page are
computed at once, as arrays over its gaps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from repair.core.page import Page, view
from repair.joins import features as f
from repair.joins import line_patterns as patterns
from repair.joins.line_patterns import jump_lines_of, line_kinds_of, paired_marks_of
from repair.seam import default_model
from repair.typography.characters import CLASSES, Class, table_of
from repair.typography.lines import Lines, printed_lines

__all__ = ["Seams", "first_pieces", "open_pairs", "seams_of"]

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_NEVER_FIRST, _ITEM_SIGNS = "、，。；：,;", "■◆▲△▼▽★☆◎◉◘◀▶◇●"
_NOT_OPENING = ~table_of(Class.OPEN, Class.OPEN_QUOTE)
_NOT_CLOSING = ~table_of(Class.CLOSE, Class.CLOSE_QUOTE, Class.STOP, Class.COLON, Class.COMMA, Class.SEMICOLON)
_RUN = table_of(Class.LOWER, Class.UPPER, Class.DIGIT, Class.PERIOD, Class.PERCENT)
_WORD = table_of(Class.HAN, Class.LOWER, Class.UPPER, Class.OTHER)
_HYPHEN = 0x2D
_QUOTE = [feature.name for feature in f.FEATURES].index("double quote")
_UNOPENED = f.OFFSETS[_QUOTE] + f.FEATURES[_QUOTE].labels.index("closed & next closes")


@dataclass(frozen=True)
class Seams:
    """The gaps of a page; all arrays have one row a gap (one fewer than lines).

    `index`: bucket of each feature, as places in one vector of weights; `opens`, `goes_on`: the same for the features
    that depend on the state of the line before. `columns`: width of the column at each LINE, in em. `llr`: nats.
    `latin`: both lines are in Latin script. `certain`: the next line begins with a mark that no paragraph begins with,
    or says that a serial goes on elsewhere. `walls`: one of the lines is only a jump mark, the first is only names or
    the title of a chapter, the second begins with the sign of an item, or both are only numbers and marks. `unopened`:
    the next lines close a double quotation that is not open.
    """

    index: Ints
    opens: Ints
    goes_on: Ints
    columns: Floats
    llr: NDArray[np.float32]
    latin: Bools
    certain: Bools
    walls: Bools
    unopened: Bools


@view
def seams_of(page: Page) -> Seams:
    """The seams between the lines of a page, of which there must be two."""
    return _Builder(page).seams()


@cache
def _table(members: str) -> Bools:
    """Whether a code point is among some characters."""
    table = np.zeros(0x10000, np.bool_)
    table[[ord(c) for c in members]] = True
    return table


def _last(places: Ints, at: Ints) -> Ints:
    """The last of some places up to each `at`, or -1."""
    found: Ints = np.concatenate(([-1], places))[places.searchsorted(at, side="right")]
    return found


def _next(places: Ints, at: Ints, none: int) -> Ints:
    """The first of some places from each `at` on, or `none`."""
    found: Ints = np.concatenate((places, [none]))[places.searchsorted(at)]
    return found


def first_pieces(codes: NDArray[np.uint32], lines: Lines) -> Floats:
    """Width of the first unbreakable piece of each line, in em: opening marks, a character or run, closing marks."""
    kinds, size = lines.kinds, len(codes)
    body = _next(_NOT_OPENING.take(kinds).nonzero()[0], lines.starts, size)
    after = np.maximum(_next((~_RUN.take(kinds) & (codes != _HYPHEN)).nonzero()[0], body, size), body + 1)
    end = _next(_NOT_CLOSING.take(kinds).nonzero()[0], after, size)
    advance = np.concatenate(([0.0], np.where(codes < 0x250, 0.5, 1.0).cumsum()))
    widths: Floats = advance[end] - advance[lines.starts]
    return widths


def open_pairs(codes: NDArray[np.uint32], lines: Lines, opening: int) -> tuple[Bools, Bools]:
    """The lines that leave a pair of marks open, and those that close one before they open one.

    `opening`: kind of the marks that open such a pair (see `patterns.paired_marks`).
    """
    (at, kinds), size = patterns.paired_marks(codes), len(codes)
    opens, closes = at[kinds == opening], at[kinds == opening + 1]
    last_open, last_close = _last(opens, lines.ends - 1), _last(closes, lines.ends - 1)
    next_open, next_close = _next(opens, lines.starts, size), _next(closes, lines.starts, size)
    opened: Bools = (last_open >= lines.starts) & (last_open > last_close)
    closing: Bools = (next_close < lines.ends) & (next_close < next_open)
    return opened, closing


def _windows(values: Ints, none: int, size: int) -> Ints:
    """Buckets of lines i-1, i, i+1, i+2 as one number, for each gap i; `none` stands past the page's edges."""
    padded = np.concatenate(([none], values, [none]))
    code = padded[:-3]
    for k in range(1, 4):
        code = code * size + padded[k : len(padded) - 3 + k]
    return code


class _Builder:
    """Computes the evidence of one page."""

    def __init__(self, page: Page) -> None:
        value, codes, lines = page.text.value, page.codes, printed_lines(page)
        self.codes, self.lines, self.kinds = codes, lines, lines.kinds
        self.columns, self.support = lines.local
        if lines.latin.any():
            self.columns = self._exact_columns()
        self.stops = lines.closed[:-1]
        scores = default_model().score_gaps(codes, lines.ends[:-1], lines.starts[1:])
        self.llr, self.pmi = scores.llr, scores.pmi
        self.indented = lines.indents >= 1
        self.shows_indents = lines.shows_indents
        self.slack = self._slack()
        self.indent = self._indent()
        self.start_kinds, self.end_kinds, self.bylines = line_kinds_of(page)
        self.jumps, self.paired_marks = jump_lines_of(page), paired_marks_of(page)
        self.serial_ends = patterns.serial_ends(value, lines)
        self.chapters = patterns.chapter_titles(value, codes, lines)

    def seams(self) -> Seams:
        lines = self.lines
        index = np.stack(list(self._features()), axis=1) + f.OFFSETS[: len(f.FEATURES)]
        opens, goes_on = self._state_features()
        latin = lines.latin[:-1] & lines.latin[1:]
        starts = self.codes[lines.starts[1:]]
        certain = _table(_NEVER_FIRST).take(starts, mode="clip")
        certain |= self.serial_ends[1:] & (lines.last[:-1] != Class.STOP)
        # Names go on in names (a byline of several lines), or in the rest of a name.
        names = self.bylines == f.BYLINES.index("names")
        wordless = lines.counted(_WORD) == 0
        walls = self.jumps[:-1] | self.jumps[1:] | (wordless[:-1] & wordless[1:])
        # Text that goes on on another page does not go on here, nor does what comes from there begin here.
        walls |= self.end_kinds[:-1] == f.END_KINDS.index("jump")
        walls |= self.start_kinds[1:] == f.START_KINDS.index("jump")
        walls |= names[:-1] & ~names[1:] & (lines.widths[1:] > 4)
        walls |= _table(_ITEM_SIGNS).take(starts, mode="clip")
        # A line of text as wide as its column that begins so is more likely cut inside a sentence about a chapter.
        walls |= (self.chapters & (np.abs(lines.widths - self.columns) > 0.6))[:-1]
        return Seams(
            index, opens, goes_on, self.columns, self.llr, latin, certain, walls, index[:, _QUOTE] == _UNOPENED
        )

    def _exact_columns(self) -> Floats:
        """Widths of the columns, those in Latin script exact: what one in ten of their lines exceeds."""
        exact = self.columns.copy()
        for column in np.unique(np.round(self.columns[self.lines.latin])):
            of_it = self.lines.latin & (np.abs(self.columns - column) <= 0.5)
            widths = self.lines.widths[of_it]
            full = widths[np.abs(widths - self.columns[of_it]) <= 1.5]
            if len(full) >= 8:
                exact[of_it] = np.quantile(full, 0.9)
        return exact

    def _slack(self) -> Floats:
        """What each line leaves free, less the first piece of the next line that may not be broken, in em."""
        slack: Floats = self.columns - self.lines.widths - np.append(first_pieces(self.codes, self.lines)[1:], 1.0)
        if self.shows_indents:
            slack = slack - np.where(self.indented, 2, 0)
        slack[-1] = 9
        return slack

    def _features(self) -> Iterator[Ints]:
        """The bucket of each gap, feature by feature, in the order of `FEATURES`."""
        lines, stops, widths, columns = self.lines, self.stops, self.lines.widths, self.columns
        end, start = lines.last[:-1], lines.first[1:]
        yield np.zeros(len(end), np.intp)
        yield end
        yield start
        yield end * CLASSES + start
        yield f.bucket(self.slack[1:], f.SLACK) * 3 + stops
        short_by, fill = columns - widths, widths / columns
        yield f.bucket(short_by[1:], f.SHORT_BY) * 3 + stops
        of_page = 0 if self.indent is None else 1 + int(f.INDENT.searchsorted(self.indent, side="right"))
        yield (of_page * (len(f.SLACK_START) + 1) + f.bucket(self.slack[1:], f.SLACK_START)) * 3 + stops
        yield f.bucket(fill[:-1], f.FILL) * 3 + stops
        yield f.bucket(np.abs(np.diff(columns)), f.STEP) * 3 + stops
        yield f.bucket(self.llr, f.NATS) * 3 + stops
        yield f.bucket(self.pmi, f.NATS) * 3 + stops
        for opening in (patterns.DOUBLE_QUOTES, patterns.SINGLE_QUOTES, patterns.BRACKETS):
            yield self._pair(opening)
        yield _windows((lines.marks > 0).astype(np.intp), 2, 3)
        off = np.abs(short_by) > 1.5
        yield (off[:-1] & off[1:] & (np.abs(np.diff(widths)) <= 0.5)) * 3 + stops
        usual = int(np.bincount(np.minimum(lines.blanks[1:], 5)).argmax())
        yield np.clip(lines.blanks[1:] - usual, -2, 2) + 2
        yield (self.shows_indents * 4 + self.indented[:-1] * 2 + self.indented[1:]) * 3 + stops
        yield self.start_kinds[1:] * 3 + stops
        yield self.start_kinds[:-1]
        yield self.end_kinds[:-1] * len(f.END_KINDS) + self.end_kinds[1:]
        bracket = (self.end_kinds[1:] == f.END_KINDS.index("bracket")).astype(np.intp)
        yield (bracket * (len(f.FILL_NEXT) + 1) + f.bucket(fill[:-1], f.FILL_NEXT)) * 3 + stops
        yield (self.bylines[:-1] * 3 + self.bylines[1:]) * 3 + f.bucket(widths[1:], f.EM[:2])
        shapes = f.bucket(short_by, f.SHAPE)
        yield _windows(shapes, 5, 6)
        yield (shapes[:-1] * 6 + shapes[1:]) * 3 + stops
        yield (f.bucket(fill[1:], f.FILL_NEXT) * 2 + (lines.closed[1:] == 1)) * 3 + stops
        yield f.bucket(np.append(self.llr[1:], 0), f.NATS_COARSE) * 3 + stops
        yield f.bucket(np.append(0, self.llr[:-1]), f.NATS_COARSE) * 3 + stops
        yield f.bucket(self.support[:-1], f.SUPPORT)
        hyphened = (self.codes[lines.ends[1:] - 1] == _HYPHEN) & lines.latin[1:]
        yield np.where(hyphened, 1 + f.bucket(short_by[1:], f.HYPHENED), 0) * 3 + stops
        yield from self._bodies()
        # Some engines break a printed line at a quote or bracket: then both pieces together fill the column.
        together = f.bucket(short_by[:-1] - widths[1:], f.TOGETHER)
        opening_near = ~_NOT_OPENING[start] | ~_NOT_OPENING[end]
        yield (together * 3 + np.where(_NOT_CLOSING[start], opening_near, 2)) * 3 + stops
        titles = self._titles()
        yield (titles[:-1] * 2 + titles[1:]) * 3 + stops
        yield f.bucket(widths[:-1], f.EM)
        yield f.bucket(widths[1:], f.EM)

    def _bodies(self) -> Iterator[Ints]:
        """How many bodies of the page end open, and whether this one and the next are bodies."""
        body, count = self.lines.bodies, int(self.lines.open_bodies.sum())
        share = np.array(count / max(1, int((body & (self.lines.widths > 12)).sum())))
        for value, edges in ((share, f.OPEN_SHARE), (np.array(count), f.OPEN_COUNT)):
            yield np.full(len(self.stops), f.bucket(value, edges)) * 3 + self.stops
        nats = f.bucket(self.llr, f.NATS_BODY)
        both = (body[:-1] * 2 + body[1:]) * (len(f.NATS_BODY) + 1) + nats
        yield np.where(self.stops == 0, 1 + both, 0)

    def _state_features(self) -> tuple[Ints, Ints]:
        """Buckets of the features that depend on whether the line before the gap opens a paragraph or goes on."""
        after = f.bucket(self.slack[1:], f.NEXT_COARSE)
        usual = 0.0 if self.shows_indents else 2.0
        both = []
        for lost_indent in (usual if self.indent is None else self.indent, 0.0):
            slack = self.slack[:-1] - lost_indent
            fine = f.bucket(slack, f.SLACK) * 3 + self.stops
            pair = (f.bucket(slack, f.SLACK_COARSE) * 6 + after) * 3 + self.stops
            both.append(np.stack((fine, pair), axis=1) + f.OFFSETS[len(f.FEATURES) : -1])
        return both[0], both[1]

    def _titles(self) -> Ints:
        """1 for the lines in Latin script whose words of four letters and more all begin with a capital."""
        count = len(self.lines)
        if not self.lines.latin.any():
            return np.zeros(count, np.intp)
        letter = (self.kinds == Class.LOWER) | (self.kinds == Class.UPPER)
        padded = np.concatenate(([False], letter, [False] * 3))
        long = ~padded[:-4] & padded[1:-3] & padded[2:-2] & padded[3:-1] & padded[4:]
        row = np.cumsum(np.bincount(self.lines.starts, minlength=len(letter))) - 1
        small, capital = (
            np.bincount(row[long & (self.kinds == kind)], minlength=count) for kind in (Class.LOWER, Class.UPPER)
        )
        titles: Ints = ((small == 0) & (capital > 0) & self.lines.latin).astype(np.intp)
        return titles

    def _indent(self) -> float | None:
        """The indent that paragraphs of this page lost, in em, or None where it can't be told.

        Lines after a short line that ends a sentence open a paragraph; lines after an open end do not. By how much the
        first leave more free than the second is the indent.
        """
        full = self.lines.widths[:-1] > 0.8 * self.columns[:-1]
        opens = self.slack[1:][(self.stops == 1) & (self.lines.widths[:-1] < 0.75 * self.columns[:-1])]
        inner = self.slack[1:][(self.stops == 0) & full]
        opens, inner = opens[np.abs(opens) < 4], inner[np.abs(inner) < 4]
        if len(opens) < 4 or len(inner) < 8:
            return None
        found = opens.mean() - inner.mean() if self.lines.latin.all() else np.median(opens) - np.median(inner)
        return float(np.clip(found, 0, 3))

    def _pair(self, opening: int) -> Ints:
        """Whether a pair of marks begun at most three lines back is open at a line's end, and which comes next."""
        (at, kinds), size = self.paired_marks, len(self.codes)
        opens, closes = at[kinds == opening], at[kinds == opening + 1]
        starts, ends = self.lines.starts, self.lines.ends
        back = starts[np.maximum(np.arange(len(ends) - 1) - 3, 0)]
        last_open = _last(opens, ends[:-1] - 1)
        opened = (last_open > _last(closes, ends[:-1] - 1)) & (last_open >= back)
        ahead = ends[np.minimum(np.arange(2, len(ends) + 1), len(ends) - 1)]
        next_open, next_close = _next(opens, starts[1:], size), _next(closes, starts[1:], size)
        following = np.where((next_close < next_open) & (next_close < ahead), 1, np.where(next_open < ahead, 2, 0))
        return opened * 3 + following
