"""Whether a short line says what a long line of the page says too."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from repair.core.text import codes_of
from repair.typography.folded import grams

__all__ = ["LEAST_SAID", "LongLines"]

LEAST_SAID = 7
"""So many characters are worth looking for; in what is shorter two lines agree by chance."""


class LongLines:
    r"""The long lines of a page, in which many short ones are looked for.

    Each is looked for where the rarest seven characters of it stand: so many lines take hardly longer than one.

    >>> lines = LongLines(["灯塔亮了，渔船归来，岸上的人都松了一口气。"])
    >>> lines.say("渔船归来，岸上的人"), lines.say("渔船归来，船上的人")
    (True, False)
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._value = "\n".join(texts)
        hashes = grams(codes_of(self._value), LEAST_SAID)
        self._order = np.argsort(hashes, kind="stable")
        self._hashes = hashes[self._order]

    def say(self, said: str) -> bool:
        """Whether one of the lines has this in it, which is `LEAST_SAID` characters long at least."""
        asked = grams(codes_of(said), LEAST_SAID)
        low, high = (self._hashes.searchsorted(asked, side) for side in ("left", "right"))
        rarest = int((high - low).argmin())
        places = self._order[low[rarest] : high[rarest]].tolist()
        return any(self._value.startswith(said, place - rarest) for place in places if place >= rarest)
