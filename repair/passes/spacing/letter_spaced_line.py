"""Lines whose characters are parted to fill the width: `加 快 建 设` is closed up.

A reader of PDFs gives a space for every gap that is wider than usual. A headline that was spread over its width, and
the last line of a justified column, then have a space after nearly every character. A line is closed when at least
`share` of the gaps between its characters are parted; numbers and Latin words count as one character. Where some gaps
are wider than most, they part clauses and one space is left. Runs before lines are joined, because the width of a line
is evidence there; `letter_spaced_paragraph` looks again at the paragraphs that come of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from repair.core.change import Change, Safety
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.core.text import Edit
from repair.vocabulary.bylines import WORDS
from repair.vocabulary.names import SURNAMES

__all__ = ["RULE", "find"]

UNIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.%+-]*|[^ \u3000]")
# Half-width marks among them: in such a line they stand for full-width ones.
WIDE = re.compile(r"[,:;!?()\u2e80-\u2fd5\u3001-\u301f\u3400-\u9fff\uf900-\ufaff\uff01-\uff5e]")
NAMES = re.compile(WORDS)
MARK = re.compile(r"[，。、；：,;]")
SINGLE = re.compile(r"(?<!\S)\S[ \u3000]+\S(?!\S)")
RUN = re.compile(r"(?<![\u3400-\u9fff])(?:[\u3400-\u9fff] ){3,}[\u3400-\u9fff]")
LATIN = re.compile(r"[^,:;!?()\"\u0080-\U0010ffff]")
COUNTERS = frozenset("一二三四五六七八九十甲乙丙丁戊己庚辛壬癸东南西北中東日月火水木金土上下左右银铜銀銅胜平负勝負")


class _Gap(NamedTuple):
    """White space between two units of a line; empty where they stand solid."""

    start: int
    end: int
    latin: bool  # between two words or numbers, where a space is a word's end


def find(page: Page, options: Options) -> Iterator[Change]:
    """Close up the lines in which nearly every character is parted, and parted stretches of running text."""
    value, share = page.text.value, options["share"]
    for low, high in page.lines_with((" ", "\u3000")):
        line = value[low:high].strip()
        spaces = line.count(" ") + line.count("\u3000")
        if spaces < 3 or spaces * 12 < len(line) - spaces or not SINGLE.search(line):
            continue
        start = value.index(line[0], low)
        edits = _closed(line, start, share)
        if edits:
            yield Change(edits, "nearly every character of the line is parted by a space", Safety.LIKELY, 0.97)
        elif MARK.search(line) and not NAMES.search(line):
            yield from _runs(line, start)


def _closed(line: str, offset: int, share: float) -> tuple[Edit, ...]:
    """The edits that close a line up, or none when it is not letter-spaced."""
    units = list(UNIT.finditer(line))
    words = [unit[0] for unit in units]
    wide = sum(1 for word in words if WIDE.match(word))
    if len(words) < 4 or wide < 3 or wide < 3 * (len(words) - wide) or _parted_for_a_reason(line, words):
        return ()
    gaps = [
        _Gap(left.end(), right.start(), bool(LATIN.match(left[0]) and LATIN.match(right[0])))
        for left, right in pairwise(units)
    ]
    parted = [gap for gap in gaps if gap.end > gap.start]
    if len(parted) < share * len(gaps):
        return ()
    usual = Counter(gap.end - gap.start for gap in parted).most_common(1)[0][0]
    if max(gap.end - gap.start for gap in parted) > 4 * usual + 4 or usual > 4:  # columns side by side
        return ()
    edits = []
    for gap in parted:
        keep = 1 if gap.latin or gap.end - gap.start > usual else 0
        if gap.end - gap.start > keep:
            edits.append(Edit(offset + gap.start + keep, offset + gap.end, ""))
    return tuple(edits)


def _runs(line: str, offset: int) -> Iterator[Change]:
    """Close up stretches of four or more parted characters inside a line of running text."""
    for run in RUN.finditer(line):
        if not _parted_for_a_reason(run[0], run[0].split()):
            edits = tuple(Edit(offset + i, offset + i + 1, "") for i in range(run.start() + 1, run.end(), 2))
            yield Change(edits, "a stretch of the line has a space after every character", Safety.LIKELY, 0.96)


def _parted_for_a_reason(line: str, words: list[str]) -> bool:
    """Whether the spaces part things: names after 记者, two-character names one after another, heads of columns."""
    single = [word for word in line.split() if len(word) == 1]
    if NAMES.search(line) or all(word in COUNTERS for word in single):
        return True
    return len(words) % 2 == 0 and all(word in SURNAMES for word in words[::2])


RULE = Rule(
    id="spacing/letter-spaced-line",
    title="line with its characters parted by spaces",
    phase=Phase.LAYOUT,
    why="Spread headlines and justified lines come out of a PDF with a space after every character. Names in a byline, "
    "rows of two-character names and column numbers are parted for a reason and stay.",
    find=find,
    safety=Safety.LIKELY,
    options={"share": 0.6},
    ranges={"share": (0, 1)},
    needs=" \u3000",
)
