"""A file of many pages, in stretches that are each laid out as a page.

What a head shares with a text, and where a caption belongs, is asked of all heads, captions and texts of a page
together. That takes the square of their number, and says nothing of what stands ten pages away.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from repair.blocks import Block, blocks_of
from repair.core.change import Mark
from repair.core.page import Page
from repair.core.text import Span, Text

__all__ = ["Stretch", "stretches"]

# Of the pages that were seen the longest has 2,400 blocks as it was read, and some hundreds as it is repaired.
_LONGEST = 2500
# A stretch has so many blocks, and goes on to the next head if one comes before it has so many.
_BLOCKS, _MOST_BLOCKS = 600, 2400
_OPENING = frozenset({"kicker", "headline", "deck", "byline"})


class Stretch(NamedTuple):
    """A part of a page, as a page: its text begins at `offset` there, and it `opens` with a head or with the page."""

    page: Page
    offset: int
    opens: bool


def stretches(page: Page) -> Iterator[Stretch]:
    """The page; or the stretches of one that is longer than any page, each from a head on where there is one.

    >>> [stretch.offset for stretch in stretches(Page.of("# 新桥通车\\n\\n记者 闻溪\\n\\n通车了。\\n\\n" * 900))]
    [0, 4200, 8400, 12600, 16800]
    """
    blocks = blocks_of(page)
    if len(blocks) <= _LONGEST:
        yield Stretch(page, 0, True)
        return
    start, offset, opens = 0, 0, True
    while start < len(blocks):
        end, head = _end(blocks, start)
        until = blocks[end].start if end < len(blocks) else len(page.text)
        yield Stretch(_cut_out(page, offset, until), offset, opens)
        start, offset, opens = end, until, head


def _end(blocks: tuple[Block, ...], start: int) -> tuple[int, bool]:
    """The block before which a stretch ends that begins at `start`, and whether that is a head, or there is none."""
    for at in range(start + _BLOCKS, min(start + _MOST_BLOCKS, len(blocks))):
        if blocks[at].kind in _OPENING and blocks[at - 1].kind not in _OPENING:
            return at, True
    end = min(start + _MOST_BLOCKS, len(blocks))
    return (end, True) if end == len(blocks) else (start + _BLOCKS, False)


def _cut_out(page: Page, start: int, end: int) -> Page:
    """The page of a stretch of the text, with the raw text that it came from and the marks there."""
    starts, ends = page.text.starts[start:end], page.text.ends[start:end]
    low, high = int(starts.min()), int(ends.max())
    marks = [mark for mark in page.marks if low <= mark.raw.start and mark.raw.end <= high]
    return Page(
        page.raw[low:high],
        Text(page.text.value[start:end], starts - np.int32(low), ends - np.int32(low)),
        page.name,
        page.newline,
        tuple(Mark(Span(mark.raw.start - low, mark.raw.end - low), mark.kind) for mark in marks),
    )
