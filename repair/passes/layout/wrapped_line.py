"""Hard wraps: every printed line is a paragraph of its own; lines of one paragraph are joined.

Only stretches that are visibly set in lines of one width, and cut inside sentences, meet the model at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.core.change import PROTECTED, Change, Safety
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.edits.glue import join
from repair.evidence.table import digest, load, sigmoid
from repair.joins import surety
from repair.joins.interruptions import OVER_FROM, Uninterrupted, joined_round
from repair.joins.levels import confidences
from repair.joins.line_seams import Seams, continues, line_table, seams_of
from repair.typography.characters import Class, table_of
from repair.typography.lines import Lines, printed_lines

__all__ = [
    "GOES_ON",
    "RULE",
    "kept_apart",
    "may_be_wrapped",
    "wrap_confidences",
    "wrap_probability",
    "wrapped_gaps",
]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

GOES_ON = "goes-on"
"""Kind of the mark of a line that goes on from the one before it."""

TABLES = ("wraps", "wraps-latin", "wraps-unstopped", "sure-wraps", "sure-latin-wraps")
REASON = "the printed line ends, the paragraph goes on"
REASON_ROUND = "the sentence goes on behind what interrupts it, which comes to stand after the paragraph"
# Half a window, in lines, in which a stretch shows that it is wrapped, and the full lines cut inside a sentence that it
# must hold.
_REACH = 7
_LEAST = 3
# Columns narrower than this, in em, are set to the character; wider ones leave half an em free here and there.
_NARROW = 12
# How far a full line may be from the width of its column, in em; in Latin script it may leave room for a word.
_FULL_WITHIN, _FULL_WITHIN_NARROW, _LATIN_SHORT_BY = 1.0, 0.6, 2
# A line that ends inside a sentence and is so much narrower, in em, is ragged; one of a character or two says nothing.
_RAGGED_BY, _RAGGED_BY_NARROW, _LEAST_RAGGED_EM = 1.5, 0.6, 2
# Full lines must outnumber the ragged ones by so much: more of them where the column is narrow, as verse is.
_CUT_TO_RAGGED, _CUT_TO_RAGGED_NARROW, _CUT_TO_RAGGED_OF_PAGE = 0.5, 1.5, 0.7
# Of the lines that are cut inside a sentence, the share that must have a mark inside.
_MARKED = 0.35
_MARK = table_of(Class.COMMA, Class.STOP, Class.SEMICOLON)
# What the language says of one seam, in nats: above the first it goes on, and no seam counts for more than the second.
_NEUTRAL, _MOST_NATS = 1.5, 6
# In Latin script a line goes on that begins in lower case, in nats; another one most often does not.
_SMALL_LETTER, _OTHER_LETTER = 4.0, -1.5
# A page is wrapped as a whole where such a share of its lines is full and cut, and hardly any wider than its column.
_SHARE_CUT, _SHARE_OVER = 0.2, 0.1
# A line so much wider than its column, in em, is a whole paragraph.
_OVER = 3.5
# Some engines undo hyphens in Latin script by running printed lines together, up to four at a time: that is seen where
# such a share of the lines is as wide as the column.
_LINES_RUN_TOGETHER, _SET_IN_LINES, _SET_WITHIN = 4, 0.4, 1.5
# A join round an interruption is likely at most; one that is less likely than `OVER_FROM` is suggested.
_OVER_AT_MOST, _OVER_SUGGESTED = 0.98, 0.6


class _Counts(NamedTuple):
    """What speaks for lines being set in columns, over seams, or summed up: full lines that are `cut` inside a
    sentence, the `nats` for these going on, `ragged` lines, and lines with a mark and with a full stop inside.
    """

    cut: Floats
    nats: Floats
    ragged: Floats
    marked: Floats
    stopped: Floats

    def near_by(self) -> _Counts:
        """Summed up over the window round each seam."""
        seam = np.arange(len(self.cut))
        first, after = np.maximum(seam - _REACH, 0), np.minimum(seam + _REACH + 1, len(seam))
        sums = [np.concatenate(([0.0], np.cumsum(each))) for each in self]
        return _Counts(*(each[after] - each[first] for each in sums))

    def of_page(self) -> _Counts:
        """Summed up over all seams."""
        return _Counts(*(np.cumsum(each)[-1] for each in self))

    def is_prose(self) -> Bools:
        """Whether the full lines go on by the language, and there are marks and stops as in prose."""
        prose: Bools = (self.nats > 0) & (self.marked > _MARKED * self.cut) & (self.stopped > 0)
        return prose


def wrapped_gaps(lines: Lines, seams: Seams) -> Bools:
    """The seams that lie in a stretch of hard-wrapped lines: the only ones that the model is asked about.

    A stretch is wrapped where at least three lines near by are as wide as their column, end inside a sentence, and go
    on in the next line more likely than not by the seam model (in Latin script: go on in lower case). A page is wrapped
    as a whole where this holds for a fifth of its lines and hardly any line is wider than its column.
    """
    over = lines.widths - seams.columns  # over lines: by how many em each is wider than its column
    narrow = (seams.columns < _NARROW) & ~lines.latin
    counts = _counts(lines, seams, over, narrow)
    near, page = counts.near_by(), counts.of_page()
    ragged_weighs = np.where(narrow[:-1], _CUT_TO_RAGGED_NARROW, _CUT_TO_RAGGED)
    wrapped = (near.cut >= np.maximum(_LEAST, near.ragged * ragged_weighs)) & near.is_prose()
    enough = page.cut > max(_SHARE_CUT * len(counts.cut), _CUT_TO_RAGGED_OF_PAGE * float(page.ragged))
    if page.is_prose() and enough and (over > _OVER).mean() < _SHARE_OVER:
        wrapped = np.ones(len(wrapped), np.bool_)
    paragraph = _whole_paragraphs(lines, seams, over)
    asked: Bools = wrapped & ~paragraph[:-1] & ~paragraph[1:]
    return asked


def _counts(lines: Lines, seams: Seams, over: Floats, narrow: Bools) -> _Counts:
    """The evidence, over seams: that of the line before each."""
    inside = lines.end_in_word
    cut = (inside & _full(lines, over, narrow))[:-1].astype(np.float64)
    by_letter = np.where(lines.first[1:] == Class.LOWER, _SMALL_LETTER, _OTHER_LETTER)
    nats = np.where(seams.latin, by_letter, np.clip(seams.llr - _NEUTRAL, -_MOST_NATS, _MOST_NATS))
    # Verse and lists also end their lines inside sentences, but not at one width, and with few marks inside.
    ragged_below = -np.where(narrow, _RAGGED_BY_NARROW, _RAGGED_BY)
    ragged = inside & (over < ragged_below) & (lines.widths > _LEAST_RAGGED_EM)
    marked = lines.latin | (lines.marks - _MARK[lines.last] > 0)
    stop = table_of(Class.COMMA if lines.unstopped else Class.STOP)
    stopped = lines.latin | (lines.counted(stop) > 0)
    of_lines = (each[:-1].astype(np.float64) for each in (ragged, marked, stopped))
    return _Counts(cut, cut * nats, *of_lines)


def _full(lines: Lines, over: Floats, narrow: Bools) -> Bools:
    """The lines that are as wide as their column."""
    of_han = np.abs(over) <= np.where(narrow, _FULL_WITHIN_NARROW, _FULL_WITHIN)
    full: Bools = of_han | (lines.latin & (over > -_LATIN_SHORT_BY) & (over < _FULL_WITHIN))
    return full


def _whole_paragraphs(lines: Lines, seams: Seams, over: Floats) -> Bools:
    """The lines that are so much wider than their column that they are paragraphs."""
    set_in_lines = (np.abs(over) <= _SET_WITHIN).mean() > _SET_IN_LINES
    times = np.where(lines.latin, _LINES_RUN_TOGETHER, 1) if set_in_lines else 1
    found: Bools = over > np.maximum(_OVER, seams.columns * times)
    return found


def may_be_wrapped(lines: Lines) -> bool:
    """Whether a page has any line that could belong to a wrapped stretch; costs no look at the language."""
    inside = lines.end_in_word
    if int(inside.sum()) < _LEAST:
        return False
    columns, _ = lines.local
    return int((inside & (np.abs(lines.widths - columns) <= 1)).sum()) >= _LEAST


def kept_apart(page: Page, lines: Lines) -> NDArray[np.bool_]:
    """The lines that earlier rules marked: as something of the page rather than of an article, or as set vertically.

    A private-use character, or a run that is left whole, is marked to be seen by people, and says nothing about its
    line; nor is a line apart that goes on from another.
    """
    if not page.marks:
        return np.zeros(len(lines), np.bool_)
    kinds = {mark.kind for mark in page.marks} - PROTECTED - {"private-use", GOES_ON}
    return np.array(page.mark_at(lines.starts, kinds)) >= 0


def find(page: Page, options: Options) -> Iterator[Change]:
    """Joins of neighbouring lines of one paragraph, and of lines that something interrupts."""
    lines = printed_lines(page)
    if len(lines) < _LEAST + 1 or not may_be_wrapped(lines):
        return
    rest = Uninterrupted.of(page)
    left = printed_lines(rest.page)
    gaps = seams_of(rest.page)
    marked = kept_apart(page, lines)[rest.kept]
    asked = wrapped_gaps(left, gaps) & ~marked[:-1] & ~marked[1:] & rest.may_join
    if not asked.any():
        return
    probability = wrap_probability(left, gaps, asked)
    confidence = wrap_confidences(rest.page, asked, probability)
    at_most = np.where(probability >= OVER_FROM, _OVER_AT_MOST, _OVER_SUGGESTED)
    seams = _seams(page, rest, np.where(rest.over, np.minimum(confidence, at_most), confidence))
    yield from _joins(page, rest, seams) if rest.over.any() else seams.values()


def wrap_probability(lines: Lines, gaps: Seams, asked: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Probability that the paragraph goes on, for the gaps of wrapped stretches that are asked about."""
    han = line_table("wraps-unstopped" if lines.unstopped else "wraps")
    return continues(gaps, han, line_table("wraps-latin"), asked)


