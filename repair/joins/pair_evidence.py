"""The evidence that one block goes on in another, which need not be the next: as `line_evidence`, for blocks anywhere.

Nearly every feature is counted apart for a head that comes next and for one that is farther away. Edges of scores are
in nats, of widths in em; they were laid so that each bucket has some hundred pairs of the laid-out pages.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from repair.evidence.feature import Evidence, Labels, Scale, Values
from repair.evidence.parts import CLASS, END, YES_NO
from repair.evidence.table import Table, load
from repair.joins.block_ends import KINDS
from repair.joins.block_pairs import Pairs, shared_out
from repair.joins.line_patterns import BRACKETS, DOUBLE_QUOTES, SINGLE_QUOTES

__all__ = ["OF_PAIRS", "pair_probability"]

_NATS = Scale(-6, -3, -1, 1, 3, 4.5, 6, 7.5, 9, 11, 13)
_MARGIN = Scale(-8, -5, -3, -1.5, 0, 1, 2, 3, 4.5, 6.5, 9)
_AT_EDGE = Scale(-8, -6, -4.5, -3, -2, -1, 0, 1, 2, 3, 4.5, 6, 8)
_EM = Scale(6, 12, 20, 30, 45, 80, 140)
_COUNT = Scale(0.5, 1.5, 3.5, 7.5)
_SHARED = Scale(0.01, 1, 2, 4, 7, 12)
_KIND = Labels(*KINDS)
_NEAR = Labels("next", "far")
_STEP = Labels("next", "2nd", "3rd", "far")
_BODY = Labels("other", "body")
_PAIRED = Labels("neither", "closed", "opened", "both", "mates")
_BLANKS = Labels("-2", "-1", "0", "+1", "+2")

OF_PAIRS: Evidence[Pairs] = Evidence("pairs of blocks")


@OF_PAIRS.feature("near", _NEAR)
def _near(pairs: Pairs) -> Values:
    return pairs.far


# ---- characters and kinds --------------------------------------------------------------------------------------------


@OF_PAIRS.feature("end & kind of head & near", CLASS, _BODY, _NEAR)
def _end(pairs: Pairs) -> Values:
    return pairs.lines.last[pairs.tails], pairs.body[pairs.heads], pairs.far


@OF_PAIRS.feature("start & near", CLASS, _NEAR)
def _start(pairs: Pairs) -> Values:
    return pairs.lines.first[pairs.heads], pairs.far


@OF_PAIRS.feature("end & start", CLASS, CLASS)
def _end_and_start(pairs: Pairs) -> Values:
    return pairs.lines.last[pairs.tails], pairs.lines.first[pairs.heads]


@OF_PAIRS.feature("end of head & kind & near", END, _KIND, _NEAR)
def _end_of_head(pairs: Pairs) -> Values:
    return pairs.lines.closed[pairs.heads], pairs.kinds[pairs.heads], pairs.far


@OF_PAIRS.feature("after the tail & near", Labels("none", *KINDS), _NEAR)
def _after_the_tail(pairs: Pairs) -> Values:
    return np.append(1 + pairs.kinds[1:], 0)[pairs.tails], pairs.far


@OF_PAIRS.feature("kinds & near", _KIND, _KIND, _NEAR)
def _kinds(pairs: Pairs) -> Values:
    return pairs.kinds[pairs.tails], pairs.kinds[pairs.heads], pairs.far


@OF_PAIRS.feature("double quote & near", _PAIRED, _NEAR)
def _double_quote(pairs: Pairs) -> Values:
    return pairs.paired(DOUBLE_QUOTES), pairs.far


@OF_PAIRS.feature("single quote & near", _PAIRED, _NEAR)
def _single_quote(pairs: Pairs) -> Values:
    return pairs.paired(SINGLE_QUOTES), pairs.far


@OF_PAIRS.feature("bracket & near", _PAIRED, _NEAR)
def _bracket(pairs: Pairs) -> Values:
    return pairs.paired(BRACKETS), pairs.far


# ---- language --------------------------------------------------------------------------------------------------------


@OF_PAIRS.feature("llr & open & near", _NATS, YES_NO, _NEAR)
def _llr(pairs: Pairs) -> Values:
    return pairs.llr, pairs.lines.closed[pairs.tails] == 0, pairs.far


@OF_PAIRS.feature("pmi & near", _NATS, _NEAR)
def _pmi(pairs: Pairs) -> Values:
    return pairs.language.pmi, pairs.far


@OF_PAIRS.feature("llr over other heads & near", _MARGIN, _NEAR)
def _llr_over_other_heads(pairs: Pairs) -> Values:
    return pairs.llr - pairs.best_rival(pairs.llr, pairs.tails), pairs.far


@OF_PAIRS.feature("pmi over other heads & near", _MARGIN, _NEAR)
def _pmi_over_other_heads(pairs: Pairs) -> Values:
    pmi = pairs.language.pmi
    return pmi - pairs.best_rival(pmi, pairs.tails), pairs.far


@OF_PAIRS.feature("llr over other tails & near", _MARGIN, _NEAR)
def _llr_over_other_tails(pairs: Pairs) -> Values:
    return pairs.llr - pairs.best_rival(pairs.llr, pairs.heads), pairs.far


@OF_PAIRS.feature("pmi over other tails & near", _MARGIN, _NEAR)
def _pmi_over_other_tails(pairs: Pairs) -> Values:
    pmi = pairs.language.pmi
    return pmi - pairs.best_rival(pmi, pairs.heads), pairs.far


@OF_PAIRS.feature("llr over heads near by & step", _MARGIN, _STEP)
def _llr_over_heads_near_by(pairs: Pairs) -> Values:
    return pairs.llr - pairs.best_rival(pairs.llr_near_by, pairs.tails), pairs.step


@OF_PAIRS.feature("llr over tails near by & step", _MARGIN, _STEP)
def _llr_over_tails_near_by(pairs: Pairs) -> Values:
    return pairs.llr - pairs.best_rival(pairs.llr_near_by, pairs.heads), pairs.step


@OF_PAIRS.feature("end of tail & kind & near", _AT_EDGE, _BODY, _NEAR)
def _end_of_tail(pairs: Pairs) -> Values:
    return pairs.language.ends[pairs.tails], pairs.body[pairs.tails], pairs.far


@OF_PAIRS.feature("start of head & kind & near", _AT_EDGE, _BODY, _NEAR)
def _start_of_head(pairs: Pairs) -> Values:
    return pairs.language.starts[pairs.heads], pairs.body[pairs.heads], pairs.far


@OF_PAIRS.feature("two characters elsewhere & near", _COUNT, _NEAR)
def _two_elsewhere(pairs: Pairs) -> Values:
    return pairs.elsewhere.two, pairs.far


@OF_PAIRS.feature("three characters elsewhere & near", _COUNT, _NEAR)
def _three_elsewhere(pairs: Pairs) -> Values:
    return pairs.elsewhere.three, pairs.far


@OF_PAIRS.feature("shared words & near", _SHARED, _NEAR)
def _shared_words(pairs: Pairs) -> Values:
    return pairs.shared_words.alone, pairs.far


@OF_PAIRS.feature("shared words round about & near", _SHARED, _NEAR)
def _shared_words_round_about(pairs: Pairs) -> Values:
    return pairs.shared_words.round_about, pairs.far


# ---- places and widths -----------------------------------------------------------------------------------------------


@OF_PAIRS.feature("distance", Scale(1.5, 2.5, 3.5, 4.5, 6.5, 9.5, 15.5, 25))
def _distance(pairs: Pairs) -> Values:
    return pairs.heads - pairs.tails


@OF_PAIRS.feature(
    "bodies between & before the head", Scale(0.5, 1.5, 2.5, 4.5), Labels("none", "open", "closed", "other")
)
def _bodies_between(pairs: Pairs) -> Values:
    """How many bodies stand between, and how the block before the head ends."""
    count = np.concatenate(([0], np.cumsum(pairs.body)))
    before = np.where(pairs.body, np.where(pairs.lines.closed == 0, 1, 2), 3)[pairs.heads - 1]
    return count[pairs.heads] - count[pairs.tails + 1], np.where(pairs.near, 0, before)


@OF_PAIRS.feature("width of tail & near", _EM, _NEAR)
def _width_of_tail(pairs: Pairs) -> Values:
    return pairs.lines.widths[pairs.tails], pairs.far


@OF_PAIRS.feature("width of head & near", _EM, _NEAR)
def _width_of_head(pairs: Pairs) -> Values:
    return pairs.lines.widths[pairs.heads], pairs.far


@OF_PAIRS.feature("blank lines before tail & kind", _BLANKS, _BODY)
def _blank_lines_before_tail(pairs: Pairs) -> Values:
    return _blanks(pairs)[pairs.tails], pairs.body[pairs.tails]


@OF_PAIRS.feature("blank lines before head & kind & near", _BLANKS, _BODY, _NEAR)
def _blank_lines_before_head(pairs: Pairs) -> Values:
    return _blanks(pairs)[pairs.heads], pairs.body[pairs.heads], pairs.far


def _blanks(pairs: Pairs) -> NDArray[np.intp]:
    """How many more or fewer blank lines stand before each line than before most."""
    blanks = pairs.lines.blanks
    usual = int(np.bincount(np.minimum(blanks[1:], 5)).argmax())
    return np.clip(blanks - usual, -2, 2) + 2


@OF_PAIRS.feature("open bodies & near", Scale(1.5, 3.5, 6.5, 10.5, 16.5), _NEAR)
def _open_bodies(pairs: Pairs) -> Values:
    return np.full(len(pairs.tails), int(pairs.lines.open_bodies.sum())), pairs.far


def pair_probability(pairs: Pairs, table: Table | None = None) -> NDArray[np.float64]:
    """How likely each block goes on in the other: by the shipped table, or another one of `OF_PAIRS`."""
    if not len(pairs.tails):
        return np.zeros(0)
    odds = (table or load("pairs", OF_PAIRS)).odds(OF_PAIRS.buckets(pairs))
    return shared_out(np.exp(odds), pairs.tails, pairs.heads)
