"""Whether printed lines of English follow one another: what the function words at their edges say.

Most lines of English end or begin with a word such as "the", "of" or "was", and these follow one another by rules:
"of | the" is common, "the | of" is no English. One seam says little; over the seams near by it shows whether the lines
stand in the order in which they were set, or columns were read row by row. Other languages in Latin script have other
words: for them this knows nothing, and says so.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray

__all__ = ["FUNCTION_WORDS", "OTHER", "SeamsOfWords", "seams_of_words"]

FUNCTION_WORDS = frozenset(
    """
    the a an this that these those its his her their our my your each every some any no all both another of to in on
    at by for with from into than as about after before between through over under during without against upon
    within and or but if when while because so which who whom whose what where how is are was were be been being has
    have had do does did will would can could may might must should shall not he she it they we i you him them us me
    there here
    """.split()  # noqa: SIM905
)
"""The words of closed classes (articles, prepositions, pronouns, auxiliaries, ...) that the table tells apart."""

OTHER = "*"
"""Stands for every other word."""

TABLE = Path(__file__).with_name("english.tsv")
_LAST, _FIRST = regex.compile(r"[A-Za-z][\w'’]*$"), regex.compile(r"[A-Za-z][\w'’]*")
# Of the words of 99 in 100 paragraphs of the table's source (60 words and more) a quarter are function words; in books
# in French and Dutch 2 and 5 in 100 look like some.
_LEAST_SHARE = 0.25
# Pairs are drawn to independence as if each first word had been seen so many times more; no pair says more than this.
_PRIOR, _MOST = 10, 4.0
_WORD = regex.compile(r"[A-Za-z][\w'’]*")
_EDGE = 48


class SeamsOfWords(NamedTuple):
    """For each seam: nats by which the word after it is likelier there than anywhere, and whether both are words.

    `english`: the text is in English; of others nothing is known.
    """

    nats: NDArray[np.float64]
    known: NDArray[np.bool_]
    english: bool


def seams_of_words(value: str, ends: NDArray[np.intp], starts: NDArray[np.intp]) -> SeamsOfWords:
    """What the last word before each place of `ends` and the first one from each of `starts` on say of one another.

    Nothing is known of a text that is not English.

    >>> value = "the end of|the bridge was|of a"
    >>> seams = seams_of_words(value * 9, np.array([10, 25]), np.array([11, 26]))
    >>> (seams.nats > 0).tolist(), seams.known.tolist()
    ([True, False], [True, True])
    """
    nats, known = np.zeros(len(ends)), np.zeros(len(ends), np.bool_)
    if not _is_english(value):
        return SeamsOfWords(nats, known, english=False)
    table = _table()
    for i, (end, start) in enumerate(zip(ends.tolist(), starts.tolist(), strict=True)):
        last, first = _LAST.search(value, max(0, end - _EDGE), end), _FIRST.match(value, start)
        if last and first:
            nats[i] = table.get((_class_of(last[0]), _class_of(first[0])), 0.0)
            known[i] = True
    return SeamsOfWords(nats, known, english=True)


def _class_of(word: str) -> str:
    word = word.lower()
    return word if word in FUNCTION_WORDS else OTHER


def _is_english(value: str) -> bool:
    words = _WORD.findall(value)
    return sum(word.lower() in FUNCTION_WORDS for word in words) > _LEAST_SHARE * len(words)


@cache
def _table() -> dict[tuple[str, str], float]:
    """For each two words the logarithm of how much likelier the second is after the first than anywhere."""
    rows = (line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    pairs = {(last, first): int(count) for last, first, count in rows}
    before, after = Counter[str](), Counter[str]()
    for (last, first), count in pairs.items():
        before[last] += count
        after[first] += count
    total = sum(pairs.values())
    return {
        (last, first): max(-_MOST, min(_MOST, math.log(_drawn(pairs.get((last, first), 0), seen, share) / share)))
        for last, seen in before.items()
        for first, share in ((word, count / total) for word, count in after.items())
    }


def _drawn(count: int, seen: int, share: float) -> float:
    """How often a word follows one that was `seen` so often, drawn to its share of all words."""
    return (count + _PRIOR * share) / (seen + _PRIOR)
