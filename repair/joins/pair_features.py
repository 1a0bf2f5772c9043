"""The evidence at a pair of blocks, feature by feature, and the buckets of each: as `features`, for blocks anywhere.

Nearly every feature is counted apart for a head that comes next and for one that is farther away.
"""

from __future__ import annotations

import numpy as np

from repair.joins.features import CLASS_NAMES, Feature, between, of

__all__ = ["FEATURES", "KINDS", "OFFSETS"]

NATS = np.array((-6, -3, -1, 1, 3, 4.5, 6, 7.5, 9, 11, 13))
MARGIN = np.array((-8, -5, -3, -1.5, 0, 1, 2, 3, 4.5, 6.5, 9))
AT_EDGE = np.array((-8, -6, -4.5, -3, -2, -1, 0, 1, 2, 3, 4.5, 6, 8))
DISTANCE = np.array((1.5, 2.5, 3.5, 4.5, 6.5, 9.5, 15.5, 25))
BETWEEN = np.array((0.5, 1.5, 2.5, 4.5))
SHARED = np.array((0.01, 1, 2, 4, 7, 12))
EM = np.array((6, 12, 20, 30, 45, 80, 140))
COUNT = np.array((0.5, 1.5, 3.5, 7.5))
OPEN_COUNT = np.array((1.5, 3.5, 6.5, 10.5, 16.5))
KINDS = ("body", "plain", "short", "list", "dateline", "caption", "byline", "furniture", "head")
_NEAR = ("next", "far")
_STEP = ("next", "2nd", "3rd", "far")
_YES_NO = ("no", "yes")
_PAIRED = ("neither", "closed", "opened", "both", "mates")
_BLANKS = ("-2", "-1", "0", "+1", "+2")
_BODY = ("other", "body")


FEATURES: tuple[Feature, ...] = (
    of("near", _NEAR),
    of("end & kind of head & near", CLASS_NAMES, _BODY, _NEAR),
    of("start & near", CLASS_NAMES, _NEAR),
    of("end of head & kind & near", ("open", "stop", "mark"), KINDS, _NEAR),
    of("end & start", CLASS_NAMES, CLASS_NAMES),
    of("llr & open & near", between(NATS), _YES_NO, _NEAR),
    of("pmi & near", between(NATS), _NEAR),
    of("llr over other heads & near", between(MARGIN), _NEAR),
    of("pmi over other heads & near", between(MARGIN), _NEAR),
    of("llr over other tails & near", between(MARGIN), _NEAR),
    of("pmi over other tails & near", between(MARGIN), _NEAR),
    of("llr over heads near by & step", between(MARGIN), _STEP),
    of("llr over tails near by & step", between(MARGIN), _STEP),
    of("end of tail & kind & near", between(AT_EDGE), _BODY, _NEAR),
    of("start of head & kind & near", between(AT_EDGE), _BODY, _NEAR),
    of("distance", between(DISTANCE)),
    of("bodies between & before the head", between(BETWEEN), ("none", "open", "closed", "other")),
    of("after the tail & near", ("none", *KINDS), _NEAR),
    of("kinds & near", KINDS, KINDS, _NEAR),
    of("double quote & near", _PAIRED, _NEAR),
    of("single quote & near", _PAIRED, _NEAR),
    of("bracket & near", _PAIRED, _NEAR),
    of("two characters elsewhere & near", between(COUNT), _NEAR),
    of("three characters elsewhere & near", between(COUNT), _NEAR),
    of("shared words & near", between(SHARED), _NEAR),
    of("shared words round about & near", between(SHARED), _NEAR),
    of("width of tail & near", between(EM), _NEAR),
    of("width of head & near", between(EM), _NEAR),
    of("blank lines before tail & kind", _BLANKS, _BODY),
    of("blank lines before head & kind & near", _BLANKS, _BODY, _NEAR),
    of("open bodies & near", between(OPEN_COUNT), _NEAR),
)
# Where the buckets of each feature begin in a vector of weights.
OFFSETS = np.cumsum([0, *(len(f.labels) for f in FEATURES)])
