"""Which body each group of heads stands over, when heads come in the order of their articles: a chain of choices.

Each group either has an article, which begins at one of the bodies before it, or none that is to be found. Articles
follow one another in the order of their groups; a group may also be one more head of the article of the group before.
What speaks for each choice is given in nats; forward and backward sums (Rabiner 1989) give the chance of each.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Choices", "Floats", "chances"]

Floats = NDArray[np.float64]
_NEVER = -np.inf


class Choices(NamedTuple):
    """A number for each choice, in nats or as a chance, for g groups and b bodies.

    `starts` (g, b): the group's article begins at this body; -inf where it cannot. `tied` (g, b): the same, for a group
    that shares the article of the group before it. `none` (g): the group has no article here. `steps` (b + 1, b): an
    article begins at this body after one that began at that body, or, in the last row, as the first of all. `ends`
    (b + 1): the last article began at this body; the last entry: there is none.
    """

    starts: Floats
    tied: Floats
    none: Floats
    steps: Floats
    ends: Floats


def chances(nats: Choices) -> tuple[float, Choices]:
    """The log of the sum over all chains of choices, and the chance of each choice.

    >>> one = Choices(np.log([[3.0, 1.0]]), np.full((1, 2), -np.inf), np.zeros(1), np.zeros((3, 2)), np.zeros(3))
    >>> chances(one)[1].starts.round(2).tolist()
    [[0.6, 0.2]]
    """
    starts, tied, none, steps, ends = nats
    groups, bodies = starts.shape
    # A group has an article, at a body; or it has none, and the last article began at a body, or there is none yet.
    has = np.full((groups + 1, bodies), _NEVER)
    last = np.full((groups + 1, bodies + 1), _NEVER)
    last[0, -1] = 0.0
    told = Choices(*(np.zeros_like(one) for one in nats))
    with np.errstate(divide="ignore", invalid="ignore"):
        for j in range(groups):
            has[j + 1] = np.logaddexp(starts[j] + _logsum(last[j][:, None] + steps), tied[j] + has[j])
            last[j + 1] = last[j] + none[j]
            last[j + 1, :-1] = np.logaddexp(last[j + 1, :-1], has[j + 1])
        total = float(_logsum(last[-1] + ends))
        told.ends[:] = np.exp(last[-1] + ends - total)
        after_has, after_none = ends[:-1], ends
        for j in range(groups - 1, -1, -1):
            new = steps + (starts[j] + after_has)
            pairs = np.exp(last[j][:, None] + new - total)
            told.starts[j], told.steps[:] = pairs.sum(axis=0), told.steps + pairs
            told.tied[j] = np.exp(has[j] + tied[j] + after_has - total)
            told.none[j] = np.exp(last[j] + none[j] + after_none - total).sum()
            after_none = np.logaddexp(_logsum(new.T), none[j] + after_none)
            after_has = np.logaddexp(after_none[:-1], tied[j] + after_has)
    return total, told


def _logsum(values: Floats) -> Floats:
    """Log of the sum of exponentials along the first axis."""
    top = np.maximum(values.max(axis=0, initial=_NEVER), -1e300)
    found: Floats = top + np.log(np.exp(values - top).sum(axis=0))
    return found
