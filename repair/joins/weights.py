"""The weights of the evidence in `gaps` and `pairs`: readable tables, one row a bucket.

A table is tab-separated text: feature, bucket, weight in nats (log odds of "the paragraph goes on"); buckets that are
not named weigh nothing. `python -m repair.training.line_seams` writes the tables.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.joins import pair_features
from repair.joins.column_features import FOLLOWS, LINKS
from repair.joins.features import FEATURES, STATE_FEATURES, Feature
from repair.joins.line_seams import Seams
from repair.joins.surety import CUT_STATES, OF_LATIN_WRAPS, OF_WRAPS, wilson

__all__ = [
    "FOLDER",
    "STATES",
    "Level",
    "Table",
    "confidences",
    "continues",
    "digest",
    "features_of",
    "levels",
    "load",
    "names",
    "sigmoid",
    "weighed",
]

_CERTAIN = 6.0
_ROUNDS = 3
FOLDER = Path(__file__).parents[1] / "evidence" / "tables"
"""Where the tables are."""


_OTHERS = {
    "pairs": pair_features.FEATURES,
    "bleed-follows": FOLLOWS,
    "bleed-links": LINKS,
    "sure-wraps": OF_WRAPS,
    "sure-latin-wraps": OF_LATIN_WRAPS,
}


def features_of(table: str) -> tuple[Feature, ...]:
    """The features that a table weighs: those at gaps, but for a few tables."""
    return _OTHERS.get(table, (*FEATURES, *STATE_FEATURES))


def names(table: str) -> list[tuple[str, str]]:
    """Feature and bucket of each place in the vector of weights of a table."""
    return [(f.name, label) for f in features_of(table) for label in f.labels]


class Table(NamedTuple):
    """Weights, one for each bucket of each feature, and the share of gaps that go on where they were trained."""

    weights: NDArray[np.float64]
    share: float


@cache
def load(name: str) -> Table:
    """A shipped table ("wraps", "wraps-latin", "wraps-unstopped", "cuts-latin", "pairs", "bleed-follows", ...)."""
    place = {key: i for i, key in enumerate(names(name))}
    weights, share = np.zeros(len(place)), 0.5
    for line in (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            feature, bucket, number = line.split("\t")
            if feature == "share":
                share = float(number)
            else:
                weights[place[feature, bucket]] = float(number)
    return Table(weights, share)


STATES = {"wraps": ("any",), "latin-wraps": ("any",), "cuts": CUT_STATES}
"""The states of a page for which the levels of joins were measured, by the sort of joins."""


class Level(NamedTuple):
    """Joins that are at least so sure, and less than those of the next level: how many were judged, and were right."""

    least: float
    judged: int
    right: int


@cache
def levels(sort: str) -> tuple[tuple[Level, ...], ...]:
    """What a sort of joins was worth on the pages to train on: for each state its levels, the least sure first."""
    found: dict[str, list[Level]] = {state: [] for state in STATES[sort]}
    for line in (FOLDER / "levels.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{sort}\t"):
            _, state, least, judged, right = line.split("\t")
            found[state].append(Level(float(least), int(judged), int(right)))
    return tuple(map(tuple, found.values()))


def confidences(sort: str, sure: NDArray[np.float64], states: NDArray[np.intp] | None = None) -> NDArray[np.float64]:
    """The confidence of joins that are so sure, on pages in these states; 0 below the last level.

    >>> confidences("wraps", np.array([0.1, 0.9999])).round(2).tolist()
    [0.0, 1.0]
    """
    found = np.zeros(len(sure))
    for state, known in enumerate(levels(sort)):
        worth = np.array([0.0, *(wilson(level.right, level.judged) for level in known)])
        level = np.array([level.least for level in known]).searchsorted(sure, side="right")
        found = worth[level] if states is None else np.where(states == state, worth[level], found)
    return found


@cache
def digest(*tables: str) -> str:
    """Hash of shipped tables, for the digest of the rules that use them."""
    files = [FOLDER / f"{name}.tsv" for name in tables]
    content = b"".join(file.read_bytes() for file in files if file.exists())
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def weighed(name: str, buckets: Iterable[NDArray[np.intp]], table: Table | None = None) -> NDArray[np.float64]:
    """Log odds: the weights of the buckets, which come feature by feature, added up.

    By a shipped table, or by another `table` of the same features.
    """
    weights, features = (table or load(name)).weights, features_of(name)
    starts = np.cumsum([0, *(len(feature.labels) for feature in features)]).tolist()
    total: NDArray[np.float64] = np.sum(
        [weights[at + each] for at, each in zip(starts[:-1], buckets, strict=True)], axis=0
    )
    return total


def continues(
    gaps: Seams, han: Table, latin: Table, asked: NDArray[np.bool_], usual_counts: int = 30
) -> NDArray[np.float64]:
    """Probability, for each gap that is asked about, that the paragraph goes on over it; 0 for the others.

    Whether a line opens a paragraph (and so stands behind an indent that the text has lost) is the decision at the gap
    before it; the probabilities are carried from gap to gap. Papers differ in the length of their paragraphs: the share
    of gaps that go on is taken from the page itself, by expectation maximisation (Saerens, Latinne and Decaestecker
    2002, "Adjusting the outputs of a classifier to new a priori probabilities"); the share in training counts for as
    many gaps as `usual_counts` says.
    """
    opens, goes_on, share = *_odds(gaps, han.weights), np.full(len(asked), han.share)
    if gaps.latin.any():
        latin_opens, latin_goes_on = _odds(gaps, latin.weights)
        opens, goes_on = np.where(gaps.latin, latin_opens, opens), np.where(gaps.latin, latin_goes_on, goes_on)
        share = np.where(gaps.latin, latin.share, share)
    opens, goes_on = (np.where(gaps.certain, _CERTAIN, odds) for odds in (opens, goes_on))
    asked = asked & ~gaps.walls
    count, usual = int(asked.sum()), float(share[asked].mean()) if asked.any() else 0.5
    shift, found = 0.0, np.zeros(len(asked))
    for _ in range(_ROUNDS):
        found = _carried(opens + shift, goes_on + shift, asked)
        here = (found.sum() + usual_counts * usual) / (count + usual_counts)
        shift = float(np.log(here / (1 - here)) - np.log(usual / (1 - usual)))
    return found


def _carried(opens: NDArray[np.float64], goes_on: NDArray[np.float64], asked: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The probabilities, each taking the one before it as the chance that its line does not open a paragraph."""
    if_opened, if_went_on = (np.where(asked, sigmoid(odds), 0.0).tolist() for odds in (opens, goes_on))
    out, state = [], 0.0
    for if_opens, if_goes_on in zip(if_opened, if_went_on, strict=True):
        state = if_opens + state * (if_goes_on - if_opens)
        out.append(state)
    return np.array(out)


def _odds(gaps: Seams, weights: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    base = weights[gaps.index].sum(axis=1)
    return base + weights[gaps.opens].sum(axis=1), base + weights[gaps.goes_on].sum(axis=1)


def sigmoid(z: NDArray[np.float64]) -> NDArray[np.float64]:
    """The probabilities of these log odds."""
    return 1 / (1 + np.exp(-z))
