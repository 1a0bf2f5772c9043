"""Where a page has tables and formulas, in which equal pieces stand side by side and are no second reading."""

from __future__ import annotations

import regex

from repair.core.text import Span

__all__ = ["tables", "whole_periods"]

# A table of HTML, to its end or to that of the page; rows of one that is torn; rows of Markdown; formulas of TeX.
_TABLES = regex.compile(
    r"""(?is)<table\b.*?(?:</table>|\Z)
    |<(tr|td|th)\b[^<>]*>(?:(?!</\1>)[^\n])*+(?:</\1>)?
    |(?m:^[^\S\n]*\|[^\n]*\|[^\n]*$)
    |(?m:^[^|\n]+(?:\|[^|\n]*){2,}$)
    |\$\$.*?(?:\$\$|\Z)
    |\$(?=\S)[^$\n]{1,400}?(?<=\S)\$
    |\\\[.*?(?:\\\]|\Z)""",
    regex.X,
)


def tables(value: str) -> list[Span]:
    r"""The stretches of a text that are tables, rows of tables and formulas, in order.

    >>> [value[slice(*span)] for value in ["桥\n| 一 | 二 |\n因 $a_1$ 故"] for span in tables(value)]
    ['| 一 | 二 |', '$a_1$']
    """
    if not any(sign in value for sign in ("<t", "<T", "|", "$", "\\[")):
        return []
    return [Span(*found.span()) for found in _TABLES.finditer(value)]


def whole_periods(value: str) -> int:
    """How often the shortest piece stands in a text that is made of it alone; a last one that is broken off counts not.

    >>> whole_periods("好的，好的，好"), whole_periods("好的")
    (2, 1)
    """
    border = [0] * (len(value) + 1)  # Knuth, Morris and Pratt's failure function
    border[0] = -1
    for at, char in enumerate(value):
        last = border[at]
        while last >= 0 and value[last] != char:
            last = border[last]
        border[at + 1] = last + 1
    return len(value) // (len(value) - border[-1]) if value else 0
