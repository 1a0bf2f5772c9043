"""What a line is by its neighbours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from repair.blocks import words
from repair.blocks.alone import HEAD
from repair.blocks.line import WIDEST, Line

__all__ = ["RULES", "Rule"]

BODY = frozenset({"paragraph", "fragment", "open", "list_item"})
_CROSSHEAD_EM = 13.0


class Rule(NamedTuple):
    """A test of line `i` among its neighbours, of which kinds it is asked, what it then is, and the measured share."""

    holds: Callable[[Sequence[Line], Sequence[str], int], object]
    of: str
    kind: str
    share: float


def _before(kinds: Sequence[str], i: int) -> str:
    return kinds[i - 1] if i else ""


def _after(kinds: Sequence[str], i: int) -> str:
    return kinds[i + 1] if i + 1 < len(kinds) else ""


def names_under_head(lines: Sequence[Line], kinds: Sequence[str], i: int) -> object:
    line = lines[i]
    if line.em > 30 or line.level or _before(kinds, i) not in (HEAD, "byline"):
        return False
    if not words.NAMES.fullmatch(line.text) or words.SECTION.fullmatch(line.text):
        return False
    if line.em <= 3:
        return True
    return _after(kinds, i) in BODY or _after(kinds, i) == "byline"


def office_under_notice(lines: Sequence[Line], kinds: Sequence[str], i: int) -> object:
    line = lines[i]
    if line.em > 26 or line.level:
        return False
    if _before(kinds, i) in BODY | {"note"} and (
        _after(kinds, i) == "note" and words.DATE.fullmatch(lines[i + 1].text)
    ):
        return True
    return _before(kinds, i) in BODY | {"note"} and _after(kinds, i) not in BODY and words.OFFICE.fullmatch(line.text)


def sentence_under_picture(lines: Sequence[Line], kinds: Sequence[str], i: int) -> object:
    line = lines[i]
    return line.em <= 30 and line.blanks >= 3 and line.closed


def question_over_body(lines: Sequence[Line], kinds: Sequence[str], i: int) -> object:
    line = lines[i]
    if line.em > 30 or line.text[-1] not in "？！?!":
        return False
    return _after(kinds, i) == "byline" or (i + 1 < len(lines) and words.DATELINE.match(lines[i + 1].text))


def said_before(lines: Sequence[Line], kinds: Sequence[str], i: int) -> object:
    line = lines[i]
    if line.em > 30 or not line.closed or (_after(kinds, i) == "paragraph" and lines[i + 1].em < WIDEST):
        return False
    words_ = line.text.rstrip("。！？.")
    return len(words_) > 6 and any(words_ in other.text for other in lines if other.em >= WIDEST)


def section_of_sheet(lines: Sequence[Line], kinds: Sequence[str], i: int) -> object:
    if not words.SECTION.fullmatch(lines[i].text):
        return False
    return lines[i].text[-1] != "告" or i == 0 or lines[i - 1].mark or (i + 1 < len(lines) and lines[i + 1].mark)


def between_furniture(lines: Sequence[Line], kinds: Sequence[str], i: int) -> object:
    return lines[i].em <= 16 and i and i + 1 < len(lines) and lines[i - 1].mark and lines[i + 1].mark


def no_partner(lines: Sequence[Line], kinds: Sequence[str], i: int) -> object:
    return lines[i].text[-1] not in words.PAUSES and _after(kinds, i) != "jump"


RULES: tuple[Rule, ...] = (
    Rule(section_of_sheet, HEAD, "folio", 0.9),
    Rule(between_furniture, HEAD, "banner", 0.9),
    Rule(names_under_head, HEAD, "byline", 0.9),
    Rule(office_under_notice, HEAD, "note", 0.9),
    Rule(sentence_under_picture, "paragraph", "caption", 0.9),
    Rule(said_before, "paragraph", "caption", 0.9),
    Rule(question_over_body, "paragraph", HEAD, 0.9),
    Rule(no_partner, "open", "fragment", 0.9),
)
