"""How near the structure of a repaired page comes to gold: kinds of blocks, and which blocks make an article.

Each block of the output is placed in the gold text (`repair.measure.align`), so that one with a misread character or a
lost end is still known for what it is. A gold block and an output block are a pair where each holds the largest part of
the other; blocks that make no pair count as missing and as surplus.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

from repair.measure.align import Place, line_places
from repair.typography.plain import plain

__all__ = ["Printed", "Structure", "paired", "printed", "structure"]

FURNITURE, PARAGRAPH = "furniture", "paragraph"
_WALL = "\0"


class Printed(NamedTuple):
    """A block: what it says, its kind, and the article that it belongs to (-1 for furniture)."""

    text: str
    kind: str
    article: int


@dataclass(frozen=True)
class Counts:
    """Of `out` things in the output `right` are in gold; of `gold` things in gold `found` are in the output."""

    right: int = 0
    out: int = 0
    found: int = 0
    gold: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.right + other.right, self.out + other.out, self.found + other.found, self.gold + other.gold)

    @property
    def precision(self) -> float:
        """The share of the output that is right; 1 where there is none."""
        return self.right / self.out if self.out else 1.0

    @property
    def recall(self) -> float:
        """The share of gold that was found; 1 where there is none."""
        return self.found / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True)
class Structure:
    """Counts of a page, or of several added up.

    `kinds` counts the blocks of each kind, and `shared` those that gold and the output share; `pairs` counts the pairs
    of blocks in one article.
    """

    kinds: Mapping[str, Counts]
    shared: Mapping[str, Counts]
    pairs: Counts

    def __add__(self, other: Structure) -> Structure:
        return Structure(_added(self.kinds, other.kinds), _added(self.shared, other.shared), self.pairs + other.pairs)

    @property
    def micro_f1(self) -> float:
        """F1 over all blocks."""
        return _micro(self.kinds)

    @property
    def macro_f1(self) -> float:
        """The mean of the kinds' F1, over kinds that gold has."""
        return _macro(self.kinds)

    @property
    def shared_micro(self) -> float:
        """F1 over the blocks that gold and the output share: the share of these whose kind is right."""
        return _micro(self.shared)

    @property
    def shared_macro(self) -> float:
        """The mean of the kinds' F1 over these blocks."""
        return _macro(self.shared)

    @property
    def grouping_f1(self) -> float:
        """F1 over pairs of blocks in the same article."""
        return self.pairs.f1


def _added(one: Mapping[str, Counts], other: Mapping[str, Counts]) -> dict[str, Counts]:
    return {kind: one.get(kind, Counts()) + other.get(kind, Counts()) for kind in {**one, **other}}


def _micro(kinds: Mapping[str, Counts]) -> float:
    return sum(kinds.values(), Counts()).f1


def _macro(kinds: Mapping[str, Counts]) -> float:
    found = [counts.f1 for counts in kinds.values() if counts.gold]
    return sum(found) / len(found) if found else 1.0


def structure(gold: Mapping[str, Any], output: Mapping[str, Any]) -> Structure:
    """Measure a document of `--format json` against a gold page.

    >>> page = {"articles": [{"blocks": [{"type": "headline", "text": "河上新桥通车"}]}], "furniture": []}
    >>> structure(page, page).micro_f1
    1.0
    """
    wanted, given = list(printed(gold)), list(printed(output))
    main_of_gold, main_of_out = paired(wanted, given)
    pairs = [(given[i].kind, wanted[g].kind) for g, i in main_of_gold.items() if main_of_out.get(i) == g]
    right = Counter(mine for mine, theirs in pairs if mine == theirs)
    kinds = _kinds(right, Counter(block.kind for block in given), Counter(block.kind for block in wanted))
    kinds[FURNITURE] = _furniture(wanted, given)
    shared = _kinds(right, Counter(mine for mine, _ in pairs), Counter(theirs for _, theirs in pairs))
    right_out, out = _same_article(given, wanted, main_of_out)
    found, total = _same_article(wanted, given, main_of_gold)
    return Structure(kinds, shared, Counts(right_out, out, found, total))


