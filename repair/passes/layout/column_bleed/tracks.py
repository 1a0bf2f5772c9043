"""Columns found again in text that was read row by row: a beam search over column tracks.

The engine walks the page row by row, always through the same columns in the same order. A hypothesis holds the columns
open now, in that order, each with its last piece, and the place within the row. The next piece goes on in an open
column to the right (the same row) or not (a new row), opens a column, or stands alone (a headline over columns). To
pass over a column costs, the less the longer it has been idle.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["ALONE", "OPENS", "tracks"]

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

OPENS, ALONE = -1, -2
"""What `tracks` gives, in place of a piece, for a piece that opens a column and for one that stands alone."""

# Hypotheses kept; fewer where the places of the cells are known.
_WIDTH, _WIDTH_KNOWN, _MOST_COLUMNS = 48, 24, 10
# A hypothesis so many nats behind the best is given up.
_HOPELESS = 14.0
# A column idle for more rows than this is closed.
_MOST_IDLE = 6
# What a step scores, in nats: the odds that the piece follows are shifted and clipped.
_SHIFT, _CLIP, _SKIP, _SKIP_EACH_ROW = 3.0, 5.0, 2.7, 0.5
_OPENS, _OPENS_LEFT, _ALONE = -3.0, -3.5, -3.5
# The same where rows and places are known for sure; places are in characters.
_OPENS_KNOWN, _ALONE_KNOWN = -7.0, -5.5
_PLACE, _PLACE_SLOPE, _PLACE_MOST = 2.5, 0.6, 19.0
_NEVER = -99.0
_RIGHT, _LEFT, _APART = _MOST_COLUMNS, _MOST_COLUMNS + 1, _MOST_COLUMNS + 2
_ACTIONS = _MOST_COLUMNS + 3
# Numbers that make sums of pieces, one a column, differ (for telling hypotheses apart).
_PRIMES = np.array([1, 1009, 2003, 4001, 8009, 16001, 32003, 64007, 128021, 256019])


class _Beam(NamedTuple):
    """Hypotheses, one a row, the best first."""

    score: Floats
    last: Ints  # the last piece of each open column, from left to right; -1 behind them
    used: Ints  # the row of that piece
    columns: Ints  # how many are open
    at: Ints  # the column used last in this row, or -1
    row: Ints


def tracks(odds: Floats, same_row: Bools, places: Ints | None) -> Ints:
    """For each piece the one that it goes on from in its column, or `OPENS`, or `ALONE`.

    `odds[a, b]`: log odds that piece b follows piece a, -inf where that is not asked. `same_row`: the pieces on one
    physical line with the piece before. `places`: where in its line each piece stands, where the engine shows it.
    """
    steps = np.clip(odds + _SHIFT, -_CLIP, _CLIP)
    if places is not None:
        steps += _PLACE - _PLACE_SLOPE * np.minimum(np.abs(places[:, None] - places[None, :]), _PLACE_MOST)
    steps = np.vstack((np.where(np.isfinite(odds), steps, _NEVER), np.full((1, len(odds)), _NEVER)))
    none = np.full((1, _MOST_COLUMNS), -1)
    beam = _Beam(np.zeros(1), none, none - _NEVER_USED, np.zeros(1, np.intp), np.full(1, -1), np.zeros(1, np.intp))
    history = []
    for piece in range(len(odds)):
        beam, origin, before = _step(beam, piece, steps[:, piece], bool(same_row[piece]), places is not None)
        history.append((origin, before))
    found, best = np.empty(len(odds), np.intp), 0
    for piece in reversed(range(len(odds))):
        origin, before = history[piece]
        found[piece] = before[best]
        best = int(origin[best])
    return found


_NEVER_USED = 99
_COLUMNS = np.arange(_MOST_COLUMNS)
_PASSING = -_SKIP * _SKIP_EACH_ROW ** np.arange(100)


def _step(beam: _Beam, piece: int, step: Floats, same_row: bool, known: bool) -> tuple[_Beam, Ints, Ints]:
    """The beam with one more piece; for each new hypothesis the one it comes from, and what the piece goes on from."""
    total = beam.score[:, None] + _scores(beam, step, same_row, known)
    flat, width = total.ravel(), _WIDTH_KNOWN if known else _WIDTH
    if flat.size > 2 * width:
        top = np.argpartition(flat, -2 * width)[-2 * width :]
        top = top[(-flat[top]).argsort(kind="stable")]
    else:
        top = (-flat).argsort(kind="stable")
    top = top[flat[top] > flat[top[0]] - _HOPELESS]
    origin, action = np.divmod(top, _ACTIONS)
    last, used, columns, at, row = (part[origin] for part in beam[1:])
    goes_on = action < _MOST_COLUMNS
    if known:
        new_row = np.full(len(top), not same_row)
    elif same_row:
        new_row = np.zeros(len(top), np.bool_)
    else:
        new_row = np.where(goes_on, action <= at, action == _LEFT)
    row = row + new_row
    before = np.where(action == _APART, ALONE, OPENS)
    on = np.flatnonzero(goes_on)
    before[on] = last[on, action[on]]
    last[on, action[on]], used[on, action[on]], at[on] = piece, row[on], action[on]
    opens = np.flatnonzero((action == _RIGHT) | (action == _LEFT))
    if len(opens):
        left = (action[opens] == _LEFT) | (known and not same_row)
        opened = _opened(last[opens], used[opens], columns[opens], at[opens], row[opens], left, piece)
        last[opens], used[opens], columns[opens], at[opens] = opened
    if known and not same_row:
        at[action == _APART] = -1
    _, kept = np.unique((last * _PRIMES).sum(axis=1) * 16 + at, return_index=True)
    kept = np.sort(kept)[:width]
    after = _Beam(flat[top[kept]], last[kept], used[kept], columns[kept], at[kept], row[kept])
    return after, origin[kept], before[kept]


def _scores(beam: _Beam, step: Floats, same_row: bool, known: bool) -> Floats:
    """What each action scores for each hypothesis: to go on in a column, to open one right or left, to stand alone."""
    _, last, used, columns, at, row = beam
    is_open = columns[:, None] > _COLUMNS
    idle = np.clip(row[:, None] - used - 1, 0, _NEVER_USED)
    passing = np.zeros((len(at), _MOST_COLUMNS + 1))
    np.cumsum(np.where(is_open, _PASSING[idle], 0.0), axis=1, out=passing[:, 1:])
    up_to = passing[np.arange(len(at)), at + 1][:, None]
    to_end = passing[:, -1:] - up_to
    right = at[:, None] < _COLUMNS
    if same_row:
        cost = np.where(right, passing[:, :-1] - up_to, _NEVER)
    elif known:
        cost = to_end + passing[:, :-1]
    else:
        cost = passing[:, :-1] + np.where(right, -up_to, to_end)
    scores = np.empty((len(at), _ACTIONS))
    scores[:, :_MOST_COLUMNS] = np.where(is_open, step[last] + cost, _NEVER)
    scores[:, _RIGHT] = _NEVER if known and not same_row else _OPENS_KNOWN if known else _OPENS
    scores[:, _LEFT] = _NEVER if same_row else (_OPENS_KNOWN if known else _OPENS_LEFT) + to_end[:, 0]
    scores[:, _APART] = _ALONE_KNOWN if known else _ALONE
    return scores


def _opened(
    last: Ints, used: Ints, columns: Ints, at: Ints, row: Ints, left: Bools, piece: int
) -> tuple[Ints, Ints, Ints, Ints]:
    """Hypotheses with a column more, right of the one used last or leftmost; columns long idle are closed."""
    alive = (columns[:, None] > _COLUMNS) & (row[:, None] - used <= _MOST_IDLE)
    full = np.flatnonzero(alive.all(axis=1))
    alive[full, used[full].argmin(axis=1)] = False
    order = (~alive).argsort(axis=1, kind="stable")
    counted, every = alive.cumsum(axis=1), np.arange(len(at))
    at = np.where(at >= 0, counted[every, at] - 1, -1)
    columns = counted[:, -1]
    place = np.where(left, 0, at + 1)
    source = every[:, None], order[every[:, None], _COLUMNS - (place[:, None] < _COLUMNS)]
    here, beyond = place[:, None] == _COLUMNS, columns[:, None] < _COLUMNS
    last = np.where(here, piece, np.where(beyond, -1, last[source]))
    used = np.where(here, row[:, None], np.where(beyond, -_NEVER_USED, used[source]))
    return last, used, columns + 1, place
