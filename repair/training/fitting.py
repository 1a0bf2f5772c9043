"""Fit the weights of a table: from things whose truth is known to what each bucket of their evidence is worth.

Needs scipy (`pip install -e .[train]`). The same things in the same order give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.evidence.feature import Buckets, Evidence, columns_of
from repair.evidence.table import FOLDER, Table, load, written

__all__ = ["Loss", "Rows", "chosen", "joined", "least", "logistic", "matrix", "table_of", "write"]

Floats = NDArray[np.float64]
Loss = Callable[[Floats], tuple[float, Floats]]

_MOST_STEPS = 500


class Rows(NamedTuple):
    """Things to learn from: the buckets of their evidence, and which of them are `so`."""

    buckets: Buckets
    so: NDArray[np.bool_]


def chosen(buckets: Buckets, which: NDArray[np.bool_]) -> Buckets:
    """The buckets of some of the things."""
    return {name: at[which] for name, at in buckets.items()}


def joined(parts: Sequence[Buckets]) -> Buckets:
    """The buckets of the things of several pages, one after the other."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def matrix(buckets: Buckets, *evidence: Evidence[Any]) -> Any:
    """A sparse matrix of shape (things, buckets of all features): 1 where a thing is in a bucket, or its amount."""
    from scipy.sparse import csr_matrix  # type: ignore[import-not-found, import-untyped, unused-ignore]

    columns = columns_of(*evidence)
    amounts = {name for name, at in buckets.items() if at.dtype.kind == "f"}
    places = np.stack([columns.start[name] + (0 if name in amounts else at) for name, at in buckets.items()], axis=1)
    counts = np.stack([at if name in amounts else np.ones(len(at)) for name, at in buckets.items()], axis=1)
    count, each = places.shape
    ends = np.arange(0, count * each + 1, each)
    return csr_matrix((counts.astype(np.float32).ravel(), places.ravel(), ends), shape=(count, columns.size))


def least(loss: Loss, size: int) -> Floats:
    """The weights of least loss, by L-BFGS; `loss` gives the loss of weights, and how each of them adds to it."""
    from scipy.optimize import minimize  # type: ignore[import-not-found, import-untyped, unused-ignore]

    found = minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B", options={"maxiter": _MOST_STEPS})
    print(f"  {size} weights, {found.nit} steps")
    return np.asarray(found.x)


def table_of(weights: Floats, share: float, *evidence: Evidence[Any]) -> Table:
    """The table of weights that stand one after the other as `matrix` has its columns."""
    features = sorted((feature for one in evidence for feature in one), key=lambda feature: feature.name)
    start = columns_of(*evidence).start
    by_name = {one.name: weights[start[one.name] : start[one.name] + len(one.labels)] for one in features}
    return Table(by_name, share)


def logistic(parts: Sequence[Rows], penalty: float, *evidence: Evidence[Any]) -> Table:
    """Weights by logistic regression with an L2 penalty."""
    so = np.concatenate([part.so for part in parts]).astype(np.float64)
    seen = matrix(joined([part.buckets for part in parts]), *evidence)
    back = seen.T.tocsr()

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = seen @ weights
        nats = np.logaddexp(0, -odds) @ so + np.logaddexp(0, odds) @ (1.0 - so)
        slope = back @ (1 / (1 + np.exp(-odds)) - so) + penalty * weights
        return float(nats + 0.5 * penalty * weights @ weights), slope

    print(f"  {len(so)} things, {int(so.sum())} are so")
    return table_of(least(loss, seen.shape[1]), float(so.mean()), *evidence)


def write(folder: Path, name: str, table: Table, about: str, *evidence: Evidence[Any]) -> None:
    """Write a table into a folder; where that is the shipped one, what is trained next goes by it."""
    (folder / f"{name}.tsv").write_text(written(table, about, *evidence), encoding="utf-8")
    if folder == FOLDER:
        load.cache_clear()