def _kinds(right: Counter[str], out: Counter[str], gold: Counter[str]) -> dict[str, Counts]:
    return {kind: Counts(right[kind], out[kind], right[kind], gold[kind]) for kind in {**gold, **out}}


def _furniture(wanted: Sequence[Printed], given: Sequence[Printed]) -> Counts:
    """Lines of the sheet, of which an engine may give several as one: each is right where it holds one of gold's."""
    gold = [plain(block.text) for block in wanted if block.kind == FURNITURE]
    out = [plain(block.text) for block in given if block.kind == FURNITURE]
    right = sum(any(line in text or text in line for line in gold) for text in out)
    return Counts(right, len(out), sum(any(line in text for text in out) for line in gold), len(gold))


def printed(page: Mapping[str, Any]) -> Iterator[Printed]:
    """The blocks of a page, of gold (`type`) or of an output (`kind`), in order; furniture last, each line for itself.

    Gold has no fragments: half a paragraph is a paragraph there.
    """
    for number, article in enumerate(page["articles"]):
        for block in article["blocks"]:
            kind = block.get("kind") or block["type"]
            yield Printed(block["text"], PARAGRAPH if kind == "fragment" else kind, number)
    for piece in page.get("furniture", ()):
        yield Printed(piece if isinstance(piece, str) else piece["text"], FURNITURE, -1)


def paired(gold: Sequence[Printed], out: Sequence[Printed]) -> tuple[dict[int, int], dict[int, int]]:
    """For each gold block the output block that holds most of it, and for each output block the gold block likewise.

    Jump lines are alike on many pages and are matched by their words, in order.
    """
    overlap: defaultdict[tuple[int, int], int] = defaultdict(int)
    starts, parts, at = [], [], 0
    for block in gold:
        starts.append(at)
        parts.append(plain(block.text) if block.kind != "jump" else "")
        at += len(parts[-1]) + 1
    places = line_places([block.text if block.kind != "jump" else "" for block in out], _WALL.join(parts))
    for i, place in enumerate(places):
        if place:
            for g, size in _overlaps(place, starts, parts):
                overlap[g, i] += size
    free = defaultdict(list)
    for g, block in enumerate(gold):
        if block.kind == "jump":
            free[plain(block.text)].append(g)
    for i, block in enumerate(out):
        if block.kind == "jump" and free[plain(block.text)]:
            overlap[free[plain(block.text)].pop(0), i] = len(plain(block.text))
    return _mains(overlap, 0), _mains(overlap, 1)


def _overlaps(place: Place, starts: Sequence[int], parts: Sequence[str]) -> Iterator[tuple[int, int]]:
    g = max(bisect_right(starts, place.start) - 1, 0)
    while g < len(starts) and starts[g] < place.end:
        size = min(place.end, starts[g] + len(parts[g])) - max(place.start, starts[g])
        if size > 0:
            yield g, size
        g += 1


def _mains(overlap: Mapping[tuple[int, int], int], side: int) -> dict[int, int]:
    best: dict[int, tuple[int, int]] = {}
    for pair, size in overlap.items():
        one, other = pair[side], pair[1 - side]
        if one not in best or size > best[one][0]:
            best[one] = size, other
    return {one: other for one, (_, other) in best.items()}


def _same_article(mine: Sequence[Printed], theirs: Sequence[Printed], main: Mapping[int, int]) -> tuple[int, int]:
    """Of the pairs of blocks that are in one article here, how many are in one there; and how many there are."""
    members: defaultdict[int, list[int]] = defaultdict(list)
    for i, block in enumerate(mine):
        if block.article >= 0:
            members[block.article].append(i)
    right = total = 0
    for article in members.values():
        there = [theirs[main[i]].article if i in main else -1 for i in article]
        total += len(article) * (len(article) - 1) // 2
        right += sum(a == b >= 0 for a, b in combinations(there, 2))
    return right, total
