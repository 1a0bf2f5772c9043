"""Lines that may stand inside a sentence without being part of it: rows of signs, page marks, marks of pictures.

Rules for furniture mark them (see `INTERRUPTING`), so that nothing is joined to them. Where the sentence goes on behind
such lines, its halves are joined round them; so the joins look at the page without them. That a line interrupts is seen
from the sentence alone: the half before it ends open, and the half behind it goes on. The same row of signs may as well
part two articles, underline a heading or frame a table: then it stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from repair.blocks.line import INTERRUPTING
from repair.core.change import Change
from repair.core.page import Page
from repair.core.text import Edit, Span
from repair.joins.block_ends import CAPTION_EM
from repair.typography.characters import Class, table_of
from repair.typography.lines import Lines, printed_lines
from repair.vocabulary.sign_rows import BLANK_TO_FILL, CELL, FENCE, UNDERLINE

__all__ = ["OVER_FROM", "Uninterrupted", "joined_round"]

Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

OVER_FROM = 0.95
"""Probability from which printed lines are joined round an interruption: that it stands there speaks against the join,
of which the model knows nothing. In clean articles set in lines it was reached by 665 of 698 sentences that were cut,
by none of 800 ends of paragraphs, and by 7 of 800 that had lost their full stop (by 15 from 0.9 on)."""

_LETTER = table_of(Class.HAN, Class.LOWER, Class.UPPER, Class.OTHER)
# By how much a printed line may differ from its column, in em; lines that bear a column out; lines near by among which
# prose ends a sentence.
_FILLS, _LEAST, _NEAR = 1.5, 3, 12


@dataclass(frozen=True)
class Uninterrupted:
    r"""A page without the lines that may interrupt its sentences.

    `page`: what is left of it; `kept`: for each line of that the line of the whole page; `over`: for each gap between
    two of these lines whether something was left out there; `may_join`: the gaps but those over which no sentence goes
    on, whatever the language says.

    >>> from repair.core.change import Mark
    >>> whole = Page.of("两岸居民来\n*****\n到江边鼓掌。")
    >>> found = Uninterrupted.of(whole.with_text(whole.text, (Mark(Span(6, 11), "separator"),)))
    >>> found.page.text.value, found.kept.tolist(), found.over.tolist(), found.may_join.tolist()
    ('两岸居民来\n到江边鼓掌。', [0, 2], [True], [True])
    """

    page: Page
    kept: Ints
    over: Bools
    may_join: Bools

    @classmethod
    def of(cls, page: Page) -> Uninterrupted:
        """The page without those of its marked lines that have text before and behind them."""
        lines = printed_lines(page)
        left_out = _left_out(page, lines)
        kept = np.flatnonzero(~left_out)
        over = np.diff(kept) > 1
        if not over.any():
            return cls(page, np.arange(len(lines)), np.zeros(max(0, len(lines) - 1), np.bool_), _all(len(lines) - 1))
        may_join = ~_walled(page, lines, left_out, kept)
        return cls(Page.of("".join(_without(page, lines, kept))), kept, over, may_join)

    def whole(self, chains: Sequence[Sequence[int]]) -> list[int]:
        """The lines of the whole page in the order of these chains of lines, what was left out behind its chain."""
        until = dict(pairwise([*self.kept.tolist(), int(self.kept[-1]) + 1]))
        order = list[int]()
        for chain in chains:
            order += chain
            order += [line for before in chain for line in range(before + 1, until[before])]
        return order


def _all(count: int) -> Bools:
    return np.ones(max(0, count), np.bool_)


def _left_out(page: Page, lines: Lines) -> Bools:
    """The marked lines with text before and behind them, but for those that frame what a file says of itself."""
    if not page.marks:
        return np.zeros(len(lines), np.bool_)
    found = np.array(page.mark_at(lines.starts, INTERRUPTING)) >= 0
    others = np.flatnonzero(~found)
    if not len(others):
        return np.zeros(len(lines), np.bool_)
    if found[0]:
        found[: _end_of_matter(page, lines)] = False
    found[: others[0]] = found[others[-1] :] = False
    return found


def _end_of_matter(page: Page, lines: Lines) -> int:
    """The line behind the front matter of a page that begins with its fence; 0 where it has none."""
    value, spans = page.text.value, zip(lines.starts.tolist(), lines.ends.tolist(), strict=True)
    fence = value[slice(*next(spans))]
    if not FENCE.fullmatch(fence):
        return 0
    return next((line + 1 for line, span in enumerate(spans, 1) if value[slice(*span)] == fence), 0)


def _walled(page: Page, lines: Lines, left_out: Bools, kept: Ints) -> Bools:
    """The gaps between kept lines over which no sentence goes on, whatever the language says."""
    walled = np.zeros(len(kept) - 1, np.bool_)
    turns, boxed = _page_turns(page, lines), _boxed(page, lines, left_out)
    columns, support = lines.local
    fills = (np.abs(lines.widths - columns) <= _FILLS) & (support >= _LEAST)
    sentences = np.concatenate(([0], np.cumsum(lines.closed == 1)))
    for gap in np.flatnonzero(np.diff(kept) > 1).tolist():
        tail, head = int(kept[gap]), int(kept[gap + 1])
        signs = page.text.value[int(lines.starts[tail + 1]) : int(lines.ends[tail + 1])]
        near = sentences[min(head + _NEAR, len(lines))] - sentences[max(0, tail - _NEAR)]
        walled[gap] = (
            (lines.closed[tail] and not (turns[tail + 1 : head].all() and lines.indents[head] < 1))
            or boxed[tail] != boxed[head]
            or (BLANK_TO_FILL.fullmatch(signs) and not fills[tail])
            or (UNDERLINE.fullmatch(signs) and _alone(lines, left_out, tail))
            or (lines.latin[head] and (lines.first[head] != Class.LOWER or not near))
            or any(_is_no_sentence(page, lines, line) for line in (tail, head))
        )
    return walled


def _is_no_sentence(page: Page, lines: Lines, line: int) -> bool:
    """Whether a line is a Markdown head, has no letter, or has cells of a table."""
    start, end = int(lines.starts[line]), int(lines.ends[line])
    if lines.first[line] == Class.HASH or not _LETTER[lines.kinds[start:end]].any():
        return True
    return bool(CELL.search(page.text.value, start, end))


def _alone(lines: Lines, left_out: Bools, line: int) -> bool:
    """Whether a line stands alone right over what is left out, so that a row of - or = makes a heading of it."""
    if lines.blanks[line + 1] or lines.bodies[line]:
        return False
    return bool(not line or lines.blanks[line] or lines.closed[line - 1] or left_out[line - 1])


def _boxed(page: Page, lines: Lines, left_out: Bools) -> Ints:
    """For each line the number of the box that it stands in, or 0.

    Between two equal rows of signs, none of the lines as wide as its column, or, where there is no column, wider than
    a caption: a notice that is framed by them.
    """
    box, value = np.zeros(len(lines), np.intp), page.text.value
    rows = np.flatnonzero(left_out & (np.array(page.mark_at(lines.starts, {"separator"})) >= 0))
    columns, support = lines.local
    narrow = np.where(support >= _LEAST, columns - _FILLS, CAPTION_EM)
    wide = np.concatenate(([0], np.cumsum(~left_out & (lines.widths > narrow))))
    texts = [value[int(lines.starts[row]) : int(lines.ends[row])] for row in rows.tolist()]
    for number, row in enumerate(range(len(rows) - 1), 1):
        above, below = rows[row : row + 2]
        if texts[row] == texts[row + 1] and wide[above] == wide[below]:
            box[above + 1 : below] = number
    return box


def _page_turns(page: Page, lines: Lines) -> Bools:
    """The lines at which only a page ends, where the page shows by indents which lines begin a paragraph.

    There a line without indent goes on, though the one before ends a sentence.
    """
    if not lines.shows_indents:
        return np.zeros(len(lines), np.bool_)
    return np.array(page.mark_at(lines.starts, {"page-mark"})) >= 0


def _without(page: Page, lines: Lines, kept: Ints) -> Iterator[str]:
    """The kept lines, each with the white space before it; where a line was left out, what is usual on the page."""
    value = page.text.value
    usual = "\n" * (1 + int(np.bincount(np.minimum(lines.blanks[kept][1:], 5)).argmax()))
    last = -1
    for line in kept.tolist():
        start, end = int(lines.starts[line]), int(lines.ends[line])
        before = int(lines.ends[line - 1]) if line else 0
        indent = value[value.rfind("\n", 0, start) + 1 : start]
        yield usual + indent if line > last + 1 else value[before:start]
        yield value[start:end]
        last = line
    yield value[int(lines.ends[last]) :]


def joined_round(lines: Lines, halves: Sequence[tuple[int, int, Change]], last: int) -> Change | None:
    r"""The change that joins a paragraph round what interrupts it, which comes to stand behind the paragraph.

    `halves`: the lines before and behind each interruption, and the change that joins them, whose edit takes out all
    that stands between; `last`: the last line of the paragraph. None where that is too short for what comes to stand
    behind it.

    >>> from repair.core.text import Text, codes_of
    >>> text = "两岸居民来\n-----\n到江边\n鼓掌。\n三路公交改道"
    >>> seam = Change((Edit(5, 12, ""),), "goes on")
    >>> change = joined_round(Lines.of(codes_of(text)), [(0, 2, seam)], 3)
    >>> Text.of(text).apply(change.edits).value
    '两岸居民来到江边\n鼓掌。\n-----\n三路公交改道'
    """
    start, end = int(lines.starts[last]), int(lines.ends[last])
    moved = [Span(int(lines.ends[tail]), int(lines.ends[head - 1])) for tail, head, _ in halves]
    seams = [seam for _, _, seam in halves]
    # Two insertions at one place clash: so all but the last take the places of characters, which move up together.
    places = len(moved) if len(moved) > 1 else 0
    if end - places < start:
        return None
    parts = [Span(end - places, end), *moved[:-1]] if places else []
    edits = [seam.edits[0] for seam in seams]
    edits += [Edit(at, at + 1, part) for at, part in enumerate(parts, end - places)]
    edits.append(Edit(end, end, moved[-1]))
    least = min(seams, key=lambda seam: seam.confidence)
    removes = "".join(seam.removes for seam in seams)
    return Change(tuple(edits), least.reason, least.safety, least.confidence, removes)
