"""Column labels that were read after the headline of their article, back above it.

A label is a few characters that name a column of the paper: 新春走基层, 两会快评. Between a headline and the byline or
the body it is out of its place; over the next article it would stand above that article's headline.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import regex

from repair.blocks import Block, blocks_of
from repair.core.change import Change, Safety
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.edits.move_up import moved_up

__all__ = ["RULE"]

# What columns call themselves ends in one of these words.
_LABEL = regex.compile(
    r"""(?:\#+\ )?(?<name>[\p{Han}“”\d]{2,8}(?:
    [快时時短锐銳微热熱][评評]|[观觀]察|[访訪][谈談]|[对對][话話]|故事|走基[层層]|在一[线線]|[风風]采|[声聲]音|手[记記]|聚焦
    |[关關]注|[连連][线線]|[视視][点點线線]|[论論][坛壇]|[专專][栏欄]|[侧側][记記]|特[写寫]|[纪紀]事|巡[礼禮]
    |特[别別][报報]道|在行[动動]|看振[兴興]))""",
    regex.X,
)
# Words that make a clause of it, and so a headline or a deck.
_CLAUSE = regex.compile(r"[的了是有讲講听聽为為把让讓]|[\p{Han}]在(?!一线|一線|行动|行動)")
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
    found = _LABEL.fullmatch(line) if len(line) <= _LONGEST else None
    return "" if not found or _CLAUSE.search(found["name"]) else found["name"]


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
