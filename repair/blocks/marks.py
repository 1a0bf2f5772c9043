"""The marks that a model wrote round the text of a block: heads, bold, lists, quotations."""

from __future__ import annotations

from repair.blocks.classify import Block
from repair.core.text import Span
from repair.vocabulary.model_marks import BOLD_LINE, LIST_OR_HEAD, QUOTED

__all__ = ["bare"]


def bare(value: str, block: Block) -> Span:
    """Where the text of a block of one line stands, without the marks that a model wrote round it.

    >>> page = "## **新桥通车**"
    >>> page[slice(*bare(page, Block(0, len(page), "headline", 1.0)))]
    '新桥通车'
    """
    start, end = block.start, block.end
    for pattern in (QUOTED, LIST_OR_HEAD):
        if mark := pattern.match(value[start:end]):
            start += mark.end()
    if bold := BOLD_LINE.fullmatch(value[start:end]):
        start, end = start + bold.start(1), start + bold.end(1)
    return Span(start, end)
