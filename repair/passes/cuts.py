"""Column-end cuts: a paragraph broken in two where its column ends, the halves standing next to one another."""

from __future__ import annotations

from collections.abc import Iterator

from repair.change import Change, Safety
from repair.lines import Lines
from repair.page import Page
from repair.passes import weights
from repair.passes.gaps import Gaps
from repair.passes.wraps import furniture_lines, joins, wrapped_gaps
from repair.rule import Options, Phase, Rule

__all__ = ["RULE"]

TABLES = ("cuts", "cuts-latin")


def find(page: Page, options: Options) -> Iterator[Change]:
    """Joins of neighbouring blocks of which the first ends inside a sentence."""
    lines = Lines.of(page.codes)
    if len(lines) < 2:
        return
    value = page.text.value
    gaps = Gaps.of(value, page.codes, lines)
    marked = furniture_lines(page, lines)
    asked = (gaps.stops != 1) & ~wrapped_gaps(lines, gaps) & ~marked[:-1] & ~marked[1:]
    if asked.any():
        probability = weights.continues(gaps, weights.load("cuts"), weights.load("cuts-latin"), asked)
        yield from joins(value, lines, probability, "the block ends inside a sentence, which the next one continues")


RULE = Rule(
    id="layout/cut-paragraph",
    title="paragraph cut in two at the end of its column",
    phase=Phase.LAYOUT,
    why="Readers of images give each column's part of a paragraph as a block of its own.",
    find=find,
    safety=Safety.SAFE,
    digest=weights.digest(*TABLES),
)
