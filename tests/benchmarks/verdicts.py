"""Whether a change is right: by where the characters that it touches stand in gold.

* A join is right where its two sides follow one another inside one block of gold, a split where they do not.
* A move is right where more of the neighbours that it makes are neighbours in gold than of those that it parts, and
  none that it sets on one line are not.
* What is taken out is right where gold has it no more often than what stays.
* A character, and a space, is right where it is that of gold.
* A mark of a line of the sheet is right on a line of gold's furniture, one of a fragment on a part of a block.

Where the characters have no place in gold, nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from repair.core.engine import Record
from repair.core.page import Page
from repair.core.rule import Phase
from repair.core.text import Done, Edit, Span, Text

from .places import FLOATS, FURNITURE, Places, folded

__all__ = ["Judge", "Judgement", "Kind", "Truth"]

_REACH = 8  # characters from a seam within which one must have a place
_AHEAD = (
    2  # characters that gold may have more at a seam, as in `repair.measure.align.follows`: marks that were not read
)
_OF_THE_SHEET = (FURNITURE, "masthead", "folio", "banner")
_MARKS = frozenset('-─—－―–.。·・…,，;；:：!！?？"“”()（）')
_GRAM = 8
_FEW = 4
_BAD_JOINS = 0.05  # share of the neighbours of a move; of fewer than 20 none may be joined wrongly
ELSEWHERE = "a part of a block, and what follows or goes before is on the page"


class Truth(StrEnum):
    """What gold says of a change."""

    RIGHT = "right"
    WRONG = "wrong"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """What a change does, which says how it is judged."""

    JOIN = "join"
    SPLIT = "split"
    MOVE = "move"
    REMOVAL = "removal"
    CHARACTER = "character"
    SPACE = "space"
    MARK = "mark"


class Judgement(NamedTuple):
    """The kind of a change, what gold says of it, and why.

    Of a move `good` and `seams` say how many of the neighbours that it makes are neighbours in gold.
    """

    kind: Kind
    truth: Truth
    why: str
    good: float = 0.0
    seams: int = 0


class _Neighbours(NamedTuple):
    """Two characters with nothing but white space between them: their raw places, and whether a line ends there."""

    left: int
    right: int
    broken: bool


class Judge:
    """Judges the changes of a page; `whole` is gold with what the reader lost, where that is another."""

    def __init__(self, page: Page, places: Places, whole: Places | None = None) -> None:
        self._page, self._places, self._whole = page, places, whole or places
        self._gold, self._at = places.gold, places.at

    def judge(self, record: Record, text: Text, phase: Phase) -> Judgement:
        """What gold says of a change that a rule proposed for `text`."""
        if not record.edits:
            return Judgement(Kind.MARK, *self._mark(record))
        edits = [_least(done) for done in record.edits]
        if any(not isinstance(done.after, str) for done in edits) or _moves(edits):
            taken = sum(len(_solid(done.before)) for done in edits)
            given = sum(len(_solid(_put(text, done))) for done in edits)
            removal = self._removal(text, edits) if taken - given >= _FEW else (Truth.RIGHT, "")
            move = self._move(text, edits)
            return move if removal[0] is Truth.RIGHT else move._replace(truth=removal[0], why=removal[1])
        gone = "".join(_solid(done.before) for done in edits)
        put = "".join(_solid(str(done.after)) for done in edits)
        if phase is Phase.LAYOUT and len(gone) - len(put) >= _FEW:
            return Judgement(Kind.REMOVAL, *self._removal(text, edits))
        breaks = sum(str(done.after).count("\n") - done.before.count("\n") for done in edits)
        if breaks < 0:
            return Judgement(Kind.JOIN, *_all(self._join(text, done) for done in edits))
        if breaks > 0:
            return Judgement(Kind.SPLIT, *_all(self._split(text, done) for done in edits))
        if gone == put:
            return Judgement(Kind.SPACE, *_all(self._spaces(text, done) for done in edits))
        return Judgement(Kind.CHARACTER, *_all(self._characters(text, done) for done in edits))

    # ---- seams -------------------------------------------------------------------------------------------------------

    def _follows(self, left: Sequence[int], right: Sequence[int]) -> tuple[bool | None, int, int]:
        """Whether what stands to the right of a seam goes on after what stands to the left, and the places of both.

        `left` and `right` are raw places of characters, those nearest to the seam first.
        """
        one, a = self._first_placed(left)
        other, b = self._first_placed(right)
        if one < 0 or other < 0:
            return None, one, other
        apart = other - one - 1 - (a + b)
        slack = (a + b + 2) // 3
        same = self._gold.block(one) == self._gold.block(other)
        return same and other > one and -slack <= apart <= _AHEAD + slack, one, other

    def _first_placed(self, raw: Sequence[int]) -> tuple[int, int]:
        """The place in gold of the first of these characters that has one, and how many have none before it."""
        for i, at in enumerate(raw[:_REACH]):
            if self._at[at] >= 0:
                return int(self._at[at]), i
        return -1, 0

    def _sides(self, text: Text, start: int, end: int) -> tuple[list[int], list[int]]:
        """The raw places of the characters of the line before `start`, and of that behind `end`, nearest first."""
        value, starts = text.value, text.starts
        left: list[int] = []
        i = start - 1
        while i >= 0 and value[i].isspace():
            i -= 1
        while i >= 0 and len(left) < _REACH and value[i] != "\n":
            if not value[i].isspace():
                left.append(int(starts[i]))
            i -= 1
        right: list[int] = []
        i = end
        while i < len(value) and value[i].isspace():
            i += 1
        while i < len(value) and len(right) < _REACH and value[i] != "\n":
            if not value[i].isspace():
                right.append(int(starts[i]))
            i += 1
        return left, right

    def _join(self, text: Text, done: Done) -> tuple[Truth, str]:
        after = str(done.after)
        if "\n" not in done.before or "\n" in after:
            return self._spaces(text, done)
        left, right = self._sides(text, done.start, done.end)
        if not left or not right:
            return Truth.RIGHT, "white space at the edge of the page"
        gone = _solid(done.before)
        inner = [int(text.starts[i]) for i in range(done.start, done.end) if not text.value[i].isspace()]
        if gone != _solid(after) and gone.strip("-‐\u00ad"):
            left = [*reversed(inner), *left]
        follows, one, other = self._follows(left, right)
        if follows is None:
            return Truth.UNKNOWN, "no place in gold"
        if not follows:
            return Truth.WRONG, self._said(one, other)
        between = self._gold.letters(one, other + 1)[1:-1]
        if "-" in gone and "-" not in after and "-" in folded_text(between):
            return Truth.WRONG, "the hyphen is gold's"
        spaced = any(char.isspace() for char in between)
        if self._latin(text, done) and spaced != after.startswith(" "):
            return Truth.WRONG, f"gold has {between!r} between"
        return Truth.RIGHT, "goes on in gold"

    @staticmethod
    def _latin(text: Text, done: Done) -> bool:
        """Whether a join stands between two letters of an alphabet, of which the space between is not for looks."""
        value = text.value
        left, right = value[: done.start].rstrip()[-1:], value[done.end :].lstrip()[:1]
        return all(char.isalpha() and char < "\u0250" for char in (left, right))

    def _split(self, text: Text, done: Done) -> tuple[Truth, str]:
        after = str(done.after)
        if "\n" not in after or "\n" in done.before:
            return self._spaces(text, done)
        inner = [i for i in range(done.start, done.end) if not text.value[i].isspace()]
        if inner:
            return Truth.UNKNOWN, "a split inside what is replaced"
        follows, one, other = self._follows(*self._sides(text, done.start, done.end))
        if follows is None:
            return Truth.UNKNOWN, "no place in gold"
        return (Truth.WRONG, "goes on in gold") if follows else (Truth.RIGHT, self._said(one, other))

    def _said(self, one: int, other: int) -> str:
        """How two places of gold lie to one another."""
        a, b = self._gold.block(one), self._gold.block(other)
        if a == b:
            return f"same block, {other - one - 1:+} characters"
        if a.article == b.article:
            return f"another block: {a.kind} and {b.kind}"
        return f"another article: {a.kind} and {b.kind}"

    # ---- moves and removals ------------------------------------------------------------------------------------------

    def _move(self, text: Text, edits: Sequence[Done]) -> Judgement:
        changed = text.apply(sorted((Edit(d.start, d.end, d.after) for d in edits), key=lambda edit: edit[:2]))
        before, after = _neighbours(text), _neighbours(changed)
        one, other = set(before), set(after)
        stays = {pair.left for pair in after} | {pair.right for pair in after[-1:]}
        parted = (i for i, pair in enumerate(before) if pair not in other and {pair.left, pair.right} <= stays)
        old = [self._grade(before, i) for i in parted]
        new = [(self._grade(after, i), pair) for i, pair in enumerate(after) if pair not in one]
        known_old, known_new = [g for g in old if g is not None], [g for g, _ in new if g is not None]
        good, seams = sum(known_new), len(known_new)
        if not seams or seams < len(new) / 2:
            return Judgement(Kind.MOVE, Truth.UNKNOWN, "no place in gold")
        on_lines = {(pair.left, pair.right) for pair in before if not pair.broken}
        bad = sum(g == 0 and not pair.broken and (pair.left, pair.right) not in on_lines for g, pair in new)
        why = f"{sum(known_old):g} of {len(known_old)} good before, {good:g} of {seams} after"
        if bad > seams * _BAD_JOINS:
            return Judgement(Kind.MOVE, Truth.WRONG, f"{why}, {bad} joins wrong", good, seams)
        return Judgement(Kind.MOVE, Truth.RIGHT if good > sum(known_old) else Truth.WRONG, why, good, seams)

    def _grade(self, pairs: Sequence[_Neighbours], at: int) -> float | None:
        """Whether neighbours belong side by side by gold: 1 or 0; None where that is not known."""
        pair = pairs[at]
        left, i = [pair.left], at - 1
        while i >= 0 and len(left) < _REACH and not pairs[i].broken:
            left.append(pairs[i].left)
            i -= 1
        right, i = [pair.right], at + 1
        while i < len(pairs) and len(right) < _REACH and not pairs[i].broken:
            right.append(pairs[i].right)
            i += 1
        follows, one, other = self._follows(left, right)
        if follows is None:
            return None
        if follows:
            return 1.0
        return self._meet(one, other) if pair.broken else 0.0

    def _meet(self, one: int, other: int) -> float:
        """1 where a block ends at a place and the next of its article begins at the other.

        A half where the two may stand side by side, as they do with anything: where an article ends and another one
        begins, and beside a caption, a jump line or a line of the sheet.
        """
        a, b = self._gold.block(one), self._gold.block(other)
        ends, begins = a.end - one <= 1 + _AHEAD, other - b.start <= _AHEAD
        if not (ends or a.kind in FLOATS) or not (begins or b.kind in FLOATS):
            return 0.0
        if a.article == b.article >= 0:
            if a.kind in FLOATS or b.kind in FLOATS:
                return 0.5
            return float(b.number == a.number + 1)
        return 0.5 if a.kind in FLOATS or b.kind in FLOATS or (a.last and b.number == 0) else 0.0

    def _removal(self, text: Text, edits: Sequence[Done]) -> tuple[Truth, str]:
        """By stretches of eight characters: whether gold has them no more often than what stays."""
        gone = [folded_text(done.before) for done in edits if _solid(done.before) and not _solid(str(done.after))]
        changed = text.apply(sorted((Edit(d.start, d.end, d.after) for d in edits), key=lambda edit: edit[:2]))
        stays, gold = folded_text(changed.value), self._gold.text
        grams = {
            part[i : i + _GRAM] for part in gone for i in range(max(1, len(part) - _GRAM + 1)) if len(part) >= _FEW
        }
        known = {gram: count for gram in grams if (count := gold.count(gram))}
        if not grams or len(known) < len(grams) / 2:
            return Truth.UNKNOWN, f"gold has {len(known)} of {len(grams)} stretches"
        missing = [gram for gram, count in known.items() if stays.count(gram) < count]
        # Where what stays is joined, stretches are cut that gold has whole: as many as one is long, at either end.
        allowed = 2 * _GRAM if len(known) > 4 * _GRAM else 0
        if len(missing) > allowed:
            return Truth.WRONG, f"{len(missing)} of {len(known)} stretches are gone: {missing[0]}"
        return Truth.RIGHT, f"{len(known) - len(missing)} of {len(known)} stretches stand there again"

    # ---- characters and spaces ---------------------------------------------------------------------------------------

    def _spaces(self, text: Text, done: Done) -> tuple[Truth, str]:
        """White space: whether it stands where gold has it, between characters of one line."""
        value = text.value
        done = _with_spaces(value, done)
        left, right = self._sides(text, done.start, done.end)
        begins = value[: done.start].rstrip(" \u3000\t").endswith("\n") or not left
        ends = value[done.end :].lstrip(" \u3000\t").startswith("\n") or not right
        solids = [int(text.starts[i]) for i in range(done.start, done.end) if not value[i].isspace()]
        chain = [*([] if begins else left[:1]), *solids, *([] if ends else right[:1])]
        before = _gaps(value[done.start : done.end], not begins, not ends)
        after = _gaps(str(done.after), not begins, not ends)
        if len(before) != len(after) or len(after) != max(0, len(chain) - 1):
            return Truth.RIGHT, "white space at the edge of a line"
        changed = zip(pairwise(chain), before, after, strict=True)
        told = [self._space(*pair, new) for pair, old, new in changed if old != new]
        return _all(told) if told else (Truth.RIGHT, "white space at the edge of a line, or of another width")

    def _space(self, a: int, b: int, spaced: bool) -> tuple[Truth, str]:
        one, other = int(self._at[a]), int(self._at[b])
        if one < 0 or other < 0:
            return Truth.UNKNOWN, "no place in gold"
        if self._gold.block(one) != self._gold.block(other) or other != one + 1:
            if abs(other - one) <= 1 + _AHEAD:
                if "jump" in (self._gold.block(one).kind, self._gold.block(other).kind):
                    return Truth.RIGHT, "a jump mark is set solid"
                return Truth.UNKNOWN, "a character between is not gold's"
            return (Truth.RIGHT if spaced else Truth.WRONG), self._said(one, other)
        has = any(char.isspace() for char in self._gold.letters(one, other + 1))
        return (Truth.RIGHT if has == spaced else Truth.WRONG), f"gold has {self._gold.letters(one, other + 1)!r}"

    def _characters(self, text: Text, done: Done) -> tuple[Truth, str]:
        before, after = _solid(done.before), _solid(str(done.after))
        if before == after:
            return self._spaces(text, done)
        value = text.value
        places = [int(self._at[text.starts[i]]) for i in range(done.start, done.end) if not value[i].isspace()]
        gold: str | None = None
        if places and min(places) >= 0 and all(0 <= b - a <= 2 for a, b in pairwise(places)):
            gold = _solid(self._gold.letters(places[0], max(places) + max(1, len(folded(before[-1])))))
            if gold not in (before, after):
                gold = None
        left, right = self._sides(text, done.start, done.end)
        if gold is None:
            gold = self._between(left, right, before, after)
        if gold is None:
            return Truth.UNKNOWN, "no place in gold"
        was, now = Levenshtein.distance(before, gold), Levenshtein.distance(after, gold)
        said = f"gold has {gold!r}"
        if gold == before and _MARKS.issuperset(before + after) and self._among_han(left, right):
            return Truth.UNKNOWN, f"{said}: it has this mark of a Chinese sentence in that form itself"
        if was == now:
            read = {folded_text(before), folded_text(after)}
            return (Truth.WRONG if folded_text(gold) in read else Truth.UNKNOWN), said
        return (Truth.RIGHT if now < was else Truth.WRONG), said

    def _among_han(self, left: Sequence[int], right: Sequence[int]) -> bool:
        """Whether gold has Han, or the marks of Chinese, on both sides: then a half-width mark is a defect of gold."""
        for raw in (*left[:1], *right[:1]):
            at = int(self._at[raw])
            char = self._gold.letters(at, at + 1) if at >= 0 else self._page.raw[raw]
            if char < "\u2e80" and char not in "—…“”‘’·%":
                return False
        return True

    def _between(self, left: Sequence[int], right: Sequence[int], before: str, after: str) -> str | None:
        """What gold has between the characters on either side of an edit; of one side where that is all there is."""
        size = max(len(before), len(after))
        one = int(self._at[left[0]]) if left else -1
        other = int(self._at[right[0]]) if right else -1
        if one >= 0 and other >= 0:
            if self._gold.block(one) == self._gold.block(other) and one < other <= one + size + 1 + _AHEAD:
                return _solid(self._gold.letters(one, other + 1))[1:-1]
            return None
        # At the edge of a line gold goes on: there it is only told where it has one of the two.
        for said in (after, before):
            if other >= 0 and not left:
                start, end = max(other - len(said), self._gold.block(other).start), other
            elif one >= 0 and not right:
                start, end = one + 1, min(one + 1 + len(said), self._gold.block(one).end)
            else:
                return None
            if said and _solid(self._gold.letters(start, end)) == said:
                return said
        return None

    # ---- marks -------------------------------------------------------------------------------------------------------

    def _mark(self, record: Record) -> tuple[Truth, str]:
        mark = record.change.mark
        if not mark:
            return Truth.UNKNOWN, "nothing is said"
        if mark.kind == "fragment":
            return self._fragment(mark.raw)
        if mark.kind not in _OF_THE_SHEET:
            return Truth.UNKNOWN, "a mark for the rules that follow"
        line = folded_text(self._page.raw[mark.raw.start : mark.raw.end])
        sheet = [self._gold.text[block.start : block.end] for block in self._gold.blocks if block.kind == FURNITURE]
        blocks = [self._gold.text[block.start : block.end] for block in self._gold.blocks if block.kind != FURNITURE]
        if line in sheet:
            return Truth.RIGHT, "a line of the sheet"
        if line in blocks:
            return Truth.WRONG, "a block of an article"
        placed = [int(at) for at in self._at[mark.raw.start : mark.raw.end] if at >= 0]
        kinds = [self._gold.block(at).kind == FURNITURE for at in placed]
        if placed and len(placed) >= len(line) / 2:
            return (Truth.RIGHT if 2 * sum(kinds) > len(kinds) else Truth.WRONG), "by the place of its characters"
        if any(line and (line in one or fuzz.ratio(line, one) >= 80) for one in sheet):
            return Truth.RIGHT, "like a line of the sheet"
        return Truth.UNKNOWN, "no place in gold"

    def _fragment(self, raw: Span) -> tuple[Truth, str]:
        gold, at = self._whole
        solid = [i for i in range(raw.start, raw.end) if not self._page.raw[i].isspace()]
        sides = [[i for i in side[:_REACH] if at[i] >= 0] for side in (solid, solid[::-1])]
        if not all(sides):
            return Truth.UNKNOWN, "no place in gold"
        first, last = int(at[sides[0][0]]), int(at[sides[1][0]])
        a, b = solid.index(sides[0][0]), solid[::-1].index(sides[1][0])
        begins = not any(char.isalnum() for char in gold.text[gold.block(first).start : max(0, first - a)])
        closes = not any(char.isalnum() for char in gold.text[last + b + 1 : gold.block(last).end])
        begins, closes = begins and not gold.block(first).begun, closes and not gold.block(last).cut
        if begins and closes:
            return Truth.WRONG, f"a whole {gold.block(first).kind}"
        before, behind = first - a - 1, last + b + 1
        placed = set(at[at >= 0].tolist())
        there = (not begins and before in placed) or (not closes and behind in placed)
        return Truth.RIGHT, ELSEWHERE if there else "a part of a block, and the rest is not on the page"


def _all(told: Iterator[tuple[Truth, str]] | list[tuple[Truth, str]]) -> tuple[Truth, str]:
    """A change of several edits is wrong where one of them is, and right where some are and none is wrong."""
    found = list(told)
    for truth in (Truth.WRONG, Truth.RIGHT, Truth.UNKNOWN):
        for one in found:
            if one[0] is truth:
                return one
    return Truth.UNKNOWN, "nothing is changed"


def _put(text: Text, done: Done) -> str:
    """What an edit puts in."""
    return done.after if isinstance(done.after, str) else text.value[done.after.start : done.after.end]


def _with_spaces(value: str, done: Done) -> Done:
    """The edit with the white space of its line on either side."""
    start, end, before, after = done
    low, high = start, end
    while low > 0 and value[low - 1] in " \t\u3000":
        low -= 1
    while high < len(value) and value[high] in " \t\u3000":
        high += 1
    return Done(low, high, value[low:start] + before + value[end:high], f"{value[low:start]}{after}{value[end:high]}")


def _least(done: Done) -> Done:
    """The edit without what it leaves as it is at either end."""
    start, end, before, after = done
    if not isinstance(after, str):
        return done
    first = 0
    while first < min(len(before), len(after)) and before[first] == after[first]:
        first += 1
    last = 0
    while last < min(len(before), len(after)) - first and before[-1 - last] == after[-1 - last]:
        last += 1
    return Done(start + first, end - last, before[first : len(before) - last], after[first : len(after) - last])


def _moves(edits: Sequence[Done]) -> bool:
    """Whether what one edit takes out is what another puts in."""
    if len(edits) < 2:
        return False
    gone = {_solid(done.before) for done in edits if len(_solid(done.before)) >= _FEW}
    return any(_solid(str(done.after)) in gone and not _solid(done.before) for done in edits)


def _neighbours(text: Text) -> list[_Neighbours]:
    found: list[_Neighbours] = []
    last, broken = -1, False
    for char, at in zip(text.value, text.starts.tolist(), strict=True):
        if char == "\n":
            broken = True
        elif not char.isspace():
            if last >= 0:
                found.append(_Neighbours(last, at, broken))
            last, broken = at, False
    return found


def _gaps(said: str, left: bool, right: bool) -> list[bool]:
    """Whether there is white space between the characters of a stretch, and at its ends where something is there."""
    parts = ("x" if left else "") + said + ("x" if right else "")
    gaps: list[bool] = []
    spaced, seen = False, False
    for char in parts:
        if char.isspace():
            spaced = True
        else:
            if seen:
                gaps.append(spaced)
            spaced, seen = False, True
    return gaps


def _solid(text: str) -> str:
    return "".join(text.split())


def folded_text(text: str) -> str:
    """A text as it is compared, without white space."""
    return "".join(map(folded, text))
