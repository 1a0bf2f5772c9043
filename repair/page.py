"""What flows through the chain: a page with its raw text and what is known about its stretches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from repair.change import Mark
from repair.text import Text

__all__ = ["Page"]


@dataclass(frozen=True)
class Page:
    r"""A page on its way through the chain.

    `raw` is the decoded raw text, for ever as it was read; `text` is the text as repaired so far; `marks` are what
    rules stated about raw stretches.

    >>> page = Page.of("ab\r\ncd\r\n", newline="crlf")
    >>> page.text.value, page.lines
    ('ab\ncd\n', [(0, 2), (3, 5)])
    """

    raw: str
    text: Text
    name: str = "page"
    newline: str = "lf"
    marks: tuple[Mark, ...] = field(default=())

    @classmethod
    def of(cls, raw: str, name: str = "page", newline: str = "lf") -> Page:
        """A raw page; `newline` is the file's one line end ("lf", "crlf", "cr"), or "mixed", which keeps them all."""
        return cls(raw, Text.of(raw, newline), name, newline)

    def with_text(self, text: Text, marks: tuple[Mark, ...] = ()) -> Page:
        """The page with its text replaced and marks added."""
        return replace(self, text=text, marks=self.marks + marks)

    @cached_property
    def lines(self) -> list[tuple[int, int]]:
        """Spans of the lines that are not blank, in order, without white space at either end, in code points."""
        value, spans, at = self.text.value, [], 0
        for line in value.split("\n"):
            body = line.strip()
            if body:
                start = at + line.index(body[0])
                spans.append((start, start + len(body)))
            at += len(line) + 1
        return spans

    @cached_property
    def codes(self) -> NDArray[np.uint32]:
        """The code points of the text, one array element each."""
        return np.frombuffer(self.text.value.encode("utf-32-le", "surrogatepass"), np.uint32)

    def mark_at(self, starts: Sequence[int] | NDArray[np.intp]) -> list[int]:
        r"""For each place of the text the index in `marks` of the one whose raw stretch it came from, or -1.

        >>> from repair.text import Span
        >>> page = Page.of("3\n新桥通车").with_text(Text.of("3\n新桥通车"), (Mark(Span(0, 1), "folio"),))
        >>> page.mark_at([0, 2])
        [0, -1]
        """
        found = np.full(len(starts), -1, np.intp)
        begins = self.text.starts[np.asarray(starts, np.intp)]
        for i, mark in enumerate(self.marks):
            found[(begins >= mark.raw.start) & (begins < mark.raw.end)] = i
        places: list[int] = found.tolist()
        return places
