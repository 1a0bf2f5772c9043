"""What lines begin and end with, and which pairs of marks stand in them, as far as joining needs to know it."""

from __future__ import annotations

from functools import cache

import numpy as np
import regex
from numpy.typing import NDArray

from repair.blocks.line import JUMP_EM
from repair.core.page import Page, view
from repair.typography.characters import Class, table_of
from repair.typography.lines import Lines, printed_lines
from repair.vocabulary import bylines, captions, datelines, head_words, jump_marks, list_marks, notes, sheet

__all__ = [
    "BRACKETS",
    "DOUBLE_QUOTES",
    "SINGLE_QUOTES",
    "LineKinds",
    "chapter_titles",
    "jump_lines",
    "jump_lines_of",
    "line_kinds",
    "line_kinds_of",
    "paired_marks",
    "paired_marks_of",
    "serial_ends",
]

START_KINDS = ("none", "list", "dateline", "caption", "byline", "jump", "dash", "furniture")
"""What a line can begin with."""

END_KINDS = ("none", "credit", "jump", "dateline", "furniture", "bracket")
"""What a line can end with; "bracket": it stands in brackets as a whole."""

BYLINES = ("no", "byline", "names")
"""Whether a line is a byline, or nothing but names."""

# Kinds of marks that open a pair; the mark that closes it is of the next kind.
DOUBLE_QUOTES, SINGLE_QUOTES, BRACKETS = 1, 3, 5
_PAIRED = ("“「", "”」", "‘『", "’』", "（(《〈【", "）)》〉】")

# What a line begins with, behind a model's marks. The groups are in the order of `START_KINDS`.
_STARTS = regex.compile(
    rf"""(?:[\#*]+[ ]*)?(?:
    ({list_marks.OPENING})
    |({datelines.OPENING})
    |({captions.OPENING})
    |({bylines.OPENING})
    |({jump_marks.OPENING})
    |({head_words.OPENING})
    |({sheet.OPENING})
    )""",
    regex.M | regex.X,
)
# What a line ends with. The groups are in the order of `END_KINDS`.
_ENDS = regex.compile(
    rf"(?:({captions.CREDIT_END})|({jump_marks.MARK})|({datelines.DATELINE_END})|({sheet.SHEET_END}))$", regex.X
)
_ENDING = frozenset("摄攝图圖片道版页頁电讯電訊)）〉>》】〕]▶►▷▸→➔➜＞一二三四五六日天期")

_NTH = ord("第")

# Only lines that begin so, or end so, need a closer look.
_FIRST = frozenset("#*").union(
    *(kind.FIRST for kind in (list_marks, datelines, captions, bylines, jump_marks, head_words, sheet))
)
_PLAIN = table_of(Class.HAN, Class.OTHER)
_SPACES = table_of(Class.SPACE)


LineKinds = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]


def line_kinds(value: str, lines: Lines) -> LineKinds:
    """What each line begins with, ends with, and whether it is a byline or only names.

    As places in `START_KINDS`, `END_KINDS` and `BYLINES`.
    """
    start_kinds, end_kinds, of_people = (np.zeros(len(lines), np.intp) for _ in range(3))
    plain = _PLAIN[lines.last] & (lines.marks == 0) & (lines.widths <= 40) & (lines.widths >= 2)
    spaced = (lines.counted(_SPACES) > 0).tolist()
    spans = zip(lines.starts.tolist(), lines.ends.tolist(), plain.tolist(), spaced, strict=True)
    for line, (start, end, is_plain, has_space) in enumerate(spans):
        if value[start] in _FIRST and (found := _STARTS.match(value, start, end)):
            start_kinds[line] = found.lastindex or 0
        if value[end - 1] in _ENDING and (found := _ENDS.search(value, max(start, end - 16), end)):
            end_kinds[line] = found.lastindex or 0
        if is_plain:
            named = not bylines.PEOPLE.isdisjoint(value[start:end])
            if (has_space or named) and bylines.OF_NAMES.fullmatch(value, start, end):
                of_people[line] = BYLINES.index("names")
            elif named and bylines.ABOUT.fullmatch(value, start, end):
                of_people[line] = BYLINES.index("byline")
    bracket = (lines.first == Class.OPEN) & (lines.last == Class.CLOSE) & (lines.widths <= 16) & (end_kinds == 0)
    end_kinds[bracket] = END_KINDS.index("bracket")
    return start_kinds, end_kinds, of_people


def paired_marks(codes: NDArray[np.uint32]) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
    """The places of quotes and brackets, and the kind of each: 1 a double quote that opens, 2 one that closes, ...

    >>> from repair.core.text import codes_of
    >>> at, kinds = paired_marks(codes_of("说“好”（笑）"))
    >>> at.tolist(), kinds.tolist()
    ([1, 3, 4, 6], [1, 2, 5, 6])
    """
    kinds = _paired_table().take(codes, mode="clip")
    at = kinds.nonzero()[0]
    return at, kinds[at]


@cache
def _paired_table() -> NDArray[np.uint8]:
    table = np.zeros(0x10000, np.uint8)
    for kind, chars in enumerate(_PAIRED, start=1):
        table[[ord(c) for c in chars]] = kind
    return table


@view
def line_kinds_of(page: Page) -> LineKinds:
    """What each line of a page begins with, ends with, and whether it is a byline."""
    return line_kinds(page.text.value, printed_lines(page))


@view
def jump_lines_of(page: Page) -> NDArray[np.bool_]:
    """The lines of a page that are nothing but a jump mark."""
    return jump_lines(page.text.value, printed_lines(page))


@view
def paired_marks_of(page: Page) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
    """Where quotes and brackets stand on a page, and of which kind each is."""
    return paired_marks(page.codes)


def jump_lines(value: str, lines: Lines) -> NDArray[np.bool_]:
    """The lines that are nothing but a jump mark: they belong to no paragraph."""
    candidates = np.zeros(len(lines), np.bool_)
    places = [found.start() for found in jump_marks.WORDS.finditer(value)]
    if not places:
        return candidates
    candidates[lines.starts.searchsorted(places, side="right") - 1] = True
    return _matching(jump_marks.LINE, candidates & (lines.widths <= JUMP_EM), value, lines)


def chapter_titles(value: str, codes: NDArray[np.uint32], lines: Lines) -> NDArray[np.bool_]:
    """The lines that are the title of a chapter: 第三章…, 第四回…, without a mark."""
    return _matching(list_marks.CHAPTER, codes[lines.starts] == _NTH, value, lines)


def serial_ends(value: str, lines: Lines) -> NDArray[np.bool_]:
    """The lines that say only that the story goes on in another issue: they belong to the paragraph before."""
    candidates = (lines.first == Class.OPEN) & (lines.last == Class.CLOSE) & (lines.widths <= 8)
    return _matching(notes.SERIAL_END, candidates, value, lines)


def _matching(
    pattern: regex.Pattern[str], candidates: NDArray[np.bool_], value: str, lines: Lines
) -> NDArray[np.bool_]:
    found = np.zeros(len(lines), np.bool_)
    for line in np.flatnonzero(candidates).tolist():
        found[line] = bool(pattern.fullmatch(value, lines.starts[line], lines.ends[line]))
    return found
