r"""Dates, and datelines: who sends the report, from where and when.

>>> [bool(DATE.fullmatch(line)) for line in ("2026年3月2日", "二〇二六年三月二日", "3月2日")]
[True, True, False]
>>> bool(regex.fullmatch(DAY_OF_YEAR, "3月2日", regex.X)), bool(regex.fullmatch(DAY_OF_YEAR, "三月二十日", regex.X))
(True, True)
>>> [bool(DATELINE.match(line)) for line in ("本报讯 灯塔亮了", "新华社南汀3月2日电", "PORT ELM (AP) —", "新华社大楼")]
[True, True, True, False]
"""

from __future__ import annotations

import regex

from repair.vocabulary.numerals import COUNT

__all__ = [
    "DATE",
    "DATELINE",
    "DATELINE_END",
    "DATELINE_IN_LINE",
    "DATE_PATTERN",
    "DAY_OF_YEAR",
    "FIRST",
    "OPENING",
    "WIRE",
]

_OWN, _AGENCY, _NEWS_SERVICE = "本[报報]", "新[华華]社", "中新[社网網]"
WIRE = "讯訊电電"
"""What ends the dateline of a report that was sent."""

_WIRE = f"[{WIRE}]"

DATE_PATTERN = r"""(?:
    (?:\d{4}|[一二三四五六七八九十〇○零]{4})\s?年
    \s?[\d一二三四五六七八九十元]{1,3}\s?月
    \s?[\d一二三四五六七八九十]{1,3}\s?日
    )"""
"""A day with its year, as a part of other expressions; to be compiled with `regex.X`."""

DATE = regex.compile(DATE_PATTERN, regex.X)

DAY_OF_YEAR = rf"(?:\d{{1,2}}|{COUNT}{{1,2}})[ ]?月[ ]?(?:\d{{1,2}}|{COUNT}{{1,3}})[ ]?日"
"""A day without its year, as a part of other expressions."""

DATELINE = regex.compile(
    rf"""[【［]?(?:
    本[报報刊台][^\n，。]{{0,16}}?(?:{_WIRE}|消息|[报報]道)
    |[据據]?{_AGENCY}.{{0,16}}?(?:{_WIRE}|消)
    |{_NEWS_SERVICE}.{{0,12}}[电電]
    |[据據][《“].{{2,20}}[》”].{{0,6}}[报報]道
    |[A-Z][A-Z .,]{{2,40}}(?:\([A-Z]{{2,5}}\))?\ ?[—–-]     # PORT ELM (AP) —
    |\([A-Z]{{2,8}}\)                                       # (AP)
    )""",
    regex.X,
)
"""What the body of a report begins with, as a whole."""

OPENING = rf"""
    {_OWN}[^\n，。]{{0,12}}{_WIRE}
    |[据據]?{_AGENCY}|{_NEWS_SERVICE}
    |[据據][《“]
    |Reuters|\(AP\)
"""
"""What a printed line begins with that opens a report, as a part of other expressions.

It is not `DATELINE`: a printed line may end before the 电 that closes its dateline.
"""

DATELINE_END = rf"(?:\d日|{_OWN}.{{0,10}}){_WIRE}"
"""What a printed line ends with that is a dateline, as a part of other expressions."""

DATELINE_IN_LINE = rf"""(?:
    {_OWN}\p{{Han}}{{0,8}}?(?:{DAY_OF_YEAR})?{_WIRE}[ ]?[（(][^（()）\n]{{0,16}}[记記]者
    |[据據]?{_AGENCY}\p{{Han}}{{0,8}}?(?:{DAY_OF_YEAR}|{COUNT}{{1,3}}日){_WIRE}
    )"""
"""A dateline that can be nothing else inside a line: with a bracket of names, or with an agency, a place and a day."""

FIRST = frozenset("【［本据據新中R(")
"""The characters that `OPENING` begins with."""
