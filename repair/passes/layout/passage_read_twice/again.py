"""Whole lines that stand earlier on the page, and which of them were read again.

What speaks for a second reading: it begins or ends inside a sentence, though with its line; it is the head of an
article again at the page's end. What speaks against it: the text before or after repeats as well, so that only a slot
between differs; half of it stands there a third time; what differs is a name or a number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.joins.line_seams import seams_of
from repair.passes.layout.passage_read_twice.copies import Copy
from repair.passes.layout.passage_read_twice.folded_page import STOPS, FoldedPage
from repair.passes.layout.passage_read_twice.second_reading import Form, Reading

__all__ = ["again"]

# Lengths in Han characters: of a passage that begins inside a sentence; that begins or ends there, or after a pause; of
# an article that begins again at the page's end, or anywhere; and of one that is worth a suggestion.
_BEGINS_INSIDE, _INSIDE, _HEAD, _HEAD_AGAIN, _SUGGESTED = 40, 60, 40, 80, 60
# One line may be a caption or a crosshead and needs more; so do printed lines, which all begin inside a sentence.
_ONE_LINE, _ONE_LINE_MORE, _PRINTED_MORE = 60, 90, 60
_SURE = 100
_PRINTED_EM = 40
_BODY = 20
_EDGE = 3  # characters beyond the lines that are the same by chance
_LINK, _CROSSHEAD = 10, 40
# Text near by, within so many characters and shifted by at most so many more, that repeats as well.
_NEAR, _SHIFT = 60, 40
_AROUND, _ALIKE = 14, 60
_FLOWS = 5  # nats of LLR from which a line goes on from the one before it
_PICTURE_BLANKS = 3

Part = tuple[int, Copy]
"""A line that stands earlier on the page, and the copy that it is of."""


class Passage(NamedTuple):
    """Lines that may be a second reading. `before`: characters cut off at the start, which are not of it."""

    parts: list[Part]
    before: int

    @property
    def copies(self) -> list[Copy]:
        """The copies that its lines are of."""
        # By identity: a copy is known by all of its runs, and many lines may be of one copy.
        return list({id(copy): copy for _, copy in self.parts}.values())


class Known(NamedTuple):
    """Where the copies of a page stand: the beginnings and the ends of their first and of their second stretches."""

    firsts: NDArray[np.intp]
    seconds: NDArray[np.intp]

    @classmethod
    def of(cls, copies: Sequence[Copy]) -> Known:
        """The places of these copies."""
        first, first_end, second, second_end = np.array([copy[:4] for copy in copies], np.intp).reshape(-1, 4).T
        return cls(np.stack((first, first_end)), np.stack((second, second_end)))


def again(folded: FoldedPage, copies: Sequence[Copy], taken: NDArray[np.bool_]) -> Iterator[Reading]:
    """The passages of whole lines that were read again, where `taken` does not say so already."""
    known = Known.of(copies)
    for group in _groups(folded, copies, taken):
        passage = _trimmed(folded, group)
        if passage and (reading := _judged(folded, passage, known)):
            yield reading


def _groups(folded: FoldedPage, copies: Sequence[Copy], taken: NDArray[np.bool_]) -> Iterator[list[Part]]:
    """Neighbouring lines that all stand earlier on the page, in what may be the same text."""
    ordered = sorted(copies, key=lambda copy: (copy.second_end - copy.second, copy.first))
    of = np.full(len(folded.starts), -1, np.intp)
    for number, copy in enumerate(ordered):
        low = int(folded.starts.searchsorted(copy.second))
        high = int(folded.ends.searchsorted(copy.second_end, "right"))
        if low < high and folded.misread(copy, sure=True) is not None:
            of[low:high] = number
    some = folded.starts < folded.ends
    of[~some] = -1
    of[some] = np.where(taken[folded.starts[some]], -1, of[some])
    group: list[Part] = []
    for line in np.flatnonzero(~folded.apart).tolist():
        part = (line, ordered[of[line]]) if of[line] >= 0 else None
        if group and (not part or not _linked(folded, group[-1], part)):
            yield group
            group = []
        if part:
            group.append(part)
    if group:
        yield group


def _linked(folded: FoldedPage, one: Part, two: Part) -> bool:
    """Whether two neighbouring lines may be of one reading."""
    least = min(copy.second_end - copy.second for _, copy in (one, two))
    return _contiguous(folded, one, two) or least >= _LINK * folded.unit


def _contiguous(folded: FoldedPage, one: Part, two: Part) -> bool:
    """Whether two neighbouring lines were neighbours in the first reading too."""
    if one[1] is two[1]:
        return True
    return abs(two[1].before(int(folded.starts[two[0]])) - one[1].before(int(folded.ends[one[0]]))) <= 2


def _trimmed(folded: FoldedPage, group: list[Part]) -> Passage | None:
    """A group without the lines at its ends that may stand there twice by right."""
    opens = int(folded.starts[group[0][0]])
    loose = [not _contiguous(folded, one, two) for one, two in pairwise(group)]
    first = 0
    while first < len(group) and (
        folded.is_mark(group[first][0])
        or (any(loose[first : first + 1]) and not _heads(folded, *group[first : first + 2]))
    ):
        first += 1
    group, loose = group[first:], loose[first:]
    while loose:
        line = group[-1][0]
        # A short sentence below a picture is its caption.
        caption = folded.lines.blanks[line] >= _PICTURE_BLANKS and folded.lines.closed[line] == 1
        if not caption and not (loose[-1] and len(folded.said(line)) < _CROSSHEAD * folded.unit):
            break
        group.pop()
        loose.pop()
    return Passage(group, int(folded.starts[group[0][0]]) - opens) if group else None


def _heads(folded: FoldedPage, one: Part, two: Part) -> bool:
    """Whether the first of two lines may be the head of an article, with the other one."""
    # The line above says it too: it is that article's own.
    if folded.line(one[1].before(int(folded.starts[one[0]]))) == one[0] - 1:
        return False
    return folded.is_head(one[0]) and folded.opens_head(one[0]) >= folded.opens_head(two[0])


def _judged(folded: FoldedPage, passage: Passage, copies: Known) -> Reading | None:
    """The passage as a second reading, if it is one or may be one."""
    (first_line, opening), (last_line, closing) = passage.parts[0], passage.parts[-1]
    start, end = int(folded.starts[first_line]), int(folded.ends[last_line])
    edge = _EDGE * folded.unit
    if start - passage.before - opening.second > edge or closing.second_end - end > edge:
        return None
    first, first_end = opening.before(start), closing.before(end - 1) + 1
    depth, end_depth = folded.depth(first), folded.depth_of_end(first_end)
    sure = depth == 2 and not folded.set_in_lines and folded.size(start, end) >= _SURE
    misread = [folded.misread(copy, sure or (depth == 2 and end_depth > 0)) for copy in passage.copies]
    wrong = sum(filter(None, misread))
    if (
        None in misread
        or folded.counted(first, start)
        or _often(start, end, passage, copies)
        or _alike_around(folded, (first, first_end), (start, end))
        or (not (sure and not wrong) and _sister(folded, start, end, passage, copies))
    ):
        return None
    form = Form.INSIDE if _inside(folded, passage, (depth, end_depth), first, not wrong) else None
    if not form:
        # With one or two characters changed it may be a sister, but not where the first goes on and this one stops.
        whole = not wrong or wrong > 2 or _goes_on(folded, first_end, first_line)
        form = _of_article(folded, passage, first) if whole else None
    if not form and not wrong and folded.size(start, end) >= _SUGGESTED and 2 * _body(folded, passage) >= _SUGGESTED:
        form = Form.PARAGRAPH
    if not form:
        return None
    firsts = tuple((copy.first, copy.first_end) for copy in passage.copies)
    late = _late_head(folded, passage) if form in (Form.PAGE_END, Form.HEAD_AGAIN) else None
    return Reading(start, end, firsts, form, late=late)


def _inside(folded: FoldedPage, passage: Passage, depths: tuple[int, int], first: int, exact: bool) -> bool:
    """Whether the passage begins or ends inside a sentence of the first reading, and is long enough for that."""
    line, several = passage.parts[0][0], len(passage.parts) > 1
    size = folded.size(int(folded.starts[line]), int(folded.ends[passage.parts[-1][0]]))
    if folded.set_in_lines:
        first_is_printed = folded.lines.widths[folded.line(first)] <= _PRINTED_EM
        if first_is_printed or (not folded.latin and size < 2 * _SURE and _flows(folded, line)):
            return False
        size -= _PRINTED_MORE
    return (
        (depths[0] == 2 and size >= (_BEGINS_INSIDE if several else _ONE_LINE))
        or (max(depths) > 0 and size >= (_INSIDE if several else _ONE_LINE_MORE))
        or (several and exact and size >= _SURE and _cut_before(folded, first))
    )


def _of_article(folded: FoldedPage, passage: Passage, first: int) -> Form | None:
    """Whether the passage is the beginning of an article, or a part of one that stops with the page."""
    (line, _), (last_line, _) = passage.parts[0], passage.parts[-1]
    if folded.set_in_lines or line == last_line or _body(folded, passage) < _BODY:
        return None
    start, end, head = int(folded.starts[line]), int(folded.ends[last_line]), folded.is_head(line)
    size = folded.size(start, end)
    if folded.apart[last_line + 1 :].all() and (head or folded.comes_from_elsewhere(line)) and size >= _HEAD:
        return Form.PAGE_END
    stops = any(mark in folded.text(start, end) for mark in STOPS)
    return Form.HEAD_AGAIN if head and stops and first in folded.starts and size >= _HEAD_AGAIN else None


def _late_head(folded: FoldedPage, passage: Passage) -> tuple[int, int, int] | None:
    """The head that the first reading has behind its body, where this one has it before: first and last line, and the
    line where the body begins; None where the first reading is in order."""
    heads = [part for part in passage.parts if part[1] is passage.parts[0][1]]
    if len(heads) == len(passage.parts) or folded.lines.bodies[[line for line, _ in heads]].any():
        return None
    line, copy = passage.parts[len(heads)]
    start, end = heads[0][1].before(int(folded.starts[heads[0][0]])), heads[0][1].before(int(folded.ends[heads[-1][0]]))
    body = copy.before(int(folded.starts[line]))
    first, last, to = folded.line(start), folded.line(end - 1), folded.line(body)
    whole = start == folded.starts[first] and end == folded.ends[last] and body == folded.starts[to]
    return (first, last, to) if whole and 0 < to < first else None


def _body(folded: FoldedPage, passage: Passage) -> int:
    """Length of the lines that read like a body."""
    return folded.size(
        0, sum(int(folded.ends[line] - folded.starts[line]) for line, _ in passage.parts if folded.lines.bodies[line])
    )


def _cut_before(folded: FoldedPage, place: int) -> bool:
    """Whether a line begins here and the line before it ends inside a sentence."""
    line = folded.line(place)
    return abs(place - int(folded.starts[line])) <= 1 and line > 0 and bool(folded.lines.open_bodies[line - 1])


def _goes_on(folded: FoldedPage, place: int, until: int) -> bool:
    """Whether the article goes on behind `place`, before line `until`."""
    line = folded.line(place - 1)
    return place < folded.ends[line] or (line + 1 < until and bool(folded.lines.bodies[line + 1]))


def _flows(folded: FoldedPage, line: int) -> bool:
    """Whether a line goes on from the one before it, as the seam model sees it."""
    return line > 0 and float(seams_of(folded.page).llr[line - 1]) >= _FLOWS


def _often(start: int, end: int, passage: Passage, copies: Known) -> bool:
    """Whether half of the passage stands on the page a third time: then it is a form of words."""
    firsts = [(copy.first, copy.first_end) for copy in passage.copies]
    for one, other in ((copies.firsts, copies.seconds), (copies.seconds, copies.firsts)):
        shared = np.minimum(one[1], end) - np.maximum(one[0], start)
        for low, high in other[:, 2 * shared > end - start].T.tolist():
            if all(min(high, b) <= max(low, a) for a, b in firsts):
                return True
    return False


def _sister(folded: FoldedPage, start: int, end: int, passage: Passage, copies: Known) -> bool:
    """Whether other text near by repeats at the same distance, so that only a slot between differs."""
    near, shift = _NEAR * folded.unit, _SHIFT * folded.unit
    low, high = copies.seconds
    above, below = start - high, low - end
    close = ((above >= 0) & (above <= near)) | ((below >= 0) & (below <= near))
    shifts = (low - copies.firsts[0])[close & (high - low >= _LINK * folded.unit)]
    return any((abs(shifts - copy.second + copy.first) <= shift).any() for copy in passage.copies)


def _alike_around(folded: FoldedPage, first: tuple[int, int], second: tuple[int, int]) -> bool:
    """Whether the text right before or right after the two readings is alike as well."""
    from rapidfuzz import fuzz  # only a page that repeats itself needs it

    size = _AROUND * folded.unit
    before = (folded.text(place - size, place) for place in (first[0], second[0]))
    after = (folded.text(place, place + size) for place in (first[1], second[1]))
    return fuzz.ratio(*before) > _ALIKE or fuzz.ratio(*after) > _ALIKE
