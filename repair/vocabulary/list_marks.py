r"""Marks of items: numbers, letters in brackets and bullets at the head of a line, articles of law, chapters.

>>> [bool(ITEM.match(line)) for line in ("1. 重修灯塔", "二、更换楼梯", "（三）更换玻璃", "• 浮标", "3.5米高的塔")]
[True, True, True, True, False]
>>> [bool(ARTICLE.match(line)) for line in ("第四条 守塔人每夜上塔", "第一百零五条", "第四次上塔")]
[True, True, False]
>>> bool(CHAPTER.fullmatch("第三章 灯塔")), bool(CHAPTER.fullmatch("第三章讲的是灯塔。"))
(True, False)
>>> [NUMBERED.match(head)["number"] for head in ("## 2.1 灯塔", "（二）灯塔", "第十二章 灯塔")]
['2.1', '二', '十二']
"""

from __future__ import annotations

import regex

from repair.vocabulary.numerals import COUNT, NUMERAL, ORDINAL

__all__ = ["ARTICLE", "CHAPTER", "FIRST", "ITEM", "NUMBERED", "OPENING"]

_SURE = rf"""
    \d{{1,2}}[.．、](?!\d)              # 1. and 1、, but not 1.5
    |{COUNT}{{1,3}}、                   # 二、
    |[●■◆▲△★○◎•①-⑳➊-➓]              # bullets and numbers in circles
"""

ITEM = regex.compile(
    rf"""{_SURE}
    |[（(](?:{COUNT}{{1,3}}|\d{{1,2}})[)）]     # （二）
    |\d{{1,2}}[)）]                      # 2)
    |[-*+]\                              # a model's bullets
    """,
    regex.X,
)
"""What the line of an item begins with."""

ARTICLE = regex.compile(rf"第{ORDINAL}[条條章节節]")
"""What an article of law begins with, or the head of a chapter."""

# A longer number at the head of a printed line stands inside a sentence more often: a law is cited there.
_SHORT = r"[一二三四五六七八九十百\d]{1,4}"

OPENING = rf"""
    {_SURE}
    |[（(](?:{COUNT}|\d){{1,3}}[)）]
    |第{_SHORT}[条條章]
    |第{_SHORT}[号號]$                 # a document: 第三号
"""
"""What a printed line begins with that opens an item or an article of law, as a part of other expressions.

It is not `ITEM`: a printed line that begins with `2)` or `- ` may be the second half of a bracket or of a sentence with
a dash; and an article of law, which is a paragraph of running text, opens one as surely as an item does. To be compiled
with `regex.X` and `regex.M`.
"""

FIRST = frozenset("0123456789一二三四五六七八九十（(●■◆▲△★○◎•①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳➊➋➌➍➎➏➐➑➒➓-*+第")
"""The characters that any of these begins with."""

CHAPTER = regex.compile(rf"第{ORDINAL}[章回節节][^，。、；：！？,;:!?]*")
"""A line that is the title of a chapter, without a mark."""

NUMBERED = regex.compile(
    rf"""[\#*\s]*                           # the signs of Markdown
    (?:第\s?)?
    (?P<open>[（(]?)
    (?P<number>(?:\d{{1,2}}[.．])*\d{{1,2}}|{NUMERAL})
    (?P<close>[章节節篇回条、.．)）\s]|(?=\p{{Han}}))""",
    regex.X,
)
"""What a head with a number begins with: 2, 2.1, 第二章, 二、, （二）."""
