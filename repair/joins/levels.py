"""What joins of a certain sureness were worth on pages with gold, and the confidence that follows from it."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.evidence.table import FOLDER
from repair.joins.surety import CUT_STATES, wilson

__all__ = ["STATES", "TABLE", "Level", "confidences", "levels"]

TABLE = FOLDER / "levels.tsv"
"""Sort of joins, state of the page, least sureness, how many were judged, how many were right; a level a row."""

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
    for line in TABLE.read_text(encoding="utf-8").splitlines():
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
