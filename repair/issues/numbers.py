"""Which number each page of an issue has: from its name, from the folio printed on it, or from its place.

Names and folios may both mislead: a file page005 can be the first page of its issue, and a folio can be misread. That
numbering is taken which most folios and jump lines of the issue agree with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from repair.articles import Sheet
from repair.vocabulary.jump_marks import Jump, jump_of
from repair.vocabulary.numerals import number_of
from repair.vocabulary.sheet import FOLIO

__all__ = ["Label", "labels_of"]

_IN_NAME = re.compile(r"(?P<section>(?<![A-Za-z])[A-Z])?0*(?P<number>\d{1,3})(?=\D*$)")
_MISSING = 2  # pages in a row that an issue may lack
_FOLIO_SAYS, _JUMP_SAYS, _SECTIONS_SAY = 2.0, 1.0, 0.5


class Label(NamedTuple):
    """The number of a page, and the letter of its section, or ""."""

    section: str
    number: int

    def __str__(self) -> str:
        return f"{self.section}{self.number}"


def labels_of(names: Sequence[str], sheets: Sequence[Sheet], value: str, given: Sequence[str] = ()) -> list[Label]:
    """The label of each page.

    `names` are those of the files, `value` is the text that the sheets' parts are places of, and `given` are labels
    that a manifest states, "" where it states none.
    """
    by_place = [Label("", number) for number in range(1, len(names) + 1)]
    by_name = [_in(_IN_NAME.search(name)) for name in names]
    folios = [list(_folios(sheet, value)) for sheet in sheets]
    by_folio = [of[0] if len(of) == 1 else None for of in folios]
    offsets = [folio.number - at for at, folio in enumerate(by_folio, 1) if folio]
    shifted = [[Label("", at.number + offset) for at in by_place] for offset in dict.fromkeys(offsets) if offset >= -1]
    options = [by_place, *shifted, *_filled(by_folio)]
    if all(by_name) and len(set(by_name)) == len(by_name):
        options.insert(1, [label for label in by_name if label])
    jumps = [
        [jump for story in sheet.stories for part in story.of_kind("jump") if (jump := jump_of(part.text(value)))]
        for sheet in sheets
    ]
    best = max(options, key=lambda labels: _agreeing(labels, folios, jumps))
    stated = [_in(FOLIO.fullmatch(label)) for label in given] or [None] * len(names)
    return [mine or label for mine, label in zip(stated, best, strict=True)]


def _filled(folios: Sequence[Label | None]) -> Iterator[list[Label]]:
    """The folios, where a page that has none is the next one after the page before it; nothing where they leap."""
    found: list[Label] = []
    for folio in folios:
        found.append(folio or Label("", found[-1].number + 1 if found else 1))
    if all(0 < after.number - before.number <= _MISSING + 1 for before, after in pairwise(found)):
        yield found


def _folios(sheet: Sheet, value: str) -> Iterator[Label]:
    """The page numbers among the lines of the sheet."""
    for part in sheet.furniture:
        if part.kind == "folio" and (label := _in(FOLIO.fullmatch(part.text(value).strip()))):
            yield label


def _agreeing(labels: Sequence[Label], folios: Sequence[Iterable[Label]], jumps: Sequence[Iterable[Jump]]) -> float:
    """How many folios and jumps a numbering agrees with; one in which two pages have one number agrees with none."""
    if len(set(labels)) < len(labels):
        return -1.0
    places = {label: place for place, label in enumerate(labels)}
    said = _SECTIONS_SAY * any(label.section for label in labels)
    for place, (label, of_page, jumps_of_page) in enumerate(zip(labels, folios, jumps, strict=True)):
        said += _FOLIO_SAYS * any(folio.number == label.number for folio in of_page)
        for jump in jumps_of_page:
            there = places.get(Label(jump.section, jump.number), places.get(Label("", jump.number), place))
            said += _JUMP_SAYS * (there > place if jump.way == "to" else there < place)
    return said


def _in(found: re.Match[str] | None) -> Label | None:
    if not found:
        return None
    number = found["number"]
    return Label(found["section"] or "", int(number) if number.isdigit() else number_of(number))
