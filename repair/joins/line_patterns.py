"""What lines begin and end with, and which pairs of marks stand in them, as far as joining needs to know it."""

from __future__ import annotations

from functools import cache

import numpy as np
import regex
from numpy.typing import NDArray

from repair.core.page import Page, view
from repair.typography.characters import Class, table_of
from repair.typography.lines import Lines, printed_lines
from repair.vocabulary.jump_marks import LINE, MARK

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

# What a line begins with. The groups are in the order of `START_KINDS`.
_STARTS = regex.compile(
    r"""(?:[\#*]+[ ]*)?(?:
    (\d{1,2}[.．、](?!\d)|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[)）]
        |第[一二三四五六七八九十百\d]{1,4}(?:[条章條]|[号號]$)|[●■◆▲△★○◎•①-⑳])
    |(本[报報][^\n，。]{0,12}[讯电訊電]|新[华華]社|中新[社网]|据新[华華]社|據新華社|据[《“]|(?:Reuters|\(AP\)))
    |(图[为：①-⑤]|圖[為：]|[上下左右][图圖]|[（(](?:资料图|資料圖|图|圖)|[（(](?![上下]\s?[接转轉])[左右上下中]|Photo:)
    |(本[报報]|[记記]者|通[讯訊]员|通訊員|特[约約]|□|文/|图/|作者|By\b)
    |("""
    rf"{MARK}"
    r"""|[(]?(?:Continued|See|From|Turn\ to|Please\ turn\ to)\b[^\n]{0,12}\b[Pp]age\b)
    |(——|──|--)
    |((?:[责責]任[编編]|版式|校[对對]|[国國][内內][统統]一|[总總]第|今日\d|[邮郵]发|广告|地址)|(?:Vol\.|No\.|Page)\s?\d)
    )""",
    regex.M | regex.X,
)
_ENDS = regex.compile(
    r"""(?:
    ([摄攝]|供[图圖]|[摄攝]影[报報]道|资料图片?|資料圖片?|[Pp]hoto)[)）]?
    |("""
    rf"{MARK}"
    r""")
    |((?:\d日|本[报報].{0,10})[电讯電訊])
    |(星期[一二三四五六日天]|[总總]第\d+期|\d版|校[对對]：?.{2,4})
    )$""",
    regex.X,
)
_ENDING = frozenset("摄攝图圖片道版页頁电讯電訊)）〉>》】〕]▶►▷▸→➔➜＞一二三四五六日天期")
_NAMES = regex.compile(
    r"(?:(?:[^\s，。：（(讯訊电電]{0,8}[报報社网網台臺心])?(?:[记記]者|通[讯訊]员|通訊員|□)[^\S\n]*[\p{Han}·]{1,4}"
    r"|[^\s，。：（(讯訊电電]{0,12}(?:[记記]者|通[讯訊]员|通訊員)[^\S\n]+[\p{Han}·]{1,4}"
    r"|[\p{Han}·]{2,4}[ \u3000]+[\p{Han}·]{1,4})"
    r"(?:[ \u3000]+[\p{Han}·]{1,4}){0,8}"
)
_BYLINE = regex.compile(r"[^，。；：]{0,14}(?:[记記]者|通[讯訊]员|通訊員|□)[^，。；：]{0,40}")


_WIDEST_JUMP = 20

_CHAPTER = regex.compile(r"第[一二三四五六七八九十百\d]{1,4}[章回節节][^，。、；：！？,;:!?]*")
_SERIAL_END = regex.compile(r"[（(](?:未完|(?:未完)?待[续續]|[续續]完)[)）]")
_NTH = ord("第")

# Only lines that begin so, end so, or hold one of these need a closer look.
_FIRST = frozenset(
    "#*0123456789一二三四五六七八九十（(第●■◆▲△★○◎•①②③④⑤⑥⑦⑧⑨⑩本新中据據图圖上下左右资資记記通特□文作转轉接紧緊〈<《【〔[▶►▷▸→➔➜》＞>—─-责責版校国國总總今邮郵广地VNPRBCSFT"
)
_JUMP_WORDS = regex.compile("[版页頁]|[Pp](?:age|AGE|g)?[. ]")
_OF_PEOPLE = frozenset("者员員□")
_PLAIN = table_of(Class.HAN, Class.OTHER)
_SPACES = table_of(Class.SPACE)


LineKinds = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]


def line_kinds(value: str, lines: Lines) -> LineKinds:
    """What each line begins with, ends with, and whether it is a byline or only names.

    As places in `START_KINDS`, `END_KINDS` and `BYLINES`.
    """
    start_kinds, end_kinds, bylines = (np.zeros(len(lines), np.intp) for _ in range(3))
    plain = _PLAIN[lines.last] & (lines.marks == 0) & (lines.widths <= 40) & (lines.widths >= 2)
    spaced = (lines.counted(_SPACES) > 0).tolist()
    spans = zip(lines.starts.tolist(), lines.ends.tolist(), plain.tolist(), spaced, strict=True)
    for line, (start, end, is_plain, has_space) in enumerate(spans):
        if value[start] in _FIRST and (found := _STARTS.match(value, start, end)):
            start_kinds[line] = found.lastindex or 0
        if value[end - 1] in _ENDING and (found := _ENDS.search(value, max(start, end - 16), end)):
            end_kinds[line] = found.lastindex or 0
        if is_plain:
            of_people = not _OF_PEOPLE.isdisjoint(value[start:end])
            if (has_space or of_people) and _NAMES.fullmatch(value, start, end):
                bylines[line] = BYLINES.index("names")
            elif of_people and _BYLINE.fullmatch(value, start, end):
                bylines[line] = BYLINES.index("byline")
    bracket = (lines.first == Class.OPEN) & (lines.last == Class.CLOSE) & (lines.widths <= 16) & (end_kinds == 0)
    end_kinds[bracket] = END_KINDS.index("bracket")
    return start_kinds, end_kinds, bylines


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
    places = [found.start() for found in _JUMP_WORDS.finditer(value)]
    if not places:
        return candidates
    candidates[lines.starts.searchsorted(places, side="right") - 1] = True
    return _matching(LINE, candidates & (lines.widths <= _WIDEST_JUMP), value, lines)


def chapter_titles(value: str, codes: NDArray[np.uint32], lines: Lines) -> NDArray[np.bool_]:
    """The lines that are the title of a chapter: 第三章…, 第四回…, without a mark."""
    return _matching(_CHAPTER, codes[lines.starts] == _NTH, value, lines)


def serial_ends(value: str, lines: Lines) -> NDArray[np.bool_]:
    """The lines that say only that the story goes on in another issue: they belong to the paragraph before."""
    candidates = (lines.first == Class.OPEN) & (lines.last == Class.CLOSE) & (lines.widths <= 8)
    return _matching(_SERIAL_END, candidates, value, lines)


def _matching(
    pattern: regex.Pattern[str], candidates: NDArray[np.bool_], value: str, lines: Lines
) -> NDArray[np.bool_]:
    found = np.zeros(len(lines), np.bool_)
    for line in np.flatnonzero(candidates).tolist():
        found[line] = bool(pattern.fullmatch(value, lines.starts[line], lines.ends[line]))
    return found
