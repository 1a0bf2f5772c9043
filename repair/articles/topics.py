"""What blocks speak of, and whether two stretches of a page speak of the same.

Two views. *Terms*: the pairs of Han characters (and runs of five letters) of a block, hashed, the rare ones of the page
weighing most; vocabulary shared across a place as evidence against a boundary there is Hearst's (TextTiling, 1997).
*Meaning*: the same pairs by what articles they occur in, as places in a space of few dimensions, so that 决赛 and 金牌
are near one another on a page that has each once: latent semantic analysis (Deerwester et al. 1990), used for
segmentation by Choi et al. (2001). `topics.npz` holds that space; `topics.md` says how it was made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.typography.characters import Class, tables
from repair.typography.folded import Folded

__all__ = ["Topics", "cosine", "pairs_of"]

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]

TABLE = Path(__file__).with_name("topics.npz")
_PLACES = 2048
_LETTERS = 5
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_HIGH = np.uint64(64 - _PLACES.bit_length() + 1)


class _Space(NamedTuple):
    """`keys` of the pairs, in order; `places`: where each lies, to be multiplied by its row of `scales`."""

    keys: NDArray[np.uint64]
    places: NDArray[np.int8]
    scales: Floats


@dataclass(frozen=True)
class Topics:
    """A row for each text: `counts` of its hashed terms, and `terms`, what those that it has weigh, both of shape
    (texts, hashed terms); `meaning` of shape (texts, dimensions)."""

    counts: NDArray[np.uint16]
    terms: Floats
    meaning: Floats

    @classmethod
    def of(cls, folded: Folded, spans: Sequence[tuple[int, int]]) -> Topics:
        """The texts at `spans`, in order, of the text that was folded.

        >>> from repair.core.text import codes_of
        >>> page = "新桥通车\\n渠里有水\\n新桥很长"
        >>> topics = Topics.of(Folded.of(codes_of(page)), [(0, 4), (5, 9), (10, 14)])
        >>> bool(topics.shared([0], [2])[0, 0] > topics.shared([0], [1])[0, 0])
        True
        """
        kinds = tables()[0].take(folded.codes, mode="clip")
        if not spans:
            none = np.zeros((0, _PLACES), np.float32)
            return cls(none.astype(np.uint16), none, np.zeros((0, _space().places.shape[1]), np.float32))
        starts, ends = np.array(spans, np.intp).reshape(-1, 2).T
        rows = starts.searchsorted(folded.places, side="right") - 1
        rows[(rows < 0) | (folded.places >= ends.take(rows, mode="clip"))] = -1
        pair_rows, pairs = pairs_of(folded.codes, kinds, rows)
        letter_rows, letters = _letters_of(folded.codes, kinds, rows)
        counts = np.zeros((len(starts), _PLACES), np.uint16)
        hashed = (np.append(pairs, letters) * _FACTOR) >> _HIGH
        np.add.at(counts, (np.append(pair_rows, letter_rows), hashed.astype(np.intp)), 1)
        terms = (counts > 0).astype(np.float32)
        terms *= np.log((1 + len(starts)) / (1 + terms.sum(axis=0)))
        return cls(counts, terms, _meaning(pairs, pair_rows, len(starts)))

    def shared(self, texts: Sequence[int], others: Sequence[int]) -> NDArray[np.float64]:
        """The share of each text's terms, by weight, that each of the others has too; shape (texts, others)."""
        mine, theirs = self.terms[texts], self.terms[others] > 0
        weights = mine.sum(axis=1, dtype=np.float64)
        share: NDArray[np.float64] = (mine @ theirs.T) / np.maximum(weights, 1e-6)[:, None]
        return share


def cosine(a: Floats, b: Floats) -> float:
    """Cosine of two vectors, 0 where one is nothing."""
    size = float(a @ a) * float(b @ b)
    return float(a @ b) / size**0.5 if size > 0 else 0.0


def pairs_of(codes: NDArray[np.uint32], kinds: NDArray[np.uint8], rows: Ints) -> tuple[Ints, NDArray[np.uint64]]:
    """Neighbouring Han characters and digits of one row: the row of each pair, and both code points in one number."""
    usable = ((kinds == Class.HAN) | (kinds == Class.DIGIT)) & (rows >= 0)
    at = np.flatnonzero(usable[1:] & usable[:-1] & (rows[1:] == rows[:-1]))
    return rows[at], codes[at].astype(np.uint64) << np.uint64(32) | codes[at + 1]


def _letters_of(codes: NDArray[np.uint32], kinds: NDArray[np.uint8], rows: Ints) -> tuple[Ints, NDArray[np.uint64]]:
    """Runs of five letters of one row, as `pairs_of` gives pairs."""
    letters = (kinds == Class.LOWER) & (rows >= 0)
    if letters.sum() < _LETTERS:
        return np.zeros(0, np.intp), np.zeros(0, np.uint64)
    runs = np.lib.stride_tricks.sliding_window_view(letters, _LETTERS)
    at = np.flatnonzero(runs.all(axis=1) & (rows[: len(runs)] == rows[_LETTERS - 1 :]))
    found = np.zeros(len(at), np.uint64)
    for step in range(_LETTERS):
        found = found * np.uint64(31) + codes[at + step]
    return rows[at], found


def _meaning(pairs: NDArray[np.uint64], rows: Ints, texts: int) -> Floats:
    """Where each text lies: the sum of the places of its pairs."""
    space = _space()
    at = space.keys.searchsorted(pairs).clip(max=len(space.keys) - 1)
    known = space.keys[at] == pairs
    at, rows = at[known], rows[known]
    found = np.zeros((texts, space.places.shape[1]), np.float32)
    if len(at):
        first = np.flatnonzero(np.diff(rows, prepend=-1))
        found[rows[first]] = np.add.reduceat(space.places[at] * space.scales[at, None], first, axis=0)
    return found


@cache
def _space() -> _Space:
    with np.load(TABLE) as file:
        return _Space(file["keys"], file["places"], file["scales"].astype(np.float32))
