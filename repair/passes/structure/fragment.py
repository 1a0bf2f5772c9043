"""Halves of paragraphs whose other half is not on the page: they stay as they are, and are marked as fragments.

A block breaks off where the language goes on, or begins with the end of a quotation that it does not open. Titles,
entries of lists and bylines end open as well: only running text counts, and not before a jump line.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from repair.core.change import Change, Mark, Safety
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.joins.block_ends import BODY, BYLINE, DATELINE, kinds_of, left_open, seams
from repair.joins.line_patterns import DOUBLE_QUOTES, jump_lines_of
from repair.passes.layout.wrapped_line import kept_apart
from repair.typography.lines import printed_lines

__all__ = ["RULE"]

# Nats by which a block must end, or begin, less like a whole one.
_ENDS_FROM, _BEGINS_FROM = 1.5, 1.0


def find(page: Page, options: Options) -> Iterator[Change]:
    """A mark on each block that is half a paragraph."""
    lines = printed_lines(page)
    if not len(lines):
        return
    apart = kept_apart(page, lines)
    body = lines.bodies & ~lines.latin & ~apart
    breaks_off = body & (lines.closed == 0) & (lines.end_in_word | (page.codes[lines.ends - 1] == ord("、")))
    goes_on = left_open(page, DOUBLE_QUOTES)[1] & body
    if not (breaks_off | goes_on).any():
        return
    kinds = kinds_of(page, apart)
    body &= kinds == BODY
    # Before a byline or a dateline stands a title, with commas though it be; a jump line says where the rest is.
    followed = np.append(np.isin(kinds, (BYLINE, DATELINE)) | jump_lines_of(page), False)[1:]
    ends, begins = breaks_off & body & ~followed, goes_on & body
    tails, heads = np.flatnonzero(ends), np.flatnonzero(begins)
    if not len(tails) + len(heads):
        return
    llr = seams(page, np.append(tails, np.full(len(heads), -1)), np.append(np.full(len(tails), -1), heads)).llr
    ends[tails], begins[heads] = llr[: len(tails)] >= _ENDS_FROM, llr[len(tails) :] >= _BEGINS_FROM
    for line in np.flatnonzero(ends | begins).tolist():
        start, end = int(lines.starts[line]), int(lines.ends[line])
        lost = " and ".join(side for side, holds in (("before", begins[line]), ("after", ends[line])) if holds)
        mark = Mark(page.text.raw_spans(start, end)[0], "fragment")
        yield Change(
            (), f"half a paragraph: what stood {lost} it was not found on the page", Safety.LIKELY, 0.95, mark=mark
        )


RULE = Rule(
    id="structure/fragment",
    title="half a paragraph whose other half is not on the page",
    phase=Phase.STRUCTURE,
    why="A reader of images can lose the beginning of a column, or stop early; what is left of a sentence is kept.",
    find=find,
    safety=Safety.LIKELY,
)
