"""What a line is by itself: the first rule that holds says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from repair.blocks import words
from repair.blocks.line import WIDEST, Line

__all__ = ["HEAD", "alone"]

HEAD = "head"
"""Kicker, headline, deck or crosshead: only the neighbours tell which."""

_BYLINE_EM, _CAPTION_EM, _HEAD_EM, _SHORT_EM, _LATIN_HEAD_EM = 45.0, 59.0, 36.0, 26.0, 40.0
_NEVER_FIRST = frozenset("、，。；：！？）》”’」』】,;")
_LIST_LENGTH = 110
_ASKS = frozenset("？！?!")


class Rule(NamedTuple):
    """A test of one line, the kind that it stands for, and in which share of lines that was right (see `measure`)."""

    holds: Callable[[Line], object]
    kind: str
    share: float


def _long_sentence(line: Line) -> bool:
    return line.em >= WIDEST and line.closed and not line.level and line.text[0] not in words.SIGNS


def _jump(line: Line) -> object:
    return line.em <= 20 and words.JUMP.fullmatch(line.text)


def _caption(line: Line) -> object:
    if line.text[0] in words.CAPTION_FIRST and words.CAPTION.match(line.text):
        return True
    return line.em <= _CAPTION_EM and words.CREDIT.search(line.text)


def _byline(line: Line) -> object:
    if line.closed or line.em > _BYLINE_EM:
        return False
    return words.BYLINE.fullmatch(line.text) and not words.NO_BYLINE.search(line.text)


def _note(line: Line) -> object:
    return line.em <= _BYLINE_EM and words.NOTE.fullmatch(line.text)


def _banner(line: Line) -> object:
    return line.em <= 16 and words.BANNER.fullmatch(line.text)


def _list_item(line: Line) -> object:
    if line.end - line.start > _LIST_LENGTH or line.text[0] not in words.LIST_FIRST:
        return False
    return words.LIST.match(line.text)


def _dateline(line: Line) -> object:
    return line.em > _SHORT_EM and words.DATELINE.match(line.text)


def _cut_before(line: Line) -> bool:
    return line.text[0] in _NEVER_FIRST


def _exclaimed_head(line: Line) -> bool:
    return line.closed and line.level > 0 and line.em <= _HEAD_EM and line.text[-1] in _ASKS


def _sentence(line: Line) -> bool:
    return line.closed or (line.text[-1] in "：:；;" and not line.level)


def _statute(line: Line) -> object:
    return words.STATUTE.match(line.text) and line.em > _SHORT_EM


def _wide(line: Line) -> bool:
    """Too wide for a head, or with pauses that only running text has."""
    if line.latin:
        return line.em > _LATIN_HEAD_EM
    if line.em <= (WIDEST - 1 if line.level else _HEAD_EM):
        return False
    return "，" in line.text or "," in line.text or line.em >= WIDEST


RULES: tuple[Rule, ...] = (
    Rule(_long_sentence, "paragraph", 0.99),
    Rule(_jump, "jump", 0.99),
    Rule(_caption, "caption", 0.99),
    Rule(_byline, "byline", 0.99),
    Rule(_note, "note", 0.99),
    Rule(_banner, "banner", 0.99),
    Rule(_list_item, "list_item", 0.99),
    Rule(_dateline, "paragraph", 0.99),
    Rule(_cut_before, "fragment", 0.99),
    Rule(_exclaimed_head, HEAD, 0.99),
    Rule(_sentence, "paragraph", 0.99),
    Rule(_statute, "paragraph", 0.99),
    Rule(_wide, "open", 0.99),
)


def alone(line: Line) -> tuple[str, float, str]:
    """Kind, share and name of the rule; `HEAD` where no rule holds."""
    if line.mark:
        return line.mark, 0.99, "marked"
    for rule in RULES:
        if rule.holds(line):
            return rule.kind, rule.share, rule.holds.__name__
    return HEAD, 0.99, "head"
