r"""What belongs to the sheet and not to an article: the paper's name, the folio, date and editors, addresses.

>>> [bool(PAPER.fullmatch(line)) for line in ("南汀日报", "NANTING RIBAO", "12", "灯塔亮了")]
[True, True, True, False]
>>> bool(SHEET.search("2 要闻 2026年3月2日 星期一 责任编辑：姜树")), bool(SHEET.search("灯塔星期天亮了"))
(True, True)
>>> FOLIO.fullmatch("A03版")["section"], FOLIO.fullmatch("第三版")["number"]
('A', '三')
"""

from __future__ import annotations

import regex

from repair.vocabulary.numerals import NUMERAL

__all__ = ["FIRST", "FOLIO", "OPENING", "PAPER", "SHEET", "SHEET_END"]

_EDITORS, _READERS, _DAY = "[责責]任[编編]", "校[对對]", "星期[一二三四五六日天]"
_SERIAL = r"[总總]第\d+期"

PAPER = regex.compile(
    r"""\p{Han}{2,4}(?:[日晚新时時商早晨快周]|都市|青年|工人)[报報]
    |[A-Z]{3,}\ (?:[A-Z]+\ ?)?[A-Z]*BAO
    |\d{1,2}""",
    regex.X,
)
"""A line that is the name of a newspaper, or the number of a page."""

SHEET = regex.compile(rf"{_EDITORS}[辑輯]|版式[：:]|{_READERS}[：:]|{_DAY}|{_SERIAL}|今日\d+版")
"""What a folio has inside that was read as one line with the date and the editors' names."""

OPENING = rf"""
    {_EDITORS}|版式|{_READERS}|[国國][内內][统統]一|[总總]第|今日\d|[邮郵][发發]|[广廣]告|地址
    |(?:Vol\.|No\.|Page)\s?\d
"""
"""What a printed line of the sheet begins with, as a part of other expressions."""

FIRST = frozenset("责責版校国國总總今邮郵广廣地VNP")
"""The characters that `OPENING` begins with."""

SHEET_END = rf"(?:{_DAY}|{_SERIAL}|\d版|{_READERS}：?.{{2,4}})"
"""What a printed line of the sheet ends with, as a part of other expressions."""

FOLIO = regex.compile(rf"第?\s?(?P<section>[A-Z]?)\s?0?(?P<number>\d{{1,3}}|{NUMERAL})\s?[版页頁]?")
"""A line that is the number of a page, with the letter of its section."""
