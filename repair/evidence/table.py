"""Tables of weights: readable text, one row a bucket, and the log odds that they give.

A table is tab-separated: feature, bucket, weight in nats, and where a weight was set by hand the reason. What is not
named weighs nothing. The comment `features` holds a hash of the features that the table was made for, which is checked
when it is loaded: weights of other features would be added up without a word. All tables stand in one folder, and the
programs of `repair.training` write them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repair.evidence.feature import Buckets, Evidence, digest_of

__all__ = ["FOLDER", "Table", "digest", "load", "read", "sigmoid", "written"]

Floats = NDArray[np.float64]

FOLDER = Path(__file__).with_name("tables")
"""Where the shipped tables are."""

_FEATURES = "# features "
_NOT_COUNTED = 0.5
# Sums are rounded, so that they are the same in whatever order they were made: things that are alike in all that is
# looked at are equally likely, and their order on the page decides.
_DIGITS = 9
# Weights nearer to 0 than this are not written: a hundredth of a nat moves no decision.
_LEAST = 0.01


@dataclass(frozen=True)
class Table:
    """Weights in nats, an array for each feature with one weight a bucket, and the `share` of things that were so where
    the table was trained; a half where that was not counted.
    """

    weights: dict[str, Floats]
    share: float = _NOT_COUNTED

    def odds(self, buckets: Buckets) -> Floats:
        """Log odds of each thing: the weights of its buckets, added up in the order of the features' names.

        >>> table = Table({"end": np.array([1.5, -2.0]), "width": np.array([0.5])})
        >>> table.odds({"end": np.array([0, 1]), "width": np.array([2.0, 4.0])}).tolist()
        [2.5, 0.0]
        """
        total: Floats = np.zeros(next(iter(buckets.values())).shape)
        for name, at in buckets.items():
            weights = self.weights[name]
            total += weights[0] * at if at.dtype.kind == "f" else weights[at]
        return total.round(_DIGITS)


def sigmoid(odds: Floats) -> Floats:
    """The probabilities of these log odds."""
    return 1 / (1 + np.exp(-odds))


@cache
def load(name: str, *evidence: Evidence[Any]) -> Table:
    """A shipped table of these features. `ValueError`: it was made for others, or names a bucket that there is not."""
    return read(FOLDER / f"{name}.tsv", *evidence)


def read(path: Path, *evidence: Evidence[Any]) -> Table:
    """The table in a file."""
    features = {feature.name: feature for one in evidence for feature in one}
    places = {name: {label: i for i, label in enumerate(feature.labels)} for name, feature in features.items()}
    weights, share = {name: np.zeros(len(feature.labels)) for name, feature in features.items()}, _NOT_COUNTED
    made_for = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            made_for = line.removeprefix(_FEATURES) if line.startswith(_FEATURES) else made_for
            continue
        name, bucket, weight, *_ = line.split("\t")
        if name == "share":
            share = float(weight)
        elif bucket in places.get(name, ()):
            weights[name][places[name][bucket]] = float(weight)
        else:
            raise ValueError(f"{path}: there is no bucket {bucket!r} of {name!r}. Train the table anew.")
    if made_for != digest_of(*evidence):
        raise ValueError(
            f"{path}: was made for the features {made_for or '(not said)'}, and there are {digest_of(*evidence)} now. "
            "Train the table anew."
        )
    return Table(weights, share)


def written(table: Table, about: str, *evidence: Evidence[Any]) -> str:
    """A table as the text of its file, buckets of next to no weight left out; `about` are its first lines."""
    features = sorted((feature for one in evidence for feature in one), key=lambda feature: feature.name)
    rows = [
        f"{feature.name}\t{label}\t{weight:+.3f}"
        for feature in features
        for label, weight in zip(feature.labels, table.weights[feature.name].tolist(), strict=True)
        if abs(weight) >= _LEAST
    ]
    head = [*(f"# {line}" for line in about.splitlines()), f"{_FEATURES}{digest_of(*evidence)}"]
    share = [f"share\t\t{table.share:.4f}"] if table.share != _NOT_COUNTED else []
    return "\n".join([*head, *share, *rows]) + "\n"


@cache
def digest(*tables: str) -> str:
    """Hash of shipped tables, for the digest of the rules that use them."""
    content = b"".join((FOLDER / f"{name}.tsv").read_bytes() for name in tables)
    return hashlib.blake2b(content, digest_size=8).hexdigest()
