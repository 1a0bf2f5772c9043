"""Single characters on lines of their own: a line set with wide gaps, or vertically, that came out one character a line."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from repair.change import Change, Safety
from repair.page import Page
from repair.rule import Options, Phase, Rule
from repair.text import Edit

__all__ = ["RULE"]

# A Han character or a mark alone; on a page set vertically also a character with the marks beside it, or a number.
_BARE = r"[^\S\n]*[\p{Han}\p{Kana}，、：；·“”（）《》][^\S\n]*"
_FULL = r"[^\S\n]*[（(《“‘「『]*(?:[\p{Han}\p{Kana}]|[\d.,%－+-]{1,6}|\p{Lu}{1,4})[，。、；：！？）)》”’」』%]*[^\S\n]*"
_RUN, _VERTICAL = (regex.compile(rf"(?m)^{one}\n(?:\s*?{one}\n)+\s*?{one}$") for one in (_BARE, _FULL))
_LINE = regex.compile(rf"(?m)^{_FULL}$")
_VERTICAL_SHARE = 0.4
_BREAK = regex.compile(r"\s*\n\s*")


def find(page: Page, options: Options) -> Iterator[Change]:
    """Joins within runs of three or more lines of one character."""
    value = page.text.value
    if not _RUN.search(value):
        return
    vertical = len(_LINE.findall(value)) > _VERTICAL_SHARE * len(page.lines)
    for run in (_VERTICAL if vertical else _RUN).finditer(value):
        for gap in _BREAK.finditer(value, run.start(), run.end()):
            if run.start() < gap.start() and gap.end() < run.end():
                edit = Edit(gap.start(), gap.end(), "")
                yield Change((edit,), "one of three or more lines that hold a single character", Safety.SAFE, 0.99)


RULE = Rule(
    id="layout/single-character-lines",
    title="line that came out one character a line",
    phase=Phase.LAYOUT,
    why="Lines set with wide gaps, and vertical lines, are given one character a line by some readers of PDF.",
    find=find,
    safety=Safety.SAFE,
)
