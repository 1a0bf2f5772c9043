"""The evidence that one piece of text follows another in reading order.

`FOLLOWS`: pieces that an engine gave one after the other within a few rows. `LINKS`: stretches of a column anywhere on
the page. Edges of scores are in nats, of widths in em; `LEAD` parts by how much a score is ahead of its rivals'.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.evidence.feature import Evidence, Labels, Scale, Values
from repair.evidence.parts import CLASS, END, YES_NO
from repair.joins.line_look import first_pieces
from repair.joins.line_patterns import BYLINES, END_KINDS, START_KINDS
from repair.passes.layout.column_bleed.order import RELATIONS, Stretches
from repair.passes.layout.column_bleed.pieces import SHAPES, Pieces
from repair.seam import SeamScores, default_model
from repair.typography.lines import Lines

__all__ = ["FOLLOWS", "LINKS", "look_at_candidates", "look_at_links", "margins"]

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]

_NATS = Scale(-8, -5, -3, -1.5, 0, 1.5, 3, 4.5, 6, 7.5, 9, 11, 13)
_LEAD = Scale(-8, -5, -3, -2, -1, -0.5, 0, 0.5, 1, 2, 3, 5, 8)
_LEAD_COARSE = Scale(-5, -2, -0.5, 0.5, 2, 5)
_EM = Scale(4.1, 8, 14, 22, 32, 50, 80, 140)
_SLACK = Scale(-4, -2.5, -1.5, -0.75, -0.3, 0.3, 0.75, 1.5, 2.5, 4, 8)
_STEP = Scale(-6, -3, -1.2, -0.6, 0.6, 1.2, 3, 6)
_APART = Scale(-20, -8, -3, 0, 1, 2, 3, 5, 8, 15, 30)
_FEW = Labels("0", "1", "2+")
_OPENED, _CLOSED = Labels("not opened", "opened"), Labels("not closed", "closed")
_BYLINE = Labels(*BYLINES)
_RELATION = Labels(*RELATIONS)
_PLACES = Labels("<=-3", "-2", "-1", "0", "1", "2", "3", "4", "5", "6", "7", ">=8")
_NEIGHBOURS = Labels("no", "solid", "blank")

# Scores of pairs that are not asked about lie below all others; no lead counts for more than so many nats.
_NEVER, _MOST_LEAD = -50.0, 20
# A column is at least so wide when places are told in columns, in em.
_LEAST_COLUMN = 6


class Margins(NamedTuple):
    """By how much each pair's score is ahead of the best other head of its tail, and other tail of its head."""

    over_heads: Floats
    over_tails: Floats


def margins(scores: NDArray[np.floating], tails: Ints, heads: Ints, count: int) -> Margins:
    """The margins of pairs among `count` things, at most 20 either way.

    >>> margins(np.array([3.0, 1.0]), np.array([0, 0]), np.array([1, 2]), 3).over_heads.tolist()
    [2.0, -2.0]
    """
    table = np.full((count, count), _NEVER)
    table[tails, heads] = scores
    found = []
    for own, other, by in ((tails, heads, table), (heads, tails, table.T)):
        every, best = np.arange(count), by.argmax(axis=1)
        first = by[every, best]
        by[every, best] = _NEVER
        rival = np.where(other == best[own], by.max(axis=1)[own], first[own])
        by[every, best] = first
        found.append(np.clip(scores - rival, -_MOST_LEAD, _MOST_LEAD))
    return Margins(*found)


@dataclass(frozen=True)
class PairLook:
    """What is seen of pairs of things made of cells; all arrays have one row a pair.

    `i`, `j`: the last cell of the first thing and the first cell of the second; `tails`, `heads`: the two things, of
    which there are `count`. `scores`: what the seam model says of the seam between.
    """

    pieces: Pieces
    tails: Ints
    heads: Ints
    count: int
    i: Ints
    j: Ints
    scores: SeamScores

    @property
    def lines(self) -> Lines:
        """The cells, as lines."""
        return self.pieces.lines

    @cached_property
    def stops(self) -> Ints:
        """How the first thing of each pair ends, as a place in `parts.END`."""
        return self.lines.closed[self.i]

    @cached_property
    def pmi(self) -> Margins:
        """How far each pair's PMI is ahead of its rivals'."""
        return margins(self.scores.pmi, self.tails, self.heads, self.count)

    @cached_property
    def columns(self) -> Floats:
        """Width of the column at each CELL, in em."""
        return self.lines.local[0]


