"""What changed on a page, for the eye: like a unified diff, with marks at the side and inside the lines.

A line of the raw text begins with "-", one of the repaired text with "+". Inside them the characters that differ stand
in `[-…-]` and `{+…+}`, or in colour; an end of line that went or came is shown as "⏎". Lines are compared first, then,
where they differ, characters: so a paragraph stands beside just those printed lines that it was joined from.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby, islice, takewhile
from typing import TYPE_CHECKING, Literal, NamedTuple

from repair.core.errors import shown
from repair.core.laws import replay_edits
from repair.files.terminal import told

if TYPE_CHECKING:
    from repair.core.engine import Record

__all__ = ["diff", "diff_of_rules"]

CONTEXT = 1
LARGEST = 1 << 28  # pairs of characters that are compared; in a larger stretch whole lines are shown as changed
LONG, PIECE = 10_000, 1_000  # lines of both texts: above the first they are compared in pieces of about the second
RED, GREEN, CYAN, BACK, PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[36m", "\x1b[7m", "\x1b[0m"
PICTURES: dict[int, int | str] = {**{code: 0x2400 + code for code in range(32) if chr(code) not in "\n\t"}, 0x7F: "␡"}

Code = tuple[Literal["replace", "delete", "insert", "equal"], int, int, int, int]
"""What becomes of some lines, as `SequenceMatcher.get_opcodes` says it."""


class Part(NamedTuple):
    """Raw lines and the repaired lines that stand for them, as texts, with the spans in either that differ."""

    old: str | None
    new: str | None
    gone: list[tuple[int, int]]
    come: list[tuple[int, int]]


def diff(
    raw: str, repaired: str, name: str = "page", *, colour: bool = False, states: tuple[str, str] = ("raw", "repaired")
) -> Iterator[str]:
    r"""The lines of a comparison, without line ends; none where the texts are equal.

    Both texts have "\n" for every line end; `states` says of either what it is. Control characters are shown as their
    Unicode pictures, or spelt out.

    >>> print(*diff("新桥,\n通车\n", "新桥，通车\n"), sep="\n")
    --- page (raw)
    +++ page (repaired)
    @@ -1,2 +1,1 @@
    -新桥[-,⏎-]
    -通车
    +新桥{+，+}通车
    """
    if raw == repaired:
        return
    old, new = raw.split("\n"), repaired.split("\n")
    if not old[-1] and not new[-1]:
        old, new = old[:-1], new[:-1]
    red, green, cyan, plain = (RED, GREEN, CYAN, PLAIN) if colour else ("", "", "", "")
    yield f"{red}--- {shown(name)} ({states[0]}){plain}"
    yield f"{green}+++ {shown(name)} ({states[1]}){plain}"
    for group in _Lines(old, new).get_grouped_opcodes(CONTEXT):
        first, last = group[0], group[-1]
        yield f"{cyan}@@ -{first[1] + 1},{last[2] - first[1]} +{first[3] + 1},{last[4] - first[3]} @@{plain}"
        for tag, a, b, c, d in group:
            if tag == "equal":
                yield from (f" {_visible(line)}" for line in old[a:b])
                continue
            for part in _parts(old[a:b], new[c:d]):
                yield from _shown(part, colour)


def diff_of_rules(
    raw: str, records: Iterable[Record], rules: Collection[str], name: str = "page", *, colour: bool = False
) -> Iterator[str]:
    r"""What each of these rules changed, in the order of the chain: the text as it was given, and as it left it.

    `raw` has "\n" for every line end, `records` are the changes that were made, in the order of the chain.

    >>> from repair import Page, load_chain, run
    >>> result = run(Page.of("the ﬁrst bridge, \n"), load_chain())
    >>> print(*diff_of_rules(result.page.raw, result.applied, {"text/latin-ligature"}), sep="\n")
    --- page (before text/latin-ligature)
    +++ page (after text/latin-ligature)
    @@ -1,1 +1,1 @@
    -the [-ﬁ-]rst bridge,
    +the {+fi+}rst bridge,
    """
    text = raw
    for rule, group in groupby(records, key=lambda record: record.rule):
        edits = sorted((done for record in group for done in record.edits), key=lambda done: done[:2])
        given, text = text, replay_edits(text, edits)
        if rule in rules:
            yield from diff(given, text, name, colour=colour, states=(f"before {shown(rule)}", f"after {shown(rule)}"))


class _Lines(SequenceMatcher[str]):
    """Which lines of two texts are the same; long texts are compared from one line that both have once to the next."""

    def __init__(self, old: list[str], new: list[str]) -> None:
        self._old, self._new = old, new
        self._is_long = len(old) + len(new) > LONG
        super().__init__(_is_blank, *(([], []) if self._is_long else (old, new)))

    def get_opcodes(self) -> list[Code]:
        """As `SequenceMatcher` gives them, neighbours of one kind made one."""
        if not self._is_long:
            return super().get_opcodes()
        found: list[Code] = []
        low, bottom = 0, 0
        for high, top in [*self._cuts(), (len(self._old), len(self._new))]:
            old, new = self._old[low:high], self._new[bottom:top]
            for tag, a, b, c, d in _compared(old, new):
                if found and found[-1][0] == tag:
                    _, first, _, third, _ = found.pop()
                    found.append((tag, first, low + b, third, bottom + d))
                else:
                    found.append((tag, low + a, low + b, bottom + c, bottom + d))
            low, bottom = high, top
        return found

    def _cuts(self) -> Iterator[tuple[int, int]]:
        """Places of lines that both texts have once, in the same order in both, every few hundred lines."""
        counts = [Counter(lines) for lines in (self._old, self._new)]
        places = {line: at for at, line in enumerate(self._new) if counts[1][line] == 1 and not _is_blank(line)}
        both = [(at, places[line]) for at, line in enumerate(self._old) if line in places and counts[0][line] == 1]
        low = bottom = 0
        for at, place in _rising(both):
            if at - low + place - bottom >= PIECE:
                yield at, place
                low, bottom = at, place


def _compared(old: list[str], new: list[str]) -> Iterator[Code]:
    """What differs in two pieces; those that have hardly a line that is not repeated differ from the first line that
    does to the last."""
    if len(old) + len(new) <= LONG:
        yield from SequenceMatcher(_is_blank, old, new).get_opcodes()
        return
    least = min(len(old), len(new))
    head = next((i for i in range(least) if old[i] != new[i]), least)
    tail = next((i for i in range(least - head) if old[-1 - i] != new[-1 - i]), least - head)
    if head:
        yield "equal", 0, head, 0, head
    if len(old) - tail > head or len(new) - tail > head:
        tag: Literal["replace", "delete", "insert"] = "replace"
        if len(new) - tail == head:
            tag = "delete"
        elif len(old) - tail == head:
            tag = "insert"
        yield tag, head, len(old) - tail, head, len(new) - tail
    if tail:
        yield "equal", len(old) - tail, len(old), len(new) - tail, len(new)


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs, in order of the first, that is in order of the second too (patience sorting)."""
    tops, ends, before = list[int](), list[int](), list[int]()
    for k, (_, place) in enumerate(pairs):
        at = bisect_left(tops, place)
        before.append(ends[at - 1] if at else -1)
        tops[at : at + 1], ends[at : at + 1] = [place], [k]
    found, k = list[tuple[int, int]](), ends[-1] if ends else -1
    while k >= 0:
        found.append(pairs[k])
        k = before[k]
    return found[::-1]


