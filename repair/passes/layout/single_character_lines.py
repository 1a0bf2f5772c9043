"""Single characters on lines of their own: a line set with wide gaps, or vertically, came out one character a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import regex

from repair.core.change import Change, Mark, Safety
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.core.text import Edit, Span
from repair.seam import default_model

__all__ = ["RULE"]

# A Han character or a mark alone; on a page set vertically also a character with the marks beside it, or a number.
_BARE = r"[^\S\n]*[\p{Han}\p{Kana}，、：；·“”（）《》][^\S\n]*"
_FULL = (
    r"[^\S\n]*[（(《“‘「『]*(?:[\p{Han}\p{Kana}\p{P}□‰](?:[^\S\n]+[\d.%]{1,8})?|[\x21-\x7Eμ]{1,14})"
    r"[，。、；：！？）)》”’」』%]*[^\S\n]*"
)
_RUN, _VERTICAL = (regex.compile(rf"(?m)^{one}\n(?:\s*?{one}\n)+\s*?{one}$") for one in (_BARE, _FULL))
_LINE = regex.compile(rf"(?m)^{_FULL}$")
_VERTICAL_SHARE = 0.4
_STOP = regex.compile(r"[。！？][」』”’]?$")
# Nats of LLR below which a line without a stop ends its headline all the same.
_HEADLINE_ENDS = -4
# Nats by which neighbours in a heading belong together, on average: headings on the laid-out pages that are no names
# have -1.4 and more, heads of columns that were made up had -1.9 and less.
_WORDS_FROM = -1.5
# Where so many of the lines of a run are figures, these are cells of a table that was read one cell a line: no number,
# and no word. Of vertical text a few are.
_FIGURE, _TABLE = regex.compile(r"(?m)^[^\S\n]*\d[\d,.:%]*[^\S\n]*$"), 0.25
# Two words or numbers one below the other, of which one has several characters: they are two. Figures of a vertical
# number stand alone, each on its line.
_WORDS = regex.compile(r"(?<=[\p{Latin}\d]{2})\s*\n\s*[\p{Latin}\d]|(?<=[\p{Latin}\d])\s*\n\s*[\p{Latin}\d]{2}")
_BREAK = regex.compile(r"\s*\n\s*")


def find(page: Page, options: Options) -> Iterator[Change]:
    """Joins within runs of three or more lines of one character.

    On a page set vertically a run holds whole articles. There a line that ends a sentence is left as it is, because
    nothing tells whether the paragraph ends too, and so is one that the seam model takes for the end of a headline.
    """
    value = page.text.value
    if not _three_on_end(page.line_spans) or not _RUN.search(value):
        return
    vertical = len(_LINE.findall(value)) > _VERTICAL_SHARE * len(page.line_spans)
    sure = (Safety.LIKELY, 0.97) if vertical else (Safety.SAFE, 0.99)
    for run in (_VERTICAL if vertical else _RUN).finditer(value):
        if not _is_table(run[0]):
            gaps = _gaps(value, run.span())
            if vertical:
                gaps = _inside_sentences(page, gaps)
                raw = Span(int(page.text.starts[run.start()]), int(page.text.ends[run.end() - 1]))
                yield Change((), "set vertically; no line end speaks for a paragraph's", mark=Mark(raw, "vertical"))
        else:
            headings = [_gaps(value, one.span()) for one in _RUN.finditer(value, *run.span())]
            gaps = [gap for one in headings if _makes_words(page, one) for gap in one]
        for start, end in gaps:
            yield Change((Edit(start, end, ""),), "one of three or more lines that hold a single character", *sure)


def _gaps(value: str, run: tuple[int, int]) -> list[tuple[int, int]]:
    """The gaps between the lines of a run, but for those between two words or numbers."""
    start, end = run
    return [
        gap.span()
        for gap in _BREAK.finditer(value, start, end)
        if start < gap.start() and gap.end() < end and not _WORDS.match(value, gap.start())
    ]


def _makes_words(page: Page, gaps: list[tuple[int, int]]) -> bool:
    """Whether lines read as one make words: so does a heading over a table, but not the heads of its columns."""
    places = np.array(gaps, np.intp).reshape(-1, 2)
    pmi = default_model().score_gaps(page.codes, places[:, 0], places[:, 1]).pmi
    return bool(len(pmi) and pmi.mean() >= _WORDS_FROM)


def _is_table(run: str) -> bool:
    """Whether a run of short lines holds the cells of a table."""
    return len(_FIGURE.findall(run)) >= _TABLE * sum(map(bool, map(str.strip, run.split("\n"))))


def _three_on_end(lines: Sequence[tuple[int, int]]) -> bool:
    """Whether three lines on end hold a single character: the cheap look that settles nearly every page."""
    run = 0
    for start, end in lines:
        run = run + 1 if end - start == 1 else 0
        if run == 3:
            return True
    return False


def _inside_sentences(page: Page, gaps: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The gaps over which a sentence goes on."""
    places = np.array(gaps, np.intp).reshape(-1, 2)
    llr = default_model().score_gaps(page.codes, places[:, 0], places[:, 1]).llr
    value = page.text.value
    return [
        (start, end)
        for (start, end), nats in zip(gaps, llr.tolist(), strict=True)
        if nats > _HEADLINE_ENDS and not _STOP.search(value, max(0, start - 3), start)
    ]


RULE = Rule(
    id="layout/single-character-lines",
    title="line that came out one character a line",
    phase=Phase.LAYOUT,
    why="Lines set with wide gaps, and vertical lines, are given one character a line by some readers of PDF.",
    find=find,
    safety=Safety.SAFE,
)
