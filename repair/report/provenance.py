"""What became of every character: the changes of a ledger made again, with the place of each on either side.

A character keeps its number on its way through the steps: the raw ones are numbered by their place, those put in get
the numbers that follow. So a change that was made at step 3 is found in the repaired text, whatever moved it later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from repair.core.change import Outcome
from repair.core.errors import ReadError
from repair.core.text import Done, Span, Text, codes_of
from repair.files.text import BETWEEN
from repair.history.ledger import Ledger, Row
from repair.report.change_types import edit_kinds
from repair.report.highlight import Numbers, Part, Piece, runs, united

__all__ = ["Fates", "fates_of"]


class Fates(NamedTuple):
    r"""Both texts, with "\n" for the line ends of a file that has one kind of them, and the parts of all changes.

    `origin` has the place in the raw text for each character of the repaired one, `places` where each change begins in
    the raw text.
    """

    raw: str
    repaired: str
    raw_parts: list[Part]
    repaired_parts: list[Part]
    pieces: list[Piece]
    origin: Numbers
    places: list[int]


def fates_of(ledger: Ledger, raw: str) -> Fates:
    """Lead the decoded raw text through the ledger.

    `raw` is that of the file, or of all pages of an issue with `formats.text.BETWEEN` between them. `ReadError` where
    it is not the one that the ledger was written for.
    """
    given = _given(ledger, raw)
    changes = ledger.changes
    by_step: dict[int, list[int]] = {}
    for number, row in enumerate(changes):
        by_step.setdefault(row.step, []).append(number)
    way = _Way(given, sum(_size(done) for row in changes if row.outcome == Outcome.APPLIED for done in row.edits))
    for _, numbers in sorted(by_step.items()):
        try:
            way.step([(number, changes[number]) for number in numbers])
        except (ValueError, IndexError) as error:
            raise _unfit(ledger) from error
    firsts = np.searchsorted(given.starts, [row.raw[0][0] if row.raw else 0 for row in changes])
    return way.fates(firsts.tolist())


# A moved stretch is one piece over so few characters that went or came inside it.
_NEAR = 8


def _size(done: Done) -> int:
    return len(done.after) if isinstance(done.after, str) else 0


def _unfit(ledger: Ledger) -> ReadError:
    return ReadError(f"{ledger.name}: does not fit this text: it was written for another raw text.")


def _given(ledger: Ledger, raw: str) -> Text:
    """The text that the first rule was given; its raw spans count in the decoded file."""
    header = ledger.header
    if len(raw) != header.raw_chars:
        raise _unfit(ledger)
    if not header.pages:
        return Text.of(raw, header.newline)
    ends = [*(page.raw_start - len(BETWEEN) for page in header.pages[1:]), len(raw)]
    texts = list[Text]()
    for page, end in zip(header.pages, ends, strict=True):
        if texts:
            texts.append(_shifted(Text.of(BETWEEN), page.raw_start - len(BETWEEN)))
        texts.append(_shifted(Text.of(raw[page.raw_start : end], page.newline), page.raw_start))
    return Text(
        "".join(text.value for text in texts),
        np.concatenate([text.starts for text in texts]),
        np.concatenate([text.ends for text in texts]),
    )


def _shifted(text: Text, by: int) -> Text:
    return Text(text.value, text.starts + np.int32(by), text.ends + np.int32(by))


class _Found(NamedTuple):
    """Characters that a change speaks of, by number; or, without any, the place after `left`."""

    change: int
    kind: str
    numbers: Numbers
    left: int


class _Way:
    """The text on its way, each character with its number."""

    def __init__(self, given: Text, growth: int) -> None:
        size = len(given)
        self.given = given
        self.value = given.value
        self.numbers = np.arange(size, dtype=np.int32)
        self.next = size
        # of each number: the raw place that it stands for, or was put in behind; the character before it when it went
        self.raw_of = np.concatenate([np.arange(size, dtype=np.int32), np.zeros(growth, np.int32)])
        self.stands = np.concatenate([np.ones(size, np.bool_), np.zeros(growth, np.bool_)])
        self.heir = np.full(size + growth, -1, np.int32)
        self.in_raw: list[_Found] = []
        self.in_repaired: list[_Found] = []
        self.marked: list[_Found] = []
        self.moved: list[_Found] = []
        self.meant: list[tuple[int, int, int]] = []  # moves that were not made: change, first character, left of place

    def step(self, rows: Iterable[tuple[int, Row]]) -> None:
        """All changes of one rule: those not made are only placed."""
        made: list[tuple[int, Done, str]] = []
        for number, row in rows:
            for done, kind in zip(row.edits, edit_kinds(row), strict=True):
                if self.value[done.start : done.end] != done.before:
                    raise ValueError("another text")
                self._before(number, done, kind, applied=row.outcome == Outcome.APPLIED)
                if row.outcome == Outcome.APPLIED:
                    made.append((number, done, kind))
            self._marks(number, row)
        if made:
            self._apply(sorted(made, key=lambda edit: (edit[1].start, edit[1].end)))

    def _before(self, number: int, done: Done, kind: str, *, applied: bool) -> None:
        """What an edit speaks of in the text that it was proposed for."""
        start, end, _, after = done
        here, left = self.numbers[start:end], self._left(start)
        if isinstance(after, Span):
            taken = self.numbers[after.start : after.end]
            self.in_raw.append(_Found(number, "moved", taken, left))
            self.in_repaired.append(_Found(number, "moved", taken, left))
            if applied:
                self.moved.append(_Found(number, "moved", taken, left))
            elif len(taken):
                self.meant.append((number, int(taken[0]), left))
                self.in_repaired.append(_Found(number, "inserted", taken[:0], left))
        elif kind != "moved":
            self.in_raw.append(_Found(number, kind, here, left))
            if not applied or not after:
                self.in_repaired.append(_Found(number, kind, here[:0] if applied else here, left))

    def _marks(self, number: int, row: Row) -> None:
        """What a row says of stretches of the raw text: marks, and copies that stay."""
        mark = "gap" if row.mark == "fragment" else "marked"
        spans = [(span, "copy") for span in row.copies] + [(span, mark) for span in row.raw if row.mark]
        for (start, end), kind in spans:
            low, high = np.searchsorted(self.given.starts, [start, end])
            here = np.arange(low, high, dtype=np.int32)
            self.in_raw.append(_Found(number, kind, here, int(low) - 1))
            self.marked.append(_Found(number, kind, here, int(low) - 1))

    def _left(self, place: int) -> int:
        return int(self.numbers[place - 1]) if place else -1

    def _apply(self, made: Iterable[tuple[int, Done, str]]) -> None:
        """The only place where the text is altered, as `laws.replay_edits` does it."""
        value, numbers, at = self.value, self.numbers, 0
        strings, parts = list[str](), list[Numbers]()
        for change, (start, end, _, after), kind in made:
            strings.append(value[at:start])
            parts.append(numbers[at:start])
            at = end
            gone, left = numbers[start:end], self._left(start)
            self.heir[gone] = left
            if isinstance(after, Span):
                strings.append(value[after.start : after.end])
                parts.append(numbers[after.start : after.end])
            elif after:
                strings.append(after)
                parts.append(self._put_in(change, gone, left, len(after), kind))
        self.value = "".join([*strings, value[at:]])
        self.numbers = np.concatenate([*parts, numbers[at:]])

    def _put_in(self, change: int, gone: Numbers, left: int, size: int, kind: str) -> Numbers:
        """Numbers for characters that take the place of others, or come after `left`."""
        new = np.arange(self.next, self.next + size, dtype=np.int32)
        self.next += size
        replaces = len(gone) and kind != "moved"
        before = gone[np.minimum(np.arange(size), len(gone) - 1)] if replaces else np.full(size, left, np.int32)
        self.raw_of[new] = np.where(before >= 0, self.raw_of[before], 0)
        self.stands[new] = self.stands[before] if replaces else False
        self.in_repaired.append(_Found(change, kind if replaces else "inserted", new, left))
        return new

    def fates(self, places: list[int]) -> Fates:
        """Where everything came to stand."""
        size = len(self.given)
        place_of = np.full(len(self.raw_of), -1, np.int32)
        place_of[self.numbers] = np.arange(len(self.numbers), dtype=np.int32)
        raw_parts = [part for found in self.in_raw for part in self._raw_parts(found)]
        repaired = [part for found in self.in_repaired for part in self._repaired_parts(found, place_of)]
        repaired += [part for found in self._standing() for part in self._repaired_parts(found, place_of)]
        return Fates(
            self.given.value,
            self.value,
            united(raw_parts),
            united(repaired),
            list(self._pieces(place_of, size)),
            self.raw_of[self.numbers],
            places,
        )

    def _standing(self) -> Iterator[_Found]:
        """The marks and copies with the characters that stand for theirs in the repaired text."""
        standing = self.numbers[self.stands[self.numbers]]
        standing = standing[np.argsort(self.raw_of[standing], kind="stable")]
        places = self.raw_of[standing]
        for found in self.marked:
            if len(found.numbers):
                low, high = np.searchsorted(places, [found.numbers[0], found.numbers[-1] + 1])
                yield found._replace(numbers=standing[low:high])
            else:
                yield found

    def _raw_parts(self, found: _Found) -> Iterator[Part]:
        places = self.raw_of[found.numbers[self.stands[found.numbers]]]
        if not len(places):
            place = int(self.raw_of[found.left]) + 1 if found.left >= 0 else 0
            yield Part(place, place, found.change, found.kind)
        for start, end in runs(places):
            yield Part(start, end, found.change, found.kind)

    def _repaired_parts(self, found: _Found, place_of: Numbers) -> Iterator[Part]:
        places = place_of[found.numbers]
        places = places[places >= 0]
        if not len(places):
            place = self._alive(found.left, place_of)
            yield Part(place, place, found.change, found.kind)
        for start, end in runs(places):
            yield Part(start, end, found.change, found.kind)

    def _alive(self, number: int, place_of: Numbers) -> int:
        """The place after a character, or after the nearest before it that is still there."""
        while number >= 0 and place_of[number] < 0:
            number = int(self.heir[number])
        return int(place_of[number]) + 1 if number >= 0 else 0

    def _pieces(self, place_of: Numbers, size: int) -> Iterator[Piece]:
        ends = codes_of(self.given.value) == ord("\n")
        for change, _, numbers, _ in self.moved:
            raw = numbers[(place_of[numbers] >= 0) & (numbers < size)]
            raw = raw[~ends[raw]]
            if not len(raw):
                continue
            new = place_of[raw]
            steps = np.stack([np.diff(raw), np.diff(new)])
            firsts = np.flatnonzero(np.append(True, ((steps < 1) | (steps > _NEAR)).any(axis=0)))
            yield from (Piece(change, int(raw[i]), int(new[i])) for i in firsts.tolist())
        for change, first, left in self.meant:
            yield Piece(change, int(self.raw_of[first]), self._alive(left, place_of))
