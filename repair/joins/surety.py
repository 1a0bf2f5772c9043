"""How sure a join is: what its page says about a probability, and what such joins were worth on pages with gold.

The models of `gaps` and `pairs` were trained on pages in the right order. On a page whose columns were read row by row
they are as certain as ever, and wrong. But such a page has many gaps about which they cannot make up their minds and
blocks that end open and go on nowhere, and in English the function words at the edges of its lines do not fit; and the
few lines that are left on a page of whole paragraphs are those that could not be joined before. From these a second
linear model tells how likely a join is right; and for joins that are so sure it was counted, on the pages to train on,
how many are right. The confidence of a join is the lower end of Wilson's 95 % interval of that share (Wilson 1927,
"Probable inference, the law of succession, and statistical inference").
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.core.page import Page
from repair.evidence.feature import Evidence, Scale, Values
from repair.joins.line_seams import seams_of
from repair.seam.english import seams_of_words
from repair.typography.characters import Class
from repair.typography.lines import Lines, printed_lines

__all__ = [
    "CUT_STATES",
    "MADE_FROM",
    "MADE_FROM_LATIN",
    "OF_LATIN_WRAPS",
    "OF_WRAPS",
    "SUGGESTED",
    "SUGGESTED_FROM",
    "WrapLook",
    "cut_states",
    "is_markdown",
    "look_at_wraps",
    "wilson",
]

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# A page is in order where this share of its bodies that end open go on; of joins on other pages 6 in 10 were right.
_ORDERED, _ORDERED_MARKDOWN = 0.6, 0.25
# And where only so many of its bodies end open, or this share: of joins on other pages 8 in 10 were right.
_FEW_OPEN, _FEW_OPEN_SHARE = 5, 0.4
# Few bodies say little: one more that ends open and goes on is usual.
_USUAL_OPEN = 1
# And one in English where function words say so much, in nats; with columns mixed they say 0 and less.
_ORDERED_WORDS = 0.08
_HYPHEN = 0x2D
# A gap with a probability between these is one about which the model is of two minds.
_UNDECIDED = (0.05, 0.95)
# Half a window, in seams between words; and what so many of them usually say, to which the mean of few is drawn.
_NEAR, _USUAL_SEAMS, _USUAL_NATS = 50, 20, 0.15
# A word broken at a hyphen goes on in a small letter 98 times in 100; of all words of English prose 85 begin with one.
_GOES_ON_SMALL, _GOES_ON_LARGE = 0.14, -2.0
# Shares of few gaps are drawn to what is usual.
_USUAL_COUNT, _USUAL_SHARE = 10, 0.05
_LEAST_ODDS = 1e-6
_Z = 1.96

MADE_FROM, MADE_FROM_LATIN, SUGGESTED_FROM = 0.6, 0.75, 0.3
"""Probabilities, by the models, from which joins of printed lines are made where their page does not speak against it
(in Latin script, of which the language table knows nothing, more is asked), and from which any join is suggested."""

SUGGESTED = 0.33
"""The confidence of a join that is less likely than is asked for: on the pages to train on 1,447 of 4,157 such joins of
printed lines were right (a lower bound of .334), and 1,249 of 3,066 of blocks."""

CUT_STATES = ("in disorder", "in order", "latin")
"""States of the seam between two blocks: on a page of whose bodies many end open, or few of those go on in a block of
it; on another page; and in Latin script on a page with headings as Markdown has them, or whose lines fit by their
function words."""


def odds_of(probability: Floats) -> Floats:
    """Log odds of probabilities; those next to 0 and 1 are taken as if a little off."""
    clipped = probability.clip(_LEAST_ODDS, 1 - _LEAST_ODDS)
    odds: Floats = np.log(clipped / (1 - clipped))
    return odds


class WrapLook(NamedTuple):
    """What is seen of the seams of a page. Over seams: `odds` by the models; `language`, nats, NaN where the line ends
    closed; `words`, nats (see `_words`). Of the page: the share `undecided` of the seams asked about, and the share of
    all seams that are asked about, so lie in `wrapped` stretches.
    """

    odds: Floats
    language: Floats
    words: Floats
    undecided: float
    wrapped: float

    def of_page(self, value: float) -> Floats:
        """A figure of the page, over its seams."""
        return np.full(len(self.odds), value)


def look_at_wraps(page: Page, asked: Bools, probability: Floats) -> WrapLook:
    """`asked`: the seams about which the models were asked."""
    lines, seams = printed_lines(page), seams_of(page)
    words = _words(page, asked) if (asked & seams.latin).any() else np.zeros(len(asked))
    return WrapLook(
        odds_of(probability),
        np.where(lines.closed[:-1] == 0, seams.llr, np.nan),
        words,
        _undecided(probability, asked),
        float(asked.mean()),
    )


_ODDS = Scale(-0.4, 0, 0.4, 0.85, 1.4, 1.75, 2.2, 2.6, 2.95, 3.5, 3.9, 4.6, 5.3, 6.2, 6.9, 7.6, 9)
_COARSE = Scale(0.4, 1.4, 2.2, 2.95, 4.6, 6.9)
_UNDECIDED_SHARE = Scale(0.05, 0.08, 0.12, 0.17)
_WRAPPED = Scale(0.1, 0.3, 0.6)
_LANGUAGE = Scale(4, 7, none="closed")
# English in order has .1 of a nat, columns mixed -.2.
_WORDS = Scale(-0.2, -0.1, 0, 0.05, 0.1)

OF_WRAPS: Evidence[WrapLook] = Evidence("joins of printed lines")
OF_LATIN_WRAPS: Evidence[WrapLook] = Evidence("joins of printed lines in Latin script")


@OF_WRAPS.feature("odds & wrapped share", _ODDS, _WRAPPED)
def _odds_and_wrapped(look: WrapLook) -> Values:
    return look.odds, look.of_page(look.wrapped)


@OF_WRAPS.feature("undecided gaps of the page & wrapped share & language", _UNDECIDED_SHARE, _WRAPPED, _LANGUAGE)
def _undecided_and_language(look: WrapLook) -> Values:
    return look.of_page(look.undecided), look.of_page(look.wrapped), look.language


@OF_WRAPS.feature("odds & language", _COARSE, _LANGUAGE)
def _odds_and_language(look: WrapLook) -> Values:
    return look.odds, look.language


@OF_WRAPS.feature("odds & undecided gaps of the page", _COARSE, _UNDECIDED_SHARE)
@OF_LATIN_WRAPS.feature("odds & undecided gaps of the page", _COARSE, _UNDECIDED_SHARE)
def _odds_and_undecided(look: WrapLook) -> Values:
    return look.odds, look.of_page(look.undecided)


@OF_LATIN_WRAPS.feature("odds", _ODDS)
def _odds(look: WrapLook) -> Values:
    return look.odds


@OF_LATIN_WRAPS.feature("odds & function words near by", _COARSE, _WORDS)
def _odds_and_words(look: WrapLook) -> Values:
    return look.odds, look.words


def _words(page: Page, asked: Bools) -> Floats:
    """What function words say about the seams near each gap, in nats on average; what is usual, where nothing is."""
    lines = printed_lines(page)
    chosen = np.flatnonzero(asked & (lines.closed[:-1] == 0) & seams_of(page).latin)
    seams = seams_of_words(page.text.value, lines.ends[chosen], lines.starts[chosen + 1])
    broken = page.codes[lines.ends[chosen] - 1] == _HYPHEN
    small = lines.first[chosen + 1] == Class.LOWER
    nats = np.where(broken, np.where(small, _GOES_ON_SMALL, _GOES_ON_LARGE), seams.nats)
    known = seams.english & (broken | seams.known)
    chosen, nats = chosen[known], nats[known]
    sums = np.concatenate(([0.0], np.cumsum(nats)))
    at = chosen.searchsorted(np.arange(len(asked)))
    low, high = np.maximum(at - _NEAR, 0), np.minimum(at + _NEAR + 1, len(chosen))
    count = high - low
    mean = (sums[high] - sums[low] + _USUAL_SEAMS * _USUAL_NATS) / (count + _USUAL_SEAMS)
    return np.asarray(mean, np.float64)


def cut_states(page: Page, tails: Ints, heads: Ints, probability: Floats) -> Ints:
    """The state of each pair of blocks, as a place in `CUT_STATES`."""
    lines = printed_lines(page)
    markdown = is_markdown(lines)
    latin = lines.latin[tails] & lines.latin[heads]
    goes_on = _go_on(lines, tails, probability) >= (_ORDERED_MARKDOWN if markdown else _ORDERED)
    few_open = lines.open_bodies.sum() <= max(_FEW_OPEN, _FEW_OPEN_SHARE * lines.bodies.sum())
    in_order = np.full(len(tails), goes_on and few_open)
    if latin.any():
        fit = _words(page, np.ones(len(lines) - 1, np.bool_))[tails] >= _ORDERED_WORDS
        in_order = np.where(latin, markdown | fit, in_order)
    states: Ints = np.where(in_order, 1 + latin, 0)
    return states


def is_markdown(lines: Lines) -> bool:
    """Whether a page has headings as Markdown writes them, so comes from a reader of blocks."""
    return bool((lines.first == Class.HASH).any())


def _go_on(lines: Lines, tails: Ints, probability: Floats) -> float:
    """The share of the bodies ending open that go on in another block: on a page in disorder most find nothing."""
    best = np.zeros(len(lines))
    np.maximum.at(best, tails, probability)
    return float((best.sum() + _USUAL_OPEN) / (int(lines.open_bodies.sum()) + _USUAL_OPEN))


def _undecided(probability: Floats, asked: Bools) -> float:
    """The share of the gaps asked about of which the model is of two minds."""
    low, high = _UNDECIDED
    undecided = asked & (probability > low) & (probability < high)
    return float((undecided.sum() + _USUAL_COUNT * _USUAL_SHARE) / (asked.sum() + _USUAL_COUNT))


def wilson(right: int, judged: int) -> float:
    """The lower end of Wilson's 95 % interval of a share: at least so many are right, in 39 of 40 such counts.

    >>> round(wilson(297, 300), 3), round(wilson(20, 20), 3)
    (0.971, 0.839)
    """
    if not judged:
        return 0.0
    share, spread = right / judged, _Z * _Z / judged
    centre = share + spread / 2
    reach = _Z * ((share * (1 - share) + spread / 4) / judged) ** 0.5
    return float((centre - reach) / (1 + spread))
