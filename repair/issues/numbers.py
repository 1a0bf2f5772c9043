"""Which number each page of an issue has: from its name, from the folio printed on it, or from its place.

Names and folios may both mislead: a file page005 can be the first page of its issue, and a folio can be misread. That
numbering is taken which most folios and jump lines of the issue agree with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from repair.articles import Sheet
from repair.blocks.jumps import Jump, jump_of

__all__ = ["Label", "labels_of"]

_FOLIO = re.compile(r"(?:第?\s?(?P<section>[A-Z]?)\s?0?(?P<number>\d{1,3}|[一二三四五六七八九十]{1,3})\s?[版頁页]?)")
_IN_NAME = re.compile(r"(?P<section>(?<![A-Za-z])[A-Z])?0*(?P<number>\d{1,3})(?=\D*$)")
_NUMERALS = "〇一二三四五六七八九十"
_FOLIO_SAYS, _JUMP_SAYS = 2.0, 1.0


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
    shifted = [[Label("", at.number + offset) for at in by_place] for offset in dict.fromkeys(offsets)]
    options = [by_place, *shifted]
    if all(by_name) and len(set(by_name)) == len(by_name):
        options.insert(1, [label for label in by_name if label])
    jumps = [
        [jump for story in sheet.stories for part in story.of_kind("jump") if (jump := jump_of(part.text(value)))]
        for sheet in sheets
    ]
    best = max(options, key=lambda labels: _agreeing(labels, folios, jumps))
    stated = [_in(_FOLIO.fullmatch(label)) for label in given] or [None] * len(names)
    return [mine or label for mine, label in zip(stated, best, strict=True)]


def _folios(sheet: Sheet, value: str) -> Iterator[Label]:
    """The page numbers among the lines of the sheet."""
    for part in sheet.furniture:
        if part.kind == "folio" and (label := _in(_FOLIO.fullmatch(part.text(value).strip()))):
            yield label


def _agreeing(labels: Sequence[Label], folios: Sequence[Iterable[Label]], jumps: Sequence[Iterable[Jump]]) -> float:
    """How many folios and jumps a numbering agrees with."""
    numbers = {label.number for label in labels}
    said = 0.0
    for label, of_page, jumps_of_page in zip(labels, folios, jumps, strict=True):
        said += _FOLIO_SAYS * any(folio.number == label.number for folio in of_page)
        for jump in jumps_of_page:
            ahead = jump.number > label.number if jump.way == "to" else jump.number < label.number
            said += _JUMP_SAYS * (jump.number in numbers and ahead)
    return said


def _in(found: re.Match[str] | None) -> Label | None:
    if not found:
        return None
    number = found["number"]
    if not number.isdigit():
        tens, ten, ones = number.partition("十")
        high = (_NUMERALS.index(tens) if tens else 1) * 10 if ten else 0
        number = str(high + (_NUMERALS.index(ones or tens) if ones or not ten else 0))
    return Label(found["section"] or "", int(number))
