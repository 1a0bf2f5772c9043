"""What a line is by itself: the first rule that holds says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from repair.blocks.line import CAPTION_EM, JUMP_EM, WIDEST, Line
from repair.vocabulary import bylines, captions, datelines, head_words, labels, list_marks, notes
from repair.vocabulary import jump_marks as jumps

__all__ = ["HEAD", "RULES", "Rule", "alone"]

HEAD = "head"
"""Kicker, headline, deck or crosshead: only the neighbours tell which."""

# Widths in em, lengths in characters.
_BYLINE_EM, _HEAD_EM, _LATIN_HEAD_EM, _BODY_EM, _LABEL_EM = 45, 36, 40, 26, 16
_LIST_LENGTH = 110
# What a line begins with that any of the rules before `sentence` asks for.
_SIGNS = list_marks.FIRST | captions.FIRST | frozenset("[【□◇■、，。；：！？）》”’」』】,;")
_NEVER_FIRST = frozenset("、，。；：！？）》”’」』】,;")
_ASKS = frozenset("？！?!")


class Rule(NamedTuple):
    """A test of one line, the kind that it stands for, and in which share of lines that was right."""

    holds: Callable[[Line], object]
    kind: str
    share: float


def long_sentence(line: Line) -> bool:
    return line.em >= WIDEST and line.closed and not line.level and line.text[0] not in _SIGNS


def jump(line: Line) -> object:
    return line.em <= JUMP_EM and jumps.LINE.fullmatch(line.text)


def caption(line: Line) -> object:
    if line.text[0] in captions.FIRST and captions.CAPTION.match(line.text):
        return True
    return line.em <= CAPTION_EM and captions.CREDIT.search(line.text)


def column_label(line: Line) -> object:
    return line.em <= _LABEL_EM and labels.BANNER.fullmatch(line.text)


def byline(line: Line) -> object:
    if line.closed or line.em > _BYLINE_EM or not bylines.BYLINE.fullmatch(line.text):
        return False
    return not bylines.NO_BYLINE.search(line.text)


def note(line: Line) -> object:
    return line.em <= _BYLINE_EM and notes.NOTE.fullmatch(line.text)


def list_item(line: Line) -> object:
    """A number at its head; a longer line is a paragraph that happens to be numbered."""
    if line.end - line.start > _LIST_LENGTH or line.text[0] not in list_marks.FIRST:
        return False
    return list_marks.ITEM.match(line.text)


def dateline(line: Line) -> object:
    return line.em > _BODY_EM and datelines.DATELINE.match(line.text)


def begins_inside(line: Line) -> bool:
    return line.text[0] in _NEVER_FIRST


def marked_question(line: Line) -> bool:
    """A Markdown head that asks or calls out."""
    return line.closed and line.level > 0 and line.em <= _HEAD_EM and line.text[-1] in _ASKS


def sentence(line: Line) -> bool:
    return line.closed or (line.text[-1] in "：:；;" and not line.level)


def jumps_away(line: Line) -> bool:
    """Text that goes on on another page, or comes from there."""
    return jumps.trails(line.text) is not None or jumps.leads(line.text) is not None


def article_of_law(line: Line) -> object:
    return line.em > _BODY_EM and list_marks.ARTICLE.match(line.text)


def running_text(line: Line) -> bool:
    """Too wide for a head, or with pauses that only running text has; it does not end a sentence."""
    if line.latin:
        return line.em > _LATIN_HEAD_EM
    if head_words.DASH.match(line.text) or line.em <= (WIDEST - 1 if line.level else _HEAD_EM):
        return False
    return line.em >= WIDEST or "，" in line.text or "," in line.text


RULES: tuple[Rule, ...] = (
    Rule(long_sentence, "paragraph", 0.999),
    Rule(jump, "jump", 0.99),
    Rule(caption, "caption", 0.91),
    Rule(column_label, "banner", 0.99),
    Rule(byline, "byline", 0.95),
    Rule(note, "note", 0.96),
    Rule(list_item, "list_item", 0.97),
    Rule(dateline, "paragraph", 0.99),
    Rule(begins_inside, "fragment", 0.9),
    Rule(marked_question, HEAD, 0.0),
    Rule(sentence, "paragraph", 0.99),
    Rule(jumps_away, "paragraph", 0.97),
    Rule(article_of_law, "paragraph", 0.99),
    Rule(running_text, "paragraph", 0.96),
)
"""The rules in order; `share` is measured on laid-out pages that were repaired by the default chain."""


def alone(line: Line) -> tuple[str, float]:
    """The kind that a line has by itself and the share of the rule that says so; `HEAD` where no rule holds."""
    if line.mark:
        return line.mark, 1.0
    for rule in RULES:
        if rule.holds(line):
            return rule.kind, rule.share
    return HEAD, 0.0
