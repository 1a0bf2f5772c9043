"""A passage read again at once: the second reading follows the first without anything between.

The first period and the ones after it then are one run that overlaps itself, whatever stands at the line ends.
Documents that follow one another do the same but for a slot, so nothing may be missing between one period and the next.
"""

from __future__ import annotations

from repair.passes.layout.passage_read_twice.copies import Copy
from repair.passes.layout.passage_read_twice.folded_page import MARKS, STOPS, FoldedPage
from repair.passes.layout.passage_read_twice.second_reading import Form, Reading
from repair.vocabulary import list_marks

__all__ = ["at_once"]

# Lengths of a period, in Han characters: what it takes in any case; where it begins inside a sentence, though with its
# line; where it stands inside a line and has no stop; and in a loop, with the length of all that is read over again.
_PERIOD, _PERIOD_SURE, _PERIOD_OPEN, _LOOP_PERIOD, _LOOP = 60, 30, 45, 6, 36
_MANY = 5  # times that need no mark inside
_LAST = 2  # characters at the end that may be misread
_COUNT = 2  # characters past the last period that may be only the beginning of another number
_BREAKS_OFF = 8
_LEAST_LETTERS = 4
# Characters that only the second reading has, and what must follow them: in any case, and where both end a sentence.
_OWN, _OWN_MOST, _AFTER_OWN, _AFTER_OWN_CLOSED, _SHARE = 6, 16, 60, 70, 4
_PARALLEL = 30  # of two beginnings, in hundredths: as those of items in a list
_ITEM_SIGNS = list_marks.FIRST | frozenset("#—")


def at_once(folded: FoldedPage, copy: Copy) -> Reading | None:
    """The second reading, or all after the first, if this copy follows its original at once."""
    period, length = copy.second - copy.first, copy.second_end - copy.second
    times = (length + _LAST) // period
    if not times:
        return _after_fragment(folded, copy)
    exact, rest = copy.exact and length >= times * period, max(0, length - times * period)
    last = 0 if exact else _LAST
    opens = _line_start(folded, copy.second - min(last, 1), copy.second + last + rest)
    sure = (
        opens is not None and not folded.set_in_lines and folded.breaks_off(opens) and folded.depth(opens - period) == 2
    )
    if (
        not (_is_loop(folded, copy, times) if times > 1 else _is_passage(folded, copy, exact, opens, sure))
        or len(set(filter(str.isalpha, folded.text(copy.first, copy.second)))) < _LEAST_LETTERS
        or folded.misread(copy, sure) is None
        or (rest <= _COUNT and folded.counted(copy.first, copy.second))
        or times * period - length > (_LAST if sure else 1)
        or any(map(str.isdigit, folded.text(copy.second_end, copy.second + times * period)))
    ):
        return None
    start = copy.second if opens is None else opens
    form = Form.LOOP if times > 1 else Form.AT_ONCE if exact else Form.MISREAD
    end = _end(folded, copy, start + times * period, last, loop=form is Form.LOOP)
    if form is Form.LOOP and opens is None and end > start + times * period and folded.text(start, start + 1) in MARKS:
        start += 1  # with the last copy broken off, any of its characters may be the first to go: the mark is kept
    return Reading(start, end, ((start - period, start),), form, splice=True)


def _is_loop(folded: FoldedPage, copy: Copy, times: int) -> bool:
    """Whether a period that comes three times or more is long enough to be no author's.

    Rows of a table repeat as well, without a mark and with spaces or line ends.
    """
    size = folded.size(copy.first, copy.second)
    if size < _LOOP_PERIOD or times * size < _LOOP:
        return False
    if any(mark in folded.text(copy.first, copy.second) for mark in MARKS):
        return True
    read = folded.value[folded.places[copy.first] : folded.places[copy.second_end - 1]]
    return times >= _MANY and len(read) == len("".join(read.split()))


def _is_passage(folded: FoldedPage, copy: Copy, exact: bool, opens: int | None, sure: bool) -> bool:
    """Whether a period that comes twice is long enough.

    A headline may come a second time over its body, so there must be a stop, or the seam lies inside a line. A whole
    document with its headline and a character changed is another document.
    """
    if opens is not None and folded.line(opens) == 1 and not sure:
        return False  # a page's first line may be a headline that says all that the lead says
    size = folded.size(copy.first, copy.second)
    stops = any(mark in folded.text(copy.first, copy.second) for mark in STOPS)
    of_line = folded.starts[folded.line(copy.second)]
    in_line = opens is None and not folded.set_in_lines and copy.first >= of_line
    if exact and in_line:
        return size >= (_PERIOD_SURE if stops else _PERIOD_OPEN)
    if exact and sure:
        return size >= (_PERIOD_SURE if stops or ";" in folded.text(copy.first, copy.second) else _PERIOD)
    return stops and size >= _PERIOD and (sure or exact or not _has_heads(folded, copy.second, copy.second_end))


def _has_heads(folded: FoldedPage, start: int, end: int) -> bool:
    """Whether a whole line in this stretch is no body."""
    low, high = int(folded.starts.searchsorted(start)), int(folded.ends.searchsorted(end, "right"))
    return not folded.lines.bodies[low:high].all()


def _line_start(folded: FoldedPage, low: int, high: int) -> int | None:
    """The first place from `low` to `high` where a line begins: any window of a period may go, rather whole lines."""
    starts = folded.starts[folded.starts.searchsorted(low) :][:1].tolist()
    return starts[0] if starts and starts[0] <= high else None


def _end(folded: FoldedPage, copy: Copy, end: int, last: int, *, loop: bool) -> int:
    """Where a second reading ends: with its line if that is near, or where it breaks off with its line.

    The last copy of a loop is broken off wherever it stops, another reading only when it says something.
    """
    end = min(end, len(folded.codes))
    line_end = int(folded.ends[folded.line(end - 1)])
    if abs(line_end - end) <= last:
        return line_end
    least = 1 if loop else _BREAKS_OFF
    breaks_off = folded.size(end, copy.second_end) >= least and copy.second_end in folded.ends
    return copy.second_end if breaks_off else end


def _after_fragment(folded: FoldedPage, copy: Copy) -> Reading | None:
    """A second reading that follows at once but for the head of its line, which is cut from another sentence."""
    if folded.size(copy.second, copy.second_end) < _AFTER_OWN:
        return None
    line, first_line = folded.line(copy.second), folded.line(copy.first)
    marks = next((n for n in range(_LAST + 1) if chr(folded.codes[copy.second + n]) not in MARKS), 0)
    first, second = copy.first + marks, copy.second + marks
    own = folded.text(int(folded.starts[line]), second)
    between = second - copy.first_end - len(own)
    if abs(between) > _LAST or not _OWN * folded.unit <= len(own) <= _OWN_MOST * folded.unit:
        return None
    from rapidfuzz import fuzz  # only a page that repeats itself needs it

    length, breaks_off = folded.size(second, copy.second_end), folded.breaks_off(copy.first_end)
    if (
        length < (_AFTER_OWN if breaks_off else _AFTER_OWN_CLOSED)
        or length < _SHARE * folded.size(0, len(own))
        or not (breaks_off or own[-1] in MARKS)
        or own[0] in _ITEM_SIGNS
        or folded.set_in_lines
        or copy.first_end not in folded.ends
        or fuzz.ratio(own, folded.text(int(folded.starts[first_line]), first)) > _PARALLEL
        or folded.misread(copy, sure=breaks_off) is None
    ):
        return None
    return Reading(second, copy.second_end, ((first, copy.first_end),), Form.FRAGMENT, len(own), splice=True)
