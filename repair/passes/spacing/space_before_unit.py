"""A number and its unit stand solid: `2031 年 4 月 9 日` is 2031年4月9日.

A space before a unit is taken out in headlines and date lines too, where other spaces part clauses; so it must be a
unit, and the space must not part cells:

* what begins with a unit may be a word of its own: 3 日本, 20 年级. `units.tsv` lists pairs of characters that next to
  never stand behind a number;
* in a row of cells (`挪威 3 日本 2 法国 1`, `000417 万家乐 7.15`) every space parts two. Such a line has several
  numbers that stand alone, and no mark of a sentence; that of a date has them too, each with its unit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import regex

from repair.core.change import Change, Safety
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.core.text import Edit
from repair.vocabulary.tsv import read_words

__all__ = ["RULE", "TABLE", "UNITS"]

TABLE = Path(__file__).with_name("space_before_unit.tsv")
UNITS = (
    "年月日号號时時点點分秒岁歲人名个個位家户戶项項件次届屆期版元万萬亿億千百斤吨噸米亩畝度倍级級条條款章节節页頁天周季多余餘"
    "公集部座台辆輛头頭只隻株棵所间間层層栋棟处處"
)
_LONGER = "小时|小時|分钟|分鐘|公里|公斤|平方|立方|毫|厘米|千瓦|左右"
_UNIT = rf"(?:[{UNITS}]|{_LONGER})"
_SPACE = regex.compile(
    rf"""(?<![ ])[ ]{{1,2}}+(?![ ])(?:
    (?<=\d[ ]+)(?={_UNIT})(?:(?=[年月日])|(?!\p{{Han}}{{2,6}}[：:]))
    |(?<=第[ ]+)(?=\d)
    |(?<=\p{{Han}}[ ]+)(?=\d[\d.]*[ ]+{_UNIT})(?<!(?:电|電|讯|訊)[ ]+))""",
    regex.X,
)
_AFTER_NUMBER = regex.compile(rf"\d[\d.]*[ ]+({_UNIT})")
_OF_SENTENCE = regex.compile(r"[，。；！？、,;!?](?!\d)")
_ALONE = regex.compile(r"(?<!\S)(?<!第 {0,2})[+-]?\d[\d.,:：/%-]*(?!\S)")
_DATED = regex.compile(r"(?<!\S)\d{1,4} {1,2}[年月日号號时時分](?:[ ]|(?=\d)|$)")
_CELLS = 2  # numbers that stand alone, from which on a line without a mark is a row


def find(page: Page, options: Options) -> Iterator[Change]:
    """Close up the spaces between numbers and units."""
    value = page.text.value
    row = (-1, False)
    for found in _SPACE.finditer(value):
        start, end = found.span()
        low = value.rfind("\n", 0, start) + 1
        if row[0] != low:
            high = value.find("\n", end)
            row = low, _is_row(value[low : high if high >= 0 else len(value)])
        if not row[1] and not _is_word(value, end):
            yield Change((Edit(start, end, ""),), _TITLE, Safety.SAFE, 0.99)


def _is_word(value: str, at: int) -> bool:
    """Whether what stands where the unit should be is a word that only begins with one."""
    if value[at].isdigit():
        number = _AFTER_NUMBER.match(value, at)
        if not number:
            return False
        at = number.start(1)
    return value[at : at + 2] in _words()


def _is_row(line: str) -> bool:
    """Whether a line is a row of cells; that of a date, whose numbers have units, is none."""
    if _OF_SENTENCE.search(line):
        return False
    return len(_ALONE.findall(line)) - len(_DATED.findall(line)) >= _CELLS


@cache
def _words() -> frozenset[str]:
    return frozenset(read_words(TABLE, TABLE.read_text(encoding="utf-8")))


_TITLE = "space between a number and its unit"
RULE = Rule(
    id="spacing/space-before-unit",
    title=_TITLE,
    phase=Phase.FINISH,
    why="As in running text, but safe in a headline or a date line as well, since a unit belongs to its number. A "
    "number with a space on both sides and a unit after it loses both. In a row of cells spaces stay.",
    find=find,
    safety=Safety.SAFE,
    needs=" ",
    digest=hashlib.blake2b(TABLE.read_bytes(), digest_size=8).hexdigest(),
)
