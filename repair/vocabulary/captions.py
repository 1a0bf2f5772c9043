r"""Captions: how they begin, and who took the picture, as they end.

>>> [bool(CAPTION.match(line)) for line in ("图为灯塔", "▲左图：灯塔", "（资料图）", "Photo by Rowe", "图书馆开放")]
[True, True, True, True, False]
>>> [bool(CREDIT.search(line)) for line in ("灯塔的夜晚。姜树 摄", "守塔人在换灯。（资料图片）", "灯塔亮了。")]
[True, True, False]
"""

from __future__ import annotations

import regex

__all__ = ["CAPTION", "CREDIT", "CREDIT_END", "FIRST", "OPENING", "PICTURE_OF_DAY"]

_PICTURE, _TAKEN, _GIVEN, _FROM_FILE = "[图圖]", "[摄攝]", "供[图圖]", "[资資]料[图圖]"

_SURE = rf"""
    {_PICTURE}[为為：:①-⑤]
    |[上下左右中]{_PICTURE}
    |[（(](?:{_FROM_FILE}|{_PICTURE}[为為])
    |Photo(?:graph)?s?(?::|\ by\ )
"""

CAPTION = regex.compile(
    rf"""[▲▼◀▶△▽↑↓←→]?(?:
    {_SURE}
    |{_PICTURE}[一二三四1-4][：:为為]
    |Pictured|(?:Above|Below|Left|Right)[:,]\     # in English
    )""",
    regex.X,
)
"""What a caption begins with."""

OPENING = rf"""
    {_SURE}
    |[（(](?:{_PICTURE}|(?![上下]\s?[接转轉])[左右上下中])
"""
"""What a printed line begins with that may be of a caption, as a part of other expressions.

It is not `CAPTION`: a printed line of a caption may begin with the person who stands （左）. To be compiled with
`regex.X`.
"""

FIRST = frozenset("▲▼◀▶△▽↑↓←→图圖上下左右中（(PABLR")
"""The characters that any of these begins with."""

CREDIT = regex.compile(
    rf"""(?:
    [（(](?:{_FROM_FILE}片?|{_PICTURE}片?)[)）]
    |{_TAKEN}影?|{_GIVEN}
    |[（(][^（()）]{{0,14}}{_TAKEN}[)）]
    |{_PICTURE}/\S{{2,4}}
    |[。）)]\s?[^，。；：]{{0,16}}[记記]者\s?\p{{Han}}[\p{{Han}}\ ·]{{1,12}}
    |[（(]?(?i:photo\ by|photo:|courtesy\ of|file\ photo)[^.]{{0,40}}[)）.]?
    )$""",
    regex.X,
)
"""Who took the picture, or where it comes from, at the end of a caption."""

CREDIT_END = rf"(?:{_TAKEN}|{_GIVEN}|{_TAKEN}影[报報]道|资料图片?|資料圖片?|[Pp]hoto)[)）]?"
"""What a printed line ends with that may be a credit, as a part of other expressions.

It is not `CREDIT`: the bracket or the sentence before it may stand in the line above.
"""

PICTURE_OF_DAY = rf"""
    (?:[上下]午|晚|凌晨|，)[^\n]{{4,120}}
    (?:{_PICTURE}[为為][^\n]{{4,80}}|{_TAKEN}[)）]?)[ ]*$
"""
"""How a caption goes on behind the day on which the picture was taken, as a part of other expressions (`regex.X`)."""
