"""Column-end cuts: a paragraph broken in two where its column ends, the halves standing next to one another."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from repair.change import Change, Safety
from repair.characters import Class
from repair.laws import replay_edits
from repair.page import Page
from repair.passes import weights
from repair.passes.glue import join
from repair.passes.wraps import GOES_ON, by_script, joins, kept_apart, may_be_wrapped, wrap_probability, wrapped_gaps
from repair.rule import Options, Phase, Rule
from repair.text import Done

__all__ = ["RULE"]

TABLES = ("cuts", "cuts-latin")
_ROUNDS = 5
# Cuts are few on a page: it takes many gaps to say that this one has more of them than usual.
_USUAL_COUNTS = 150
# On a page with hardly an open block that block is more often a title or a quotation than a cut,
# unless the seam model is quite sure.
_FEW, _FEW_FROM, _FEW_NATS = 2, 0.9, 10
# Of the joins of blocks between 0.6 and 0.7 two of seven were right.
_LIKELY_FROM = 0.7
_UNOPENED_AT_MOST = 0.5
# A line that another rule says goes on: of 13 such seams in pages read twice all were right.
_MARKED = 0.99
_ENUMERATION_COMMA, _ENUMERATES = ord("、"), 0.95


def find(page: Page, options: Options) -> Iterator[Change]:
    """Joins of neighbouring blocks of which the first ends inside a sentence."""
    lines = page.printed
    if len(lines) < 2:
        return
    probability = _settled(page)
    reason = "the block ends inside a sentence, which the next one continues"
    yield from joins(page.text.value, lines, probability, reason, by_script(lines, _LIKELY_FROM))


def _settled(page: Page) -> NDArray[np.float64]:
    """Probability of each gap that the paragraph goes on over it.

    A join changes what its neighbours look like, so after joins the page is looked at again, as a second run of the
    chain would.
    """
    lines = page.printed
    probability = np.zeros(len(lines) - 1)
    gap_after, apart = np.arange(len(lines) - 1), kept_apart(page, lines)
    goes_on = np.array(page.mark_at(lines.starts[1:], {GOES_ON})) >= 0 if page.marks else apart[1:] & False
    for _ in range(_ROUNDS):
        found = np.maximum(_probability(page, apart), np.where(goes_on, _MARKED, 0))
        probability[gap_after] = found
        made = found >= by_script(lines, _LIKELY_FROM)
        if not made.any() or made.all():
            break
        value, edits = page.text.value, []
        for i in np.flatnonzero(made).tolist():
            start, end, after = join(value, int(lines.ends[i]), int(lines.starts[i + 1]), "", Safety.SAFE, 1).edits[0]
            edits.append(Done(start, end, "", after))
        page = Page.of(replay_edits(value, edits))
        lines = page.printed
        gap_after, apart, goes_on = gap_after[~made], apart[np.append(True, ~made)], goes_on[~made]
    return probability


def _probability(page: Page, apart: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Probability of each gap of a page in its present state; `apart`: the lines that belong to no paragraph."""
    lines = page.printed
    found = np.zeros(len(lines) - 1)
    if not lines.open_bodies.any() and not may_be_wrapped(lines):
        return found
    gaps = page.gaps
    wrapped = wrapped_gaps(lines, gaps)
    free = ~apart[:-1] & ~apart[1:]
    asked = (lines.closed != 1)[:-1] & ~lines.numbered[:-1] & ~wrapped & free
    if asked.any():
        found = weights.continues(gaps, weights.load("cuts"), weights.load("cuts-latin"), asked, _USUAL_COUNTS)
        if int(lines.open_bodies.sum()) <= _FEW:
            found = np.where((found < _FEW_FROM) & (gaps.llr < _FEW_NATS), found / 2, found)
        # The half of a paragraph that closes a quotation goes with one that has it open.
        found = np.where(gaps.unopened, np.minimum(found, _UNOPENED_AT_MOST), found)
        # A block that ends with an enumeration comma goes on, but not in a heading.
        enumerates = asked & (page.codes[lines.ends[:-1] - 1] == _ENUMERATION_COMMA)
        enumerates &= (lines.first[1:] == Class.HAN) & (lines.marks[1:] > 0)
        found = np.where(enumerates & ~gaps.walls, np.maximum(found, _ENUMERATES), found)
    if (wrapped & free).any():
        found = np.maximum(found, wrap_probability(lines, gaps, wrapped & free))
    return found


RULE = Rule(
    id="layout/cut-paragraph",
    title="paragraph cut in two at the end of its column",
    phase=Phase.LAYOUT,
    why="Readers of images give each column's part of a paragraph as a block of its own.",
    find=find,
    safety=Safety.SAFE,
    digest=weights.digest(*TABLES),
)
