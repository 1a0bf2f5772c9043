r"""Pages bound into one text, and taken apart again.

Between two pages stands a line with a form feed, as pdftotext parts pages, so that the last line of one page is never
the first of the next.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from repair.core.change import Mark
from repair.core.engine import Record, Repaired
from repair.core.page import Page
from repair.core.text import Done, Span, Text, unify
from repair.files.decoding import Encoding
from repair.files.text import BETWEEN

__all__ = ["Bound", "Leaf", "starts_of"]


@dataclass(frozen=True)
class Leaf:
    """A page of an issue: what the chain made of it, and how its text stood in its file."""

    result: Repaired
    encoding: Encoding

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.result.page.name

    @property
    def given(self) -> str:
        r"""Its raw text with "\n" for every line end."""
        return unify(self.result.page.raw, self.encoding.newline)


@dataclass(frozen=True)
class Bound:
    """The pages of an issue in order.

    `starts` and `raw_starts` say where the text and the raw text of each page begin in those of the issue.
    """

    name: str
    leaves: tuple[Leaf, ...]
    marks: tuple[Mark, ...] = field(default=())

    @cached_property
    def starts(self) -> list[int]:
        """Where each page begins in the text."""
        return starts_of(len(leaf.result.text) for leaf in self.leaves)

    @cached_property
    def raw_starts(self) -> list[int]:
        """Where each page begins in the raw text."""
        return starts_of(len(leaf.result.page.raw) for leaf in self.leaves)

    @cached_property
    def page(self) -> Page:
        """All pages as one."""
        raw = BETWEEN.join(leaf.result.page.raw for leaf in self.leaves)
        values, origins, ends = [], [], []
        for number, (leaf, at) in enumerate(zip(self.leaves, self.raw_starts, strict=True)):
            if number:
                values.append(BETWEEN)
                places = np.arange(at - len(BETWEEN), at, dtype=np.int32)
                origins.append(places)
                ends.append(places + 1)
            text = leaf.result.page.text
            values.append(text.value)
            origins.append(text.starts + at)
            ends.append(text.ends + at)
        marks = [
            Mark(Span(mark.raw.start + at, mark.raw.end + at), mark.kind)
            for leaf, at in zip(self.leaves, self.raw_starts, strict=True)
            for mark in leaf.result.page.marks
        ]
        text = Text("".join(values), np.concatenate(origins), np.concatenate(ends))
        return Page(raw, text, self.name, "mixed", (*marks, *self.marks))

    def pages(self) -> Iterator[Page]:
        """The pages, with the marks that were set on the issue."""
        for leaf, at in zip(self.leaves, self.raw_starts, strict=True):
            page = leaf.result.page
            mine = [
                Mark(Span(mark.raw.start - at, mark.raw.end - at), mark.kind)
                for mark in self.marks
                if at <= mark.raw.start < at + len(page.raw)
            ]
            yield page.with_text(page.text, tuple(mine))

    def with_marks(self, marks: Sequence[Mark]) -> Bound:
        """The issue with marks that hold for it."""
        return replace(self, marks=(*self.marks, *marks))

    def page_of_raw(self, place: int) -> int:
        """The page, from 0, that a place of the issue's raw text lies on."""
        return int(np.searchsorted(self.raw_starts, place, side="right")) - 1

    def records(self) -> Iterator[tuple[int, Record]]:
        """What was done to each page, with the page's number; edits and spans are those of the issue."""
        lengths = [_Lengths.of(leaf) for leaf in self.leaves]
        steps = sorted({record.step for leaf in self.leaves for record in leaf.result.records})
        for step in steps:
            shifts = starts_of(length.before(step) for length in lengths)
            for number, leaf in enumerate(self.leaves):
                for record in leaf.result.records:
                    if record.step == step:
                        yield number, _shifted(record, shifts[number], self.raw_starts[number])


def starts_of(sizes: Iterable[int]) -> list[int]:
    """Where texts of these sizes begin when they stand one behind the other, parted as pages are."""
    return list(accumulate(sizes, lambda at, size: at + size + len(BETWEEN), initial=0))[:-1]


class _Lengths(NamedTuple):
    """The length of a page's text before each step that changed it, and at the end."""

    steps: list[int]
    lengths: list[int]

    @classmethod
    def of(cls, leaf: Leaf) -> _Lengths:
        grown: dict[int, int] = {}
        for record in leaf.result.applied:
            grown[record.step] = grown.get(record.step, 0) + sum(map(_grown, record.edits))
        steps = sorted(grown)
        return cls(steps, list(accumulate((grown[step] for step in steps), initial=len(leaf.given))))

    def before(self, step: int) -> int:
        return self.lengths[bisect_left(self.steps, step)]


def _grown(done: Done) -> int:
    after = len(done.after) if isinstance(done.after, str) else done.after.end - done.after.start
    return after - (done.end - done.start)


def _shifted(record: Record, by: int, raw_by: int) -> Record:
    edits = tuple(
        Done(
            done.start + by,
            done.end + by,
            done.before,
            done.after if isinstance(done.after, str) else Span(done.after.start + by, done.after.end + by),
        )
        for done in record.edits
    )
    raw = tuple(Span(start + raw_by, end + raw_by) for start, end in record.raw)
    copies = tuple(Span(start + raw_by, end + raw_by) for start, end in record.copies)
    return record._replace(edits=edits, raw=raw, copies=copies)
