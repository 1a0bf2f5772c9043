r"""Jump marks: "continued on page 3", "from page 1", alone on a line or at a paragraph's edge.

>>> [bool(LINE.fullmatch(line)) for line in ("（下转第三版）", "▶▶3版", "Continued on page 3", "接着是第三版")]
[True, True, True, False]
>>> IN_BRACKETS.sub("", "桥通车了。（下转第三版）")
'桥通车了。'
"""

from __future__ import annotations

from typing import NamedTuple

import regex

from repair.core.text import Span
from repair.vocabulary.numerals import NUMERAL, number_of

__all__ = ["FIRST", "IN_BRACKETS", "LINE", "MARK", "OPENING", "WORDS", "Jump", "jump_of", "leads", "parted", "trails"]

_CHINESE_PAGE = rf"(?:[A-ZＡ-Ｚ]{{0,2}}\s?[0-9０-９]{{1,3}}|[A-ZＡ-Ｚ]|{NUMERAL})"
_ARROWS = "(?:[▶►▷▸→➔➜]{1,4}|[》＞>]{2,4})"
_CHINESE_ONE = rf"""
    (?:(?P<to>{_ARROWS}\s?(?:下\s?)?[转轉]?(?=\s?(?:本[报報])?\s?第?\s?{_CHINESE_PAGE})|下\s?[转轉]|[转轉])
        |(?P<from>(?:[上紧緊]\s?)?接))
    \s?(?:本[报報])?\s?第?\s?(?P<page>{_CHINESE_PAGE})(?:[、，,~～—–\-至和及\s]{_CHINESE_PAGE})*\s?[版页頁]
    (?:\s?{_ARROWS})?
"""
_ENGLISH_ONE = r"""
    (?i:(?:please\ )?(?:(?P<to>continue[sd]?\ on|cont'?d\.?\ on|turn\ to|see|jump\ to)
        |(?P<from>continued\ from|cont'?d\.?\ from|from)))
    \ (?:[A-Z]{2,20},?\ (?:on\ )?)?(?i:page|p\.|pg\.?)\ ?(?P<page>[A-Z]{0,2}-?[0-9]{1,3}|[A-Z]\b
        |(?i:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b)
"""
_ONE = rf"(?|{_CHINESE_ONE}|{_ENGLISH_ONE})"
_OPENS, _CLOSES = r"[（(〈<《【〔\[]\s*", r"\s*[）)〉>》】〕\]]"
_BRACKETED = rf"{_OPENS}{_ONE}{_CLOSES}"

LINE = regex.compile(rf"(?|{_BRACKETED}|[—─-]*{_ONE})", regex.X)
"""A jump mark that fills a line."""

IN_BRACKETS = regex.compile(rf"{_OPENS}{_CHINESE_ONE}{_CLOSES}", regex.X)
"""A Chinese jump mark in brackets, wherever it stands."""

MARK = regex.sub(r"\(\?(?:P<\w+>|\|)", "(?:", rf"(?|{_BRACKETED}|{_ONE})")
"""A jump mark as a part of other regular expressions, without groups of its own; to be compiled with `regex.X`."""

OPENING = rf"""
    {MARK}
    |[(]?(?:Continued|See|From|Turn\ to|Please\ turn\ to)\b[^\n]{{0,12}}\b[Pp]age\b
"""
"""What a printed line begins with that may be a jump mark, as a part of other expressions (`regex.X`).

It is not `MARK`: the number of the page may be misread.
"""

FIRST = frozenset("转轉接上下紧緊（(〈<《【〔[▶►▷▸→➔➜》＞>PCSFTJ")
"""The characters that a jump mark begins with; a printed line of English that begins in lower case goes on."""

WORDS = regex.compile("[版页頁]|[Pp](?:age|AGE|g)?[. ]")
"""Of these one stands in each jump mark that names a page."""

_AT_HEAD = regex.compile(rf"{_BRACKETED}\s*", regex.X)
# Without brackets only after a stop, and only in words that say nothing else.
_AT_TAIL = regex.compile(rf"\s*(?|{_BRACKETED}|(?<=[。！？!?.”」…]\s*){_ONE}(?<=[版页頁]|\w))$", regex.X)
_TAIL = 40
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


class Jump(NamedTuple):
    """What a jump mark says: `way` is "to" or "from", `section` a letter before the page's number, or "".

    `number` is 0 where only a section is named.
    """

    way: str
    section: str
    number: int

    @property
    def label(self) -> str:
        """The page or the section that it names."""
        return f"{self.section}{self.number or ''}"


def jump_of(mark: str) -> Jump | None:
    """The jump that a mark speaks of, or None where it is none.

    >>> jump_of("（下转第三版）"), jump_of("接A02版")
    (Jump(way='to', section='', number=3), Jump(way='from', section='A', number=2))
    """
    found = LINE.fullmatch(mark.strip())
    return _jump(found) if found else None


def leads(text: str) -> Jump | None:
    """The jump mark that a block begins with.

    >>> leads("（上接第一版）与会者认为").number
    1
    """
    found = LINE.fullmatch(text) or _AT_HEAD.match(text)
    return _jump(found) if found else None


def trails(text: str) -> Jump | None:
    """The jump mark that a block ends with.

    >>> trails("与会者认为，(下转第三版)").number
    3
    """
    found = LINE.fullmatch(text) or _AT_TAIL.search(text, max(0, len(text) - _TAIL))
    return _jump(found) if found else None


def parted(text: str) -> tuple[Span, Span, Span]:
    """A block's jump mark at its head, the rest, and the jump mark at its tail; what is not there is empty.

    >>> [text[slice(*span)] for text in ["(接一版)他说。 (转2版)"] for span in parted(text)]
    ['(接一版)', '他说。', '(转2版)']
    """
    start, end = 0, len(text)
    first = last = Span(0, 0)
    if (found := _AT_HEAD.match(text)) and found.end() < end:
        first, start = Span(0, len(text[: found.end()].rstrip())), found.end()
    if (found := _AT_TAIL.search(text, max(start, end - _TAIL))) and found.start() > start:
        opens = found.start() + len(found[0]) - len(found[0].lstrip())
        last, end = Span(opens, end), found.start()
    return first, Span(start, end), last


def _jump(found: regex.Match[str]) -> Jump:
    page = found["page"].replace(" ", "").replace("-", "")
    letters = page.rstrip("0123456789０１２３４５６７８９")
    if digits := page[len(letters) :]:
        number, section = int(digits), letters
    elif page.lower() in _WORDS:
        number, section = _WORDS.index(page.lower()) + 1, ""
    elif page.isascii():
        number, section = 0, page
    else:
        number, section = number_of(page), ""
    return Jump("to" if found["to"] else "from", "".join(map(_half, section)).upper(), number)


def _half(char: str) -> str:
    return chr(ord(char) - 0xFEE0) if "Ａ" <= char <= "Ｚ" else char
