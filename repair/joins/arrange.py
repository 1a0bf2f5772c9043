"""Blocks in a new order: where the halves of a paragraph meet, and where what stood between them goes.

Two halves with only captions, headlines and the like between them: the second moves up to the first, and what stood
between follows the joined paragraph, but for headlines, which go to the head of the article that they cut. Two halves
with text between them: columns were read row by row, and the whole run that begins with the second half moves up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from repair.core.page import Page
from repair.joins.block_ends import BODY, BYLINE, CAPTION_EM, DATELINE, HEAD, LIST, PLAIN
from repair.typography.lines import printed_lines

__all__ = ["Arrangement"]

Ints = NDArray[np.intp]

# On pages the longest run that moved has 151 lines; the text of a book runs on to its end.
_LONGEST_RUN = 400


class Arrangement:
    r"""The lines of a page in an order of which parts move; `goes_on` says of tails which head continues them.

    >>> from repair.joins.block_ends import CAPTION
    >>> page = Page.of("守塔人沿着石阶，走上塔\n图为灯塔\n顶，把灯点着。")
    >>> arrangement = Arrangement(page, np.array([BODY, CAPTION, BODY]))
    >>> arrangement.arranged({0: 2})
    [0, 2, 1]
    >>> arrangement.alone(0, 2), arrangement.order
    ([0, 2, 1], [0, 1, 2])
    """

    def __init__(self, page: Page, kinds: Ints) -> None:
        self._page, self._kinds = page, kinds
        self.order = list(range(len(kinds)))
        self._places = list(range(len(kinds)))

    def arranged(self, goes_on: Mapping[int, int]) -> list[int]:
        """The lines of the page in their new order."""
        joined = frozenset(goes_on.values())
        for tail, head in sorted(goes_on.items()):
            self._bring(tail, head, goes_on, joined)
        return self.order

    def alone(self, tail: int, head: int) -> list[int]:
        """The lines from the one before the first that moves, in the order that this join alone would give them.

        For a page as it was read: it is left so.
        """
        low, high = self._bring(tail, head, {tail: head}, frozenset((head,)))
        low = max(0, min(low, tail) - 1)
        found = self.order[low : max(high, head + 1)]
        self._set(low, range(low, low + len(found)))
        return found

    def _bring(self, tail: int, head: int, goes_on: Mapping[int, int], joined: Collection[int]) -> tuple[int, int]:
        """Bring a head to its tail; the places between which lines moved."""
        page, kinds, order = self._page, self._kinds, self.order
        here, there = self._places[tail], self._places[head]
        if there <= here + 1:
            return here, here
        between = order[here + 1 : there]
        end = there + 1
        while end < len(order) and goes_on.get(order[end - 1]) == order[end]:
            end += 1
        if not _pictured(page, between) and any(_is_text(page, kinds, line) for line in between):
            run = _end_of_run(order, end, kinds, goes_on, joined)
            if run is None:
                return here, here
            end = run
            self._set(here + 1, order[there:end] + between)
            return here + 1, end
        self._set(here + 1, order[there:end] + between)
        return self._lift_heads(here, between, end), end

    def _lift_heads(self, here: int, between: Sequence[int], end: int) -> int:
        """Move the heads that stood `between` the halves of the paragraph at `here` to the head of its article.

        The place from which on lines moved; up to `end` they had moved before.
        """
        moved = [line for line in between if self._kinds[line] in (HEAD, BYLINE)]
        if not any(self._kinds[line] == HEAD for line in moved):
            return here + 1
        place = _article_start(self._page, self.order, self._kinds, here, moved)
        if place is None:
            return here + 1
        heads = frozenset(moved)
        self._set(place, moved + [line for line in self.order[place:end] if line not in heads])
        return place

    def _set(self, start: int, lines: Sequence[int]) -> None:
        """Put lines in the order from a place on."""
        self.order[start : start + len(lines)] = lines
        for place, line in enumerate(lines, start):
            self._places[line] = place


def _pictured(page: Page, between: Sequence[int]) -> bool:
    """Whether all that stands between is one line that can be the caption of a photograph."""
    return len(between) == 1 and bool(printed_lines(page).widths[between[0]] <= CAPTION_EM)


def _is_text(page: Page, kinds: Ints, line: int) -> bool:
    """Whether a line is part of the running text of an article."""
    kind = kinds[line]
    return bool(kind in (BODY, LIST, DATELINE) or (kind == PLAIN and printed_lines(page).closed[line] == 1))


def _end_of_run(
    order: Sequence[int], end: int, kinds: Ints, goes_on: Mapping[int, int], joined: Collection[int]
) -> int | None:
    """Where a run of lines ends that reaches to `end` at least: before a head, or where a cut says so.

    None where it goes on farther than any column: then this is no page of columns that were read row by row.
    """
    farthest = end + _LONGEST_RUN
    while end < len(order):
        if end > farthest:
            return None
        line, last = order[end], order[end - 1]
        neighbours = goes_on.get(last) == line
        if not neighbours and (kinds[line] in (HEAD, DATELINE) or line in joined or last in goes_on):
            break
        end += 1
    return end


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
    starts, value = printed_lines(page).starts, page.text.value
    levels = [len(value[s : s + 7]) - len(value[s : s + 7].lstrip("#")) for s in starts[list(lines)].tolist()]
    return min((level for level in levels if level), default=7)
