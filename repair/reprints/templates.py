"""Whether two texts that are nearly the same are sisters: one form of words, filled in anew.

In a copy that was misread, what differs is spread evenly; in one that was edited, a word here and there. In a sister
it is gathered in slots (a name, an office, a place) with nothing between them, and numbers are new as a whole. So two
accounts of the places that differ are compared, by their log likelihood: one rate for all of the text; or a low rate
in the frame and a high one in slots (the best path of a hidden Markov model of two states; Viterbi 1967). Each number
that differs as a whole adds to that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from math import log
from typing import NamedTuple

import regex

from repair.reprints.folding import Article
from repair.reprints.passages import Op, Passage
from repair.vocabulary.bylines import PRINTED_AGAIN

__all__ = ["sisters", "slots"]

_IN_SLOT = 0.75  # of the characters of a slot differ
_ENTER = 4.0  # nats that a slot costs
_FLOOR = 0.02  # lowest rate of differing characters that is thought likely
# Characters of one difference that count; of one that is in one text only, or but for one character.
_MOST, _ONE_SIDED, _FAR = 4, 2, 4
# How often a sister's number is another one, and how likely that one is then to look as it does.
_NEW, _AS_IT_IS, _AS_IT_IS_LONG = 0.3, 0.9, 0.3
# How often a digit is misread as another, for each other character that is; at least; and the most that is made of it.
_DIGITS, _DIGITS_FLOOR, _UNLIKELY = 0.4, 0.003, -15.0
_REPEATED = 4.0  # nats, where a word has the same other word in its place once more
_OTHER_HEAD = 0.4  # of a line of the head, from which it is another line
_NEAR = 6
# Evidence, in nats, from which two texts are sisters: at least, and for each character.
_LEAST, _EACH = 3.0, 0.02
_DIGIT = regex.compile("[0-9〇零一二三四五六七八九十百千两]")
_NUMBER = regex.compile(
    "[0-9]+|[〇零一二三四五六七八九十百千两]{2,}|[〇零二三四五六七八九十百千两]|(?<=第)一|一(?=[年月日号时届次])"
)


class _Number(NamedTuple):
    """A number of so many digits, so many of which are others in the other text."""

    size: int
    changed: int

    def new(self, misread: float) -> float:
        """What it says for sisters, in nats, if digits are misread at this rate."""
        same = log(1 - _NEW)
        if not self.changed:
            return same
        chance = self.changed * log(misread) + (self.size - self.changed) * log(1 - misread)
        looks = _AS_IT_IS if self.size == 1 else _AS_IT_IS_LONG
        return max(same, log(_NEW * looks) - max(chance, _UNLIKELY))


def sisters(evidence: float, size: int) -> bool:
    """Whether texts that share `size` characters are sister notices, by the evidence of `slots`."""
    return evidence > _LEAST + _EACH * size


def slots(a: Article, b: Article, passages: Sequence[Passage]) -> float:
    """Evidence that what differs is gathered in slots, in nats; about 0 in a copy that was misread."""
    passages = [_without_heads(a, b, passage) for passage in _joined(passages, a.size.gap)]
    flags = [run for passage in passages for run in _flags(a, passage)]
    numbers = [number for passage in passages for number in _numbers(a.text, b.text, passage)]
    same, differing = (sum(part) for part in zip(*flags, strict=True)) if flags else (0, 0)
    size = max(same + differing, 1)
    rate = min(max(differing / size, _FLOOR), 0.5)
    even = differing * log(rate) + same * log(1 - rate)
    twice = _REPEATED * sum(count - 1 for count in _replaced(a.text, b.text, passages).values())
    others = max(differing - sum(number.changed for number in numbers), 0) / size

    def evidence(frame: float) -> float:
        misread = max(_DIGITS * min(frame, others), _DIGITS_FLOOR)
        return twice + _path(flags, frame) - even + max(0.0, sum(number.new(misread) for number in numbers))

    return max(evidence(frame) for frame in {max(_FLOOR, rate / part) for part in (1, 1.5, 2, 3, 4, 8)})


def _joined(passages: Sequence[Passage], gap: int) -> list[Passage]:
    """Passages that follow one another in both texts as one: what lies between is filled in, too."""
    joined: list[Passage] = []
    starts = sorted(passage.b_start for passage in passages)
    for passage in passages:
        last = joined[-1] if joined else None
        if (
            last
            and passage.a_start - last.a_end <= gap
            and 0 <= passage.b_start - last.b_end <= gap
            and not any(last.b_end <= start < passage.b_start for start in starts)
        ):
            between = (last.a_end, passage.a_start, last.b_end, passage.b_start)
            left_out = between[0] == between[1] or between[2] == between[3]
            ops = [*last.ops, *([] if left_out else [between]), *passage.ops]
            joined[-1] = Passage(last.a_start, passage.a_end, last.b_start, passage.b_end, ops)
        else:
            joined.append(passage)
    return joined


def _without_heads(a: Article, b: Article, passage: Passage) -> Passage:
    """The passage without the differences that every paper makes: who reports, and other lines in the head."""

    def made(op: Op) -> bool:
        around = (
            text[max(0, low - _NEAR) : high + _NEAR] for text, (low, high) in ((a.text, op[:2]), (b.text, op[2:]))
        )
        return any(map(PRINTED_AGAIN.search, around))

    ops = [op for op in passage.ops if not made(op)]
    for start, end in a.heads:
        inside = [op for op in ops if start <= op[0] and op[1] <= end]
        reporters = PRINTED_AGAIN.search(a.text, start, end)
        if reporters or sum(op[1] - op[0] for op in inside) >= _OTHER_HEAD * (end - start):
            ops = [op for op in ops if op not in inside]
    return replace(passage, ops=ops)


def _replaced(a: str, b: str, passages: Sequence[Passage]) -> Counter[tuple[str, str]]:
    """How often each word, or number, has another one in its place."""
    words = ((a[i:i_end], b[j:j_end]) for passage in passages for i, i_end, j, j_end in passage.ops)
    return Counter(
        (one, two) for one, two in words if min(len(one), len(two)) > 1 or (_DIGIT.match(one) and _DIGIT.match(two))
    )


def _flags(a: Article, passage: Passage) -> list[tuple[int, int]]:
    """How many units of a passage are the same, and how many after them differ, by turns.

    Units are characters; in Latin script words, which differ if more than half of their letters do: an editor changes
    as many letters with one word as a sister does with a name.
    """
    if a.latin:
        return _of_words(a, passage)
    flags, at = [], passage.a_start
    for start, end, b_start, b_end in passage.ops:
        less, more = sorted((end - start, b_end - b_start))
        flags.append((start - at, min(more, _MOST if less > 1 or more < _FAR * less else _ONE_SIDED)))
        at = end
    return [*flags, (passage.a_end - at, 0)]


def _of_words(a: Article, passage: Passage) -> list[tuple[int, int]]:
    changed = bytearray(passage.a_end - passage.a_start)
    for start, end, _, _ in passage.ops:
        changed[start - passage.a_start : end - passage.a_start] = b"\1" * (end - start)
    places = a.places[passage.a_start : passage.a_end].tolist()
    cuts = [0, *(i for i, (one, two) in enumerate(pairwise(places), 1) if two > one + 1), len(places)]
    flags, same, differing = [], 0, 0
    for start, end in pairwise(cuts):
        if 2 * sum(changed[start:end]) > end - start:
            differing += 1
        else:
            if differing:
                flags.append((same, min(differing, _MOST)))
                same = differing = 0
            same += 1
    return [*flags, (same, min(differing, _MOST))]


def _path(flags: Sequence[tuple[int, int]], rate: float) -> float:
    """Log likelihood of the best path through frame and slots, with this rate in the frame."""
    frame, slot = 0.0, -_ENTER
    same_frame, same_slot, new_frame, new_slot = log(1 - rate), log(1 - _IN_SLOT), log(rate), log(_IN_SLOT)
    for same, differing in flags:
        slot = max(slot + same * same_slot, (frame := frame + same * same_frame) - _ENTER)
        slot += differing * new_slot
        frame = max(frame + differing * new_frame, slot)
    return frame


def _numbers(a: str, b: str, passage: Passage) -> Iterator[_Number]:
    """The numbers of a passage; a digit counts as changed if there are digits in its place."""
    ops = iter(passage.ops)
    op = next(ops, None)
    for found in _NUMBER.finditer(a, passage.a_start, passage.a_end):
        start, end = found.span()
        changed = 0
        while op and op[0] < end:
            if op[1] > start and _DIGIT.search(b, op[2], op[3]):
                changed += min(op[1], end) - max(op[0], start)
            if op[1] > end:
                break
            op = next(ops, None)
        yield _Number(end - start, changed)
