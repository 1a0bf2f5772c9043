"""Immutable text that knows its raw spans, also after a move.

Spans are half-open and count code points. Every character of a `Text` carries the raw span it came from: one
raw character where it was kept or moved, the replaced stretch where it was replaced, an empty span where it was
inserted. The idea is magic-string's and the Hugging Face `NormalizedString`'s: all positions refer to the original.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["NEWLINES", "Done", "Edit", "Piece", "Span", "Text", "codes_of", "unify"]

Offsets = NDArray[np.int32]

NEWLINES = {"crlf": "\r\n", "cr": "\r"}


class Span(NamedTuple):
    """A half-open stretch of text, in code points."""

    start: int
    end: int


class Edit(NamedTuple):
    """Put `after` in the place of `text[start:end]`.

    `after` is a string, or a `Span` of the same text: then the characters of that span are placed here with their
    origin (a move, when another edit of the same change removes them there).

    >>> Text.of("a-b").apply([Edit(1, 2, "+")]).value
    'a+b'
    """

    start: int
    end: int
    after: str | Span


class Done(NamedTuple):
    """One edit as the ledger keeps it: `before` stood at `start:end` of the text that the rule was given.

    `after` is a string, or the span of the same text that was moved here.
    """

    start: int
    end: int
    before: str
    after: str | Span


class Piece(NamedTuple):
    """A run of a text that comes from one raw stretch: `text[start:end]` stands for `raw[raw.start:raw.end]`.

    `kept` says that the characters are the raw ones, not a replacement or an insertion.
    """

    start: int
    end: int
    raw: Span
    kept: bool


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """Text with the raw span of each character; made by `Text.of`, altered only by `apply`.

    `starts[i]` and `ends[i]` are the raw span of character `i` (int32, so a page may hold 2**31 code points).
    """

    value: str
    starts: Offsets
    ends: Offsets

    @classmethod
    def of(cls, raw: str, newline: str = "lf") -> Text:
        r"""The text of a raw page. With newline "crlf" or "cr", those line ends become "\n" (spans still count them).

        >>> text = Text.of("ab\r\nc", "crlf")
        >>> text.value, text.raw_spans(2, 3)
        ('ab\nc', [Span(start=2, end=4)])
        """
        value = unify(raw, newline)
        if newline == "crlf":
            sizes = np.where(codes_of(value) == 10, 2, 1)
            ends = np.cumsum(sizes, dtype=np.int32)
            return cls(value, ends - sizes.astype(np.int32), ends)
        places = np.arange(len(value) + 1, dtype=np.int32)
        return cls(value, places[:-1], places[1:])

    def __len__(self) -> int:
        return len(self.value)

    def apply(self, edits: Iterable[Edit]) -> Text:
        """The text with all edits made at once; they are given in order of `start` and must not overlap.

        Raises `ValueError` for edits out of order, overlapping, or outside the text.
        """
        edits = list(edits)
        if all(isinstance(after, str) and (not after or len(after) == end - start) for start, end, after in edits):
            return self._apply_in_place(edits)
        value, starts, ends = self.value, self.starts, self.ends
        strings: list[str] = []
        parts_s: list[Offsets] = []
        parts_e: list[Offsets] = []
        at, size = 0, len(value)
        for start, end, after in edits:
            if not at <= start <= end <= size:
                raise _misplaced(start, end, size)
            if at < start:
                strings.append(value[at:start])
                parts_s.append(starts[at:start])
                parts_e.append(ends[at:start])
            at = end
            if isinstance(after, Span):
                strings.append(value[after.start : after.end])
                parts_s.append(starts[after.start : after.end])
                parts_e.append(ends[after.start : after.end])
            elif after:
                strings.append(after)
                s, e = self._origin(start, end, len(after))
                parts_s.append(s)
                parts_e.append(e)
        if not at and not strings:
            return self
        strings.append(value[at:])
        parts_s.append(starts[at:])
        parts_e.append(ends[at:])
        return Text("".join(strings), np.concatenate(parts_s), np.concatenate(parts_e))

    def _apply_in_place(self, edits: list[Edit]) -> Text:
        """The same for edits that take out or replace one for one: all characters that stay keep their origin."""
        value, strings, at, size = self.value, list[str](), 0, len(self.value)
        stays = np.ones(size, np.bool_)
        for start, end, after in edits:
            if not at <= start <= end <= size:
                raise _misplaced(start, end, size)
            strings += value[at:start], str(after)
            at = end
            if not after:
                stays[start:end] = False
        strings.append(value[at:])
        new = "".join(strings)
        if len(new) == size:
            return Text(new, self.starts, self.ends)
        return Text(new, self.starts[stays], self.ends[stays])

    def _origin(self, start: int, end: int, count: int) -> tuple[Offsets, Offsets]:
        """Raw spans of `count` characters that stand for `self[start:end]`: one for one, or the whole for each."""
        if end - start == count:
            return self.starts[start:end], self.ends[start:end]
        if start < end:
            low, high = self.starts[start:end].min(), self.ends[start:end].max()
        else:
            low = high = self.ends[start - 1] if start else np.int32(0)
        return np.full(count, low, np.int32), np.full(count, high, np.int32)

    def raw_spans(self, start: int, end: int) -> list[Span]:
        """The raw stretches behind `self[start:end]`, in text order, neighbours joined; empty for an insertion."""
        if start == end:
            place = int(self.ends[start - 1]) if start else 0
            return [Span(place, place)]
        starts, ends, size = self.starts, self.ends, end - start
        low, high = starts.item(start), ends.item(end - 1)
        if (
            size == 1
            or (
                high - low == size  # two are compared one by one: most breaks are two characters, and there are many
                and (
                    starts.item(start + 1) == ends.item(start)
                    if size == 2
                    else (starts[start + 1 : end] == ends[start : end - 1]).all()
                )
            )
        ):
            return [Span(low, high)]
        spans: list[Span] = []
        for low, high in zip(starts[start:end].tolist(), ends[start:end].tolist(), strict=True):
            if spans and spans[-1].start <= low <= spans[-1].end:
                spans[-1] = Span(spans[-1].start, max(high, spans[-1].end))
            else:
                spans.append(Span(low, high))
        return spans

    def pieces(self, raw: str) -> list[Piece]:
        """The text as maximal runs with one origin each; `raw` is the raw page that the text was made from."""
        if not self.value:
            return []
        one = self.ends - self.starts == 1
        mine, theirs = codes_of(self.value), codes_of(raw)
        kept = one.copy()
        kept[one] = mine[one] == theirs[self.starts[one]]
        follows = (self.starts[1:] == self.ends[:-1]) & kept[1:] & kept[:-1]
        same = (self.starts[1:] == self.starts[:-1]) & (self.ends[1:] == self.ends[:-1]) & ~kept[1:] & ~kept[:-1]
        cuts = np.flatnonzero(~(follows | same)) + 1
        bounds = [0, *cuts.tolist(), len(self.value)]
        return [
            Piece(a, b, Span(int(self.starts[a]), int(self.ends[b - 1])), bool(kept[a])) for a, b in pairwise(bounds)
        ]


def _misplaced(start: int, end: int, size: int) -> ValueError:
    return ValueError(f"edit {start}:{end} overlaps the one before it, or leaves the text of {size}")


def codes_of(value: str) -> NDArray[np.uint32]:
    """The code points of a text, one array element each, lone surrogates too."""
    return np.frombuffer(value.encode("utf-32-le", "surrogatepass"), np.uint32)


def unify(raw: str, newline: str) -> str:
    r"""The text with "\n" for every line end, where the file has one kind of them.

    >>> unify("one\r\ntwo\r\n", "crlf")
    'one\ntwo\n'
    """
    return raw.replace(NEWLINES[newline], "\n") if newline in NEWLINES else raw
