"""Stretches of the two texts that changes speak of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Numbers", "Part", "Piece", "runs", "united"]

Numbers = NDArray[np.int32]


class Part(NamedTuple):
    """A stretch of one of the two texts that a change speaks of; of no length: the place where something came or went.

    `change` counts the ledger's changes from 0. `kind` is "removed", "joined" (a line end that goes), "replaced",
    "inserted", "moved", "marked", "gap" (half a paragraph), or "copy" (what stays and says the same as what was taken
    out).
    """

    start: int
    end: int
    change: int
    kind: str


class Piece(NamedTuple):
    """A moved stretch: where it begins in the raw text and in the repaired one."""

    change: int
    raw: int
    repaired: int


def runs(places: Numbers) -> Iterator[tuple[int, int]]:
    """Stretches of neighbouring places."""
    if not len(places):
        return
    places = np.unique(places)
    cuts = np.flatnonzero(np.diff(places) != 1)
    starts = places[np.concatenate([[0], cuts + 1])]
    ends = places[np.concatenate([cuts, [len(places) - 1]])] + 1
    yield from zip(starts.tolist(), ends.tolist(), strict=True)


def united(parts: Iterable[Part]) -> list[Part]:
    """The parts in order of place, those of one change and kind that touch made one."""
    united: list[Part] = []
    for part in sorted(parts, key=lambda part: (part.change, part.kind, part.start, part.end)):
        last = united[-1] if united else None
        if last and last[2:] == part[2:] and part.start <= last.end and part.end > part.start:
            united[-1] = last._replace(end=max(last.end, part.end))
        elif last != part:
            united.append(part)
    return sorted(united)
