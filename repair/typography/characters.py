"""Kinds of characters and what they measure, as tables over code points."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["CLASSES", "COLUMNS", "Class", "Column", "advance", "table_of", "tables"]


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
_LIMIT = 0x30000
# Greek, Cyrillic and Armenian, Georgian, further Latin and Greek, Glagolitic and Coptic: letters that have cases.
_CASED = ((0x370, 0x590), (0x10A0, 0x1100), (0x1E00, 0x2000), (0x2C00, 0x2D30))


class Column:
    """What a character adds to the width of its line, as the column of a table of counts."""

    FULL, DIGIT, LATIN, SPACE, QUOTE, HALF, TIGHT = range(7)


COLUMNS = 7
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
def tables() -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.float64]]:
    """Class, column of width and Latin advance width of each code point below 0x30000 (`np.minimum` what is above)."""
    kind = np.zeros(_LIMIT, np.uint8)
    width = np.zeros(_LIMIT, np.uint8)
    for low, high in ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FFFF), (0x3005, 0x3007), (0x3041, 0x30FF)):
        kind[low : high + 1] = Class.HAN
    for low, high, what in ((0x30, 0x39, Class.DIGIT), (0x41, 0x5A, Class.UPPER), (0x61, 0x7A, Class.LOWER)):
        kind[low : high + 1] = what
        kind[low + 0xFEE0 : high + 0xFEE1] = what
    kind[0xC0:0x250] = kind[0xFB00:0xFB07] = Class.LOWER
    for code in (code for low, high in _CASED for code in range(low, high)):
        kind[code] = Class.LOWER if chr(code).islower() else Class.UPPER if chr(code).isupper() else Class.OTHER
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
    width[0x21:0x7F] = Column.HALF
    width[0x30:0x3A] = Column.DIGIT
    width[0x41:0x5B] = width[0x61:0x7B] = width[0xC0:0x250] = Column.LATIN
    width[[code for code in range(0x250, 0x2E80) if chr(code).isalpha()]] = Column.LATIN
    width[[0x20, 0xA0, 0x09]] = Column.SPACE
    width[[0x2018, 0x2019, 0x201C, 0x201D]] = Column.QUOTE
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


def advance(text: str) -> float:
    """Width of a text in a common book face, in em.

    >>> round(advance("mill"), 2)
    1.61
    """
    table = tables()[2]
    return float(sum(table[min(ord(c), _LIMIT - 1)] for c in text))
