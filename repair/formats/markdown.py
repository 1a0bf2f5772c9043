"""Markdown for reading: heads as heads, captions as quotations, furniture apart at the end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from repair.blocks import FURNITURE, Block
from repair.page import Page
from repair.score import BOLD_LINE, LIST_OR_HEAD
from repair.text import Span

__all__ = ["bare", "markdown", "parted"]

SHAPES = {
    "kicker": "*{}*",
    "headline": "# {}",
    "deck": "**{}**",
    "byline": "*{}*",
    "crosshead": "## {}",
    "list_item": "- {}",
    "caption": "> {}",
    "jump": "*{}*",
    "note": "> {}",
    "fragment": "<!-- fragment: the rest is not on this page -->\n{}",
}
SPECIAL = re.compile(r"[\\`*_\[\]<>]|^(?:#{1,6}|[-+=~]+|\d+[.)])(?=\s|$)|(?<=^\d)[.)](?=\s)")
LISTS = frozenset({"list_item"})


def markdown(page: Page, blocks: Iterable[Block]) -> str:
    """The page as Markdown; `blocks` are those of `page.text`, in its order.

    Every block is one paragraph, its own Markdown marks taken off and the rest escaped, so that what a reader sees is
    the text of the page.
    """
    body, furniture = parted(blocks)
    value = page.text.value
    parts = []
    for is_list, run in groupby(body, key=lambda block: block.kind in LISTS):
        shaped = [SHAPES.get(block.kind, "{}").format(escaped(value[slice(*bare(value, block))])) for block in run]
        parts += ["\n".join(shaped)] if is_list else shaped
    if furniture:
        parts += ["---", "<!-- furniture -->"]
        parts += [escaped(value[slice(*bare(value, block))]) for block in furniture]
    return "\n\n".join(parts) + "\n" if parts else ""


def parted(blocks: Iterable[Block]) -> tuple[list[Block], list[Block]]:
    """The blocks of articles, and those of the sheet (`FURNITURE`), each in the order of the page."""
    body: list[Block] = []
    furniture: list[Block] = []
    for block in blocks:
        (furniture if block.kind in FURNITURE else body).append(block)
    return body, furniture


def bare(value: str, block: Block) -> Span:
    """Where the text of a block stands, without the marks that a model wrote round it.

    >>> page = "## **新桥通车**"
    >>> page[slice(*bare(page, Block(0, len(page), "headline", 1.0)))]
    '新桥通车'
    """
    start, end = block.start, block.end
    if mark := LIST_OR_HEAD.match(value[start:end]):
        start += mark.end()
    if bold := BOLD_LINE.fullmatch(value[start:end]):
        start, end = start + bold.start(1), start + bold.end(1)
    return Span(start, end)


def escaped(line: str) -> str:
    r"""A line that Markdown shows as it stands.

    >>> escaped("1. 甲*乙")
    '1\\. 甲\\*乙'
    """
    return SPECIAL.sub(lambda found: _backslash(found[0]), line)


def _backslash(mark: str) -> str:
    return f"{mark[:-1]}\\{mark[-1]}" if mark[:-1].isdigit() else f"\\{mark}"
