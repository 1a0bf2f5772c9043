"""Where the copies of an article differ: the readings of its witnesses, place by place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from repair.reprints.folding import Article
from repair.reprints.passages import Op, Passage, passages

__all__ = ["Variant", "Witness", "apparatus"]


class Witness(NamedTuple):
    """What the witness `id` reads: `text`, which stands at `start:end` of it."""

    id: str
    start: int
    end: int
    text: str


class Variant(NamedTuple):
    """A place where copies differ: `base[start:end]` is `text`, and these witnesses read otherwise.

    `agree`: the witnesses that read there as the base does. Spans are code points.
    """

    start: int
    end: int
    text: str
    readings: tuple[Witness, ...]
    agree: tuple[str, ...]


def apparatus(base: str, witnesses: Mapping[str, str]) -> list[Variant]:
    """The places where witnesses of an article differ from `base`, in order; `witnesses`: text of each, by its id.

    White space, widths, quote style and script (Traditional or Simplified) make no reading. Of a Latin word or a number
    the whole differs. What a witness leaves out, or adds, is a reading if it is less than a passage.

    >>> [variant] = apparatus("桥上的灯都亮了，河里也有灯。", {"p3": "橋上的燈都亮了,河裡还有燈。"})
    >>> variant.text, variant.readings, variant.agree
    ('也', (Witness(id='p3', start=10, end=11, text='还'),), ())
    """
    article = Article(base)
    copies = {name: _Copy(article, text) for name, text in witnesses.items()}
    found = []
    for start, end in _merged((op[0], op[1]) for copy in copies.values() for op in copy.ops):
        readings, agree = [], []
        for name, copy in copies.items():
            if (place := copy.place(start, end)) is None:
                continue
            if copy.article.text[slice(*place)] == article.text[start:end]:
                agree.append(name)
            else:
                low, high = copy.article.span(*place)
                readings.append(Witness(name, low, high, copy.text[low:high]))
        low, high = article.span(start, end)
        found.append(Variant(low, high, base[low:high], tuple(readings), tuple(agree)))
    return found


class _Copy:
    """A witness aligned with the base."""

    def __init__(self, base: Article, text: str) -> None:
        self.text, self.article = text, Article(text)
        self.passages = [
            replace(passage, ops=list(_words(base, self.article, passage))) for passage in passages(base, self.article)
        ]

    @property
    def ops(self) -> Iterator[Op]:
        """The places that differ, in the order of the base."""
        return (op for passage in self.passages for op in passage.ops)

    def place(self, start: int, end: int) -> tuple[int, int] | None:
        """Where the witness has `start:end` of the base; None if in no passage of it."""
        for passage in self.passages:
            if passage.a_start <= start and end <= passage.a_end:
                return _answers(passage, start, before=True), _answers(passage, end, before=False)
        return None


def _answers(passage: Passage, place: int, *, before: bool) -> int:
    """The place of the second text that answers to one of the first; `before` or after what is added there."""
    at, answer = passage.a_start, passage.b_start
    for start, end, _, b_end in passage.ops:
        if end > place or (before and start == place):
            break
        at, answer = end, b_end
    return answer + place - at


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that overlap as one; an empty one overlaps what it touches."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and (
            start < merged[-1][1] or (start == merged[-1][1] and (start == end or len(set(merged[-1])) == 1))
        ):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _words(a: Article, b: Article, passage: Passage) -> Iterator[Op]:
    """What differs in a passage, made longer to whole words of Latin script and whole numbers."""
    last: Op | None = None
    for start, end, b_start, b_end in passage.ops:
        while start > passage.a_start and b_start > passage.b_start and (_inside(a, start) or _inside(b, b_start)):
            start, b_start = start - 1, b_start - 1
        while end < passage.a_end and b_end < passage.b_end and (_inside(a, end) or _inside(b, b_end)):
            end, b_end = end + 1, b_end + 1
        if last and start <= last[1]:
            start, b_start = last[0], last[2]
        elif last:
            yield last
        last = (start, end, b_start, b_end)
    if last:
        yield last


def _inside(article: Article, place: int) -> bool:
    """Whether a place is inside a Latin word or a number."""
    if not 0 < place < len(article):
        return False
    one, two = article.text[place - 1], article.text[place]
    joined = article.places[place] == article.places[place - 1] + 1
    return bool(joined) and one.isascii() and two.isascii() and one.isalnum() and one.isdigit() == two.isdigit()
