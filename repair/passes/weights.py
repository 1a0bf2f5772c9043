"""The weights of the evidence in `gaps`: readable tables, one row a bucket.

A table is tab-separated text: feature, bucket, weight in nats (log odds of "the paragraph goes on"); buckets that are not named
weigh nothing. `python -m repair.passes.train` writes the tables.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from repair.passes.gaps import FEATURES, STATE_FEATURES, Gaps

__all__ = ["continues", "digest", "load", "names"]

_CERTAIN = 6.0
_FOLDER = Path(__file__).with_name("weights")


def names() -> list[tuple[str, str]]:
    """Feature and bucket of each place in a vector of weights."""
    return [(f.name, label) for f in (*FEATURES, *STATE_FEATURES) for label in f.labels]


@cache
def load(name: str) -> NDArray[np.float64]:
    """The weights of a shipped table ("wraps", "wraps-latin", "cuts"), one for each bucket of each feature."""
    place = {key: i for i, key in enumerate(names())}
    weights = np.zeros(len(place))
    for line in (_FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            feature, bucket, weight = line.split("\t")
            weights[place[feature, bucket]] = float(weight)
    return weights


@cache
def digest(*tables: str) -> str:
    """Hash of shipped tables, for the digest of the rules that use them."""
    files = [_FOLDER / f"{name}.tsv" for name in tables]
    content = b"".join(file.read_bytes() for file in files if file.exists())
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def continues(
    gaps: Gaps, han: NDArray[np.float64], latin: NDArray[np.float64], asked: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Probability, for each gap that is asked about, that the paragraph goes on over it; 0 for the others.

    Whether a line opens a paragraph (and so stands behind an indent that the text has lost) is the decision at the gap before
    it; the probabilities are carried from gap to gap.
    """
    opens, goes_on = _odds(gaps, han)
    if gaps.latin.any():
        latin_opens, latin_goes_on = _odds(gaps, latin)
        opens, goes_on = np.where(gaps.latin, latin_opens, opens), np.where(gaps.latin, latin_goes_on, goes_on)
    out, state = [], 0.0
    opens, goes_on = (np.where(gaps.certain, _CERTAIN, odds) for odds in (opens, goes_on))
    asked = asked & ~gaps.walls
    if_opened, if_went_on = (np.where(asked, _sigmoid(odds), 0.0).tolist() for odds in (opens, goes_on))
    for if_opens, if_goes_on in zip(if_opened, if_went_on, strict=True):
        state = if_opens + state * (if_goes_on - if_opens)
        out.append(state)
    return np.array(out)


def _odds(gaps: Gaps, weights: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    base = weights[gaps.index].sum(axis=1)
    return base + weights[gaps.opens].sum(axis=1), base + weights[gaps.goes_on].sum(axis=1)


def _sigmoid(z: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-z))
