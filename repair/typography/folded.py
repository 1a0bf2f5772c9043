"""The text of a page as it is compared with itself.

White space and Markdown's marks are left out, full and half width, quotes and Latin case are one, and Traditional
characters are taken for Simplified ones by OpenCC. Digits stay what they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from repair.core.page import Page, view
from repair.typography.characters import Class, tables

__all__ = ["Folded", "grams"]

_LIMIT = 0x30000
_FACTORS = [np.uint64(f) for f in (0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93)]
_ALIKE = {
    "“": '「『〝﹁﹃‘„«＂"',
    "”": "」』〞〟﹂﹄’»'",
    "—": "–―─━﹣-－",
    "·": "•・‧･∙⋅",
    "…": "⋯‥",
    "。": "｡",
    "、": "､",
}


@dataclass(frozen=True)
class Folded:
    """A text as it is compared: `codes` of its characters, `places` of these in the text."""

    codes: NDArray[np.uint32]
    places: NDArray[np.intp]

    @classmethod
    def of(cls, codes: NDArray[np.uint32]) -> Folded:
        r"""The text of these code points.

        >>> from repair.core.text import codes_of
        >>> folded = Folded.of(codes_of("# 開 工\n，Ａ"))
        >>> "".join(map(chr, folded.codes)), folded.places.tolist()
        ('开工,a', [2, 4, 6, 7])
        """
        folded = _table().take(codes, mode="clip")
        places = folded.nonzero()[0]
        return cls(folded[places], places)


@view
def folded_text(page: Page) -> Folded:
    """The text of a page as it is compared with itself."""
    return Folded.of(page.codes)


@cache
def _table() -> NDArray[np.uint32]:
    """What each code point is compared as; 0 for what is left out."""
    from opencc import OpenCC

    table = np.arange(_LIMIT, dtype=np.uint32)
    low, high = 0x3400, 0xA000
    simple = OpenCC("t2s").convert("\n".join(map(chr, range(low, high)))).split("\n")
    table[low:high] = [ord(char[0]) for char in simple]
    table[0xFF01:0xFF5F] = np.arange(0x21, 0x7F)
    table[0x41:0x5B] = table[0xFF21:0xFF3B] = np.arange(0x61, 0x7B)
    for one, others in _ALIKE.items():
        table[[ord(char) for char in others]] = ord(one)
    kinds = tables()[0]
    table[(kinds == Class.SPACE) | (kinds == Class.HASH)] = 0
    table[:0x20] = 0
    return table


def grams(codes: NDArray[np.uint32], size: int) -> NDArray[np.uint64]:
    """A hash of each `size` characters in a row, by doubling; none where there are fewer.

    >>> from repair.core.text import codes_of
    >>> hashes = grams(codes_of("abcabc"), 3)
    >>> len(hashes), bool(hashes[0] == hashes[3]), bool(hashes[0] == hashes[1])
    (4, True, False)
    """
    if len(codes) < size:
        return np.zeros(0, np.uint64)
    hashes = codes.astype(np.uint64) * _FACTORS[2]
    hashes ^= hashes >> np.uint64(31)
    width = 1
    while width < size:
        step = min(width, size - width)
        hashes = hashes[:-step] * _FACTORS[width.bit_length() % len(_FACTORS)] + hashes[step:]
        hashes ^= hashes >> np.uint64(29)
        width += step
    return hashes
