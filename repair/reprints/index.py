"""Which articles of many may be the same: those that share rare k-grams.

An index in place of all pairs: every article gives the hashes of its k-grams, one in two, chosen by the hash itself,
so that all copies choose alike (content-defined sampling, as in Broder 1997, On the resemblance and containment of
documents). A k-gram that many articles share is a form of words and says nothing. What is shared is measured against
the shorter article, so that one cut short is found.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.reprints.folding import Article
from repair.typography.folded import grams

__all__ = ["Candidate", "candidates"]

_EVERY = 2
_RARE = 24  # articles that may share a k-gram that counts
_LEAST, _SHARE = 2, 0.03
_DOCS = np.uint64((1 << 24) - 1)
_BLOCK = 1 << 22


class Candidate(NamedTuple):
    """Articles `first` < `second`, by index, and how many rare k-grams they share, of those sampled."""

    first: int
    second: int
    shared: int


def candidates(texts: Iterable[str]) -> list[Candidate]:
    """The pairs of texts that share enough rare k-grams to be compared, in order.

    A text that stands in more than 24 others is not found: what so many share is taken for a form of words. Takes about
    8 bytes for every two characters, and as much again while they are sorted. Raises `ValueError` for more than 2**24
    texts.

    >>> said = "去年冬天镇上修好了三座桥，今年春天渠里来了水，渠边栽了两千棵树。"
    >>> candidates([said * 2, "与此无关的另一篇文章，讲的是码头上的灯塔和渔船。" * 3, "又讯：" + said * 2])
    [Candidate(first=0, second=2, shared=13)]
    """
    keys, sizes = _keys(texts)
    count = np.uint64(len(sizes))
    pairs, shared = _pairs(keys, count)
    first, second = (part.astype(np.intp) for part in np.divmod(pairs, count))
    enough = (shared >= _LEAST) & (shared >= _SHARE * np.minimum(sizes[first], sizes[second]))
    rows = zip(first[enough].tolist(), second[enough].tolist(), shared[enough].tolist(), strict=True)
    return [Candidate(*row) for row in rows]


def _keys(texts: Iterable[str]) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
    """Hash and article, in one number, of each sampled k-gram, sorted; and how many each article has."""
    parts, sizes = [], []
    for at, text in enumerate(texts):
        article = Article(text)
        hashes = grams(article.codes, article.size.gram)
        # The lowest bits choose, the highest are kept: one must not tell about the other.
        hashes = hashes[hashes % np.uint64(_EVERY) == 0] if len(article) >= article.size.least else hashes[:0]
        if at > _DOCS:
            raise ValueError("more than 2**24 texts: compare them in several parts")
        parts.append(np.unique((hashes & ~_DOCS) | np.uint64(at)))
        sizes.append(len(parts[-1]))
    keys = np.empty(sum(sizes), np.uint64)
    end = len(keys)
    while parts:  # taken off one by one, so that they are not in memory twice
        part = parts.pop()
        keys[end - len(part) : end] = part
        end -= len(part)
    keys.sort()
    return keys, np.array(sizes, np.intp)


def _pairs(keys: NDArray[np.uint64], count: np.uint64) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
    """The pairs that share a rare k-gram, as `first * count + second`, sorted, and how many they share."""
    opens = np.empty(len(keys), np.bool_)
    opens[:1] = True
    np.greater(keys[1:] ^ keys[:-1], _DOCS, out=opens[1:])
    starts = np.flatnonzero(opens)
    sharing = np.diff(starts, append=len(keys))
    found = [np.zeros(0, np.uint64)]
    for size in range(2, _RARE + 1):
        one, two = np.triu_indices(size, 1)
        of_size = starts[sharing == size]
        for low in range(0, len(of_size), step := _BLOCK // len(one)):
            docs = keys[of_size[low : low + step, None] + np.arange(size)] & _DOCS
            found.append((docs[:, one] * count + docs[:, two]).ravel())
    pairs = np.concatenate(found)
    del found
    pairs.sort()
    first = np.flatnonzero(np.append(True, pairs[1:] != pairs[:-1])) if len(pairs) else np.zeros(0, np.intp)
    return pairs[first], np.diff(first, append=len(pairs))
