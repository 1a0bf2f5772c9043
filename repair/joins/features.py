"""The evidence at a gap, feature by feature, and the buckets of each.

Bucket edges are in em for widths, in nats for scores of the seam model. A bucket is "from an edge to the next".
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.typography.characters import Class

__all__ = ["CLASS_NAMES", "FEATURES", "OFFSETS", "STATE_FEATURES", "Feature", "between", "bucket", "cross", "of"]

SLACK = np.array((-4, -2.5, -1.5, -0.5, -0.01, 0.01, 0.5, 1, 1.5, 2.5, 4, 8))
SLACK_COARSE = np.array((-1.5, -0.5, 0.01, 1, 2.5))
NEXT_COARSE = np.array((-0.5, 0.01, 0.5, 1.5, 3))
NATS = np.array((-8, -5, -3, -1.5, 0, 1.5, 3, 4.5, 6, 7.5, 9, 11, 13))
NATS_COARSE = np.array((-3, 0, 3, 6, 9))
SHORT_BY = np.array((-6, -2, -0.6, -0.3, 0.3, 0.8, 1.3, 1.7, 2.3, 2.7, 3.5, 6))
INDENT = np.array((0.4, 1.2))
SLACK_START = np.array((-1.5, -0.5, 0.01, 0.5, 1, 1.5, 2.5, 4))
TOGETHER = np.array((-8, -2, -0.6, 0.6, 1.6, 2.6, 5))
HYPHENED = np.array((-1, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3))
OPEN_COUNT = np.array((1, 2, 3, 5, 9))
OPEN_SHARE = np.array((0.01, 0.03, 0.06, 0.12, 0.25, 0.5))
NATS_BODY = np.array((-3, 0, 2, 4, 6, 8))
FILL = np.array((0.2, 0.4, 0.6, 0.8, 0.95, 1.05, 1.2, 1.6, 2.5))
FILL_NEXT = np.array((0.3, 0.6, 0.9, 1.05, 1.3))
STEP = np.array((0.1, 0.6, 1.1, 2, 4))
SUPPORT = np.array((2, 4, 7, 12, 18))
EM = np.array((4.1, 8, 14, 22, 32, 50, 80, 140))
SHAPE = np.array((-0.8, 0.6, 1.6, 2.6))
_STOPS = ("open", "stop", "mark")
CLASS_NAMES = tuple(
    sorted((n.lower() for n in vars(Class) if n.isupper()), key=lambda n: int(getattr(Class, n.upper())))
)
SHAPES = ("over", "full", "1 short", "2 short", "short", "none")
START_KINDS = ("none", "list", "dateline", "caption", "byline", "jump", "dash", "furniture")
END_KINDS = ("none", "credit", "jump", "dateline", "furniture", "bracket")
BYLINES = ("no", "byline", "names")


class Feature(NamedTuple):
    """A name and the labels of its buckets."""

    name: str
    labels: tuple[str, ...]


def between(edges: NDArray[np.float64]) -> tuple[str, ...]:
    """Labels of the buckets that these edges part."""
    inner = [f"{low:g}..{high:g}" for low, high in pairwise(edges)]
    return (f"<{edges[0]:g}", *inner, f">={edges[-1]:g}")


def cross(*parts: tuple[str, ...]) -> tuple[str, ...]:
    labels: tuple[str, ...] = ("",)
    for part in parts:
        labels = tuple(f"{a} & {b}" if a else b for a in labels for b in part)
    return labels


def of(name: str, *parts: tuple[str, ...]) -> Feature:
    """A feature whose buckets are all combinations of these labels."""
    return Feature(name, cross(*parts))


def bucket(values: NDArray[Any], edges: NDArray[np.float64]) -> NDArray[np.intp]:
    """Bucket of each value: how many edges are at most as large.

    >>> bucket(np.array([0.5, 2.0]), np.array([1.0, 2.0])).tolist()
    [0, 2]
    """
    return edges.searchsorted(values, side="right")


_QUOTE_STATES = cross(("closed", "opened"), ("next none", "next closes", "next opens"))
_YES_NO = ("no", "yes")
_INDENTS = ("unknown", *between(INDENT))

FEATURES: tuple[Feature, ...] = (
    Feature("bias", ("all",)),
    Feature("end", CLASS_NAMES),
    Feature("start", CLASS_NAMES),
    Feature("end & start", cross(CLASS_NAMES, CLASS_NAMES)),
    Feature("slack of next & end", cross(between(SLACK), _STOPS)),
    Feature("next short by & end", cross(between(SHORT_BY), _STOPS)),
    Feature("indent of the page & slack of next & end", cross(_INDENTS, between(SLACK_START), _STOPS)),
    Feature("fill & end", cross(between(FILL), _STOPS)),
    Feature("column step & end", cross(between(STEP), _STOPS)),
    Feature("llr & end", cross(between(NATS), _STOPS)),
    Feature("pmi & end", cross(between(NATS), _STOPS)),
    Feature("double quote", _QUOTE_STATES),
    Feature("single quote", _QUOTE_STATES),
    Feature("bracket", _QUOTE_STATES),
    Feature("punctuation of four", cross(*(("no", "yes", "none"),) * 4)),
    Feature("same width off the column & end", cross(_YES_NO, _STOPS)),
    Feature("blank lines", ("-2", "-1", "0", "+1", "+2")),
    Feature("indents & end", cross(_YES_NO, _YES_NO, _YES_NO, _STOPS)),
    Feature("start kind & end", cross(START_KINDS, _STOPS)),
    Feature("start kind before", START_KINDS),
    Feature("end kinds", cross(END_KINDS, END_KINDS)),
    Feature("next is a bracket & fill & end", cross(_YES_NO, between(FILL_NEXT), _STOPS)),
    Feature("bylines", cross(BYLINES, BYLINES, between(EM[:2]))),
    Feature("shapes of four", cross(*(SHAPES,) * 4)),
    Feature("shapes & end", cross(SHAPES, SHAPES, _STOPS)),
    Feature("fill of next & its end & end", cross(between(FILL_NEXT), _YES_NO, _STOPS)),
    Feature("llr of next & end", cross(between(NATS_COARSE), _STOPS)),
    Feature("llr before & end", cross(between(NATS_COARSE), _STOPS)),
    Feature("lines of the column", between(SUPPORT)),
    Feature("next is hyphened and short by & end", cross(("no", *between(HYPHENED)), _STOPS)),
    Feature("open bodies of the page & end", cross(between(OPEN_SHARE), _STOPS)),
    Feature("open bodies counted & end", cross(between(OPEN_COUNT), _STOPS)),
    Feature("body & body & llr of an open end", ("closed", *cross(_YES_NO, _YES_NO, between(NATS_BODY)))),
    Feature("both fill one line & start & end", cross(between(TOGETHER), ("other", "opens", "closes"), _STOPS)),
    Feature("title case & end", cross(_YES_NO, _YES_NO, _STOPS)),
    Feature("width", between(EM)),
    Feature("width of next", between(EM)),
)
# Their buckets depend on whether the line before the gap opens a paragraph (and so has lost an indent) or goes on.
STATE_FEATURES: tuple[Feature, ...] = (
    Feature("slack & end", cross(between(SLACK), _STOPS)),
    Feature("slack & slack of next & end", cross(between(SLACK_COARSE), between(NEXT_COARSE), _STOPS)),
)
# Where the buckets of each feature begin in a vector of weights.
OFFSETS = np.cumsum([0, *(len(f.labels) for f in (*FEATURES, *STATE_FEATURES))])