def look_at_candidates(pieces: Pieces) -> PairLook:
    """The pairs of pieces that are asked about (`Pieces.candidates`)."""
    tails, heads = pieces.candidates
    return _look(pieces, tails, heads, len(pieces), pieces.tails[tails], pieces.heads[heads])


def _look(pieces: Pieces, tails: Ints, heads: Ints, count: int, i: Ints, j: Ints) -> PairLook:
    lines = pieces.lines
    scores = default_model().score_gaps(pieces.page.codes, lines.ends[i], lines.starts[j])
    return PairLook(pieces, tails, heads, count, i, j, scores)


FOLLOWS: Evidence[PairLook] = Evidence("pieces that may follow one another")


@FOLLOWS.feature("bias", Labels("all"))
def _bias(look: PairLook) -> Values:
    return np.zeros(len(look.i), np.intp)


@FOLLOWS.feature("end & start", CLASS, CLASS)
def _end_and_start(look: PairLook) -> Values:
    return look.lines.last[look.i], look.lines.first[look.j]


@FOLLOWS.feature("llr & end", _NATS, END)
def _llr(look: PairLook) -> Values:
    return look.scores.llr, look.stops


@FOLLOWS.feature("pmi & end", _NATS, END)
def _pmi(look: PairLook) -> Values:
    return look.scores.pmi, look.stops


@FOLLOWS.feature("pmi over other heads & end", _LEAD, END)
def _pmi_over_heads(look: PairLook) -> Values:
    return look.pmi.over_heads, look.stops


@FOLLOWS.feature("pmi over other tails & end", _LEAD, END)
def _pmi_over_tails(look: PairLook) -> Values:
    return look.pmi.over_tails, look.stops


@FOLLOWS.feature("pmi over heads & tails", _LEAD_COARSE, _LEAD_COARSE)
def _pmi_over_both(look: PairLook) -> Values:
    return look.pmi.over_heads, look.pmi.over_tails


@FOLLOWS.feature("llr over other heads & end", _LEAD, END)
def _llr_over_heads(look: PairLook) -> Values:
    return margins(look.scores.llr, look.tails, look.heads, look.count).over_heads, look.stops


@FOLLOWS.feature("slack & end", _SLACK, END)
def _slack(look: PairLook) -> Values:
    pieces = first_pieces(look.pieces.page.codes, look.lines)
    return _short_by(look)[look.i] - pieces[look.j], look.stops


@FOLLOWS.feature("next short by & end", _SLACK, END)
def _next_short_by(look: PairLook) -> Values:
    return _short_by(look)[look.j], look.stops


@FOLLOWS.feature("short by & next short by", _SLACK, _SLACK)
def _short_by_both(look: PairLook) -> Values:
    short_by = _short_by(look)
    return short_by[look.i], short_by[look.j]


def _short_by(look: PairLook) -> Floats:
    return look.columns - look.lines.widths


@FOLLOWS.feature("column step & end", _STEP, END)
def _column_step(look: PairLook) -> Values:
    return look.columns[look.i] - look.columns[look.j], look.stops


@FOLLOWS.feature("width step & end", _STEP, END)
def _width_step(look: PairLook) -> Values:
    return look.lines.widths[look.i] - look.lines.widths[look.j], look.stops


@FOLLOWS.feature("widths", _EM, _EM)
def _widths(look: PairLook) -> Values:
    return look.lines.widths[look.i], look.lines.widths[look.j]


@FOLLOWS.feature("neighbours & pages with blank lines & end", _NEIGHBOURS, Scale(0.05, 0.3, 0.7), END)
def _neighbours(look: PairLook) -> Values:
    alone, i, j = look.pieces.cells.alone, look.i, look.j
    neighbours = np.where((j == i + 1) & alone[i] & alone[j], 1 + (look.lines.blanks[j] > 0), 0)
    return neighbours, np.full(len(i), look.pieces.cells.blank_share), look.stops


