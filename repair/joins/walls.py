"""Headlines over which no paragraph goes on: the reader lost a full stop there, or the headline has nothing else.

A paragraph that ends without its full stop looks cut, and the first paragraph of the next section may go on well enough
by the language. But a head that is numbered in its turn opens a section, and so does one that would have no text left.
A running head, or the headline of the article itself, that was read into a sentence is no wall.
"""

from __future__ import annotations

import numpy as np
import regex
from numpy.typing import NDArray

from repair.core.page import Page
from repair.joins.block_ends import BODY, DATELINE, HEAD, LIST, PLAIN
from repair.typography.lines import printed_lines
from repair.vocabulary.list_marks import NUMBERED
from repair.vocabulary.numerals import number_of

__all__ = ["over_walls"]

Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

_OF_A_SECTION = (BODY, DATELINE, LIST, PLAIN)


def over_walls(page: Page, kinds: Ints, tails: Ints, heads: Ints) -> tuple[Bools, Bools]:
    """For each pair of lines whether a wall stands between the first, whose paragraph may go on, and the second.

    The first are walls in any case, heads numbered in their turn; the second are heads whose section would be empty,
    over which only a very likely join goes. `kinds`: places in `pair_features.KINDS`, of each line; `tails` and `heads`
    are lines.
    """
    headlines = np.flatnonzero(kinds == HEAD)
    if not len(headlines):
        none = np.zeros(len(tails), np.bool_)
        return none, none
    numbered = np.concatenate(([0], np.cumsum(_in_sequence(page, headlines))))
    text = np.concatenate(([0], np.cumsum(np.isin(kinds, _OF_A_SECTION))))
    ends = np.append(headlines[1:], len(kinds))
    size = text[ends] - text[headlines]  # blocks of text up to the next head
    last = headlines.searchsorted(heads) - 1  # the last head before the line that would move
    between = (last >= 0) & (headlines[last] > tails)
    emptied = between & (size[last] == 1) & (text[heads] == text[headlines[last]])
    in_turn = between & (numbered[last + 1] > numbered[headlines.searchsorted(tails)])
    return in_turn, emptied


def _in_sequence(page: Page, headlines: Ints) -> Bools:
    """For each of these lines whether it bears a number, and a head before or after it the one before or after."""
    value, lines = page.text.value, printed_lines(page)
    told: list[tuple[str, int] | None] = []
    for line in headlines.tolist():
        match = NUMBERED.match(value, int(lines.starts[line]), int(lines.ends[line]))
        told.append(_number(match) if match else None)
    known = {one for one in told if one}
    return np.array(
        [one is not None and ((one[0], one[1] - 1) in known or (one[0], one[1] + 1) in known) for one in told], np.bool_
    )


def _number(match: regex.Match[str]) -> tuple[str, int]:
    """What a number is written like, with the numbers of the sections above it, and the number."""
    *above, last = regex.split("[.．]", match["number"])
    number = int(last) if last.isdigit() else number_of(last)
    style = f"{match['open']}{'.'.join(above)}{'' if last.isdigit() else '一'}{match['close'].strip()}"
    return style, number
