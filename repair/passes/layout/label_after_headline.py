"""Column labels that were read after the headline of their article, back above it.

A label is a few characters that name a column of the paper: 新春走基层, 两会快评. Between a headline and the byline or
the body it is out of its place; over the next article it would stand above that article's headline.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from repair.blocks import Block, blocks_of
from repair.core.change import Change, Safety
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.edits.move_up import moved_up
from repair.vocabulary.labels import CLAUSE, COLUMN

__all__ = ["RULE"]

_LONGEST, _HEAD, _SHORTER_BY = 20, 60, 2
_HEADS = frozenset({"kicker", "headline", "deck"})
_BELOW = frozenset({"byline", "paragraph"})


def find(page: Page, options: Options) -> Iterator[Change]:
    """Moves of labels above the heads that they follow."""
    value, lines = page.text.value, page.line_spans
    below_head = (b for a, b in pairwise(lines) if b[1] - b[0] <= _LONGEST and a[1] - a[0] <= _HEAD)
    if not any(_label(value[start:end]) for start, end in below_head):
        return
    found = blocks_of(page)
    for at, (above, block, below) in enumerate(zip(found, found[1:], found[2:], strict=False)):
        name = _label(value[block.start : block.end])
        if (
            name
            and above.kind in _HEADS
            and below.kind in _BELOW
            and above.end - above.start >= len(name) + _SHORTER_BY
        ):
            edits = moved_up(value, block.start, block.end, _top(found, at).start)
            yield Change(edits, "the name of a column stands above the headline", Safety.LIKELY, 0.95)


def _label(line: str) -> str:
    """The label that a line is, or ""."""
    found = COLUMN.fullmatch(line) if len(line) <= _LONGEST else None
    return "" if not found or CLAUSE.search(found["name"]) else found["name"]


def _top(found: tuple[Block, ...], at: int) -> Block:
    """The first of the heads on end with the one at this place."""
    while at and found[at - 1].kind in _HEADS:
        at -= 1
    return found[at]


RULE = Rule(
    id="layout/label-after-headline",
    title="column label that was read after the headline",
    phase=Phase.LAYOUT,
    why="A label is printed small beside or above its headline; readers of images take the large type first.",
    find=find,
    safety=Safety.LIKELY,
)
