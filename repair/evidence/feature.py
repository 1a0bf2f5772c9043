"""Features: what a model looks at, each declared once above the function that computes it.

A feature parts what it sees into buckets, and a table gives each bucket a weight. Its buckets are those of its *parts*,
crossed: a `Scale` parts numbers at its edges, `Labels` are named. A feature of one `AMOUNT` has no buckets; its weight
counts as often as the amount says.

>>> class Look(NamedTuple):
...     widths: NDArray[np.float64]
...     closed: NDArray[np.intp]
>>> LINES: Evidence[Look] = Evidence("lines")
>>> @LINES.feature("width & end", Scale(10, 20), Labels("open", "closed"))
... def width_and_end(look: Look) -> Values:
...     return look.widths, look.closed
>>> LINES.buckets(Look(np.array([8.0, 25.0]), np.array([1, 0])))
{'width & end': array([1, 4])}
>>> LINES["width & end"].labels[1], LINES["width & end"].labels[4]
('<10 & closed', '>=20 & open')
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise, product
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "AMOUNT",
    "Amount",
    "Buckets",
    "Columns",
    "Evidence",
    "Feature",
    "Labels",
    "Part",
    "Scale",
    "Values",
    "columns_of",
    "digest_of",
]

Look = TypeVar("Look")
Bucket = NDArray[np.intp]
Values = NDArray[Any] | tuple[NDArray[Any], ...]
"""One array a part: numbers for a `Scale`, places among the `Labels` (0 and 1 may be False and True)."""

Buckets = dict[str, NDArray[Any]]
"""For each feature, by name and in the order of the names, the bucket of each thing; of an amount, the amount."""


class Scale:
    """Numbers, parted at edges: a bucket is from an edge to the next, the edge itself with what lies above it.

    With `none` there is one bucket more, the first, for what has no number (NaN).

    >>> scale = Scale(1, 2.5, none="unknown")
    >>> scale.labels
    ('unknown', '<1', '1..2.5', '>=2.5')
    >>> scale.buckets(np.array([0.5, 1.0, np.nan, 9.0])).tolist()
    [1, 2, 0, 3]
    """

    def __init__(self, *edges: float, none: str = "") -> None:
        self.edges, self.none = np.array(edges, np.float64), none
        inner = [f"{low:g}..{high:g}" for low, high in pairwise(edges)]
        known = (f"<{edges[0]:g}", *inner, f">={edges[-1]:g}")
        self.labels = (none, *known) if none else known

    def buckets(self, values: NDArray[Any]) -> Bucket:
        """The bucket of each number."""
        found = self.edges.searchsorted(values, side="right")
        return np.where(np.isnan(values), 0, found + 1) if self.none else found


class Labels:
    """Buckets with names; values are places among them.

    >>> Labels("open", "closed").place("closed")
    1
    """

    def __init__(self, *labels: str) -> None:
        self.labels = labels

    def place(self, label: str) -> int:
        """Where a name stands among them."""
        return self.labels.index(label)

    def buckets(self, values: NDArray[Any]) -> Bucket:
        """The places, as they are."""
        return np.asarray(values, np.intp)


class Amount:
    """A number that its weight is multiplied with."""

    labels = ("each",)

    def buckets(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """The numbers, as they are."""
        return np.asarray(values, np.float64)


AMOUNT = Amount()
Part = Scale | Labels | Amount


@dataclass(frozen=True)
class Feature(Generic[Look]):
    """A name, the parts whose buckets are crossed, and what gives an array of values for each part."""

    name: str
    parts: tuple[Part, ...]
    values: Callable[[Look], Values]

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The names of the buckets: all combinations of those of the parts, the last part's changing fastest."""
        return tuple(" & ".join(labels) for labels in product(*(part.labels for part in self.parts)))

    def buckets(self, look: Look) -> NDArray[Any]:
        """The bucket of each thing that is looked at, as a place among the `labels`; of an amount, the amount."""
        values = self.values(look)
        columns = values if isinstance(values, tuple) else (values,)
        at = self.parts[0].buckets(columns[0])
        for part, column in zip(self.parts[1:], columns[1:], strict=True):
            at = at * len(part.labels) + part.buckets(column)
        return at


@dataclass(frozen=True, eq=False)
class Evidence(Generic[Look]):
    """All features of one sort of things, by name; `of` says of what."""

    of: str
    features: dict[str, Feature[Look]] = field(default_factory=dict)

    def feature(self, name: str, *parts: Part) -> Callable[[Callable[[Look], Values]], Callable[[Look], Values]]:
        """Declare the function below as a feature. `ValueError`: there is one of that name."""

        def declared(values: Callable[[Look], Values]) -> Callable[[Look], Values]:
            if name in self.features:
                raise ValueError(f"{self.of}: there are two features named {name!r}.")
            self.features[name] = Feature(name, parts, values)
            return values

        return declared

    def __iter__(self) -> Iterator[Feature[Look]]:
        """The features in the order of their names."""
        return iter([self.features[name] for name in sorted(self.features)])

    def __getitem__(self, name: str) -> Feature[Look]:
        return self.features[name]

    def buckets(self, look: Look) -> Buckets:
        """The buckets of the things that are looked at, feature by feature."""
        return {feature.name: feature.buckets(look) for feature in self}


class Columns(NamedTuple):
    """Where the buckets of features stand in one row of weights, for training: `start` of each feature, and `size`."""

    start: dict[str, int]
    size: int


def columns_of(*evidence: Evidence[Any]) -> Columns:
    """One place for each bucket of all features, in the order of their names."""
    start, size = {}, 0
    for feature in sorted((feature for one in evidence for feature in one), key=lambda feature: feature.name):
        start[feature.name] = size
        size += len(feature.labels)
    return Columns(start, size)


def digest_of(*evidence: Evidence[Any]) -> str:
    """Hash of the names and labels of features, so that a table knows whether it was made for them.

    >>> digest_of(Evidence("none")) == digest_of(Evidence("nothing"))
    True
    """
    named = sorted("\t".join((feature.name, *feature.labels)) for one in evidence for feature in one)
    return hashlib.blake2b("\n".join(named).encode(), digest_size=6).hexdigest()