def _is_blank(line: str) -> bool:
    """Blank lines are no landmarks: they would tie lines together that have nothing to do with each other."""
    return not line.strip()


def _parts(old: list[str], new: list[str]) -> Iterator[Part]:
    """The lines of one place where the texts differ, parted at the ends of line that both have."""
    one, other = "\n".join(old), "\n".join(new)
    if not old or not new or len(one) * len(other) > LARGEST:
        yield Part(one if old else None, other if new else None, [], [])
        return
    from rapidfuzz.distance import Levenshtein

    steps = [*Levenshtein.opcodes(one, other)]
    shared = [
        (op.src_start + at, op.dest_start + at)
        for op in steps
        if op.tag == "equal"
        for at in (found.start() for found in re.finditer("\n", one[op.src_start : op.src_end]))
    ]
    changed = [op for op in steps if op.tag != "equal"]
    gone = _joined((op.src_start, op.src_end) for op in changed)
    come = _joined((op.dest_start, op.dest_end) for op in changed)
    low, bottom = 0, 0
    for high, top in [*shared, (len(one), len(other))]:
        yield Part(one[low:high], other[bottom:top], _within(gone, low, high), _within(come, bottom, top))
        low, bottom = high + 1, top + 1


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that touch made one, and without empty ones."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        elif start < end:
            joined.append((start, end))
    return joined


def _within(spans: Sequence[tuple[int, int]], low: int, high: int) -> list[tuple[int, int]]:
    """The spans between two places, counted from the first."""
    first = bisect_left(spans, (low, low))
    return [
        (start - low, end - low) for start, end in takewhile(lambda span: span[1] <= high, islice(spans, first, None))
    ]


def _shown(part: Part, colour: bool) -> Iterator[str]:
    """The lines of a part, the raw ones first; once, where nothing differs."""
    old, new, gone, come = part
    if old == new and old is not None:
        yield from (f" {_visible(line)}" for line in old.split("\n"))
        return
    if old is not None and new is not None and _mostly(gone, old) and _mostly(come, new):
        gone, come = [], []  # hardly a character in common: marks would only be noise
    if old is not None:
        yield from _side("-", old, gone, (RED, BACK, PLAIN) if colour else ("", "[-", "-]"))
    if new is not None:
        yield from _side("+", new, come, (GREEN, BACK, PLAIN) if colour else ("", "{+", "+}"))


def _mostly(spans: Iterable[tuple[int, int]], text: str) -> bool:
    return sum(end - start for start, end in spans) * 2 > len(text)


def _side(side: str, text: str, spans: list[tuple[int, int]], marks: tuple[str, str, str]) -> Iterator[str]:
    """The lines of one text with their side mark and the marks of `spans`."""
    tint, opening, closing = marks
    parts, at = [], 0
    for start, end in spans:
        *ended, rest = _visible(text[start:end]).split("\n")
        parts += [_visible(text[at:start]), *(f"{opening}{line}⏎{closing}\n" for line in ended)]
        parts += [f"{opening}{rest}{closing}{tint}"] if rest else []
        at = end
    parts.append(_visible(text[at:]))
    for line in "".join(parts).split("\n"):
        yield f"{tint}{side}{line}{PLAIN if tint else ''}"


def _visible(text: str) -> str:
    return told(text.translate(PICTURES), keep="\n\t")
