"""What speaks for and against joining two neighbouring lines: evidence in buckets, one weight a bucket.

A gap lies between two lines that follow one another (blank lines between them do not count). Every feature puts a gap into
one of its buckets; a linear model adds up the weights of the buckets (`weights.py`). All features of a page are
computed at once, as arrays over its gaps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray

from repair.lines import CLASSES, Class, Lines, table_of
from repair.seam import default_model

__all__ = ["FEATURES", "MARK", "STATE_FEATURES", "Feature", "Gaps"]

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_SLACK = (-4, -2.5, -1.5, -0.5, -0.01, 0.01, 0.5, 1, 1.5, 2.5, 4, 8)
_SLACK_COARSE = (-1.5, -0.5, 0.01, 1, 2.5)
_NEXT_COARSE = (-0.5, 0.01, 0.5, 1.5, 3)
_NATS = (-8, -5, -3, -1.5, 0, 1.5, 3, 4.5, 6, 7.5, 9, 11, 13)
_NATS_COARSE = (-3, 0, 3, 6, 9)
_SHORT_BY = (-6, -2, -0.6, -0.3, 0.3, 0.8, 1.3, 1.7, 2.3, 2.7, 3.5, 6)
_INDENT = (0.4, 1.2)
_SLACK_START = (-1.5, -0.5, 0.01, 0.5, 1, 1.5, 2.5, 4)
_TOGETHER = (-8, -2, -0.6, 0.6, 1.6, 2.6, 5)
_HYPHENED = (-1, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3)
_OPEN_COUNT = (1, 2, 3, 5, 9)
_OPEN_SHARE = (0.01, 0.03, 0.06, 0.12, 0.25, 0.5)
_NATS_BODY = (-3, 0, 2, 4, 6, 8)
_FILL = (0.2, 0.4, 0.6, 0.8, 0.95, 1.05, 1.2, 1.6, 2.5)
_FILL_NEXT = (0.3, 0.6, 0.9, 1.05, 1.3)
_STEP = (0.1, 0.6, 1.1, 2, 4)
_SUPPORT = (2, 4, 7, 12, 18)
_EM = (4.1, 8, 14, 22, 32, 50, 80, 140)
_NEVER_FIRST = [ord(c) for c in "、，。；：,;"]
_STOPS = ("open", "stop", "mark")
_CLASS_NAMES = tuple(
    sorted((n.lower() for n in vars(Class) if n.isupper()), key=lambda n: int(getattr(Class, n.upper())))
)
_SHAPES = ("over", "full", "1 short", "2 short", "short", "none")
_START_KINDS = ("none", "list", "dateline", "caption", "byline", "jump", "dash", "furniture")
_END_KINDS = ("none", "credit", "jump", "dateline", "furniture", "bracket")
_BYLINES = ("no", "byline", "names")

_NOT_OPENING = ~table_of(Class.OPEN, Class.OPEN_QUOTE)
_RUN = table_of(Class.LOWER, Class.UPPER, Class.DIGIT, Class.PERIOD, Class.PERCENT)
_NOT_CLOSING = ~table_of(Class.CLOSE, Class.CLOSE_QUOTE, Class.STOP, Class.COLON, Class.COMMA, Class.SEMICOLON)
MARK = table_of(Class.COMMA, Class.STOP, Class.SEMICOLON)
_HALF_STOP = table_of(Class.COLON, Class.CLOSE, Class.CLOSE_QUOTE, Class.PERIOD)
_PLAIN = table_of(Class.HAN, Class.OTHER)


@cache
def _pair_table() -> NDArray[np.uint8]:
    """1 and 2 for opening and closing double quotes, 3 and 4 for single ones, 5 and 6 for brackets; by code point."""
    table = np.zeros(0x10000, np.uint8)
    for kind, members in enumerate(("“「", "”」", "‘『", "’』", "（(《〈【", "）)》〉】"), start=1):
        table[[ord(c) for c in members]] = kind
    return table


# What a line begins with. The groups are in the order of `_START_KINDS`.
_STARTS = regex.compile(
    r"""^[^\S\n]*(?:[\#*]+[ ]*)?(?:
    (\d{1,2}[.．、](?!\d)|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[)）]|第[一二三四五六七八九十百\d]{1,4}(?:[条章條]|[号號]$)|[●■◆▲△★○◎•①-⑳])
    |(本[报報][^\n，。]{0,12}[讯电訊電]|新[华華]社|中新[社网]|据新[华華]社|據新華社|据[《“]|(?:Reuters|\(AP\)))
    |(图[为：①-⑤]|圖[為：]|[上下左右][图圖]|[（(](?:资料图|資料圖|图|圖)|[（(][左右上下中]|Photo:)
    |(本[报報]|[记記]者|通[讯訊]员|通訊員|特[约約]|□|文/|图/|作者|By\b)
    |([（(〈<《]?(?:下[转轉]|上接|[紧緊]接|[转轉]|接)第?[\dA-Z一二三四五六七八九十]{1,3}[版页頁]|[(]?(?:Continued|See|From|Turn\ to|Please\ turn\ to)\b[^\n]{0,12}\b[Pp]age\b)
    |(——|──|--)
    |((?:[责責]任[编編]|版式|校[对對]|[国國][内內][统統]一|[总總]第|今日\d|[邮郵]发|广告|地址)|(?:Vol\.|No\.|Page)\s?\d)
    )""",
    regex.M | regex.X,
)
_ENDS = regex.compile(
    r"""(?:
    ([摄攝]|供[图圖]|[摄攝]影[报報]道|资料图片?|資料圖片?)[)）]?
    |([（(〈<《]?(?:下[转轉]|上接|[紧緊]接|[转轉]|接)第?[\dA-Z一二三四五六七八九十]{1,3}[版页頁][)）〉>]?)
    |((?:\d日|本[报報].{0,10})[电讯電訊])
    |(星期[一二三四五六日天]|[总總]第\d+期|\d版|校[对對]：?.{2,4})
    )$""",
    regex.X,
)
_ENDING = frozenset("摄攝图圖片道版页頁电讯電訊)）〉>一二三四五六日天期")
_NAMES = regex.compile(
    r"(?:[^\s，。：（(讯訊电電]{0,12}(?:[记記]者|通[讯訊]员|通訊員|□)[^\S\n]*[\p{Han}·]{1,4}|[\p{Han}·]{2,4}[ \u3000]+[\p{Han}·]{1,4})"
    r"(?:[ \u3000]+[\p{Han}·]{1,4}){0,8}"
)
_BYLINE = regex.compile(r"[^，。；：]{0,14}(?:[记記]者|通[讯訊]员|通訊員|□)[^，。；：]{0,40}")


# A line that is nothing but a jump mark belongs to no paragraph.
_JUMP_LINE = regex.compile(
    r"""(?m)^[^\S\n]*[（(〈<《]?(?:(?:下[转轉]|上接|[紧緊]接|[转轉]|接)第?[\dA-Z一二三四五六七八九十]{1,3}[版页頁]
    |(?:Please\ )?(?:[Cc]ontinued|[Ss]ee|[Ff]rom|[Tt]urn)(?:\ (?:to|on|from))?\ [Pp]age\ \w{1,3})[）)〉>》]?[^\S\n]*$""",
    regex.X,
)


class Feature(NamedTuple):
    """A name and the labels of its buckets."""

    name: str
    labels: tuple[str, ...]


def _between(edges: tuple[float, ...]) -> tuple[str, ...]:
    """Labels of the buckets that `np.digitize` makes of these edges."""
    inner = [f"{low}..{high}" for low, high in zip(edges, edges[1:], strict=False)]
    return (f"<{edges[0]}", *inner, f">={edges[-1]}")


def _cross(*parts: tuple[str, ...]) -> tuple[str, ...]:
    labels: tuple[str, ...] = ("",)
    for part in parts:
        labels = tuple(f"{a} & {b}" if a else b for a in labels for b in part)
    return labels


_QUOTE_STATES = _cross(("closed", "opened"), ("next none", "next closes", "next opens"))
_YES_NO = ("no", "yes")
_INDENTS = ("unknown", *_between(_INDENT))

FEATURES: tuple[Feature, ...] = (
    Feature("bias", ("all",)),
    Feature("end", _CLASS_NAMES),
    Feature("start", _CLASS_NAMES),
    Feature("end & start", _cross(_CLASS_NAMES, _CLASS_NAMES)),
    Feature("slack of next & end", _cross(_between(_SLACK), _STOPS)),
    Feature("next short by & end", _cross(_between(_SHORT_BY), _STOPS)),
    Feature("indent of the page & slack of next & end", _cross(_INDENTS, _between(_SLACK_START), _STOPS)),
    Feature("fill & end", _cross(_between(_FILL), _STOPS)),
    Feature("column step & end", _cross(_between(_STEP), _STOPS)),
    Feature("llr & end", _cross(_between(_NATS), _STOPS)),
    Feature("pmi & end", _cross(_between(_NATS), _STOPS)),
    Feature("double quote", _QUOTE_STATES),
    Feature("single quote", _QUOTE_STATES),
    Feature("bracket", _QUOTE_STATES),
    Feature("punctuation of four", _cross(*(("no", "yes", "none"),) * 4)),
    Feature("same width off the column & end", _cross(_YES_NO, _STOPS)),
    Feature("blank lines", ("-2", "-1", "0", "+1", "+2")),
    Feature("indents & end", _cross(_YES_NO, _YES_NO, _YES_NO, _STOPS)),
    Feature("start kind & end", _cross(_START_KINDS, _STOPS)),
    Feature("start kind before", _START_KINDS),
    Feature("end kinds", _cross(_END_KINDS, _END_KINDS)),
    Feature("next is a bracket & fill & end", _cross(_YES_NO, _between(_FILL_NEXT), _STOPS)),
    Feature("bylines", _cross(_BYLINES, _BYLINES, _between(_EM[:2]))),
    Feature("shapes of four", _cross(*(_SHAPES,) * 4)),
    Feature("shapes & end", _cross(_SHAPES, _SHAPES, _STOPS)),
    Feature("fill of next & its end & end", _cross(_between(_FILL_NEXT), _YES_NO, _STOPS)),
    Feature("llr of next & end", _cross(_between(_NATS_COARSE), _STOPS)),
    Feature("llr before & end", _cross(_between(_NATS_COARSE), _STOPS)),
    Feature("lines of the column", _between(_SUPPORT)),
    Feature("next is hyphened and short by & end", _cross(("no", *_between(_HYPHENED)), _STOPS)),
    Feature("open bodies of the page & end", _cross(_between(_OPEN_SHARE), _STOPS)),
    Feature("open bodies counted & end", _cross(_between(_OPEN_COUNT), _STOPS)),
    Feature("body & body & llr of an open end", ("closed", *_cross(_YES_NO, _YES_NO, _between(_NATS_BODY)))),
    Feature("both fill one line & start & end", _cross(_between(_TOGETHER), ("other", "opens", "closes"), _STOPS)),
    Feature("title case & end", _cross(_YES_NO, _YES_NO, _STOPS)),
    Feature("width", _between(_EM)),
    Feature("width of next", _between(_EM)),
)
# Their buckets depend on whether the line before the gap opens a paragraph (and so has lost an indent) or goes on.
STATE_FEATURES: tuple[Feature, ...] = (
    Feature("slack & end", _cross(_between(_SLACK), _STOPS)),
    Feature("slack & slack of next & end", _cross(_between(_SLACK_COARSE), _between(_NEXT_COARSE), _STOPS)),
)
_OFFSETS = np.cumsum([0, *(len(f.labels) for f in (*FEATURES, *STATE_FEATURES))])


@dataclass(frozen=True)
class Gaps:
    """The gaps of a page; all arrays have one row a gap (one fewer than lines).

    `index`: bucket of each feature, as places in one vector of weights; `opens`, `goes_on`: the same for the features that
    depend on the state of the line before. `columns`: width of the column at each LINE, in em. `llr`: nats. `stops`: 0 the
    line before ends open, 1 with a sentence, 2 with another mark. `latin`: both lines are in Latin script. `certain`: the
    next line begins with a mark that no paragraph begins with. `walls`: one of the lines is only a jump mark, or the
    first is only names. `unstopped`: the page has pauses and hardly a full stop, as
    papers had before 1930.
    """

    index: Ints
    opens: Ints
    goes_on: Ints
    columns: Floats
    llr: NDArray[np.float32]
    stops: Ints
    latin: Bools
    certain: Bools
    walls: Bools
    unstopped: bool

    @classmethod
    def of(cls, value: str, codes: NDArray[np.uint32], lines: Lines) -> Gaps:
        """The gaps of a text with at least two lines."""
        return _Builder(value, codes, lines).gaps()


def _last(mask: Bools, at: Ints) -> Ints:
    """The last place up to each `at` where the mask holds, or -1."""
    places = np.concatenate(([-1], np.flatnonzero(mask)))
    return places[np.searchsorted(places, at, side="right") - 1]


def _next(mask: Bools, at: Ints) -> Ints:
    """The first place from each `at` on where the mask holds, or the length of the mask."""
    places = np.append(np.flatnonzero(mask), len(mask))
    return places[np.searchsorted(places, np.minimum(at, len(mask)))]


def _windows(values: Ints, none: int, size: int) -> Ints:
    """Buckets of lines i-1, i, i+1, i+2 as one number, for each gap i; `none` stands past the page's edges."""
    padded = np.concatenate(([none], values, [none]))
    code = padded[:-3]
    for k in range(1, 4):
        code = code * size + padded[k : len(padded) - 3 + k]
    return code


class _Builder:
    """Computes the evidence of one page."""

    def __init__(self, value: str, codes: NDArray[np.uint32], lines: Lines) -> None:
        self.value, self.codes, self.lines = value, codes, lines
        self.kinds = lines.kinds
        self.first, self.last = lines.first.astype(np.intp), lines.last.astype(np.intp)
        self.pairs = _pair_table()[np.minimum(codes, 0xFFFF)]
        self.columns, self.support = lines.local
        self.latin_line = lines.latin > 0.5
        if self.latin_line.any():
            self.columns = self._exact_columns()
        self.closed = self._closed()
        self.stops = self.closed[:-1]
        scores = default_model().score_gaps(codes, lines.ends[:-1], lines.starts[1:])
        self.llr, self.pmi = scores.llr, scores.pmi
        self.indented = lines.indents >= 1
        self.shows_indents = bool(self.indented.mean() > 0.06)

    def gaps(self) -> Gaps:
        columns = list(self._features())
        index = np.stack(columns, axis=1) + _OFFSETS[: len(FEATURES)]
        opens, goes_on = self._slacks()
        latin = self.latin_line[:-1] & self.latin_line[1:]
        certain = np.isin(self.codes[self.lines.starts[1:]], _NEVER_FIRST, kind="sort")
        jumps = np.zeros(len(self.lines), np.bool_)
        for match in _JUMP_LINE.finditer(self.value):
            jumps[np.searchsorted(self.lines.ends, match.start(), side="right")] = True
        # Names go on in names (a byline of several lines), or in the rest of a name.
        names = self.bylines == _BYLINES.index("names")
        walls = jumps[:-1] | jumps[1:] | (names[:-1] & ~names[1:] & (self.lines.widths[1:] > 4))
        return Gaps(index, opens, goes_on, self.columns, self.llr, self.stops, latin, certain, walls, self.unstopped)

    def _exact_columns(self) -> Floats:
        """Widths of the columns in Latin script, where letters make every line a little different: what one in ten exceeds."""
        exact = self.columns.copy()
        for column in np.unique(np.round(self.columns[self.latin_line])):
            of_it = self.latin_line & (np.abs(self.columns - column) <= 0.5)
            widths = self.lines.widths[of_it]
            full = widths[np.abs(widths - self.columns[of_it]) <= 1.5]
            if len(full) >= 8:
                exact[of_it] = np.quantile(full, 0.9)
        return exact

    def _closed(self) -> Ints:
        """0 where a line ends open, 1 where it ends with a sentence (a quote or bracket after the stop allowed), 2 otherwise."""
        ends, last, kinds = self.lines.ends, self.last, self.kinds
        before = np.where(self.lines.widths > 1, kinds[np.maximum(ends - 2, 0)], Class.OTHER)
        stop = last == Class.STOP
        stop |= ((last == Class.CLOSE_QUOTE) | (last == Class.CLOSE)) & (before == Class.STOP)
        stop |= self.latin_line & ((last == Class.PERIOD) | ((last == Class.CLOSE_QUOTE) & (before == Class.PERIOD)))
        commas = int((kinds == Class.COMMA).sum())
        self.unstopped = commas > 30 and int((kinds == Class.STOP).sum()) * 10 < commas and not self.latin_line.all()
        if self.unstopped:
            stop |= last == Class.COMMA
        marks = _HALF_STOP[last]
        return np.where(stop, 1, np.where(marks, 2, 0))

    def _features(self) -> Iterator[Ints]:
        """The bucket of each gap, feature by feature, in the order of `FEATURES`."""
        lines, stops = self.lines, self.stops
        widths, columns = lines.widths, self.columns
        end, start = self.last[:-1], self.first[1:]
        yield np.zeros(len(end), np.intp)
        yield end
        yield start
        yield end * CLASSES + start
        self.tokens = self._tokens()
        # What a line leaves free, less the first piece of the next line that may not be broken.
        self.slack = columns - widths - np.append(self.tokens[1:], 1.0)
        if self.shows_indents:
            self.slack = self.slack - np.where(self.indented, 2, 0)
        self.slack[-1] = 9
        yield np.digitize(self.slack[1:], _SLACK) * 3 + stops
        short_by = columns - widths
        yield np.digitize(short_by[1:], _SHORT_BY) * 3 + stops
        self.indent = self._indent()
        of_page = 0 if self.indent is None else 1 + int(np.digitize(self.indent, _INDENT))
        starts = of_page * (len(_SLACK_START) + 1) + np.digitize(self.slack[1:], _SLACK_START)
        yield starts * 3 + stops
        fill = widths / columns
        yield np.digitize(fill[:-1], _FILL) * 3 + stops
        yield np.digitize(np.abs(np.diff(columns)), _STEP) * 3 + stops
        yield np.digitize(self.llr, _NATS) * 3 + stops
        yield np.digitize(self.pmi, _NATS) * 3 + stops
        for opening in (1, 3, 5):
            yield self._pair(opening)
        marks = np.cumsum(MARK[self.kinds])
        held = marks[lines.ends - 1] - np.where(lines.starts > 0, marks[lines.starts - 1], 0)
        self.marks_in = held
        yield _windows((held > 0).astype(np.intp), 2, 3)
        off = np.abs(short_by) > 1.5
        yield (off[:-1] & off[1:] & (np.abs(np.diff(widths)) <= 0.5)) * 3 + stops
        usual = int(np.bincount(np.minimum(lines.blanks[1:], 5)).argmax())
        yield np.clip(lines.blanks[1:] - usual, -2, 2) + 2
        yield (self.shows_indents * 4 + self.indented[:-1] * 2 + self.indented[1:]) * 3 + stops
        start_kinds, end_kinds, bylines = self._line_kinds()
        self.bylines = bylines
        yield start_kinds[1:] * 3 + stops
        yield start_kinds[:-1]
        yield end_kinds[:-1] * len(_END_KINDS) + end_kinds[1:]
        bracket = (end_kinds[1:] == _END_KINDS.index("bracket")).astype(np.intp)
        yield (bracket * (len(_FILL_NEXT) + 1) + np.digitize(fill[:-1], _FILL_NEXT)) * 3 + stops
        yield (bylines[:-1] * 3 + bylines[1:]) * 3 + np.digitize(widths[1:], _EM[:2])
        shapes = np.digitize(short_by, (-0.8, 0.6, 1.6, 2.6))
        yield _windows(shapes, 5, 6)
        yield (shapes[:-1] * 6 + shapes[1:]) * 3 + stops
        yield (np.digitize(fill[1:], _FILL_NEXT) * 2 + (self.closed[1:] == 1)) * 3 + stops
        yield np.digitize(np.append(self.llr[1:], 0), _NATS_COARSE) * 3 + stops
        yield np.digitize(np.append(0, self.llr[:-1]), _NATS_COARSE) * 3 + stops
        yield np.digitize(self.support[:-1], _SUPPORT)
        hyphened = (self.codes[lines.ends[1:] - 1] == 0x2D) & self.latin_line[1:]
        yield np.where(hyphened, 1 + np.digitize(short_by[1:], _HYPHENED), 0) * 3 + stops
        # A body has a comma or stop inside, or is too long for a headline.
        body = (held > 1) | ((held == 1) & (self.closed != 1)) | (widths > 45)
        long = body & (widths > 12)
        open_bodies = int((long & (self.closed == 0)).sum())
        share = open_bodies / max(1, int(long.sum()))
        yield np.full(len(stops), np.digitize(share, _OPEN_SHARE)) * 3 + stops
        yield np.full(len(stops), np.digitize(open_bodies, _OPEN_COUNT)) * 3 + stops
        nats = np.digitize(self.llr, _NATS_BODY)
        both = (body[:-1] * 2 + body[1:]) * (len(_NATS_BODY) + 1) + nats
        yield np.where(stops == 0, 1 + both, 0)
        # Some engines break a printed line at a quote or bracket: then both pieces together fill the column.
        together = np.digitize(short_by[:-1] - widths[1:], _TOGETHER)
        opening = ~_NOT_OPENING[start] | ~_NOT_OPENING[end]
        closing = ~_NOT_CLOSING[start]
        yield (together * 3 + np.where(closing, 2, opening)) * 3 + stops
        titles = self._titles()
        yield (titles[:-1] * 2 + titles[1:]) * 3 + stops
        yield np.digitize(widths[:-1], _EM)
        yield np.digitize(widths[1:], _EM)

    def _slacks(self) -> tuple[Ints, Ints]:
        """Buckets of the features that depend on whether the line before the gap opens a paragraph or goes on."""
        after = np.digitize(self.slack[1:], _NEXT_COARSE)
        usual = 0.0 if self.shows_indents else 2.0
        both = []
        for lost_indent in (usual if self.indent is None else self.indent, 0.0):
            slack = self.slack[:-1] - lost_indent
            fine = np.digitize(slack, _SLACK) * 3 + self.stops
            pair = (np.digitize(slack, _SLACK_COARSE) * 6 + after) * 3 + self.stops
            both.append(np.stack((fine, pair), axis=1) + _OFFSETS[len(FEATURES) : -1])
        return both[0], both[1]

    def _titles(self) -> Ints:
        """1 for the lines in Latin script whose longer words all begin with a capital."""
        if not self.latin_line.any():
            return np.zeros(len(self.lines), np.intp)
        letter = (self.kinds == Class.LOWER) | (self.kinds == Class.UPPER)
        begins = letter & ~np.append(False, letter[:-1])
        long = (
            begins
            & np.append(letter[1:], False)
            & np.append(letter[2:], [False] * 2)
            & np.append(letter[3:], [False] * 3)
        )
        row = np.cumsum(np.bincount(self.lines.starts, minlength=len(letter))) - 1
        count = len(self.lines)
        small, capital = (
            np.bincount(row[long & (self.kinds == kind)], minlength=count) for kind in (Class.LOWER, Class.UPPER)
        )
        return ((small == 0) & (capital > 0) & self.latin_line).astype(np.intp)

    def _indent(self) -> float | None:
        """The indent that paragraphs of this page lost, in em, or None where it can't be told.

        Lines after a short line that ends a sentence open a paragraph; lines after an open end do not. By how much the first
        leave more free than the second is the indent.
        """
        full = self.lines.widths[:-1] > 0.8 * self.columns[:-1]
        opens = self.slack[1:][(self.stops == 1) & (self.lines.widths[:-1] < 0.75 * self.columns[:-1])]
        inner = self.slack[1:][(self.stops == 0) & full]
        opens, inner = opens[np.abs(opens) < 4], inner[np.abs(inner) < 4]
        if len(opens) < 4 or len(inner) < 8:
            return None
        found = np.median(opens) - np.median(inner) if not self.latin_line.all() else opens.mean() - inner.mean()
        return float(np.clip(found, 0, 3))

    def _tokens(self) -> Floats:
        """Width in em of the first piece of each line that may not be broken: opening marks, a character or run, closing marks."""
        kinds, starts = self.kinds, self.lines.starts
        body = _next(_NOT_OPENING[kinds], starts)
        after = np.maximum(_next(~(_RUN[kinds] | (self.codes == 0x2D)), body), body + 1)
        end = _next(_NOT_CLOSING[kinds], after)
        advance = np.concatenate(([0.0], np.cumsum(np.where(self.codes < 0x250, 0.5, 1.0))))
        return advance[end] - advance[starts]

    def _pair(self, opening: int) -> Ints:
        """Whether a pair of marks stands open at a line's end (begun at most three lines back), and what the next one is."""
        opens, closes = self.pairs == opening, self.pairs == opening + 1
        starts, ends = self.lines.starts, self.lines.ends
        back = starts[np.maximum(np.arange(len(ends) - 1) - 3, 0)]
        last_open = _last(opens, ends[:-1] - 1)
        opened = (last_open > _last(closes, ends[:-1] - 1)) & (last_open >= back)
        ahead = ends[np.minimum(np.arange(2, len(ends) + 1), len(ends) - 1)]
        next_open, next_close = _next(opens, starts[1:]), _next(closes, starts[1:])
        following = np.where((next_close < next_open) & (next_close < ahead), 1, np.where(next_open < ahead, 2, 0))
        return opened * 3 + following

    def _line_kinds(self) -> tuple[Ints, Ints, Ints]:
        """What each line begins with, ends with, and whether it is a byline or only names."""
        value, lines = self.value, self.lines
        count = len(lines)
        start_kinds, end_kinds, bylines = (np.zeros(count, np.intp) for _ in range(3))
        for match in _STARTS.finditer(value):
            line = int(np.searchsorted(lines.ends, match.end(), side="left"))
            if line < count:
                start_kinds[line] = match.lastindex or 0
        starts, ends = lines.starts.tolist(), lines.ends.tolist()
        for line, end in enumerate(ends):
            if value[end - 1] in _ENDING:
                found = _ENDS.search(value, max(starts[line], end - 16), end)
                if found:
                    end_kinds[line] = found.lastindex or 0
        bracket = (self.first == Class.OPEN) & (self.last == Class.CLOSE) & (lines.widths <= 16) & (end_kinds == 0)
        end_kinds[bracket] = _END_KINDS.index("bracket")
        plain = _PLAIN[self.last] & (self.marks_in == 0) & (lines.widths <= 40) & (lines.widths >= 2)
        for line in np.flatnonzero(plain).tolist():
            if _NAMES.fullmatch(value, starts[line], ends[line]):
                bylines[line] = 2
            elif _BYLINE.fullmatch(value, starts[line], ends[line]):
                bylines[line] = 1
        return start_kinds, end_kinds, bylines
