"""The kind of each block: what a line says of itself, then what its neighbours say, then which head is which.

This is what passes know of a page while it is still being put in order. What stands in the result is said by
`repair.articles`, which sees the whole page at once. Before the lines of a page are joined, `joins.block_ends.kinds_of`
says as much of them as joining needs, by the same words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from repair.blocks.context_rules import RULES
from repair.blocks.heads import lone_head, roles
from repair.blocks.line import FURNITURE, Line, PageLines, lines_of
from repair.blocks.line_rules import HEAD, alone
from repair.core.page import Page, marked_view
from repair.vocabulary import datelines

__all__ = ["FURNITURE", "KINDS", "Block", "Classified", "blocks_of", "classify"]

KINDS = FURNITURE | {
    "kicker",
    "headline",
    "deck",
    "byline",
    "paragraph",
    "crosshead",
    "list_item",
    "caption",
    "jump",
    "note",
    "fragment",
}


# Of the blocks that the rule structure/fragment marks on laid-out pages, the share that had lost its other half.
_FRAGMENT = 0.95


class Block(NamedTuple):
    """A line of the repaired page and what it is.

    `start`, `end`: code points of the page's text, without white space at either end. `kind`: one of `KINDS`.
    `confidence`: of the lines that the same rule decided on laid-out pages, the share whose kind was right; 1.0 where
    a rule for furniture stated the kind.
    """

    start: int
    end: int
    kind: str
    confidence: float


class Classified(NamedTuple):
    """The lines of a page, the kind of each (`HEAD` for all heads), and in which share of such lines it was right."""

    lines: PageLines
    kinds: list[str]
    shares: list[float]


def classify(page: Page) -> Classified:
    """What the lines of a page are, as far as they and their neighbours say it; which head is which is still open."""
    lines = lines_of(page)
    alone_told = [alone(line) for line in lines]
    kinds = [kind for kind, _ in alone_told]
    shares = [share for _, share in alone_told]
    for i, mark in enumerate(page.mark_at([line.start for line in lines], {"fragment"}) if page.marks else ()):
        if mark >= 0:
            kinds[i], shares[i] = "fragment", _FRAGMENT
    for rule in RULES:
        if rule.of in kinds:
            for i, kind in enumerate(kinds):
                if kind == rule.of and rule.holds(lines, kinds, i):
                    kinds[i], shares[i] = rule.kind, rule.share
    return Classified(lines, kinds, shares)


@marked_view
def blocks_of(page: Page) -> tuple[Block, ...]:
    r"""The blocks of a repaired page, one a line that is not blank, in order.

    >>> page = Page.of("清渠工程开工\n\n（记者闻溪）今天上午，柳塘镇清渠工程开工。\n\n（下转第三版）")
    >>> [block.kind for block in blocks_of(page)]
    ['headline', 'paragraph', 'jump']
    """
    lines, kinds, shares = classify(page)
    _name_heads(lines, kinds, shares)
    found = zip(lines, kinds, shares, strict=True)
    return tuple([Block(line.start, line.end, kind, share) for line, kind, share in found])


def _name_heads(lines: Sequence[Line], kinds: list[str], shares: list[float]) -> None:
    """Give each run of heads its roles, in place."""
    end = 0
    for start in [i for i, kind in enumerate(kinds) if kind == HEAD]:
        if start < end:
            continue
        end = start + 1
        while end < len(kinds) and kinds[end] == HEAD:
            end += 1
        if end - start == 1:
            before, after = kinds[start - 1] if start else "", kinds[end] if end < len(kinds) else ""
            opens_article = after == "paragraph" and bool(datelines.DATELINE.match(lines[end].text))
            named = [lone_head(lines[start], before, after, opens_article)]
        else:
            named = roles(lines[start:end])
        kinds[start:end] = [kind for kind, _ in named]
        shares[start:end] = [share for _, share in named]
