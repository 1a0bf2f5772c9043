"""What blocks say of themselves: what they are, how they begin and end, which pairs of marks they leave open."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from repair.blocks.line import CAPTION_EM
from repair.core.page import Page
from repair.joins.line_patterns import END_KINDS, jump_lines_of, line_kinds_of, paired_marks_of
from repair.seam import SeamScores, default_model
from repair.typography.characters import Class
from repair.typography.lines import printed_lines
from repair.vocabulary.captions import CREDIT
from repair.vocabulary.labels import BANNER

__all__ = [
    "BODY",
    "BYLINE",
    "CAPTION",
    "CAPTION_EM",
    "DATELINE",
    "HEAD",
    "KINDS",
    "LIST",
    "OTHERS",
    "PLAIN",
    "SHORT",
    "kinds_of",
    "left_open",
    "seams",
]

Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

KINDS = ("body", "plain", "short", "list", "dateline", "caption", "byline", "furniture", "head")
"""What a block can be, as far as joining needs to know it."""

BODY, PLAIN, SHORT, LIST, DATELINE, CAPTION, BYLINE, OTHERS, HEAD = range(len(KINDS))

# Kinds in the order of `features.START_KINDS`: none, list, dateline, caption, byline, jump, dash, furniture.
_BEGINS = np.array((BODY, LIST, DATELINE, CAPTION, BYLINE, OTHERS, OTHERS, OTHERS))
_CREDIT = END_KINDS.index("credit")
# A plain line is at least so wide, in em, and a body wider than this. A label is at most so wide: a wider line may be a
# printed line of text that ends in such a word.
_PLAIN_EM, _BODY_EM, _LABEL_EM = 14, 12, 12
_PAST = 8


def kinds_of(page: Page, apart: Bools) -> Ints:
    """What each line of a page is, as a place in `KINDS`; `apart`: lines that belong to no paragraph.

    The words are those that `blocks.classify` goes by; it is another question that is asked of them, and before the
    page is in order. A line may be half a paragraph here, so what it begins with counts also where it is no whole block
    yet (`OPENING` in each room of `vocabulary`, not the expression of the whole), its neighbours say nothing, and none
    of its kinds is told by the next line: names alone are a byline, an article of law opens like an item of a list. And
    nobody joins anything to a line of the sheet, to a deck or to a head, so which of them it is remains open.

    >>> page = Page.of("# 灯塔亮了\\n昨天夜里，灯塔亮了，渔船归来\\n图为灯塔")
    >>> [KINDS[kind] for kind in kinds_of(page, np.zeros(3, np.bool_))]
    ['head', 'body', 'caption']
    """
    lines, value = printed_lines(page), page.text.value
    begins, ends, bylines = line_kinds_of(page)
    kinds = np.where(lines.widths >= _PLAIN_EM, PLAIN, SHORT)
    kinds = np.where(lines.bodies & (lines.widths > _BODY_EM), BODY, kinds)
    # A body, too, may begin with 记者 or with a jump mark in brackets.
    said = _BEGINS[begins]
    in_body = (said == LIST) | (said == DATELINE) | ((said == CAPTION) & (lines.widths <= CAPTION_EM))
    kinds = np.where(np.where(kinds == BODY, in_body, begins > 0), said, kinds)
    credit = ends == _CREDIT
    for i in np.flatnonzero((lines.closed == 0) & (lines.widths <= CAPTION_EM) & (kinds == BODY)).tolist():
        credit[i] = bool(CREDIT.search(value, lines.starts[i], lines.ends[i]))
    kinds = np.where(credit & (lines.widths <= CAPTION_EM), CAPTION, kinds)
    kinds = np.where(bylines > 0, BYLINE, kinds)
    others = apart | jump_lines_of(page)
    for i in np.flatnonzero((lines.closed == 0) & (lines.widths <= _LABEL_EM) & (kinds == SHORT)).tolist():
        others[i] |= bool(BANNER.fullmatch(value, lines.starts[i], lines.ends[i]))
    kinds = np.where(others, OTHERS, kinds)
    found: Ints = np.where(lines.first == Class.HASH, HEAD, kinds)
    return found


def seams(page: Page, tails: Ints, heads: Ints) -> SeamScores:
    """What the language says about one line (of `tails`) going on in another (of `heads`); -1 stands for nothing.

    How little a line ends like a block is how well nothing goes on with it, and likewise for how it begins.

    >>> page = Page.of("全国人民\\n代表大会")
    >>> llr = seams(page, np.array([0, 0]), np.array([1, -1])).llr
    >>> bool(llr[0] > 0)
    True
    """
    lines, wall = printed_lines(page), np.full(_PAST, 0xFFFF, np.uint32)
    ends, starts = np.append(lines.ends, 0)[tails], np.append(lines.starts, len(page.codes))[heads]
    return default_model().score_gaps(np.concatenate((wall, page.codes, wall)), ends + _PAST, starts + _PAST)


def left_open(page: Page, opening: int) -> tuple[Bools, Bools]:
    """For each line whether it leaves a pair of marks open, and whether it closes one that it did not open.

    `opening`: kind of the marks that open such a pair (see `patterns.paired_marks`).

    >>> opens, closes = left_open(Page.of("他说“灯\\n亮了”。"), 1)
    >>> opens.tolist(), closes.tolist()
    ([True, False], [False, True])
    """
    (at, kinds), lines = paired_marks_of(page), printed_lines(page)
    of_pair = (kinds == opening) | (kinds == opening + 1)
    at, signs = at[of_pair], np.where(kinds[of_pair] == opening, 1, -1)
    depth = np.concatenate(([0], np.cumsum(signs)))
    first, last = at.searchsorted(lines.starts), at.searchsorted(lines.ends)
    row = lines.starts.searchsorted(at, side="right") - 1
    low = np.zeros(len(lines), np.intp)
    np.minimum.at(low, row, depth[1:] - depth[first[row]])
    return depth[last] - depth[first] - low > 0, low < 0
