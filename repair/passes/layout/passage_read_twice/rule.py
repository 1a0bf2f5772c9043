"""Text read twice: the later reading is taken out, and the change points at the copy that stays.

A reader of images loses its place and reads on from an earlier one. Such a reading repeats the very characters in their
order, and begins or ends where no author would: inside a sentence, with the line. Notices that are alike begin and end
with their sentences, and differ in what counts: a name, an office, a number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from repair.core.change import Change, Mark, Safety
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.core.text import Edit, Span
from repair.edits.move_up import moved_up
from repair.joins.line_seams import seams_of
from repair.passes.layout.passage_read_twice.again import again
from repair.passes.layout.passage_read_twice.at_once import at_once
from repair.passes.layout.passage_read_twice.copies import Copy, copies
from repair.passes.layout.passage_read_twice.folded_page import FoldedPage
from repair.passes.layout.passage_read_twice.second_reading import Reading
from repair.passes.layout.passage_read_twice.tables import tables, whole_periods
from repair.passes.layout.wrapped_line import GOES_ON
from repair.typography.lines import printed_lines

__all__ = ["RULE"]

_LEAST = 24
_NATS = 4  # of LLR, its neutral point
_ENDLESS = 30  # times that something stands in a row; no table has so many equal cells, a reader that is stuck has more


def find(page: Page, options: Options) -> Iterator[Change]:
    """Take out what was read twice."""
    if not len(printed_lines(page)):
        return
    folded = FoldedPage(page)
    found = copies(folded.codes)
    if any(copy.second_end - copy.second >= _LEAST for copy in found):
        cells = tables(page.text.value)
        for reading in _readings(folded, found):
            if not _of_a_table(folded, reading, cells):
                yield from _changes(folded, reading)


def _readings(folded: FoldedPage, copies: Sequence[Copy]) -> list[Reading]:
    """The second readings of a page, none of which overlap; of those that do the longest stays."""
    found = _disjoint([reading for copy in copies if (reading := at_once(folded, copy))])
    taken = np.zeros(len(folded.codes), np.bool_)
    for reading in found:
        taken[reading.start - reading.own : reading.end] = True
    return _disjoint([*found, *again(folded, copies, taken)])


def _of_a_table(folded: FoldedPage, reading: Reading, cells: Sequence[Span]) -> bool:
    """Whether a reading touches a table or a formula, where equal cells stand side by side, and is no endless loop."""
    start, end = int(folded.places[reading.start]), int(folded.places[reading.end - 1]) + 1
    if not any(cell.start < end and start < cell.end for cell in cells):
        return False
    return whole_periods(folded.value[start:end]) < _ENDLESS


def _disjoint(found: Sequence[Reading]) -> list[Reading]:
    kept: list[Reading] = []
    for one in sorted(found, key=lambda one: one.start - one.end):
        if all(one.end <= other.start - other.own or one.start - one.own >= other.end for other in kept):
            kept.append(one)
    return kept


def _changes(folded: FoldedPage, reading: Reading) -> Iterator[Change]:
    """The change that takes out a second reading, and marks for half a sentence that only it has and for the seam.

    The half sentence is moved before the line of the first reading, out of the way of what goes on behind. A head that
    the first reading has behind the body, and the second before it, is moved before the body.
    """
    value, lines, places = folded.value, folded.lines, folded.places
    goes = _stretches(folded, reading)
    edits = [Edit(start, end, "") for start, end in goes]
    reason, safety, confidence = reading.form.value
    to = folded.line(reading.firsts[0][0])
    if reading.own and to:
        place, before = (int(lines.ends[line - 1]) for line in (to, folded.line(reading.start)))
        edits = [Edit(place, place, Span(before, goes[0][0])), Edit(before, goes[0][1], ""), *edits[1:]]
    if reading.late:
        head, head_end, body = reading.late
        moves = moved_up(value, int(lines.starts[head]), int(lines.ends[head_end]), int(lines.starts[body]))
        edits = sorted([*edits, *moves], key=lambda edit: edit[:2])
        reason, safety, confidence = f"{reason}; its head is moved before its body", Safety.LIKELY, 0.97
    removes = "".join("".join(value[start:end].split()) for start, end in goes)
    firsts = tuple(Span(int(places[first]), int(places[last - 1]) + 1) for first, last in reading.firsts)
    yield Change(tuple(edits), reason, safety, confidence, removes, copies=firsts)
    raw_spans = folded.page.text.raw_spans
    if reading.own:
        own = raw_spans(int(places[reading.start - reading.own]), goes[0][0])[0]
        yield Change((), "half a sentence that only the second reading has", safety, mark=Mark(own, "fragment"))
    if (on := _goes_on(folded, reading)) is not None:
        seam = raw_spans(int(lines.starts[on]), int(lines.starts[on]) + 1)[0]
        yield Change((), "goes on where the first reading stopped", safety, mark=Mark(seam, GOES_ON))


def _stretches(folded: FoldedPage, reading: Reading) -> list[tuple[int, int]]:
    """What goes, in the page's text: with whole lines the line ends before them; lines of the sheet stay."""
    lines = folded.lines
    first, last = folded.line(reading.start), folded.line(reading.end - 1)
    opens, closes = reading.start == folded.starts[first], reading.end == folded.ends[last]
    if opens and closes:
        goes: list[tuple[int, int]] = []
        for line in range(first, last + 1):
            if not folded.apart[line]:
                start, end = _whole(folded, line)
                goes.append((goes.pop()[0] if goes and goes[-1][1] == start else start, end))
        return goes
    if opens:
        go_on = reading.splice and first > 0
        return [(int(lines.ends[first - 1] if go_on else lines.starts[first]), int(folded.places[reading.end]))]
    return [(int(folded.places[reading.start - 1]) + 1, int(folded.places[reading.end - 1]) + 1)]


def _goes_on(folded: FoldedPage, reading: Reading) -> int | None:
    """The line that goes on where the first reading stopped inside a sentence, if the seam model says nothing else."""
    last = folded.line(reading.end - 1)
    on = last + 1
    if (
        not reading.splice
        or not folded.breaks_off(reading.start - reading.own)
        or reading.end != folded.ends[last]
        or on >= len(folded.lines)
        or folded.apart[on]
        or folded.opens_head(on)
        or folded.latin
        or seams_of(folded.page).llr[last] < _NATS
    ):
        return None
    return on


def _whole(folded: FoldedPage, line: int) -> tuple[int, int]:
    """A line with the line ends before it, or, of the first line, with those after it."""
    value, lines = folded.value, folded.lines
    if not line:
        return 0, int(lines.starts[1]) if len(lines) > 1 else len(value)
    end = value.find("\n", int(lines.ends[line]))
    return value.index("\n", int(lines.ends[line - 1])), len(value) if end < 0 else end


RULE = Rule(
    id="layout/passage-read-twice",
    title="passage that the reader read twice",
    phase=Phase.LAYOUT,
    why="Readers of images lose their place and read a passage again, or begin an article again at the page's end.",
    find=find,
    safety=Safety.SAFE,
)
