"""Where the stretches of a text stand after edits."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from repair.articles import Part
from repair.core.text import Done, Span

__all__ = ["Shift"]


class _Segment(NamedTuple):
    start: int
    end: int
    to: int
    size: int


class Shift:
    """The way of a text's stretches over the edits of one step.

    >>> shift = Shift([Done(0, 2, "ab", ""), Done(5, 5, "", Span(0, 2))], 6)
    >>> shift.span(Span(2, 5)), shift.span(Span(0, 2))
    (Span(start=0, end=3), Span(start=3, end=5))
    """

    def __init__(self, edits: Iterable[Done], length: int) -> None:
        segments, at, to = list[_Segment](), 0, 0
        for start, end, _, after in sorted(edits, key=lambda done: done[:2]):
            segments.append(_Segment(at, start, to, start - at))
            to += start - at
            if isinstance(after, Span):
                segments.append(_Segment(after.start, after.end, to, after.end - after.start))
                to += after.end - after.start
            else:
                if after and end > start:
                    segments.append(_Segment(start, end, to, len(after)))
                to += len(after)
            at = end
        segments.append(_Segment(at, length, to, length - at))
        self._segments = sorted(segment for segment in segments if segment.end > segment.start)
        self._starts = [segment.start for segment in self._segments]

    def span(self, span: Span) -> Span | None:
        """Where a stretch stands that was kept or moved as a whole; None for one that was taken out or torn."""
        first, last = self._of(span.start), self._of(max(span.start, span.end - 1))
        if first is None or last is None:
            return None
        start = first.to + min(span.start - first.start, first.size)
        end = last.to + (last.size if span.end == last.end else min(span.end - last.start, last.size))
        return Span(start, end) if start <= end else None

    def part(self, part: Part) -> Part | None:
        """The same for all stretches of a part."""
        spans = [self.span(span) for span in part.spans]
        return part._replace(spans=tuple(span for span in spans if span)) if all(spans) else None

    def _of(self, place: int) -> _Segment | None:
        at = bisect_right(self._starts, place) - 1
        return self._segments[at] if at >= 0 and place < self._segments[at].end else None
