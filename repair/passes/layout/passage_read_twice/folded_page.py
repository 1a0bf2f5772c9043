"""A page as the search for passages read twice sees it: folded characters, and the lines counted in them."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from repair.core.page import Page
from repair.joins.line_patterns import START_KINDS, line_kinds_of
from repair.passes.layout.passage_read_twice.copies import Copy
from repair.passes.layout.wrapped_line import kept_apart
from repair.typography.folded import Folded, folded_text
from repair.typography.lines import printed_lines
from repair.vocabulary.captions import CREDIT
from repair.vocabulary.datelines import DATE, WIRE
from repair.vocabulary.jump_marks import LINE as JUMP
from repair.vocabulary.names import SURNAMES

__all__ = ["MARKS", "STOPS", "FoldedPage"]

STOPS = "。！？.!?"
MARKS = "，。、；：！？,.;:!?"

_CLOSED = frozenset("。！？…：；”）!?:;)》】")
_DATELINES = frozenset(WIRE)
_PAUSES = frozenset("，、,—（(“《")
_DIGITS = frozenset("0123456789")
_NUMERALS = frozenset("一二三四五六七八九十百千万亿〇零两")
_DATES = frozenset("年月日天昨今明前后")
# Single characters that tell two documents apart.
_CONTRASTS = frozenset("东西南北中前后左右上下内外大小男女老少新旧甲乙丙丁春夏秋冬早晚正副红黄蓝绿黑白多少高低长短公私")
_PER_HAN = 3  # letters that say as much as one Han character
_MISREAD = 0.12
_WORD = 4
_ITEM = START_KINDS.index("list")
_NARROW, _WIDE = 30, 40
_GAP = "   "  # between columns that were read as one line


class FoldedPage:
    """A page with its folded text; places are those of the folded text, lengths count as Han characters.

    `starts`, `ends`: of each line. `apart`: lines that are not an article's; they are left out of the folded text.
    """

    def __init__(self, page: Page) -> None:
        self.page, self.value, self.lines = page, page.text.value, printed_lines(page)
        self.apart = kept_apart(page, self.lines)
        if _GAP in self.value:
            said = zip(self.lines.starts.tolist(), self.lines.ends.tolist(), strict=True)
            self.apart |= np.array([_GAP in self.value[start:end] for start, end in said])
        folded = folded_text(page)
        if self.apart.any():
            stays = np.ones(len(self.value), np.bool_)
            for line in self.apart.nonzero()[0].tolist():
                stays[self.lines.starts[line] : self.lines.ends[line]] = False
            stays = stays[folded.places]
            folded = Folded(folded.codes[stays], folded.places[stays])
        self.codes, self.places = folded.codes, folded.places
        self.starts = self.places.searchsorted(self.lines.starts)
        self.ends = self.places.searchsorted(self.lines.ends)
        self.apart |= self.starts == self.ends
        self.latin = self.lines.mostly_latin
        self.unit = _PER_HAN if self.latin else 1

    @cached_property
    def set_in_lines(self) -> bool:
        """Whether most of the text stands in printed lines, as in the text of a PDF; items of lists are none."""
        lines = self.lines
        items = line_kinds_of(self.page)[0] == _ITEM
        narrow = np.count_nonzero(lines.bodies & (lines.widths <= _NARROW) & ~items)
        return bool(narrow > 2 * np.count_nonzero(lines.widths > _WIDE))

    def size(self, start: int, end: int) -> int:
        """Length of a stretch, in Han characters."""
        return (end - start) // self.unit

    def line(self, place: int) -> int:
        """The line that a place is in."""
        return int(self.starts.searchsorted(place, "right")) - 1

    def text(self, start: int, end: int) -> str:
        """A stretch as it is compared."""
        return self.codes[max(0, start) : max(0, end)].tobytes().decode("utf-32-le", "surrogatepass")

    def said(self, line: int) -> str:
        """A line as it stands, without Markdown's marks."""
        return self.value[self.lines.starts[line] : self.lines.ends[line]].lstrip("#* ")

    def depth(self, place: int) -> int:
        """How far inside a sentence `place` is: 0 where one begins, 1 after a pause, 2 between two words or in one.

        A line's start counts as a beginning.
        """
        if place <= self.starts[self.line(place)]:
            return 0
        before = chr(self.codes[place - 1])
        if before in _CLOSED or before in _DATELINES or (self.latin and before == "."):
            return 0
        return 1 if before in _PAUSES else 2

    def depth_of_end(self, place: int) -> int:
        """The same for the end of a stretch; the end of a line counts as an end."""
        if place >= self.ends[self.line(place - 1)]:
            return 0
        return min(self.depth(place), 1 if chr(self.codes[place]) in _CLOSED | _PAUSES else 2)

    def breaks_off(self, place: int) -> bool:
        """Whether the text before `place` ends inside a sentence; a headline without a stop does not."""
        line = self.line(place - 1)
        if place < self.ends[line]:
            return self.depth(place) > 0
        return bool(self.lines.open_bodies[line])

    def counted(self, first: int, second: int) -> bool:
        """Whether a number ends before both of these places, or is cut by one: it may be what parts the two.

        Where the second begins its line, and lines are paragraphs, what stands before it says nothing.
        """
        if second in self.starts and not self.set_in_lines:
            return False
        before = [place > 0 and chr(self.codes[place - 1]) for place in (first, second)]
        cut = chr(self.codes[second]) in _DIGITS and any(char in _DIGITS for char in before if char)
        return cut or all(char in _NUMERALS | _DIGITS for char in before)

    def opens_head(self, line: int) -> bool:
        """Whether a line has Markdown's mark of a head."""
        return self.value[self.lines.starts[line]] == "#"

    def is_head(self, line: int) -> bool:
        """Whether a line may be a headline, a byline or the like, but no caption."""
        lines, text = self.lines, self.said(line)
        if self.opens_head(line):
            return True
        short = lines.closed[line] != 1 and lines.widths[line] < _WIDE
        return bool(short and not CREDIT.search(text) and text[0] not in "(（")

    def comes_from_elsewhere(self, line: int) -> bool:
        """Whether a line begins with a jump mark: the part of an article that has its head on another page."""
        return bool(JUMP.match(self.said(line)))

    def is_mark(self, line: int) -> bool:
        """Whether a line is only a jump mark or a date, as end many articles."""
        text = self.said(line)
        return bool(JUMP.fullmatch(text) or DATE.fullmatch(text))

    def misread(self, copy: Copy, sure: bool) -> int | None:
        """How many characters differ in the two readings; None where that may be more than misread characters.

        Names, offices and numbers are what parts two documents that are alike. With `sure` something else already says
        that this is one passage, and only numbers and longer differences count.
        """
        seen, misread = set[tuple[str, str]](), 0
        for (first, second, length), (next_first, next_second, _) in zip(copy.runs, copy.runs[1:], strict=False):
            left = self.text(first + length, next_first)
            right = self.text(second + length, next_second)
            if self._doubled(first + length, next_first, right) or self._doubled(second + length, next_second, left):
                continue
            both = left + right
            if not any(map(str.isalnum, both)):
                continue
            misread += max(len(left), len(right))
            if any(char in _DIGITS for char in both) or abs(len(left) - len(right)) > sure or len(left) > 1 + 2 * sure:
                return None
            slot = all(char in _CONTRASTS for char in both) or all(char in SURNAMES for char in both)
            if all(char in _NUMERALS | _DATES for char in both) or (not sure and (slot or (left, right) in seen)):
                return None
            seen.add((left, right))
        return misread if misread <= _MISREAD * (copy.second_end - copy.second) else None

    def _doubled(self, start: int, end: int, other: str) -> bool:
        """Whether this stretch is only the word before it or after it once more, within a line."""
        size = end - start
        if other or not 0 < size <= _WORD * self.unit or self.line(start - 1) != self.line(end):
            return False
        word = self.text(start, end)
        return not any(map(str.isdigit, word)) and word in (self.text(end, end + size), self.text(start - size, start))
