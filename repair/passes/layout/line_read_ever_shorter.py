"""The end of a line again and again, each time shorter: `今天开工天开工开工工` was `今天开工`.

Each piece is the end of the one before it, so where two meet, the characters behind the seam are those before it. From
the last seam, where a single character or two are doubled, the seams are followed back as long as the pieces grow.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from repair.core.change import Change, Safety
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.core.text import Edit, Span
from repair.typography.folded import folded_text

__all__ = ["RULE"]

# A word that the reader takes for one is left off at once.
_STEPS = (1, 2, 3, 4)
_LEAST_PIECES, _LEAST_SAID = 4, 4
# So many characters of fewer kinds than that are a rule of dots or the like, and no seam within them is looked at: the
# pieces that end there would say nothing until they are longer than any line's end that was seen.
_RULE = 128


def find(page: Page, options: Options) -> Iterator[Change]:
    """Take out all pieces but the first, which is the longest.

    What is left can be such a row again: then the row was itself read again and again.
    """
    folded = folded_text(page)
    if not any(_rows(folded.codes)):
        return
    left, sizes = np.arange(len(folded.codes)), dict[int, int]()
    while rows := list(_rows(folded.codes[left])):
        stays = np.ones(len(left), np.bool_)
        for start, end, size in rows:
            stays[start:end] = False
            sizes[int(left[start])] = size
        left = left[stays]
    gone = np.ones(len(folded.codes) + 1, np.bool_)
    gone[left] = gone[-1] = False
    edges = np.flatnonzero(np.diff(gone, prepend=False))
    for start, end in edges.reshape(-1, 2).tolist():
        yield _change(page, folded.places, start, end, sizes[start])


def _rows(codes: NDArray[np.uint32]) -> Iterator[tuple[int, int, int]]:
    """Rows of pieces without the first one: start, end and the length of that first piece."""
    until = len(codes)
    for seam, size in reversed(_last_seams(codes)):
        if seam + size > until:
            continue
        end, pieces = seam + size, 1
        while longer := next((size + step for step in _STEPS if _doubled(codes, seam - size - step, size + step)), 0):
            seam, size, pieces = seam - longer, longer, pieces + 1
        if pieces >= _LEAST_PIECES and len(set(codes[seam : seam + size].tolist())) >= _LEAST_SAID:
            until = seam - size
            yield seam, end, size


def _last_seams(codes: NDArray[np.uint32]) -> list[tuple[int, int]]:
    """Seams (place, characters that are the same on either side) of one or two before which a longer one may stand."""
    found: list[tuple[int, int]] = []
    one, two = codes[1:] == codes[:-1], codes[2:] == codes[:-2]
    for size, seams in (1, one), (2, two[1:] & two[:-1]):
        places = seams.nonzero()[0] + size
        # Nearly always the last character of the longer seam settles it.
        before = places[:, None] - size - np.array(_STEPS) - 1
        may = (before >= 0) & (codes[places - 1][:, None] == codes[np.maximum(before, 0)])
        may = may.any(axis=1) & ~_in_rule(codes)[places // _RULE]
        found += [(place, size) for place in places[may].tolist()]
    return sorted(found)


def _in_rule(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """For each `_RULE` characters whether they and those before them are of too few kinds to say anything."""
    found = np.zeros(len(codes) // _RULE + 1, np.bool_)
    whole = np.sort(codes[: len(codes) // _RULE * _RULE].reshape(-1, _RULE), axis=1)
    few = (np.diff(whole, axis=1) != 0).sum(axis=1) < _LEAST_SAID - 1
    both = np.flatnonzero(few[1:] & few[:-1])
    two = np.sort(np.concatenate((whole[both], whole[both + 1]), axis=1), axis=1)
    found[both + 1] = (np.diff(two, axis=1) != 0).sum(axis=1) < _LEAST_SAID - 1
    return found


def _doubled(codes: NDArray[np.uint32], seam: int, size: int) -> bool:
    return seam >= size and bool((codes[seam : seam + size] == codes[seam - size : seam]).all())


def _change(page: Page, places: NDArray[np.intp], seam: int, end: int, size: int) -> Change:
    """Take out `folded[seam:end]`; the piece before it stays."""
    start, stop = int(places[seam - 1]) + 1, int(places[end - 1]) + 1
    first = Span(int(places[seam - size]), start)
    removes = "".join(page.text.value[start:stop].split())
    reason = "the end of the line again and again, ever shorter"
    return Change((Edit(start, stop, ""),), reason, Safety.SAFE, 0.99, removes, copies=(first,))


RULE = Rule(
    id="layout/line-read-ever-shorter",
    title="end of a line repeated ever shorter",
    phase=Phase.LAYOUT,
    why="A reader of PDF gives the end of a justified line again for every character, each time without the next one.",
    find=find,
    safety=Safety.SAFE,
)
