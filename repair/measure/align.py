"""Where the lines of a raw page stand in its gold: the truth about every gap, to train on and to count by.

Lines are compared without spaces, width and quote style (`plain`). Lines with misread characters are placed
between their neighbours, by partial alignment (rapidfuzz).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from rapidfuzz import fuzz

from repair.measure.text import JUMP
from repair.typography.plain import plain
from repair.vocabulary.model_marks import LIST_OR_HEAD

__all__ = ["WALL", "Place", "follows", "gold_text", "line_places", "truth"]

WALL = "\0"
"""Stands between the blocks of a gold text."""

_MOST = 80


class Place(NamedTuple):
    """Half-open stretch of the gold text."""

    start: int
    end: int


def gold_text(gold: Mapping[str, Any]) -> str:
    """All blocks and furniture of a gold page, normalised, with a wall between blocks."""
    blocks = [block["text"] for article in gold["articles"] for block in article["blocks"]]
    return WALL.join(plain(JUMP.sub("", text)) for text in [*blocks, *gold.get("furniture", [])])


def line_places(lines: Sequence[str], gold: str) -> list[Place | None]:
    """Place of each line in a gold text (from `gold_text`), or None where it is not to be found.

    Of the places that a line could have, those are taken that continue the line before most often (dynamic
    programming).
    """
    keys = [plain(JUMP.sub("", LIST_OR_HEAD.sub("", line))) for line in lines]
    options = [_exact(key, gold) for key in keys]
    places = _best_path(options)
    return _fill(keys, places, gold)


def truth(places: Sequence[Place | None], gold: str) -> list[int]:
    """For each gap between lines: 1 the paragraph goes on, 0 it does not, -1 not known."""
    return [follows(a, b, gold) for a, b in pairwise(places)]


def follows(a: Place | None, b: Place | None, gold: str) -> int:
    """Whether the paragraph of a line at `a` goes on in one at `b`: 1 yes, 0 no, -1 not known."""
    if a is None or b is None:
        return -1
    # Edges of misread lines are placed to within a character or two: the middles tell whether a wall lies between.
    between = gold[(a.start + a.end) // 2 : (b.start + b.end) // 2]
    return int(abs(b.start - a.end) <= 2 and a.start < b.start and WALL not in between)


def _exact(key: str, gold: str) -> list[Place]:
    found: list[Place] = []
    at = gold.find(key) if key else -1
    while at >= 0 and len(found) < _MOST:
        found.append(Place(at, at + len(key)))
        at = gold.find(key, at + 1)
    return found


def _best_path(options: list[list[Place]]) -> list[Place | None]:
    placed: list[Place | None] = [None] * len(options)
    rows: list[tuple[int, list[tuple[float, int]]]] = []
    before: list[Place] = []
    scores: list[tuple[float, int]] = []
    for i, places in enumerate(options):
        if not places:
            continue
        scores = [
            max(
                ((s[0] + _follows(p, place), k) for k, (p, s) in enumerate(zip(before, scores, strict=True))),
                default=(0.0, -1),
            )
            for place in places
        ]
        rows.append((i, scores))
        before = places
    choice = max(range(len(scores)), key=lambda k: scores[k][0]) if scores else -1
    for i, row in reversed(rows):
        placed[i] = options[i][choice]
        choice = row[choice][1]
    return placed


def _follows(a: Place, b: Place) -> float:
    """How well a line at `b` follows a line at `a`."""
    step = b.start - a.end
    if step == 0:
        return 1.0
    if step == 1:
        return 0.9
    if a.start <= b.start < a.end:
        return -2.0
    return 0.3 if 0 < step < 30 else 0.1 if step > 0 else 0.0


def _fill(keys: list[str], places: list[Place | None], gold: str) -> list[Place | None]:
    """Places for lines with misread characters, next to the line before them."""
    at = 0
    out: list[Place | None] = []
    for i, (key, place) in enumerate(zip(keys, places, strict=True)):
        if place is None and len(key) >= 4:
            after = next((p for p in places[i + 1 : i + 4] if p), None)
            size = after.start - at if after and after is (places[i + 1] if i + 1 < len(places) else None) else -1
            if abs(size - len(key)) <= 3 and fuzz.ratio(key, gold[at : at + size]) >= 50:
                place = Place(at, at + size)
            else:
                low = max(0, at - 100)
                place = _partial(key, gold, low, at + 400) or _partial(key, gold, 0, len(gold))
        if place:
            at = place.end
        out.append(place)
    return out


def _partial(key: str, gold: str, low: int, high: int) -> Place | None:
    found = fuzz.partial_ratio_alignment(key, gold[low:high], score_cutoff=72)
    if not found or found.dest_end - found.dest_start < 3:
        return None
    return Place(low + found.dest_start - found.src_start, low + found.dest_end + len(key) - found.src_end)
