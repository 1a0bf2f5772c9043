"""The printed lines of a page as arrays: where they stand, how wide they are, how they begin and end.

Widths are in em, the side of a full-width character. What a digit, a Latin letter, a quote or a space measures differs
from paper to paper; `Lines.measure` finds the widths under which the page's full lines agree best.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

__all__ = ["CLASSES", "Class", "Lines", "advance", "classes_of", "local_widths", "table_of"]

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]


class Class:
    """Kinds of characters, as small integers."""

    OTHER, HAN, LOWER, UPPER, DIGIT, STOP, COMMA, SEMICOLON = range(8)
    COLON, OPEN, CLOSE, OPEN_QUOTE, CLOSE_QUOTE, DASH, PERCENT, PERIOD, SPACE, HASH = range(8, 18)


_MEMBERS = {
    Class.STOP: "。！？!?…｡",
    Class.COMMA: "，、,﹐",
    Class.SEMICOLON: "；;",
    Class.HASH: "#*",
    Class.COLON: "：:",
    Class.OPEN: "（(《〈【[〔",
    Class.CLOSE: "）)》〉】]〕",
    Class.OPEN_QUOTE: "“‘「『﹁﹃",
    Class.CLOSE_QUOTE: "”’」』﹂﹄",
    Class.DASH: "—–-─－",
    Class.PERCENT: "％%‰℃",
    Class.PERIOD: ".",
}
CLASSES = 18
# Lines wider than this, in em, are paragraphs, not printed lines.
_WIDEST = 80
_LIMIT = 0x30000

# What a character adds to the width of its line: columns of `Lines.counts`.
_FULL, _DIGIT, _LATIN, _SPACE, _QUOTE, _HALF, _TIGHT = range(7)
# Tried widths of: a digit, a space beside Han, a curly quote, a pair of full-width marks side by side (what it saves).
_TRIED = np.array(
    [
        (1.0, digit, 0.5, space, quote, 0.5 if digit == 0.5 else 0.3, tight)
        for digit, space, quote, tight in product((0.5, 0.55, 0.6), (0.5, 0.25, 0.125), (0.5, 1.0), (0.0, -0.5))
    ]
)
# Advance widths of a common book face (Times Roman, from its font metrics), in thousandths of an em.
_TIMES = {
    250: " .,",
    278: "ijlt:;/",
    333: "frI()-![]'‘’",
    389: "sJ",
    408: '"',
    444: "acez?“”",
    500: "bdghknopquvxy0123456789$*–",
    556: "FPSﬁﬂ",
    564: "+=<>",
    611: "ELTZ",
    667: "BCR",
    722: "wADGHKNOQUVXY",
    778: "m&",
    833: "%",
    889: "M",
    944: "W",
    1000: "—…",
}


@cache
def _tables() -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.float64]]:
    """Class, width column and Latin advance width of each code point below `_LIMIT`."""
    kind = np.zeros(_LIMIT, np.uint8)
    width = np.zeros(_LIMIT, np.uint8)
    for low, high in ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FFFF), (0x3005, 0x3007), (0x3041, 0x30FF)):
        kind[low : high + 1] = Class.HAN
    for low, high, what in ((0x30, 0x39, Class.DIGIT), (0x41, 0x5A, Class.UPPER), (0x61, 0x7A, Class.LOWER)):
        kind[low : high + 1] = what
        kind[low + 0xFEE0 : high + 0xFEE1] = what
    kind[0xC0:0x250] = kind[0xFB00:0xFB07] = Class.LOWER
    for what, members in _MEMBERS.items():
        kind[[ord(c) for c in members]] = what
    spaces = [
        *range(9, 14),
        *range(28, 33),
        0x85,
        0xA0,
        0x1680,
        *range(0x2000, 0x200B),
        0x2028,
        0x2029,
        0x202F,
        0x205F,
        0x3000,
    ]
    kind[spaces] = Class.SPACE
    width[0x21:0x7F] = _HALF
    width[0x30:0x3A] = _DIGIT
    width[0x41:0x5B] = width[0x61:0x7B] = width[0xC0:0x250] = _LATIN
    width[[0x20, 0xA0, 0x09]] = _SPACE
    width[[0x2018, 0x2019, 0x201C, 0x201D]] = _QUOTE
    latin = np.full(_LIMIT, 1.0)
    latin[:0x2E80] = 0.5
    for thousandths, members in _TIMES.items():
        latin[[ord(c) for c in members]] = thousandths / 1000
    return kind, width, latin


def table_of(*classes: int) -> NDArray[np.bool_]:
    """A table that says of each class whether it is one of these: `table_of(Class.HAN)[kinds]`."""
    table = np.zeros(CLASSES, np.bool_)
    table[list(classes)] = True
    return table


def classes_of(codes: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """The class of each code point."""
    kinds: NDArray[np.uint8] = _tables()[0][np.minimum(codes, _LIMIT - 1)]
    return kinds


def advance(text: str) -> float:
    """Width of a text in a common book face, in em.

    >>> round(advance("mill"), 2)
    1.61
    """
    table = _tables()[2]
    return float(sum(table[min(ord(c), _LIMIT - 1)] for c in text))


@dataclass(frozen=True)
class Lines:
    """The lines of a page that are not blank, without the white space at either end; all arrays have one row a line.

    `starts`, `ends`: code points in the page's text. `indents`: white space before the line, in em. `blanks`: blank
    lines before it. `widths`: em. `latin`: share of Latin letters among letters. `kinds`: class of each code point
    of the whole text. `ids`: number of each line in the text, blank lines counted.
    """

    starts: Ints
    ends: Ints
    indents: Floats
    blanks: Ints
    widths: Floats
    latin: Floats
    kinds: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.starts)

    @classmethod
    def of(cls, codes: NDArray[np.uint32]) -> Lines:
        """The lines of a text given as code points."""
        kinds_table, width_table, latin_table = _tables()
        safe = np.minimum(codes, _LIMIT - 1)
        kinds = kinds_table[safe]
        breaks = codes == 10
        ids = np.cumsum(breaks) - breaks
        solid = np.flatnonzero(kinds != Class.SPACE)
        if not len(solid):
            none, nothing = np.zeros(0, np.intp), np.zeros(0)
            return cls(none, none, nothing, none, nothing, nothing, kinds)
        of_line = ids[solid]
        first = np.flatnonzero(np.diff(of_line, prepend=-1))
        starts, ends = solid[first], solid[np.append(first[1:], len(solid)) - 1] + 1
        numbers = of_line[first]
        blanks = np.diff(numbers, prepend=-1) - 1
        heads = np.concatenate(([0], np.flatnonzero(breaks) + 1))[numbers]
        wide = np.cumsum((codes == 0x3000) | (codes == 0x2003))
        wide_before = np.where(starts > 0, wide[starts - 1], 0) - np.where(heads > 0, wide[heads - 1], 0)
        indents = wide_before + 0.5 * (starts - heads - wide_before)
        rows = np.cumsum(np.bincount(starts, minlength=len(codes))) - 1
        inside = np.zeros(len(codes) + 1, np.int8)
        inside[starts] += 1
        inside[ends] -= 1
        within = np.flatnonzero(np.cumsum(inside[:-1]))
        row = rows[within]
        columns = width_table[safe[within]]
        n = len(starts)
        counts = np.bincount(row * 7 + columns, minlength=n * 7).reshape(n, 7).astype(np.float64)
        counts[:, _TIGHT] = _tight_pairs(kinds, codes, within, row, n)
        # In a letter-spaced line the spaces fill the width; without them it is as wide as it reads.
        counts[:, _SPACE] *= counts[:, _SPACE] < 0.6 * (counts[:, _FULL] - 1)
        letters = np.bincount(row[columns == _LATIN], minlength=n)
        latin = letters / np.maximum(letters + counts[:, _FULL], 1)
        widths = counts @ _best_widths(counts, blanks)
        if latin.mean() > 0.5:
            natural = np.bincount(row, latin_table[safe[within]], minlength=n)
            widths = np.where(latin > 0.5, natural, widths)
        return cls(starts, ends, indents, blanks, widths, latin, kinds)

    @cached_property
    def local(self) -> tuple[Floats, Floats]:
        """Width of the column at each line, in em, and how many lines near by bear it out."""
        return local_widths(self.widths)

    @property
    def first(self) -> NDArray[np.uint8]:
        """Class of the first character of each line."""
        return self.kinds[self.starts]

    @property
    def last(self) -> NDArray[np.uint8]:
        """Class of the last character of each line."""
        return self.kinds[self.ends - 1]


def local_widths(widths: Floats) -> tuple[Floats, Floats]:
    """Width of the column at each line, in em, and how many lines near by bear it out.

    The commonest width (in half ems) among the lines from 9 before to 9 after, those up to 4 away counting double; widths just
    below it count in part, and those just above against it, because the lines of a justified column are never wider.
    """
    count = len(widths)
    usable = (widths >= 5) & (widths < _WIDEST)
    half = np.where(usable, np.round(widths * 2), 0).astype(np.intp)
    size = int(half.max(initial=10)) + 3
    hits = np.zeros((count + 1, size))
    hits[np.flatnonzero(usable) + 1, half[usable]] = 1
    sums = np.cumsum(hits, axis=0)
    at = np.arange(count)
    near = np.zeros((count, size))
    for reach in (9, 4):
        near += sums[np.minimum(at + reach + 1, count)] - sums[np.maximum(at - reach, 0)]
    vote = near + 0.15 * np.minimum(1, sums[-1] / 20)
    vote[:, 1:] += 0.6 * near[:, :-1]
    vote[:, 2:] += 0.5 * near[:, :-2]
    vote[:, :-1] -= 0.3 * near[:, 1:]
    vote[:, :10] = -9
    best = vote.argmax(axis=1)
    # A line wider than the column round it stands in a wider one, if others of its width bear that out.
    for line in np.flatnonzero(usable & (half > best + 2)).tolist():
        wider = vote[line, half[line] - 1 :] + 0.5 * (sums[-1, half[line] - 1 :] >= 5)
        if wider.max() >= 3:
            best[line] = half[line] - 1 + int(wider.argmax())
    return best / 2, near[at, best] + near[at, np.minimum(best + 1, size - 1)]


def _tight_pairs(
    kinds: NDArray[np.uint8], codes: NDArray[np.uint32], within: Ints, row: Ints, n: int
) -> NDArray[np.intp]:
    """How often two full-width marks stand side by side in each line: compositors set such pairs half an em tighter."""
    mark = (codes[within] >= 0x3000) & (kinds[within] >= Class.STOP) & (kinds[within] <= Class.CLOSE_QUOTE)
    pair = mark[1:] & mark[:-1] & (row[1:] == row[:-1])
    return np.bincount(row[1:][pair], minlength=n)


def _best_widths(counts: NDArray[np.float64], blanks: Ints) -> NDArray[np.float64]:
    """The tried widths under which most lines are as wide as a line near by (the plain half em where nothing speaks)."""
    widths = counts @ _TRIED.T
    body = (widths[:, 0] > 8) & (widths[:, 0] < 64)
    score = np.zeros(len(_TRIED))
    for step in (1, 2, 3):
        both = body[step:] & body[:-step]
        near = np.abs(widths[step:] - widths[:-step]) < 0.13
        score += (near & both[:, None]).sum(axis=0)
    return _TRIED[int(np.argmax(score))]