@FOLLOWS.feature("alone in their rows", YES_NO, YES_NO)
def _alone(look: PairLook) -> Values:
    alone = look.pieces.cells.alone
    return alone[look.i], alone[look.j]


@FOLLOWS.feature("start kind & end", Labels(*START_KINDS), END)
def _start_kind(look: PairLook) -> Values:
    return look.pieces.kinds[0][look.j], look.stops


@FOLLOWS.feature("start kind before", Labels(*START_KINDS))
def _start_kind_before(look: PairLook) -> Values:
    return look.pieces.kinds[0][look.i]


@FOLLOWS.feature("end kinds", Labels(*END_KINDS), Labels(*END_KINDS))
def _end_kinds(look: PairLook) -> Values:
    ends = look.pieces.kinds[1]
    return ends[look.i], ends[look.j]


@FOLLOWS.feature("bylines", _BYLINE, _BYLINE)
def _bylines(look: PairLook) -> Values:
    bylines = look.pieces.kinds[2]
    return bylines[look.i], bylines[look.j]


@FOLLOWS.feature("double quote", _OPENED, _CLOSED)
def _double_quote(look: PairLook) -> Values:
    opened, closes = look.pieces.quotes[0]
    return opened[look.i], closes[look.j]


@FOLLOWS.feature("bracket", _OPENED, _CLOSED)
def _bracket(look: PairLook) -> Values:
    opened, closes = look.pieces.quotes[1]
    return opened[look.i], closes[look.j]


@FOLLOWS.feature("marks", YES_NO, YES_NO)
def _marks(look: PairLook) -> Values:
    marked = look.lines.marks > 0
    return marked[look.i], marked[look.j]


@FOLLOWS.feature("two & three characters elsewhere", _FEW, _FEW)
def _elsewhere(look: PairLook) -> Values:
    two, three = look.pieces.elsewhere(look.lines.ends[look.i], look.lines.starts[look.j])
    return np.minimum(two, 2), np.minimum(three, 2)


# ---- links between stretches -----------------------------------------------------------------------------------------


class LinkLook(NamedTuple):
    """Pairs of stretches (`u`, `v`): what is seen of their `pairs`, how their tracks stand to each other (`relation`, a
    place in `RELATIONS`), and how many columns `on` the second is.
    """

    stretches: Stretches
    pairs: PairLook
    relation: Ints
    on: Ints

    @property
    def u(self) -> Ints:
        """The first stretch of each pair."""
        return self.pairs.tails

    @property
    def v(self) -> Ints:
        """The second stretch of each pair."""
        return self.pairs.heads


def look_at_links(stretches: Stretches) -> LinkLook:
    """The pairs of stretches that are asked about."""
    (u, v), pieces = stretches.pairs, stretches.pieces
    i, j = pieces.tails[stretches.tails[u]], pieces.heads[stretches.heads[v]]
    return LinkLook(stretches, _look(pieces, u, v, len(stretches), i, j), *stretches.relation(u, v))


LINKS: Evidence[LinkLook] = Evidence("stretches that may follow one another")


@LINKS.feature("bias", Labels("all"))
def _link_bias(look: LinkLook) -> Values:
    return np.zeros(len(look.u), np.intp)


@LINKS.feature("relation & end", _RELATION, END)
def _relation(look: LinkLook) -> Values:
    return look.relation, look.pairs.stops


@LINKS.feature("relation & columns on", _RELATION, _PLACES)
def _columns_on(look: LinkLook) -> Values:
    return look.relation, np.clip(look.on, -3, 8) + 3


@LINKS.feature("relation & pieces from tail to head", _RELATION, _APART)
def _from_tail_to_head(look: LinkLook) -> Values:
    return look.relation, look.stretches.heads[look.v] - look.stretches.tails[look.u]


@LINKS.feature("relation & pieces from head to head", _RELATION, _APART)
def _from_head_to_head(look: LinkLook) -> Values:
    return look.relation, look.stretches.heads[look.v] - look.stretches.heads[look.u]


