"""From a new order of lines to edits: each line that moves is one move, and what stands between is set anew."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from repair.core.text import Edit, Span

__all__ = ["components", "edits_of"]

Part = str | Span


def components(order: Sequence[int]) -> list[tuple[int, int]]:
    """The least stretches of neighbouring lines that their order maps to themselves, as half-open ranges of places.

    >>> components([0, 2, 1, 3]), components([6, 5])
    ([(0, 1), (1, 3), (3, 4)], [(0, 2)])
    """
    found, start, highest, first = [], 0, -1, min(order, default=0)
    for place, line in enumerate(order):
        highest = max(highest, line - first)
        if highest == place:
            found.append((start, place + 1))
            start = place + 1
    return found


def edits_of(
    value: str, spans: Sequence[tuple[int, int]], order: Sequence[int], between: Mapping[int, str]
) -> tuple[Edit, ...]:
    r"""The edits that bring lines, neighbours in the text, into a new order.

    `spans`: where all lines of the text stand; `order`: these lines as they shall follow one another; `between`: what
    stands after each of them but the last.

    >>> from repair.core.text import Text
    >>> text = "one\n\npicture\n\nand two"
    >>> edits = edits_of(text, [(0, 3), (5, 12), (14, 21)], [0, 2, 1], {0: " ", 2: "\n\n"})
    >>> Text.of(text).apply(edits).value
    'one and two\n\npicture'
    """
    stays = _longest_rising(order, [spans[line][1] - spans[line][0] for line in order])
    while True:
        found = _try(value, spans, order, between, stays)
        if isinstance(found, tuple):
            return found
        stays.remove(found)


def _try(
    value: str, spans: Sequence[tuple[int, int]], order: Sequence[int], between: Mapping[int, str], stays: set[int]
) -> tuple[Edit, ...] | int:
    """The edits when these lines stay where they are; or, where there is no room between two, the line to give up."""
    edits: list[Edit] = []
    first, last = min(order), max(order)
    parts: list[Part] = []
    before = first - 1
    for line in [*order, last + 1]:
        if line in stays or line > last:
            region = list(_region(spans, before, line, first, last))
            if not _fits(value, region, parts):
                if _slots(region, len(parts)) is None:
                    parts = list(_merged(value, parts))
                slots = _slots(region, len(parts))
                if slots is None:
                    return line if line in stays else before
                edits += [Edit(a, b, part) for (a, b), part in zip(slots, [*parts, *[""] * len(slots)], strict=False)]
            before, parts = line, []
        else:
            parts.append(Span(*spans[line]))
        if line <= last and between.get(line):
            parts.append(between[line])
    return tuple(edit for edit in edits if edit.after or edit.start < edit.end)


def _region(
    spans: Sequence[tuple[int, int]], before: int, after: int, first: int, last: int
) -> Iterator[tuple[int, int]]:
    """The lines between two lines that stay, and the gaps round them, as spans."""
    at = spans[before][1] if before >= first else spans[first][0]
    for line in range(before + 1, after):
        start, end = spans[line]
        if at < start:
            yield at, start
        yield start, end
        at = end
    end = spans[after][0] if after <= last else at
    if at < end or before + 1 == after:
        yield at, end


def _fits(value: str, region: Sequence[tuple[int, int]], parts: Sequence[Part]) -> bool:
    """Whether the region already reads so."""
    said = "".join(part if isinstance(part, str) else value[part.start : part.end] for part in parts)
    return said == value[region[0][0] : region[-1][1]]


def _merged(value: str, parts: Sequence[Part]) -> Iterator[Part]:
    """The parts, a string and the line after it as one where they stand so in the text."""
    before = ""
    for part in parts:
        if isinstance(part, str):
            before = part
            continue
        start, end = part
        if before and value.endswith(before, 0, start):
            start -= len(before)
        elif before:
            yield before
        before = ""
        yield Span(start, end)
    if before:
        yield before


def _slots(region: list[tuple[int, int]], count: int) -> list[tuple[int, int]] | None:
    """At least `count` neighbouring spans that make up the region; None where it has too few characters."""
    slots = list(region)
    if len(slots) < count and slots[0][0] < slots[0][1]:
        slots.insert(0, (slots[0][0], slots[0][0]))
    at = 1
    while len(slots) < count and at < len(slots):
        start, end = slots[at]
        if end - start > 1:
            slots[at : at + 1] = [(start, start + 1), (start + 1, end)]
        at += 1
    return slots if len(slots) >= count else None


def _longest_rising(order: Sequence[int], weights: Sequence[int]) -> set[int]:
    """Of the lines those that can stay: a rising sequence of the greatest weight, all of which are above 0."""
    runs = _runs(order)
    best: list[tuple[int, int]] = []
    # Runs by their lines, each heavier than those before it: for a line the last one below it is the best before it.
    lines, ranks = list[int](), list[int]()
    for rank, (start, end) in enumerate(runs):
        at = bisect_left(lines, order[start])
        via = ranks[at - 1] if at else -1
        total = sum(weights[start:end]) + (best[via][0] if at else 0)
        best.append((total, via))
        until = at
        while until < len(lines) and best[ranks[until]][0] <= total:
            until += 1
        lines[at:until], ranks[at:until] = [order[start]], [rank]
    rank = max(range(len(runs)), key=lambda k: best[k][0])
    stays = set[int]()
    while rank >= 0:
        stays.update(order[slice(*runs[rank])])
        rank = best[rank][1]
    return stays


def _runs(order: Sequence[int]) -> list[tuple[int, int]]:
    """Where neighbours follow one another in the order too, as half-open ranges of places: they all stay, or none."""
    starts = [place for place, line in enumerate(order) if not place or line != order[place - 1] + 1]
    return list(pairwise([*starts, len(order)]))
