"""Which words two lines of a page share: pairs of Han characters that few other lines have, rare ones counting more.

A *word* here is two Han characters side by side, as one number; for each line only whether it has a word counts.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.core.page import Page
from repair.typography.characters import Class
from repair.typography.lines import Lines, printed_lines

__all__ = ["SharedWords", "shared_words"]

Ints = NDArray[np.intp]
Floats = NDArray[np.float32]

# A word is two code points of 21 bits; beside it in 64 bits there is room for the number of its line.
_CODE_BITS, _LINE_BITS = 21, 20
_LINE = (1 << _LINE_BITS) - 1
# A word says something where it stands in two lines at least, and in so many at most: four, or a share of the page's.
_LEAST_LINES, _FEW_LINES, _SHARE_OF_LINES = 2, 4, 6
# Lines before the first and after the second whose words count too.
_ROUND_ABOUT = 2
# First lines for which words are looked up at once: a file of many pages has too many words for one table.
_WINDOW = 64


class SharedWords(NamedTuple):
    """Weight of the words that both lines of each pair have and few others: of these two `alone`, and of the lines
    `round_about`, those that end with the first and those that begin with the second.
    """

    alone: Floats
    round_about: Floats


class _RareWords(NamedTuple):
    """The rare words of a page. Over occurrences, in the order of the lines: `line` and `word` (a number from 0 on).
    Over words: `weight`.
    """

    line: Ints
    word: Ints
    weight: Floats


def shared_words(page: Page, firsts: Ints, seconds: Ints) -> SharedWords:
    """The words that pairs of lines share; `firsts` come in order, and each second line after its first.

    >>> page = Page.of("北渠的水来了，\\n今天晴。\\n北渠两岸的人都来看。")
    >>> shared_words(page, np.array([0, 0]), np.array([1, 2])).alone.tolist()
    [0.0, 1.0]
    """
    count = len(printed_lines(page))
    rare = _rare_words(page)
    alone, round_about = np.zeros((2, len(firsts)), np.float32)
    for low in range(0, count, _WINDOW):
        pairs = np.arange(*firsts.searchsorted((low, low + _WINDOW)))
        if not len(pairs):
            continue
        first = max(low - _ROUND_ABOUT, 0)
        last = min(int(seconds[pairs].max()) + _ROUND_ABOUT + 1, count)
        here = slice(*rare.line.searchsorted((first, last)))
        words, column = np.unique(rare.word[here], return_inverse=True)
        has = np.zeros((last - first, len(words)), np.float32)  # line x word: 1 where the line has it
        has[rare.line[here] - first, column] = 1
        in_common = _in_common(has, rare.weight[words], firsts[pairs] - first, seconds[pairs] - first)
        alone[pairs], round_about[pairs] = in_common
    return SharedWords(alone, round_about)


def _rare_words(page: Page) -> _RareWords:
    lines = printed_lines(page)
    occurrences = _occurrences(page, lines)
    word_ids = np.cumsum(np.diff(occurrences >> _LINE_BITS, prepend=-1) != 0) - 1
    in_lines = np.bincount(word_ids)
    rare = (in_lines >= _LEAST_LINES) & (in_lines <= max(_FEW_LINES, len(lines) // _SHARE_OF_LINES))
    weight = np.where(rare, 1 / np.log2(np.maximum(in_lines, _LEAST_LINES)), 0).astype(np.float32)
    line = (occurrences & _LINE).astype(np.intp)
    kept = np.flatnonzero(rare[word_ids])
    by_line = kept[np.argsort(line[kept], kind="stable")]
    return _RareWords(line[by_line], word_ids[by_line], weight)


def _occurrences(page: Page, lines: Lines) -> NDArray[np.int64]:
    """Each word with each line that has it, as one number in order: the word in the upper bits, the line below."""
    han = lines.kinds == Class.HAN
    at = np.flatnonzero(han[:-1] & han[1:])
    word = page.codes[at].astype(np.int64) << _CODE_BITS | page.codes[at + 1]
    line = lines.starts.searchsorted(at, side="right") - 1
    ordered = np.sort(word << _LINE_BITS | line)
    found: NDArray[np.int64] = ordered[np.diff(ordered, prepend=-1) != 0]
    return found


def _in_common(has: Floats, weight: Floats, firsts: Ints, seconds: Ints) -> tuple[Floats, Floats]:
    """Weight of the words that both lines have, alone and with the lines before the one and after the other.

    `has`: which line (row) has which word (column).
    """
    before, after = has.copy(), has.copy()
    for step in range(1, _ROUND_ABOUT + 1):
        np.maximum(before[step:], has[:-step], out=before[step:])
        np.maximum(after[:-step], has[step:], out=after[:-step])
    # Only for the pairs that are asked about, and without the threads of a matrix product.
    alone: Floats = np.einsum("pw,pw->p", has[firsts], (has * weight)[seconds])
    wide: Floats = np.einsum("pw,pw->p", before[firsts], (after * weight)[seconds])
    return alone, wide
