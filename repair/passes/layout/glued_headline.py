"""Headlines and bylines glued to what follows them: a line break where the next block certainly begins.

A head has no comma and no stop. It ends where the line goes on with words that only open a block: a dateline with its
agency or its bracket of names, a byline that runs to the line's end, or, in a caption, the day on which it was taken.
A day alone opens nothing: paragraphs are full of them.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from repair.core.change import Change, Safety
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.core.text import Edit
from repair.vocabulary.bylines import BYLINE, BYLINE_AT_END, OWN_WORDS
from repair.vocabulary.captions import PICTURE_OF_DAY
from repair.vocabulary.datelines import DATELINE_IN_LINE, DAY_OF_YEAR
from repair.vocabulary.notes import NOTE

__all__ = ["RULE"]

# A head has no comma and no stop, no gap between two columns, and at its end no word that leads on and no half number.
_HEAD = r"""(?m)^[^\S\n]*(?<head>(?:\#{1,6}[ ])?(?:[^\s，,。；;：:！!？?（()）]|[ ](?![ ])){6,40}?)
    (?<![\d\s]|[据據由从從在于於自到至和与與及的是为為对對向被把经經年“「【〔、/]
    |[转轉][载載]|原[载載]|截止)(?<gap>[ ]?)"""
_BEFORE_DATELINE, _BEFORE_BYLINE, _BEFORE_CAPTION = (
    regex.compile(_HEAD + after, regex.X) for after in (DATELINE_IN_LINE, BYLINE_AT_END, DAY_OF_YEAR + PICTURE_OF_DAY)
)
# Words of which one stands in every line that the expression of the same name can match.
_DATELINE_WORDS = ("本报", "本報", "新华社", "新華社")
_BYLINE_WORDS = ("报记者", "報記者", "报記者", "報记者", "中心记者", "中心記者")
_CAPTION_WORDS = ("图为", "圖為", "图為", "圖为", "摄", "攝")


def find(page: Page, options: Options) -> Iterator[Change]:
    """A line break behind each head that is glued to the next block."""
    for found in _heads(page, _BEFORE_DATELINE, _DATELINE_WORDS):
        # A space there may part two columns; between a byline or a date and the dateline it can't.
        if not found["gap"] or BYLINE.fullmatch(found["head"]) or NOTE.fullmatch(found["head"]):
            yield _broken(found, "the line goes on with the dateline that opens a body")
    for found in _heads(page, _BEFORE_BYLINE, _BYLINE_WORDS):
        if not found["gap"] and not OWN_WORDS.search(found["head"]):
            yield _broken(found, "the line goes on with a byline that runs to its end")
    for found in _heads(page, _BEFORE_CAPTION, _CAPTION_WORDS):
        if not found["gap"] and not OWN_WORDS.search(found["head"]):
            yield _broken(found, "the line goes on as a caption, with the day of the picture")


def _heads(page: Page, before: regex.Pattern[str], words: tuple[str, ...]) -> Iterator[regex.Match[str]]:
    """The heads that `before` finds; only lines that hold one of the words are looked at."""
    for start, end in page.lines_with(words):
        if found := before.match(page.text.value, start, end):
            yield found


def _broken(found: regex.Match[str], reason: str) -> Change:
    """The change that breaks the line where the head ends."""
    start, end = found.span("gap")
    return Change((Edit(start, end, "\n"),), reason, Safety.LIKELY, 0.95)


RULE = Rule(
    id="layout/glued-headline",
    title="headline or byline glued to the block after it",
    phase=Phase.LAYOUT,
    why="Readers of PDF text run a headline into the caption or the body that stands below it in another type.",
    find=find,
    safety=Safety.LIKELY,
    needs="讯訊电電者图圖摄攝",
)
