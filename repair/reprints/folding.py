"""An article as it is compared with others."""

from __future__ import annotations

from functools import cache, cached_property
from itertools import pairwise, takewhile
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.core.text import codes_of
from repair.typography.folded import Folded

__all__ = ["Article", "Size"]

# Pairs of a form that OpenCC writes in Traditional text, and does not turn back by itself, and what it comes from.
_FORMS = "著着瞭了衞卫敍叙枱台藉借甦苏覆复痺痹簷檐揹背"
_TRADITIONAL = 0.05  # of the characters have another form in Simplified text


class Size(NamedTuple):
    """Lengths in characters that mean as much in one script as in the other.

    `gram`: characters in a row that make articles candidates; `anchor`: that two places of them belong together;
    `least`: of an article that can be a reprint; `passage`: that are the same, at least, in a passage; `clause`: that
    are left out as a whole; `gap`: between two anchors of one passage; `apart`: between them if they are not alike.
    """

    gram: int
    anchor: int
    least: int
    passage: int
    clause: int
    gap: int
    apart: int


_HAN, _LATIN = Size(7, 5, 50, 8, 12, 60, 20), Size(16, 10, 150, 24, 36, 180, 60)


class Article:
    """A text folded for comparison (`typography.folded`): `codes`, their `places` in the text, and `text` of the codes.

    >>> article = Article("開 工\\n，Ａ")
    >>> article.text, article.places.tolist(), article.latin
    ('开工,a', [0, 2, 4, 5], False)
    """

    def __init__(self, text: str) -> None:
        """Fold a text."""
        self._raw = text
        folded = Folded.of(codes_of(text))
        self.codes, self.places = _variants().take(folded.codes, mode="clip"), folded.places
        self.latin = bool(
            np.count_nonzero(self.codes < 0x250) * 2 > len(self.codes) and self._letters() * 2 > len(self)
        )

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def size(self) -> Size:
        """The lengths that hold for its script."""
        return _LATIN if self.latin else _HAN

    @cached_property
    def text(self) -> str:
        """The folded text; character `i` stands for `places[i]`."""
        return self.codes.tobytes().decode("utf-32-le", "surrogatepass")

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where folded characters `start:end` stand in the text; an empty span stands after the one before."""
        if start < end:
            return int(self.places[start]), int(self.places[end - 1]) + 1
        place = int(self.places[start - 1]) + 1 if start else 0
        return place, place

    @cached_property
    def traditional(self) -> bool:
        """Whether it is in Traditional characters."""
        folded = (codes_of(self._raw)[self.places] != self.codes) & (self.codes >= 0x3400)
        return bool(np.count_nonzero(folded) > _TRADITIONAL * len(self))

    @cached_property
    def lines(self) -> list[int]:
        """Where its lines begin, folded, and where the last ends."""
        cuts = np.searchsorted(self.places, [at for at, char in enumerate(self._raw) if char == "\n"])
        return sorted({0, *cuts.tolist(), len(self)})

    @cached_property
    def heads(self) -> list[tuple[int, int]]:
        """Its lines before the first that is long, folded."""
        short = takewhile(lambda line: line[1] - line[0] < 3 * self.size.clause, pairwise(self.lines))
        return list(short)

    def _letters(self) -> int:
        return int(np.count_nonzero((self.codes >= 0x61) & (self.codes < 0x250)))


@cache
def _variants() -> NDArray[np.uint32]:
    """What each folded code point is compared as."""
    table = np.arange(0x30000, dtype=np.uint32)
    table[codes_of(_FORMS[::2])] = codes_of(_FORMS[1::2])
    return table