def wrap_confidences(page: Page, asked: NDArray[np.bool_], probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """The confidence of joins at all gaps, of which those asked about have these probabilities."""
    gaps = seams_of(page)
    look = surety.look_at_wraps(page, asked, probability)
    odds = load("sure-wraps", surety.OF_WRAPS).odds(surety.OF_WRAPS.buckets(look))
    found = confidences("wraps", sigmoid(odds))
    if (asked & gaps.latin).any():
        odds = load("sure-latin-wraps", surety.OF_LATIN_WRAPS).odds(surety.OF_LATIN_WRAPS.buckets(look))
        found = np.where(gaps.latin, confidences("latin-wraps", sigmoid(odds)), found)
    made = probability >= np.where(gaps.latin, surety.MADE_FROM_LATIN, surety.MADE_FROM)
    found = np.where(made, found, surety.SUGGESTED)
    return np.where(asked & (probability >= surety.SUGGESTED_FROM), found, 0)


def _seams(page: Page, rest: Uninterrupted, confidence: NDArray[np.float64]) -> dict[int, Change]:
    """For each gap that has a confidence a join."""
    lines = printed_lines(page)
    chosen = np.flatnonzero(confidence)
    places = zip(lines.ends[rest.kept[chosen]].tolist(), lines.starts[rest.kept[chosen + 1]].tolist(), strict=True)
    seams = dict[int, Change]()
    for gap, (end, start), sure in zip(chosen.tolist(), places, confidence[chosen].round(4).tolist(), strict=True):
        reason = REASON_ROUND if rest.over[gap] else REASON
        seams[gap] = join(page.text.value, end, start, reason, Safety.of(sure), sure)
    return seams


def _joins(page: Page, rest: Uninterrupted, seams: Mapping[int, Change]) -> Iterator[Change]:
    """The same, where lines interrupt paragraphs: what a paragraph is joined round comes to stand behind its end.

    Behind such an end no join is suggested: made as well, it would take in what came to stand there.
    """
    is_made = [gap in seams and seams[gap].safety is not Safety.SUGGEST for gap in range(len(rest.kept))]
    end_of = list(range(len(rest.kept)))
    for line in reversed(end_of[:-1]):
        end_of[line] = end_of[line + 1] if is_made[line] else line
    paragraphs = dict[tuple[int, bool], list[int]]()
    for gap in seams:
        if rest.over[gap]:
            paragraphs.setdefault((end_of[gap + 1], is_made[gap]), []).append(gap)
    ends = {end for end, _ in paragraphs}
    found = [change for gap, change in seams.items() if not rest.over[gap] and gap not in ends]
    for (end, _), gaps in paragraphs.items():
        halves = [(int(rest.kept[gap]), int(rest.kept[gap + 1]), seams[gap]) for gap in gaps]
        if change := joined_round(printed_lines(page), halves, int(rest.kept[end])):
            found.append(change)
    yield from sorted(found, key=lambda change: change.edits[0].start)


RULE = Rule(
    id="layout/wrapped-line",
    title="paragraph broken at the end of each printed line",
    phase=Phase.LAYOUT,
    why="The text of a PDF, and of some readers of images, gives every printed line as a paragraph.",
    find=find,
    safety=Safety.SAFE,
    digest=digest(*TABLES, "levels"),
)
