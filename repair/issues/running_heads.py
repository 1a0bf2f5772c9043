"""Lines that recur over the pages of an issue: running heads and sections' names, which no single page can tell.

A line recurs where another page has it too, digits aside, in a place where running heads stand: at the edge of the page
or beside lines that are known as furniture. What is printed again where an article goes on stands over a jump mark, and
what is printed again over its text stands over text; neither is a running head.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from repair.blocks import FURNITURE
from repair.blocks.classify import Classified, classify
from repair.blocks.line_rules import HEAD
from repair.core.change import Change, Mark
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.issues.bound import Bound
from repair.typography.plain import plain
from repair.vocabulary.head_words import DASH
from repair.vocabulary.jump_marks import leads

__all__ = ["rule"]

_WIDEST_EM, _EDGE, _LEAST, _NEAR = 30, 2, 2, 4
_DIGITS = re.compile(r"\d+")


def rule(bound: Bound) -> Rule:
    """The rule that marks them in this issue."""
    pages = list(bound.pages())

    def find(page: Page, options: Options) -> Iterator[Change]:
        for number, start, end in _recurring(pages):
            at = bound.starts[number]
            raw = page.text.raw_spans(at + start, at + end)[0]
            yield Change((), "the line recurs on other pages of the issue", mark=Mark(raw, "banner"))

    return Rule(
        id="issue/running-head",
        title="line that recurs over the pages of an issue",
        phase=Phase.STRUCTURE,
        why="A running head belongs to the sheet and not to the article beside it.",
        find=find,
    )


def _recurring(pages: Sequence[Page]) -> Iterator[tuple[int, int, int]]:
    """Number of the page, start and end of each such line, in order."""
    said = [classify(page) for page in pages]
    found = [list(_candidates(of_page)) for of_page in said]
    printed_again = {key for of_page in said for key in _over_jumps(of_page)}
    on_pages = Counter(key for of_page in found for key in {key for key, _, _ in of_page})
    for number, of_page in enumerate(found):
        for key, start, end in of_page:
            if on_pages[key] >= _LEAST and key not in printed_again:
                yield number, start, end


def _over_jumps(classified: Classified) -> Iterator[str]:
    """The heads near a mark that says where an article comes from: they may be those of its first part, again."""
    lines, kinds, _ = classified
    marks = [i for i, line in enumerate(lines) if (jump := leads(line.text)) and jump.way == "from"]
    for i in {j for mark in marks for j in range(max(0, mark - _NEAR), min(len(lines), mark + _NEAR + 1))}:
        if kinds[i] == HEAD:
            yield _key(lines[i].text)


def _candidates(classified: Classified) -> Iterator[tuple[str, int, int]]:
    """The lines that stand where running heads do, each with what it is compared by."""
    lines, kinds, _ = classified
    sheet = [kind in FURNITURE for kind in kinds]
    for i, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        if kind != HEAD or line.em > _WIDEST_EM:
            continue
        at_edge = i < _EDGE or i >= len(lines) - _EDGE
        beside = (i > 0 and sheet[i - 1]) or (i + 1 < len(lines) and sheet[i + 1])
        over, below = (kinds[i + 1], lines[i + 1].text) if i + 1 < len(lines) else ("", "")
        heads_text = over in ("paragraph", "fragment", "byline", "list_item", "jump") or DASH.match(below)
        if (at_edge or beside) and not heads_text and not leads(below):
            yield _key(line.text), line.start, line.end


def _key(text: str) -> str:
    """What a line is compared by."""
    return _DIGITS.sub("0", plain(text))
