r"""Numbers in Chinese numerals, as heads, items, jump marks and dates have them.

>>> number_of("三"), number_of("十二"), number_of("二十")
(3, 12, 20)
>>> import regex
>>> [bool(regex.fullmatch(NUMERAL, said)) for said in ("七", "十二", "二十一", "一百")]
[True, True, True, False]
>>> [bool(regex.fullmatch(ORDINAL, said)) for said in ("一百零五", "12", "甲")]
[True, True, False]
"""

from __future__ import annotations

__all__ = ["COUNT", "NUMERAL", "ORDINAL", "number_of"]

COUNT = "[一二三四五六七八九十]"
"""A character of a number up to 99."""

NUMERAL = "(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[一二两兩三四五六七八九])"
"""A number from 1 to 99."""

ORDINAL = r"[一二三四五六七八九十百零〇\d]{1,5}"
"""The number of an article of law, a chapter or a document, behind 第."""

_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"两": 2, "兩": 2}


def number_of(numeral: str) -> int:
    """The number that a `NUMERAL` says.

    >>> number_of("两"), number_of("九十九")
    (2, 99)
    """
    tens, ten, ones = numeral.partition("十")
    if not ten:
        return _DIGITS[numeral]
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
