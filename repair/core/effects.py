r"""What a change does to the raw text, whichever rule makes it and in whatever form; and which effects are forbidden.

A person who refuses a change refuses what it does. The key of a change names one rule's proposal; another rule may
propose the same under another key, with a space for no space, or as a part of something larger. So a veto forbids the
*effect* of the change that it names. Effects are told in code points of the raw page, which no rule alters:

* two raw places become neighbours in a line (`Seam`): lines are joined, whatever then stands between them;
* raw characters leave the text;
* raw characters are replaced, or characters are put in at a raw place;
* a raw stretch gets another predecessor: it is moved;
* a raw stretch is marked as something (furniture, a fragment).

White space counts as a seam where a line end goes, else as characters that leave, change or are put in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, TypeVar

from repair.core.change import Mark
from repair.core.text import Done, Span, Text

__all__ = ["Effects", "Forbidden", "Seam", "effects_of"]

# A seam is known by the characters nearest to it on either side, so that it is the same seam when a hyphen or a mark
# beside it has gone. No rule takes more than two characters from a line's edge when it joins.
_NEAR = 3
# What a place is where there is no character: before the text, and behind it; and the source of what is put in.
_START, _END, _NEW = -1, 1 << 40, -2

K = TypeVar("K")


class Seam(NamedTuple):
    """Two raw places that become neighbours in a line: the characters on either side of it, the nearest first."""

    left: tuple[int, ...]
    right: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Effects:
    """What a change does, in code points of the raw page.

    `removed` and `replaced` are raw characters; `inserted` are the raw places on either side of what is put in: where
    the character before it ends, and where the one after it starts. `moved` are the first characters of the stretches
    that are put elsewhere, `led` all characters that get another predecessor among those that stay.
    """

    seams: tuple[Seam, ...] = ()
    removed: frozenset[int] = frozenset()
    replaced: frozenset[int] = frozenset()
    inserted: tuple[tuple[int, int], ...] = ()
    moved: frozenset[int] = frozenset()
    led: frozenset[int] = frozenset()
    marks: tuple[Mark, ...] = ()

    def __or__(self, other: Effects) -> Effects:
        """The effects of both."""
        return Effects(
            self.seams + other.seams,
            self.removed | other.removed,
            self.replaced | other.replaced,
            self.inserted + other.inserted,
            self.moved | other.moved,
            self.led | other.led,
            self.marks + other.marks,
        )

    def shifted(self, by: int) -> Effects:
        """The same effects where the raw page stands `by` code points further on: in the raw text of its issue."""
        return Effects(
            tuple(Seam(_shifted(seam.left, by), _shifted(seam.right, by)) for seam in self.seams),
            frozenset(_shifted(self.removed, by)),
            frozenset(_shifted(self.replaced, by)),
            tuple((left + by, right + by) for left, right in self.inserted),
            frozenset(_shifted(self.moved, by)),
            frozenset(_shifted(self.led, by)),
            tuple(Mark(Span(*_shifted(mark.raw, by)), mark.kind) for mark in self.marks),
        )


def _shifted(places: Sequence[int] | frozenset[int], by: int) -> tuple[int, ...]:
    return tuple(place + by for place in places)


class Forbidden:
    r"""The effects that vetoes forbid, looked up by raw place.

    >>> text = Text.of("守塔人\n走上塔顶。")
    >>> veto = effects_of(text, [Done(3, 4, "\n", "")])
    >>> Forbidden({"bf1b5e0a7b0e": veto}).held(effects_of(text, [Done(3, 4, "\n", " ")]))
    'bf1b5e0a7b0e'
    """

    def __init__(self, effects: Mapping[str, Effects]) -> None:
        self._seams: dict[tuple[int, int], str] = {}
        self._removed: dict[int, str] = {}
        self._replaced: dict[int, str] = {}
        self._before: dict[int, str] = {}
        self._after: dict[int, str] = {}
        self._moved: dict[int, str] = {}
        self._marks: list[tuple[Mark, str]] = []
        for key, effect in effects.items():
            for left, right in effect.seams:
                self._seams |= {(one, other): key for one in left for other in right}
            self._removed |= dict.fromkeys(effect.removed, key)
            self._replaced |= dict.fromkeys(effect.replaced, key)
            self._before |= {left: key for left, _ in effect.inserted}
            self._after |= {right: key for _, right in effect.inserted}
            self._moved |= dict.fromkeys(effect.moved, key)
            self._marks += [(mark, key) for mark in effect.marks]

    def held(self, effects: Effects) -> str:
        """The key of a veto that forbids one of these effects; "" where none does."""
        return next(self._held(effects), "")

    def _held(self, effects: Effects) -> Iterator[str]:
        for left, right in effects.seams:
            yield from _found(self._seams, [(left[0], right[0])])
        yield from _found(self._removed, effects.removed)
        yield from _found(self._replaced, effects.replaced)
        yield from _found(self._before, [left for left, _ in effects.inserted])
        yield from _found(self._after, [right for _, right in effects.inserted])
        yield from _found(self._moved, effects.led)
        for mark in effects.marks:
            yield from (key for other, key in self._marks if _say_the_same(mark, other))


def _say_the_same(mark: Mark, other: Mark) -> bool:
    """Whether two marks give one kind to stretches that overlap."""
    return other.kind == mark.kind and other.raw.start < mark.raw.end and mark.raw.start < other.raw.end


def _found(known: Mapping[K, str], places: Iterable[K]) -> Iterator[str]:
    if known:
        yield from (known[place] for place in places if place in known)


def effects_of(text: Text, done: Sequence[Done], mark: Mark | None = None) -> Effects:
    r"""The effects of a change whose edits are `done`, on the text that its rule was given.

    >>> effects = effects_of(Text.of("the sys-\ntem"), [Done(7, 9, "-\n", "")])
    >>> effects.seams, effects.removed
    ((Seam(left=(6, 5, 4), right=(9, 10, 11)),), frozenset({7}))
    """
    marks = (mark,) if mark else ()
    return _Comparison(text, done).effects(marks) if done else Effects(marks=marks)


class _Comparison:
    """The characters that are no white space, before a change and after it, around the places that it touches.

    A character is known by its place in the text before. `_before` and `_after` hold these places in order, with
    `_START` and `_END` where the text begins and ends; `_gap_before` and `_gap_after` the white space in front of each.
    """

    def __init__(self, text: Text, done: Sequence[Done]) -> None:
        self._text, self._done = text, done
        low, high = _window(text.value, done)
        self._replaced: set[int] = set()
        self._before, self._gap_before = self._solids(text.value[low:high], range(low, high), low, high)
        chars, sources = self._changed(low, high)
        self._after, self._gap_after = self._solids("".join(chars), sources, low, high)
        self._at = {place: i for i, place in enumerate(self._before)}
        self._line: list[int] = []  # the number of the line of each character before, from that of the first
        line = 0
        for gap in self._gap_before:
            line += gap.count("\n")
            self._line.append(line)

    def _solids(self, chars: str, sources: Sequence[int], low: int, high: int) -> tuple[list[int], list[str]]:
        """The sources of the characters that are no white space, and the white space in front of each."""
        solids: list[int] = []
        gaps: list[str] = []
        begin = 0
        if low == 0:
            solids.append(_START)
            gaps.append("")
        for i, char in enumerate(chars):
            if not char.isspace():
                solids.append(sources[i])
                gaps.append(chars[begin:i])
                begin = i + 1
        if high == len(self._text):
            solids.append(_END)
            gaps.append(chars[begin:])
        return solids, gaps

    def _changed(self, low: int, high: int) -> tuple[list[str], list[int]]:
        """The text after the change, with the source of each character."""
        value = self._text.value
        strings: list[str] = []
        sources: list[int] = []
        at = low
        for start, end, _, after in sorted(self._done, key=lambda edit: edit[:2]):
            strings.append(value[at:start])
            sources += range(at, start)
            if isinstance(after, Span):
                strings.append(value[after.start : after.end])
                sources += range(after.start, after.end)
            else:
                strings.append(after)
                sources += self._sources(start, end, after)
            at = end
        strings.append(value[at:high])
        sources += range(at, high)
        return strings, sources

    def _sources(self, start: int, end: int, after: str) -> list[int]:
        """Of each character of `after` the one of `text[start:end]` that it is, or stands for; white space has none.

        What is alike at either end is kept; the rest stands for the rest.
        """
        value = self._text.value
        old = [place for place in range(start, end) if not value[place].isspace()]
        new = [i for i, char in enumerate(after) if not char.isspace()]
        if len(old) == len(new):  # one for one
            pairs = dict(zip(new, old, strict=True))
            self._replaced |= {place for i, place in pairs.items() if value[place] != after[i]}
            return [pairs.get(i, _NEW) for i in range(len(after))]
        first, last, least = 0, 0, min(len(old), len(new))
        while first < least and value[old[first]] == after[new[first]]:
            first += 1
        while last < least - first and value[old[-1 - last]] == after[new[-1 - last]]:
            last += 1
        kept = dict(zip(new[:first], old[:first], strict=True))
        kept |= dict(zip(new[len(new) - last :], old[len(old) - last :], strict=True))
        stood, stands = old[first : len(old) - last], new[first : len(new) - last]
        if stood and stands:
            self._replaced |= set(stood)
            kept |= {i: stood[min(k, len(stood) - 1)] for k, i in enumerate(stands)}
        return [kept.get(i, _NEW) for i in range(len(after))]

    def effects(self, marks: tuple[Mark, ...]) -> Effects:
        """All that the change does."""
        stays = set(self._after)
        removed = {place for place in self._before if place not in stays and place not in self._replaced}
        led = self._led(stays)
        seams: list[Seam] = []
        inserted: list[tuple[int, int]] = []
        for left, right, gap, put_in in self._neighbours():
            if put_in:
                inserted.append((left, right))
            if self._at.get(right, 0) == self._at.get(left, _NEW) + 1:
                self._compare(left, right, gap, seams, inserted, removed)
            elif "\n" not in gap and self._meet(left, right):
                seams.append(self._seam(left, right))
        return Effects(
            tuple(seams),
            frozenset(self._raw(removed)),
            frozenset(self._raw(self._replaced)),
            tuple((self._raw_end(left), self._raw_start(right)) for left, right in inserted),
            frozenset(map(self._raw_start, self._moved() & led)),
            frozenset(map(self._raw_start, led)),
            marks,
        )

    def _neighbours(self) -> Iterator[tuple[int, int, str, bool]]:
        """Characters that stay and stand side by side after the change, what is between, and whether it is put in."""
        left, gap, put_in = _NEW, "", False
        for place, before in zip(self._after, self._gap_after, strict=True):
            gap += before
            if place == _NEW:
                put_in = True
            elif place != left:  # one that two stand for comes twice
                if left != _NEW:
                    yield left, place, gap, put_in
                left, gap, put_in = place, "", False

    def _compare(
        self,
        left: int,
        right: int,
        gap: str,
        seams: list[Seam],
        inserted: list[tuple[int, int]],
        removed: set[int],
    ) -> None:
        """What became of the white space between two neighbours that are so still."""
        old = self._gap_before[self._at[right]]
        if gap == old:
            return
        breaks, stay = old.count("\n"), gap.count("\n")
        start = right - len(old) if right != _END else len(self._text) - len(old)
        if breaks and not stay and left != _START and right != _END:
            seams.append(self._seam(left, right))
        elif stay > breaks or (stay == breaks and len(gap) > len(old)):
            inserted.append((left, right))
        elif len(gap) == len(old):
            self._replaced |= {start + i for i, char in enumerate(old) if char != gap[i]}
        else:
            removed |= {start + i for i, char in enumerate(old) if (char == "\n") == (stay < breaks)}

    def _meet(self, left: int, right: int) -> bool:
        """Whether two characters that are neighbours now stood in different lines, or the other way round."""
        if left == _START or right == _END:
            return False
        one, other = self._at[left], self._at[right]
        return one > other or self._line[one] != self._line[other]

    def _seam(self, left: int, right: int) -> Seam:
        """The seam between two characters, each with those of its line before the change that stand behind it."""
        one, other = self._at[left], self._at[right]
        lefts = [i for i in range(one, max(-1, one - _NEAR), -1) if self._line[i] == self._line[one]]
        rights = [i for i in range(other, min(len(self._before), other + _NEAR)) if self._line[i] == self._line[other]]
        return Seam(
            tuple(self._raw_start(self._before[i]) for i in lefts if self._before[i] != _START),
            tuple(self._raw_start(self._before[i]) for i in rights if self._before[i] != _END),
        )

    def _led(self, stays: set[int]) -> set[int]:
        """The characters that have another predecessor among those that stay."""
        after = list(dict.fromkeys(place for place in self._after if place != _NEW))
        before = [place for place in self._before if place in stays]
        known = {place: last for last, place in pairwise(before)}
        return {place for last, place in pairwise(after) if known.get(place, last) != last and place != _END}

    def _moved(self) -> set[int]:
        """The first characters of what is taken from elsewhere."""
        value = self._text.value
        spans = [edit.after for edit in self._done if isinstance(edit.after, Span)]
        firsts = [next((i for i in range(*span) if not value[i].isspace()), _NEW) for span in spans]
        return {place for place in firsts if place != _NEW}

    def _raw(self, places: Iterable[int]) -> Iterator[int]:
        """The raw characters behind characters of the text."""
        starts, ends = self._text.starts, self._text.ends
        for place in places:
            if 0 <= place < _END:
                yield from range(int(starts[place]), int(ends[place]))

    def _raw_start(self, place: int) -> int:
        return int(self._text.starts[place]) if 0 <= place < _END else place

    def _raw_end(self, place: int) -> int:
        return int(self._text.ends[place]) if place != _START else 0


def _window(value: str, done: Sequence[Done]) -> tuple[int, int]:
    """The part of a text that a change can touch, with some characters that are no white space on either side."""
    spans = [edit[:2] for edit in done] + [tuple(edit.after) for edit in done if isinstance(edit.after, Span)]
    low, high = min(start for start, _ in spans), max(end for _, end in spans)
    for _ in range(_NEAR + 1):
        while low > 0 and value[low - 1].isspace():
            low -= 1
        while high < len(value) and value[high].isspace():
            high += 1
        low, high = max(0, low - 1), min(len(value), high + 1)
    return low, high
