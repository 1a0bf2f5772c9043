"""What flows through the chain: a page with its raw text and what is known about its stretches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache, cached_property, wraps
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from repair.core.change import PROTECTED, Mark
from repair.core.text import Span, Text, codes_of

__all__ = ["BEYOND", "Needs", "Page", "marked_view", "view"]

Needs = str | tuple[str, ...]
"""Characters, as between the brackets of a regular expression ("!?", "\u2000-\u200a"), or a tuple of words."""

BEYOND = 0x30000
"""The code point from which on `Page.seen` tells characters apart no longer: private use and rare signs."""

T = TypeVar("T")

_FEW = 4
_OF_TEXT = ("line_spans", "codes", "seen", "_views")


@dataclass(frozen=True)
class Page:
    r"""A page on its way through the chain.

    `raw` is the decoded raw text, for ever as it was read; `text` is the text as repaired so far; `marks` are what
    rules stated about raw stretches.

    >>> page = Page.of("ab\r\ncd\r\n", newline="crlf")
    >>> page.text.value, page.line_spans
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
        if not isinstance(raw, str):
            raise TypeError(
                f"Page.of() takes the text of a page, a str, and got {type(raw).__name__}. Decode it first."
            )
        return cls(raw, Text.of(raw, newline), name, newline)

    def with_text(self, text: Text, marks: tuple[Mark, ...] = ()) -> Page:
        """The page with its text replaced and marks added."""
        page = replace(self, text=text, marks=self.marks + marks)
        if text is self.text:  # then what was worked out about it still holds
            page.__dict__.update({name: self.__dict__[name] for name in _OF_TEXT if name in self.__dict__})
        return page

    @cached_property
    def _views(self) -> dict[Callable[[Page], Any], Any]:
        """What was worked out about the text, by what works it out (see `view`)."""
        return {}

    @cached_property
    def _marked_views(self) -> dict[Callable[[Page], Any], Any]:
        """The same of what the marks have a say in."""
        return {}

    def __getstate__(self) -> dict[str, Any]:
        """A page is sent to another process without what can be worked out there again."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @cached_property
    def line_spans(self) -> list[tuple[int, int]]:
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
        return codes_of(self.text.value)

    @cached_property
    def seen(self) -> bytearray:
        """For each code point 1 where the text has it, else 0; the last byte stands for all from `BEYOND` on."""
        seen = bytearray(BEYOND + 1)
        np.frombuffer(seen, np.uint8)[np.minimum(self.codes, BEYOND)] = 1
        return seen

    def holds(self, needs: Needs) -> bool:
        """Whether the text has at least one of these characters or words; a page that has not is seen to at once.

        >>> page = Page.of("双桥镇\u2003今日")
        >>> page.holds("\u2000-\u200a"), page.holds(("昨日", "明日"))
        (True, False)
        """
        if not isinstance(needs, str):
            return any(word in self.text.value for word in self._possible(needs))
        ranges = _ranges(needs)
        if len(ranges) == len(needs) <= _FEW:
            return any(char in self.text.value for char in needs)
        return any(self.seen.find(1, low, high) >= 0 for low, high in ranges)

    def lines_with(self, words: tuple[str, ...]) -> list[tuple[int, int]]:
        """Spans of the lines that hold one of the words, in order, with the white space at either end."""
        value, found = self.text.value, {}
        for word in self._possible(words):
            at = value.find(word)
            while at >= 0:
                start, end = value.rfind("\n", 0, at) + 1, value.find("\n", at)
                found[start] = end = end if end >= 0 else len(value)
                at = value.find(word, end)
        return sorted(found.items())

    def _possible(self, words: tuple[str, ...]) -> Iterator[str]:
        """The words all of whose characters the text has; to look for one in the text takes ten times as long."""
        seen = self.seen.__getitem__
        for word, codes in _codes(words):
            if all(map(seen, codes)):
                yield word

    @cached_property
    def protected(self) -> list[Span]:
        r"""The stretches of the text that no rule may change, because of a mark (see `change.PROTECTED`), in order.

        >>> page = Page.of("caf\u00c3\u00a9 7")
        >>> page.with_text(page.text, (Mark(Span(3, 5), "mojibake"),)).protected
        [Span(start=3, end=5)]
        """
        raw = [mark.raw for mark in self.marks if mark.kind in PROTECTED]
        if not raw:
            return []
        held = np.zeros(len(self.raw) + 1, np.bool_)
        for start, end in raw:
            held[start:end] = True
        inside = held[self.text.starts] & (self.text.starts < self.text.ends)
        bounds = np.flatnonzero(np.diff(inside, prepend=False, append=False)).tolist()
        return [Span(start, end) for start, end in zip(bounds[::2], bounds[1::2], strict=True)]

    def mark_at(self, starts: Sequence[int] | NDArray[np.intp], kinds: Collection[str] | None = None) -> list[int]:
        r"""For each place of the text the index in `marks` of the last one whose raw stretch it came from, or -1.

        With `kinds` only marks of these kinds count.

        >>> from repair.core.text import Span
        >>> page = Page.of("3\n新桥通车").with_text(Text.of("3\n新桥通车"), (Mark(Span(0, 1), "folio"),))
        >>> page.mark_at([0, 2]), page.mark_at([0, 2], {"masthead"})
        ([0, -1], [-1, -1])
        """
        marked = np.full(len(self.raw) + 1, -1, np.int32)
        for i, mark in enumerate(self.marks):
            if kinds is None or mark.kind in kinds:
                marked[mark.raw.start : mark.raw.end] = i
        places: list[int] = marked[self.text.starts[np.asarray(starts, np.intp)]].tolist()
        return places


def view(make: Callable[[Page], T]) -> Callable[[Page], T]:
    """Let a function of a page's text be worked out once for each text: a page keeps it, and need not know its name.

    What such a function gives must not be changed, and may not depend on the marks; for what does, see `marked_view`.

    >>> calls = []
    >>> @view
    ... def size(page: Page) -> int:
    ...     return calls.append(page.name) or len(page.text.value)
    >>> page = Page.of("桥头")
    >>> size(page), size(page), size(page.with_text(page.text)), calls
    (2, 2, 2, ['page'])
    """

    @wraps(make)
    def kept(page: Page) -> T:
        return _kept(page._views, make, page)

    return kept


def marked_view(make: Callable[[Page], T]) -> Callable[[Page], T]:
    """The same for a function of the text and the marks of a page; it is worked out anew when marks are added."""

    @wraps(make)
    def kept(page: Page) -> T:
        return _kept(page._marked_views, make, page)

    return kept


def _kept(views: dict[Callable[[Page], Any], Any], make: Callable[[Page], T], page: Page) -> T:
    if make not in views:
        views[make] = make(page)
    found: T = views[make]
    return found


@cache
def _ranges(needs: str) -> tuple[tuple[int, int], ...]:
    """Half-open ranges of code points, cut off at `BEYOND`; a hyphen at either end stands for itself."""
    found, at = [], 0
    while at < len(needs):
        last = at + 2 if needs[at + 1 : at + 2] == "-" and at + 2 < len(needs) else at
        found.append((min(ord(needs[at]), BEYOND), min(ord(needs[last]), BEYOND) + 1))
        at = last + 1
    return tuple(found)


@cache
def _codes(words: tuple[str, ...]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """The words with the places of their characters in `Page.seen`."""
    return tuple((word, tuple(min(ord(char), BEYOND) for char in word)) for word in words)