@LINKS.feature("llr & end", _NATS, END)
def _link_llr(look: LinkLook) -> Values:
    return _llr(look.pairs)


@LINKS.feature("pmi & end", _NATS, END)
def _link_pmi(look: LinkLook) -> Values:
    return _pmi(look.pairs)


@LINKS.feature("pmi over other heads & end", _LEAD, END)
def _link_pmi_over_heads(look: LinkLook) -> Values:
    return _pmi_over_heads(look.pairs)


@LINKS.feature("pmi over other tails & end", _LEAD, END)
def _link_pmi_over_tails(look: LinkLook) -> Values:
    return _pmi_over_tails(look.pairs)


@LINKS.feature("pmi over heads & tails", _LEAD_COARSE, _LEAD_COARSE)
def _link_pmi_over_both(look: LinkLook) -> Values:
    return _pmi_over_both(look.pairs)


@LINKS.feature(
    "odds within the column & end",
    Scale(-7, -5.5, -4.5, -3.5, -2.75, -2, -1.25, -0.5, 0.25, 1, 1.75, 2.5, 3.25, 4, 5, 6, 7.5, 9, none="other"),
    END,
)
def _odds_within_the_column(look: LinkLook) -> Values:
    stretches = look.stretches
    within = stretches.odds[stretches.tails[look.u], stretches.heads[look.v]]
    return np.where(stretches.next[look.u] == look.v, within, np.nan), look.pairs.stops


@LINKS.feature("shape of head & end", Labels(*SHAPES), END)
def _shape_of_head(look: LinkLook) -> Values:
    return look.stretches.pieces.shapes[look.stretches.heads[look.v]], look.pairs.stops


@LINKS.feature("fill of tail & end", Scale(-2.9, -1.2, -0.8, 0.8, 1.2), END)
def _fill_of_tail(look: LinkLook) -> Values:
    pairs = look.pairs
    return (pairs.lines.widths - pairs.columns)[pairs.i], pairs.stops


@LINKS.feature("column step & end", _STEP, END)
def _link_column_step(look: LinkLook) -> Values:
    return _column_step(look.pairs)


@LINKS.feature("end & start", CLASS, CLASS)
def _link_end_and_start(look: LinkLook) -> Values:
    return _end_and_start(look.pairs)


@LINKS.feature("double quote", _OPENED, _CLOSED)
def _link_double_quote(look: LinkLook) -> Values:
    return _double_quote(look.pairs)


@LINKS.feature("bracket", _OPENED, _CLOSED)
def _link_bracket(look: LinkLook) -> Values:
    return _bracket(look.pairs)


@LINKS.feature("columns across", Scale(-1.5, -0.6, -0.2, 0.2, 0.6, 0.9, 1.15, 1.5, 2.5, none="unknown"))
def _columns_across(look: LinkLook) -> Values:
    """How far to the right the second stretch stands, in columns, where the engine shows it by spaces."""
    pieces = look.stretches.pieces
    if not pieces.shows_places:
        return np.full(len(look.u), np.nan)
    places = pieces.places[look.stretches.heads]
    return (places[look.v] - places[look.u]) / np.maximum(look.pairs.columns[look.pairs.i], _LEAST_COLUMN)


@LINKS.feature("start kind", Labels(*START_KINDS))
def _link_start_kind(look: LinkLook) -> Values:
    return look.stretches.pieces.kinds[0][look.pairs.j]


@LINKS.feature("shared words", Scale(1e-6, 0.02, 0.05, 0.1, 0.2, 0.35))
def _shared_words(look: LinkLook) -> Values:
    return look.stretches.likeness[look.u, look.v]


@LINKS.feature("shared words over others", Scale(-0.2, -0.1, -0.03, -1e-6, 1e-6, 0.03, 0.1, 0.2))
def _shared_words_over_others(look: LinkLook) -> Values:
    likeness = look.stretches.likeness[look.u, look.v]
    return margins(likeness, look.u, look.v, look.pairs.count).over_heads
