"""What blocks say of themselves: what they are, how they begin and end, which pairs of marks they leave open."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from repair.blocks.words import BANNER, CREDIT
from repair.characters import Class
from repair.page import Page
from repair.passes.features import END_KINDS
from repair.passes.pair_features import KINDS
from repair.passes.patterns import jump_lines, line_kinds
from repair.seam import default_model

__all__ = [
    "BODY",
    "BYLINE",
    "CAPTION",
    "DATELINE",
    "HEAD",
    "LIST",
    "OTHERS",
    "PLAIN",
    "SHORT",
    "SIGNS",
    "edges",
    "kinds_of",
    "left_open",
]

Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

BODY, PLAIN, SHORT, LIST, DATELINE, CAPTION, BYLINE, OTHERS, HEAD = range(len(KINDS))
SIGNS = (("“「", "”」"), ("‘『", "’』"), ("（(《〈【", "）)》〉】"))
"""Marks that open and close: double quotes, single quotes, brackets."""

# Kinds in the order of `features.START_KINDS`: none, list, dateline, caption, byline, jump, dash, furniture.
_BEGINS = np.array((BODY, LIST, DATELINE, CAPTION, BYLINE, OTHERS, OTHERS, OTHERS))
_CREDIT = END_KINDS.index("credit")
# A caption with its credit, and the label of a column, are at most so wide, in em; a body is wider than that.
_CAPTION_EM, _LABEL_EM, _PLAIN_EM, _BODY_EM = 59, 12, 14, 12
_PAST = 8


def kinds_of(page: Page, apart: Bools) -> Ints:
    """What each line of a page is, as a place in `KINDS`; `apart`: lines that belong to no paragraph."""
    lines, value = page.printed, page.text.value
    begins, ends, bylines = line_kinds(value, lines)
    kinds = np.where(lines.widths >= _PLAIN_EM, PLAIN, SHORT)
    kinds = np.where(lines.bodies & (lines.widths > _BODY_EM), BODY, kinds)
    # A body, too, may begin with 记者 or with a jump mark in brackets.
    said = _BEGINS[begins]
    in_body = (said == LIST) | (said == DATELINE) | ((said == CAPTION) & (lines.widths <= _CAPTION_EM))
    kinds = np.where(np.where(kinds == BODY, in_body, begins > 0), said, kinds)
    credit = ends == _CREDIT
    for i in np.flatnonzero((lines.closed == 0) & (lines.widths <= _CAPTION_EM) & (kinds == BODY)).tolist():
        credit[i] = bool(CREDIT.search(value, lines.starts[i], lines.ends[i]))
    kinds = np.where(credit & (lines.widths <= _CAPTION_EM), CAPTION, kinds)
    kinds = np.where(bylines > 0, BYLINE, kinds)
    others = apart | jump_lines(value, lines)
    for i in np.flatnonzero((lines.closed == 0) & (lines.widths <= _LABEL_EM) & (kinds == SHORT)).tolist():
        others[i] |= bool(BANNER.fullmatch(value, lines.starts[i], lines.ends[i]))
    kinds = np.where(others, OTHERS, kinds)
    found: Ints = np.where(lines.first == Class.HASH, HEAD, kinds)
    return found


def edges(page: Page) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """How little each line ends like a block, and how little it begins like one, in nats."""
    wall = np.full(_PAST, 0xFFFF, np.uint32)
    codes = np.concatenate((wall, page.codes, wall))
    nothing = np.full(len(page.printed), _PAST)
    model = default_model()
    ends = model.score_gaps(codes, page.printed.ends + _PAST, len(codes) - nothing).llr
    return ends, model.score_gaps(codes, nothing, page.printed.starts + _PAST).llr


def left_open(page: Page, sort: int) -> tuple[Bools, Bools]:
    """For each line whether it leaves a pair of marks open, and whether it closes one that it did not open.

    `sort`: the pair's place in `SIGNS`.
    """
    lines, signs = page.printed, _signs()[sort].take(page.codes, mode="clip")
    at = np.flatnonzero(signs)
    depth = np.concatenate(([0], np.cumsum(signs[at])))
    first, last = at.searchsorted(lines.starts), at.searchsorted(lines.ends)
    row = lines.starts.searchsorted(at, side="right") - 1
    low = np.zeros(len(lines), np.intp)
    np.minimum.at(low, row, depth[1:] - depth[first[row]])
    return depth[last] - depth[first] - low > 0, low < 0


@cache
def _signs() -> NDArray[np.int8]:
    """For each sort of pair 1 for a code point that opens, -1 for one that closes."""
    signs = np.zeros((len(SIGNS), 0x10000), np.int8)
    for row, (opening, closing) in enumerate(SIGNS):
        signs[row, [ord(c) for c in opening]] = 1
        signs[row, [ord(c) for c in closing]] = -1
    return signs
