"""What one line says about itself: how wide it is, how it begins and ends, what it names."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np

from repair.blocks.long_lines import LongLines
from repair.core.page import Page
from repair.typography.lines import printed_lines
from repair.vocabulary.model_marks import OPENING

__all__ = [
    "CAPTION_EM",
    "FURNITURE",
    "INTERRUPTING",
    "JUMP_EM",
    "WIDEST",
    "Line",
    "PageLines",
    "ends_sentence",
    "lines_of",
]

FURNITURE = frozenset({"masthead", "folio", "banner", "imprint", "advertisement", "furniture"})
"""Kinds that belong to the sheet, not to an article; rules for furniture state them as marks."""

INTERRUPTING = frozenset({"separator", "page-mark", "placeholder"})
"""Kinds of the marks of lines that may interrupt a sentence; as blocks they are furniture."""

_STOPS = frozenset("。！？!?…｡")
_CLOSERS = frozenset("”’」』\"')）】]》〉")
_HALF = 0x250  # characters below are half as wide
# What counts as much in Latin script as a full-width character: half the characters.
WIDEST = 60.0

JUMP_EM, CAPTION_EM = 20, 59
"""So wide at most, in em: a line that is a jump mark, a caption with its credit."""


class Line(NamedTuple):
    """A line that is not blank.

    `start`, `end`: code points of the page's text. `text`: the line without a model's marks. `em`: its width in em
    (half-width characters count half; lines of more than 120 characters count as 60). `level`: 1 to 6 for a Markdown
    head, else 0. `blanks`: blank lines before it. `closed`: it ends a sentence. `latin`: it is in Latin script.
    `mark`: the kind of furniture that a rule stated, or "fragment", or "".
    """

    start: int
    end: int
    text: str
    em: float
    level: int
    blanks: int
    closed: bool
    latin: bool
    mark: str


class PageLines(list[Line]):
    """The lines of a page that are not blank, in order."""

    @cached_property
    def long(self) -> LongLines:
        """Those that are as wide as running text."""
        return LongLines(line.text for line in self if line.em >= WIDEST)


def lines_of(page: Page) -> PageLines:
    """The lines of a page that are not blank, in order."""
    value, lines = page.text.value, printed_lines(page)
    sums = np.append(0, (page.codes < _HALF).cumsum())
    starts = lines.starts.tolist()
    said = zip(
        starts,
        lines.ends.tolist(),
        (sums[lines.ends] - sums[lines.starts]).tolist(),
        lines.blanks.tolist(),
        _marks(page, starts),
        strict=True,
    )
    return PageLines(
        _line(value[start:end], start, end, halves, blanks, mark) for start, end, halves, blanks, mark in said
    )


def _line(text: str, start: int, end: int, halves: int, blanks: int, mark: str) -> Line:
    """A line of which `halves` characters are half as wide as the others."""
    level = 0
    if text[0] in "#>*" and (found := OPENING.match(text)):
        level = len(found[1] or "")
        text = text[found.end() :].removesuffix("**") or text
        halves -= end - start - len(text)
    size = len(text)
    if size <= 2 * WIDEST:
        em, latin = min(WIDEST, size - halves / 2), 2 * halves > size
    else:
        em, latin = WIDEST, text[size // 2] < "\u0250" and text[0] < "\u0250"
    return Line(start, end, text, em, level, blanks, ends_sentence(text, latin), latin, mark)


def ends_sentence(text: str, latin: bool = False) -> bool:
    """Whether the last mark, quotes and brackets after it put aside, ends a sentence."""
    at = len(text) - 1
    if text[at] in _STOPS:
        return True
    while at > 0 and text[at] in _CLOSERS:
        at -= 1
    return text[at] in _STOPS or (latin and text[at] == ".")


def _marks(page: Page, starts: list[int]) -> list[str]:
    """The kind of furniture, or fragment, that each line was marked as, or ""; other marks say nothing about blocks."""
    if not page.marks:
        return [""] * len(starts)
    marks = page.mark_at(starts, FURNITURE | INTERRUPTING | {"fragment"})
    kinds = (page.marks[i].kind if i >= 0 else "" for i in marks)
    return ["furniture" if kind in INTERRUPTING else kind for kind in kinds]
