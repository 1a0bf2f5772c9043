"""The kind of each block, by rules in one order: what a line says of itself, then what its neighbours say."""

from __future__ import annotations

from typing import NamedTuple

from repair.blocks import words
from repair.blocks.alone import HEAD, alone
from repair.blocks.among import RULES
from repair.blocks.heads import lone_head, roles
from repair.blocks.line import FURNITURE, Line, lines_of
from repair.page import Page

__all__ = ["FURNITURE", "KINDS", "Block", "blocks", "explained"]

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


class Block(NamedTuple):
    """A line of the repaired page and what it is."""

    start: int
    end: int
    kind: str
    confidence: float


def blocks(page: Page) -> tuple[Block, ...]:
    lines, kinds, shares, _ = explained(page)
    return tuple([Block(x.start, x.end, k, s) for x, k, s in zip(lines, kinds, shares, strict=True)])


def explained(page: Page) -> tuple[list[Line], list[str], list[float], list[str]]:
    lines = lines_of(page)
    told = [alone(line) for line in lines]
    kinds = [kind for kind, _, _ in told]
    shares = [share for _, share, _ in told]
    why = [name for _, _, name in told]
    for rule in RULES:
        for i, kind in enumerate(kinds):
            if kind == rule.of and rule.holds(lines, kinds, i):
                kinds[i], shares[i], why[i] = rule.kind, rule.share, rule.holds.__name__
    kinds = ["paragraph" if kind == "open" else kind for kind in kinds]
    i = 0
    while i < len(kinds):
        if kinds[i] != HEAD:
            i += 1
            continue
        end = i
        while end < len(kinds) and kinds[end] == HEAD:
            end += 1
        if end == i + 1:
            after = kinds[end] if end < len(kinds) else ""
            opens = end < len(kinds) and bool(words.DATELINE.match(lines[end].text))
            kinds[i] = lone_head(lines[i], kinds[i - 1] if i else "", after, opens)
            why[i] = "lone"
        else:
            kinds[i:end] = roles(lines[i:end])
            why[i:end] = [f"run{end - i}"] * (end - i)
        i = end
    return lines, kinds, shares, why
