"""The evidence that one piece of text follows another in reading order, feature by feature, and the buckets of each.

`FOLLOWS`: pieces that an engine gave one after the other within a few rows. `LINKS`: stretches of a column anywhere on
the page. As at the gaps between neighbouring lines (`repair.joins.features`), one weight a bucket, in nats.
"""

from __future__ import annotations

import numpy as np

from repair.joins.features import CLASS_NAMES, END_KINDS, START_KINDS, Feature, between, cross, of

__all__ = ["FOLLOWS", "LINKS"]

NATS = np.array((-8, -5, -3, -1.5, 0, 1.5, 3, 4.5, 6, 7.5, 9, 11, 13))
LEAD = np.array((-8, -5, -3, -2, -1, -0.5, 0, 0.5, 1, 2, 3, 5, 8))
LEAD_COARSE = LEAD[1::2]
EM = np.array((4.1, 8, 14, 22, 32, 50, 80, 140))
SLACK = np.array((-4, -2.5, -1.5, -0.75, -0.3, 0.3, 0.75, 1.5, 2.5, 4, 8))
STEP = np.array((-6, -3, -1.2, -0.6, 0.6, 1.2, 3, 6))
BLANK_SHARE = np.array((0.05, 0.3, 0.7))
ODDS = np.array((-7, -5.5, -4.5, -3.5, -2.75, -2, -1.25, -0.5, 0.25, 1, 1.75, 2.5, 3.25, 4, 5, 6, 7.5, 9))
APART = np.array((-20, -8, -3, 0, 1, 2, 3, 5, 8, 15, 30))
FILL = np.array((-2.9, -1.2, -0.8, 0.8, 1.2))
ACROSS = np.array((-1.5, -0.6, -0.2, 0.2, 0.6, 0.9, 1.15, 1.5, 2.5))
LIKENESS = np.array((1e-6, 0.02, 0.05, 0.1, 0.2, 0.35))
LIKENESS_LEAD = np.array((-0.2, -0.1, -0.03, -1e-6, 1e-6, 0.03, 0.1, 0.2))
SHAPES = ("inner", "indented", "stopped", "title", "wide title", "wide", "opening", "scrap")
RELATIONS = ("next of the column", "of the column", "end to top", "to a top", "from an end", "other")
_STOPS = ("open", "stop", "mark")
_YES_NO = ("no", "yes")
_FEW = ("0", "1", "2+")
_PAIRED = cross(("not opened", "opened"), ("not closed", "closed"))
_PLACES = ("<=-3", "-2", "-1", "0", "1", "2", "3", "4", "5", "6", "7", ">=8")


FOLLOWS: tuple[Feature, ...] = (
    of("bias", ("all",)),
    of("end & start", CLASS_NAMES, CLASS_NAMES),
    of("llr & end", between(NATS), _STOPS),
    of("pmi & end", between(NATS), _STOPS),
    of("pmi over other heads & end", between(LEAD), _STOPS),
    of("pmi over other tails & end", between(LEAD), _STOPS),
    of("pmi over heads & tails", between(LEAD_COARSE), between(LEAD_COARSE)),
    of("llr over other heads & end", between(LEAD), _STOPS),
    of("slack & end", between(SLACK), _STOPS),
    of("next short by & end", between(SLACK), _STOPS),
    of("column step & end", between(STEP), _STOPS),
    of("width step & end", between(STEP), _STOPS),
    of("short by & next short by", between(SLACK), between(SLACK)),
    of("neighbours & pages with blank lines & end", ("no", "solid", "blank"), between(BLANK_SHARE), _STOPS),
    of("start kind & end", START_KINDS, _STOPS),
    of("start kind before", START_KINDS),
    of("end kinds", END_KINDS, END_KINDS),
    of("bylines", ("no", "byline", "names"), ("no", "byline", "names")),
    of("double quote", _PAIRED),
    of("bracket", _PAIRED),
    of("marks", _YES_NO, _YES_NO),
    of("alone in their rows", _YES_NO, _YES_NO),
    of("widths", between(EM), between(EM)),
    of("two & three characters elsewhere", _FEW, _FEW),
)
LINKS: tuple[Feature, ...] = (
    of("bias", ("all",)),
    of("relation & end", RELATIONS, _STOPS),
    of("relation & columns on", RELATIONS, _PLACES),
    of("llr & end", between(NATS), _STOPS),
    of("pmi & end", between(NATS), _STOPS),
    of("pmi over other heads & end", between(LEAD), _STOPS),
    of("pmi over other tails & end", between(LEAD), _STOPS),
    of("pmi over heads & tails", between(LEAD_COARSE), between(LEAD_COARSE)),
    of("odds within the column & end", ("other", *between(ODDS)), _STOPS),
    of("shape of head & end", SHAPES, _STOPS),
    of("relation & pieces from tail to head", RELATIONS, between(APART)),
    of("relation & pieces from head to head", RELATIONS, between(APART)),
    of("fill of tail & end", between(FILL), _STOPS),
    of("column step & end", between(STEP), _STOPS),
    of("end & start", CLASS_NAMES, CLASS_NAMES),
    of("double quote", _PAIRED),
    of("bracket", _PAIRED),
    of("columns across", ("unknown", *between(ACROSS))),
    of("start kind", START_KINDS),
    of("shared words", between(LIKENESS)),
    of("shared words over others", between(LIKENESS_LEAD)),
)
