"""Straight double quotes in Chinese text: by turns opening and closing within a line.

A line has to be a whole paragraph, so this runs after lines are joined. A line with an odd number of straight quotes is
left: which of them opens cannot be told. The page's own style decides between “ ” and 「 」.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from repair.core.change import Change, Safety
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.core.text import Edit

__all__ = ["RULE"]

HAN = re.compile(r"[\u3007\u3400-\u9fff\U00020000-\U0003ffff]")
STRAIGHT = '"'


def find(page: Page, options: Options) -> Iterator[Change]:
    """Turn pairs of straight quotes round Chinese text into the page's own quotes."""
    value = page.text.value
    opening, closing = "「」" if value.count("「") > value.count("“") else "“”"
    for start, end in page.lines_with((STRAIGHT,)):
        for first, last in _pairs(value[start:end]):
            edits = Edit(start + first, start + first + 1, opening), Edit(start + last, start + last + 1, closing)
            yield Change(edits, "straight quotes in Chinese text", Safety.LIKELY, 0.97)


def _pairs(line: str) -> list[tuple[int, int]]:
    """Places of the pairs of a line that hold Chinese; none where they do not come out even or may be lengths."""
    places = [match.start() for match in re.finditer(STRAIGHT, line)]
    pairs = list(zip(places[::2], places[1::2], strict=False))
    if len(places) % 2 or any(line[first - 1 : first].isdigit() for first, _ in pairs):  # 32" is a length
        return []
    if any(_loose(line[first + 1 : last]) for first, last in pairs):
        return []
    return [(first, last) for first, last in pairs if HAN.search(line, first, last)]


def _loose(inner: str) -> bool:
    return not inner or inner[0].isspace() or inner[-1].isspace()


RULE = Rule(
    id="quotes/straight-quote",
    title="straight quotes in Chinese text",
    phase=Phase.FINISH,
    why="Chinese text has opening and closing quotes; some readers of page images write one straight mark for both.",
    find=find,
    safety=Safety.LIKELY,
    needs='"',
)
