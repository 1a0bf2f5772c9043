"""What a page's text shows of damage that is left: each kind as one number, most of them shares of the text.

All but `doubts` is read off the text alone, without its raw page and without marks, so that a text kept in a file and a
page fresh from the chain have the same parts. A passage that stands on the page twice counts once, and under `repeats`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.core.change import Outcome
from repair.core.engine import Record
from repair.core.page import Page
from repair.evidence.feature import AMOUNT, Evidence, Values
from repair.joins.block_ends import left_open, seams
from repair.joins.line_patterns import BRACKETS, DOUBLE_QUOTES
from repair.typography.characters import Class, table_of
from repair.typography.folded import folded_text, grams
from repair.typography.lines import Lines, printed_lines

__all__ = ["DAMAGE", "NAMES", "DamageLook", "parts_of"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_MOST_LINES = 100  # of a page of more lines so many are looked at for their ends, spread evenly
_BODY_EM, _OVERLONG_EM = 12, 1500
# Nats: where a text that goes on and one that ends are equally likely, and by how much a block must end like no whole
# one (both as the passes have them).
_NEUTRAL, _ENDS_FROM = 4.0, 1.5
_COPY, _LATIN_COPY = 24, 60  # shorter passages may well come twice
_PER = 1000.0
_NEVER_FIRST = table_of(Class.STOP, Class.COMMA, Class.SEMICOLON, Class.COLON, Class.CLOSE, Class.CLOSE_QUOTE)
_ODD = "_|\\^~{}<>¬¦\ufffd"


class Ends(NamedTuple):
    """The parts that speak of how lines begin and end."""

    open_ends: float
    seams: float
    fragments: float
    gaps: float


@dataclass(frozen=True)
class DamageLook:
    """What is seen of a page with at least one line. `records` are those of the run that repaired it."""

    page: Page
    lines: Lines
    records: Sequence[Record] = ()

    @cached_property
    def again(self) -> Ints:
        """The places, in the text as it is compared, of passages that stand earlier on the page to the letter."""
        return _again(self.page)

    @cached_property
    def sizes(self) -> Floats:
        """Characters of each line, without spaces and without what stands earlier on the page."""
        return _sizes(self.page, self.lines, self.again)

    @cached_property
    def quotes(self) -> tuple[Bools, Bools]:
        """The lines that leave a double quotation open, and those that close one that is not open."""
        return left_open(self.page, DOUBLE_QUOTES)

    @cached_property
    def ends(self) -> Ends:
        """How lines begin and end."""
        return _ends(self.page, self.lines, self.sizes, self.quotes[1])

    def share(self, which: Bools | Floats) -> Floats:
        """The share of the text that these lines have, as an array of one."""
        return _one(_share(self.sizes, which))


DAMAGE: Evidence[DamageLook] = Evidence("damage that a page's text shows")
"""Amounts, one page at a time; the text below each says what it is. All are near 0 on a page without damage."""


@DAMAGE.feature("open_ends", AMOUNT)
def _open_ends(look: DamageLook) -> Values:
    """share of the text in lines of running text that, by the language, end inside a sentence"""
    return _one(look.ends.open_ends)


@DAMAGE.feature("seams", AMOUNT)
def _seams(look: DamageLook) -> Values:
    """share of the text in lines that, by the language, go on in the next line"""
    return _one(look.ends.seams)


@DAMAGE.feature("fragments", AMOUNT)
def _fragments(look: DamageLook) -> Values:
    """share of the text in lines that begin or end inside a sentence whose rest is not beside them"""
    return _one(look.ends.fragments)


@DAMAGE.feature("gaps", AMOUNT)
def _gaps(look: DamageLook) -> Values:
    """such lines per 1000 characters of text, a shorter page counting as one of 1000"""
    return _one(look.ends.gaps)


@DAMAGE.feature("repeats", AMOUNT)
def _repeats(look: DamageLook) -> Values:
    """share of the text that stands earlier on the page"""
    return _one(len(look.again) / max(1, len(folded_text(look.page).codes)))


@DAMAGE.feature("unpaired", AMOUNT)
def _unpaired(look: DamageLook) -> Values:
    """share of the text in lines that leave a quotation or a bracket open, or close one that is not open"""
    return look.share(np.logical_or.reduce((*look.quotes, *left_open(look.page, BRACKETS))))


@DAMAGE.feature("columns", AMOUNT)
def _columns(look: DamageLook) -> Values:
    """share of the text in lines with a run of spaces inside"""
    return look.share(_holding(look.lines, _space_runs(look.page.codes)))


@DAMAGE.feature("odd_signs", AMOUNT)
def _odd_signs(look: DamageLook) -> Values:
    """share of the text in lines with signs that a misreading leaves: _ | ~ and the like, or control codes"""
    return look.share(_holding(look.lines, _odd().take(look.page.codes, mode="clip").nonzero()[0]))


@DAMAGE.feature("overlong", AMOUNT)
def _overlong(look: DamageLook) -> Values:
    """share of the text that stands farther than 1500 em into its line: hardly a paragraph is so long"""
    return look.share(np.maximum(0, 1 - _OVERLONG_EM / np.maximum(look.lines.widths, 1)))


@DAMAGE.feature("doubts", AMOUNT)
def _doubts(look: DamageLook) -> Values:
    """changes of the layout per 1000 characters that, by what the chain says, were wrongly made or left"""
    return _one(_PER * _wrong(look.records) / max(_PER, look.sizes.sum()))


NAMES = {name: str(feature.values.__doc__) for name, feature in DAMAGE.features.items()}
"""The parts and what each is."""


def parts_of(page: Page, records: Sequence[Record] = ()) -> dict[str, float]:
    """The parts of a page, named as in `NAMES`; `records` are those of the run that repaired it.

    >>> found = parts_of(Page.of("桥修好了，路也\\n通了。桥修好了"))
    >>> found["seams"] > 0, found["repeats"]
    (True, 0.0)
    """
    lines = printed_lines(page)
    if not len(lines):
        return dict.fromkeys(NAMES, 0.0)
    found = DAMAGE.buckets(DamageLook(page, lines, records))
    return {name: float(found[name][0]) for name in NAMES}


def _one(value: float) -> Floats:
    return np.array([value], np.float64)


def _share(sizes: Floats, which: Bools | Floats) -> float:
    """The share of the text that these lines have; of each line all, nothing or a part."""
    return float(sizes @ which / max(1.0, sizes.sum()))


def _again(page: Page) -> Ints:
    codes, size = folded_text(page).codes, _LATIN_COPY if printed_lines(page).mostly_latin else _COPY
    hashes = grams(codes, size)
    ordered = np.sort(hashes)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    if not len(twice):
        return np.zeros(0, np.intp)
    which = twice.searchsorted(hashes).clip(max=len(twice) - 1)
    found = (twice[which] == hashes).nonzero()[0]
    later = np.delete(found, np.unique(which[found], return_index=True)[1])  # the first of each is no repetition
    bounds = np.zeros(len(codes) + 1, np.intp)
    np.add.at(bounds, later, 1)
    np.add.at(bounds, later + size, -1)
    return bounds[:-1].cumsum().nonzero()[0]


def _sizes(page: Page, lines: Lines, again: Ints) -> Floats:
    counts = lines.kinds != Class.SPACE
    counts[folded_text(page).places[again]] = False
    sums = np.concatenate(([0], counts.cumsum()))
    sizes: Floats = (sums[lines.ends] - sums[lines.starts]).astype(np.float64)
    return sizes


def _ends(page: Page, lines: Lines, sizes: Floats, closes_quote: Bools) -> Ends:
    count = len(lines)
    seen = np.arange(count) if count <= _MOST_LINES else np.linspace(0, count - 1, _MOST_LINES).astype(np.intp)
    sizes = sizes[seen]
    goes_on, breaks_off = _by_language(page, lines, seen)
    goes = goes_on >= 0.5
    begins = _NEVER_FIRST[lines.first] | (lines.latin & (lines.first == Class.LOWER)) | closes_quote
    half = (breaks_off & ~goes) | begins[seen]
    return Ends(
        _share(sizes, breaks_off | (goes & (lines.closed[seen] == 0))),
        _share(sizes, goes_on),
        _share(sizes, half),
        _PER * np.count_nonzero(half & (sizes > 0)) / max(_PER, float(sizes.sum())),
    )


def _by_language(page: Page, lines: Lines, seen: Ints) -> tuple[Floats, Bools]:
    """For some lines how likely each goes on in the next, and which are running text that breaks off.

    Of Latin script the seam model knows nothing: there a line goes on in one that begins in lower case, and an open end
    is taken for what it is.
    """
    goes_on, breaks_off = np.zeros(len(lines)), np.zeros(len(lines), np.bool_)
    latin, opened = lines.latin, lines.bodies & (lines.widths > _BODY_EM) & (lines.closed == 0)
    lower = latin & (lines.first == Class.LOWER)
    goes_on[:-1] = latin[:-1] & lower[1:] & (lines.closed[:-1] != 1)
    breaks_off[latin] = opened[latin]
    tails = seen[~latin[seen] & (lines.closed[seen] != 1) & (seen + 1 < len(lines))]
    ends = seen[~latin[seen] & opened[seen]]
    if len(tails) + len(ends):
        llr = seams(page, np.append(tails, ends), np.append(tails + 1, np.full(len(ends), -1))).llr
        goes_on[tails] = 1 / (1 + np.exp(np.clip(_NEUTRAL - llr[: len(tails)], -30, 30)))
        breaks_off[ends] = llr[len(tails) :] >= _ENDS_FROM
    return goes_on[seen], breaks_off[seen]


def _space_runs(codes: NDArray[np.uint32]) -> Ints:
    """Where two spaces stand side by side."""
    space = codes == ord(" ")
    found: Ints = (space[1:] & space[:-1]).nonzero()[0]
    return found


def _holding(lines: Lines, places: Ints) -> Bools:
    """The lines in which one of these places lies."""
    found: Bools = places.searchsorted(lines.starts) < places.searchsorted(lines.ends)
    return found


def _wrong(records: Iterable[Record]) -> float:
    """How many changes of the layout were wrongly made or left, if each is right as often as it says."""
    wrong = 0.0
    for record in records:
        if record.rule.startswith("layout/"):
            if record.outcome is Outcome.APPLIED:
                wrong += 1 - record.change.confidence
            elif record.outcome is Outcome.SUGGESTED:
                wrong += record.change.confidence
    return wrong


@cache
def _odd() -> Bools:
    """For each code point whether a misreading or a broken file leaves it: signs no paper prints, controls, private."""
    table = np.zeros(0x10000, np.bool_)
    table[[ord(sign) for sign in _ODD]] = True
    table[0x00:0x09] = table[0x0E:0x1C] = table[0x7F:0x85] = table[0x86:0xA0] = True
    return table
