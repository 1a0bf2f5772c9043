"""A file of many pages, in stretches about as long as a page each.

The evidence for heads is a page's: how many of its heads stand late, in which of its bodies their words are. It takes
the product of heads and bodies, and its alignment that of heads and the square of bodies, so a file that is longer than
any page is looked at a stretch at a time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace

from repair.passes.layout.headline_after_body.groups import Grouped

__all__ = ["after_heads", "around_heads"]

# Of the pages that were seen the longest has 2,400 blocks, as a reader of PDF gives them: some 2,100 groups of heads
# and 240 bodies. This takes twice that, and as many seconds and bytes as a page may take.
_LONGEST, _FEW_GROUPS, _FEW_BODIES = 1 << 28, 200, 256
_BLOCKS = 400


def after_heads(grouped: Grouped) -> Iterator[Grouped]:
    """The page; or stretches of a longer file, each up to the end of a run of heads if one is near."""
    if not _too_long(grouped):
        yield grouped
        return
    groups, start = grouped.groups, 0
    ends = [group.last for group in groups]
    while start < len(grouped.blocks):
        low, high = bisect_right(ends, start), bisect_right(ends, start + _BLOCKS)
        of_runs = (
            ends[i] for i in reversed(range(low, high)) if groups[i] is groups[-1] or groups[i + 1].first > ends[i]
        )
        end = next(of_runs, ends[high - 1] if low < high else start + _BLOCKS)
        yield _stretch(grouped, start, end)
        start = end


def around_heads(grouped: Grouped) -> Iterator[Grouped]:
    """The page, whose groups are runs; or stretches of a longer file, each up to a head, with the head before it.

    A head that begins a stretch was looked at in the one before, where the text above it is.
    """
    if not _too_long(grouped):
        yield grouped
        return
    start, size = 0, len(grouped.blocks)
    firsts = [group.first for group in grouped.groups]
    while start + _BLOCKS < size:
        low, high = bisect_right(firsts, start), bisect_right(firsts, start + _BLOCKS)
        following = firsts[high] if high < len(firsts) else size
        if low == high:
            end = begins = start + _BLOCKS
        elif low + 1 == high:
            end, begins = min(following, firsts[low] + _BLOCKS), firsts[low]
        else:
            end, begins = firsts[high - 1], firsts[high - 2]
        yield _stretch(grouped, start, end)
        start = begins
    yield _stretch(grouped, start, size)


def _too_long(grouped: Grouped) -> bool:
    groups, bodies = len(grouped.groups), len(grouped.bodies)
    return (groups + _FEW_GROUPS) * bodies * max(bodies, _FEW_BODIES) > _LONGEST


def _stretch(grouped: Grouped, start: int, end: int) -> Grouped:
    """The blocks from `start` to `end` with the groups and bodies among them, counted anew."""
    groups = grouped.groups
    low, high = (bisect_left(groups, place, key=lambda group: group.first) for place in (start, end))
    first, last = grouped.bodies.searchsorted((start, end)).tolist()
    run = groups[low].run if low < high else 0
    inside = tuple(
        group._replace(
            first=group.first - start,
            last=min(group.last, end) - start,
            before=group.before - first,
            run=group.run - run,
        )
        for group in groups[low:high]
    )
    return replace(
        grouped,
        blocks=grouped.blocks[start:end],
        groups=inside,
        bodies=grouped.bodies[first:last] - start,
        opens=grouped.opens and not start,
    )
