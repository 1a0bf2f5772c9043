"""The lines of a page that are to be joined and moved, and the changes that this comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from repair.core.change import Change, Safety
from repair.core.page import Page
from repair.core.text import codes_of
from repair.edits.glue import glue, join, undecided
from repair.edits.reorder import components, edits_of
from repair.typography.lines import printed_lines

__all__ = ["AsRead", "Join"]

_NEXT = "the block ends inside a sentence, which the next one continues"
_FAR = "the block ends inside a sentence, which goes on after what was read in between"


@dataclass(frozen=True)
class Join:
    """A line that goes on in another; `rivals` are other lines in which it may.

    Made or only suggested: `safety` says so.
    """

    tail: int
    head: int
    probability: float
    safety: Safety
    rivals: tuple[int, ...] = ()

    @property
    def made(self) -> bool:
        """Whether it is sure enough to be made."""
        return self.safety is not Safety.SUGGEST

    def of(self, chains: Sequence[Sequence[int]]) -> Join:
        """A join of chains of lines, told of the lines themselves."""
        tail, head, rivals = chains[self.tail][-1], chains[self.head][0], (chains[one][0] for one in self.rivals)
        return Join(tail, head, self.probability, self.safety, tuple(rivals))


class AsRead:
    """The lines of a page in the places where they were read.

    >>> lines = AsRead(Page.of("守塔人走上塔\\n图为灯塔\\n顶，把灯点着。"))
    >>> lines.told([0, 2]).strip()
    '守塔人走上塔顶，把灯点着。'
    >>> (change,) = lines.changes([0, 2, 1], [Join(0, 2, 0.9, Safety.LIKELY)])
    >>> lines.page.text.apply(change.edits).value
    '守塔人走上塔顶，把灯点着。\\n图为灯塔'
    """

    def __init__(self, page: Page) -> None:
        self.page, self.value = page, page.text.value
        self.spans = list(zip(printed_lines(page).starts.tolist(), printed_lines(page).ends.tolist(), strict=True))

    def told(self, chain: Sequence[int]) -> str:
        """The text of joined lines, with the white space before the first."""
        text = self._gap_before(chain[0]) + self._text(chain[0])
        for a, b in pairwise(chain):
            between, drop_hyphen = glue(self.value, self.spans[a][1], self.spans[b][0])
            text = (text[:-1] if drop_hyphen else text) + between + self._text(b)
        return text

    def changes(self, order: Sequence[int], joins: Sequence[Join]) -> Iterator[Change]:
        """The changes that bring neighbouring lines into this order and join them.

        A join of neighbours that both stay in place is a change of its own; what moves together is one change.
        """
        by_tail = {one.tail: one for one in joins}
        for start, end in self._together(order, by_tail):
            if end - start > 1:
                yield self._moved(order[start:end], by_tail)
            one = by_tail.get(order[end - 1])
            if one and end < len(order) and one.head == order[end]:
                (_, left), (right, _) = self.spans[one.tail], self.spans[one.head]
                yield join(self.value, left, right, self._why(_NEXT, one), one.safety, round(one.probability, 4))

    def _together(self, order: Sequence[int], by_tail: Mapping[int, Join]) -> list[tuple[int, int]]:
        """The stretches of the order that change together: what moves, the halves that meet by it, the line before."""
        found: list[tuple[int, int]] = []
        first = 0
        for _, end in components(order):
            one = by_tail.get(order[end - 1])
            if one and end < len(order) and one.head == order[end] != one.tail + 1:
                continue
            if end - first > 1 and found and found[-1][1] - found[-1][0] == 1:
                first = found.pop()[0]
            found.append((first, end))
            first = end
        return found

    def _moved(self, order: Sequence[int], by_tail: Mapping[int, Join]) -> Change:
        """The change that brings some lines into a new order, with the joins among them."""
        between, made = dict[int, str](), list[Join]()
        spans, hyphens = list(self.spans), ""
        for a, b in pairwise(order):
            one = by_tail.get(a)
            if one and one.head == b:
                made.append(one)
                start, end = self.spans[a]
                between[a], drop_hyphen = glue(self.value, end, self.spans[b][0])
                if drop_hyphen:
                    hyphens += self.value[end - 1]
                    spans[a] = start, end - 1
            else:
                between[a] = self._gap_before(b)
        least = min(made, key=lambda one: one.probability)
        why = self._why(_FAR, made[0]) if len(made) == 1 else f"{_FAR}, and so do others here"
        open_words = any(undecided(self.value, self.spans[one.tail][1], self.spans[one.head][0]) for one in made)
        safety = Safety.LIKELY if least.made and not open_words else Safety.SUGGEST
        edits = edits_of(self.value, spans, order, between)
        return Change(edits, why, safety, round(least.probability, 4), hyphens)

    def _why(self, why: str, one: Join) -> str:
        """The reason, with the raw lines in which the block may go on where that is not clear."""
        if one.made:
            return why
        starts = [int(self.page.text.starts[self.spans[head][0]]) for head in (one.head, *one.rivals)]
        lines = (self._raw_breaks.searchsorted(starts) + 1).tolist()
        return "the block ends inside a sentence, which may go on at " + " or ".join(f"line {line}" for line in lines)

    @cached_property
    def _raw_breaks(self) -> NDArray[np.intp]:
        """Where the lines of the raw page end."""
        return np.flatnonzero(codes_of(self.page.raw) == ord("\n"))

    def _text(self, line: int) -> str:
        return self.value[slice(*self.spans[line])]

    def _gap_before(self, line: int) -> str:
        return self.value[self.spans[line - 1][1] : self.spans[line][0]] if line else "\n\n"
