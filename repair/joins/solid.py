"""A text as the rules of widths and spaces will leave it, for evidence: the text itself is left to these rules.

The joins of cut paragraphs are judged on this form. A page that has been through the chain has it already, so a second
run finds what the first one found.
"""

from __future__ import annotations

import regex

__all__ = ["solid"]

_WIDE = str.maketrans({mark: chr(ord(mark) + 0xFEE0) for mark in ",;:!?()"})
_SET_SOLID = r"[\p{Han}\d\u3001-\u303F\uFF01-\uFF5E—…“”‘’·]"
_SPACE = regex.compile(rf"(?<={_SET_SOLID}) (?=[^ ])|(?<=[^ ]) (?={_SET_SOLID})")
_HAN = regex.compile(r"\p{Han}")


def solid(text: str) -> str:
    r"""The text with the lines that hold Han set solid: wide marks, and no single space beside Han, a digit or a mark.

    >>> solid("2 月 25 日,水来了\nOn 25 February, water came")
    '2月25日，水来了\nOn 25 February, water came'
    """
    lines = text.split("\n")
    return "\n".join([_SPACE.sub("", line.translate(_WIDE)) if _HAN.search(line) else line for line in lines])
