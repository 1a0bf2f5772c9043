"""Blocks in a new order: where the halves of a paragraph meet, and where what stood between them goes.

Two halves with only captions, headlines and the like between them: the second moves up to the first, and what stood
between follows the joined paragraph, but for headlines, which go to the head of the article that they cut. Two halves
with text between them: columns were read row by row, and the whole run that begins with the second half moves up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from repair.page import Page
from repair.passes.block_ends import BODY, BYLINE, CAPTION_EM, DATELINE, HEAD, LIST, PLAIN

__all__ = ["arranged"]

Ints = NDArray[np.intp]


def arranged(page: Page, kinds: Ints, goes_on: Mapping[int, int]) -> list[int]:
    """The lines of a page in their new order; `goes_on` says of tails which head continues them.

    >>> from repair.passes.block_ends import CAPTION
    >>> page = Page.of("守塔人沿着石阶，走上塔\\n图为灯塔\\n顶，把灯点着。")
    >>> arranged(page, np.array([BODY, CAPTION, BODY]), {0: 2})
    [0, 2, 1]
    """
    order = list(range(len(kinds)))
    for tail, head in sorted(goes_on.items()):
        here, there = order.index(tail), order.index(head)
        between = order[here + 1 : there]
        if there < here or not between:
            continue
        end = there + 1
        while end < len(order) and goes_on.get(order[end - 1]) == order[end]:
            end += 1
        if not _pictured(page, between) and any(_is_text(page, kinds, line) for line in between):
            end = _end_of_run(order, end, kinds, goes_on)
            order[here + 1 : end] = order[there:end] + between
        else:
            order[here + 1 : end] = order[there:end] + between
            _lift_heads(page, order, kinds, here, between)
    return order


def _pictured(page: Page, between: Sequence[int]) -> bool:
    """Whether all that stands between is one line that can be the caption of a photograph."""
    return len(between) == 1 and bool(page.printed.widths[between[0]] <= CAPTION_EM)


def _is_text(page: Page, kinds: Ints, line: int) -> bool:
    """Whether a line is part of the running text of an article."""
    kind = kinds[line]
    return bool(kind in (BODY, LIST, DATELINE) or (kind == PLAIN and page.printed.closed[line] == 1))


def _end_of_run(order: Sequence[int], end: int, kinds: Ints, goes_on: Mapping[int, int]) -> int:
    """Where a run of lines ends that reaches to `end` at least: before a head, or where a cut says so."""
    joined = set(goes_on.values())
    while end < len(order):
        line, last = order[end], order[end - 1]
        neighbours = goes_on.get(last) == line
        if not neighbours and (kinds[line] in (HEAD, DATELINE) or line in joined or last in goes_on):
            break
        end += 1
    return end


def _lift_heads(page: Page, order: list[int], kinds: Ints, here: int, between: Sequence[int]) -> None:
    """Move the heads that stood `between` the halves of the paragraph at `here` to the head of its article."""
    moved = [line for line in between if kinds[line] in (HEAD, BYLINE)]
    if not any(kinds[line] == HEAD for line in moved):
        return
    place = _article_start(page, order, kinds, here, moved)
    if place is None:
        return
    rest = [line for line in order if line not in moved]
    order[:] = rest[:place] + moved + rest[place:]


def _article_start(page: Page, order: Sequence[int], kinds: Ints, here: int, moved: Sequence[int]) -> int | None:
    """The place in the order before which the heads of the article at `here` belong, or None where it is not clear."""
    rank, start = _level(page, moved), here
    while start > 0:
        above = start
        while above > 0 and kinds[order[above - 1]] in (HEAD, BYLINE):
            above -= 1
        if above < start:
            heads = order[above:start]
            names = [place for place in range(above, start) if kinds[order[place]] == BYLINE]
            if _level(page, heads) <= rank:
                return None  # another article's, or this one's: which cannot be told
            if names or not above:
                return names[0] if names else start
            start = above  # a crosshead, which is of a lower rank
        elif kinds[order[start]] == DATELINE:
            return start
        else:
            start -= 1
    return 0


def _level(page: Page, lines: Sequence[int]) -> int:
    """The highest level of the Markdown heads among some lines: 1 for one sign."""
    starts, value = page.printed.starts, page.text.value
    levels = [len(value[s : s + 7]) - len(value[s : s + 7].lstrip("#")) for s in starts[list(lines)].tolist()]
    return min((level for level in levels if level), default=7)
