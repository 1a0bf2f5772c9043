"""How well a reading fits between the characters before and after it, as the seam model sees it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.seam import default_model

__all__ = ["Place", "fits"]

_BEFORE, _AFTER = 5, 4


class Place(NamedTuple):
    """A reading and the text on both sides of it."""

    before: str
    reading: str
    after: str


def fits(places: Sequence[Place]) -> NDArray[np.float64]:
    """How much likelier the reading and the text after it are here than anywhere, in nats; one number a place.

    Summed over the characters: log P(character | those before it) - log P(character), so a rare character does not
    lose for being rare. Only readings of one length can be compared.

    >>> right, wrong = fits([Place("全国人民代", "表", "大会"), Place("全国人民代", "麦", "大会")])
    >>> bool(right > wrong + 5)
    True
    """
    tails: list[str] = []
    heads: list[str] = []
    sizes = []
    for before, reading, after in places:
        before, after = before[-_BEFORE:], after[:_AFTER]
        text, low = before + reading + after, len(before)
        tails += (text[max(0, at - _BEFORE) : at] for at in range(low, len(text)))
        heads += text[low:]
        sizes.append(len(text) - low)
    if not heads:
        return np.zeros(len(places))
    pmi = np.append(0.0, default_model().score(tails, heads).pmi.astype(np.float64).cumsum())
    ends = np.cumsum(sizes)
    scores: NDArray[np.float64] = pmi[ends] - pmi[ends - sizes]
    return scores
