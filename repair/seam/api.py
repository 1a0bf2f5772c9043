"""What a seam model answers, and the small interface behind which any model can stand.

A *seam* is the place where two pieces of text meet or should meet. This module imports nothing
heavy, so that code which only passes models about does not load numpy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class SeamScores(NamedTuple):
    """Scores of a run of seams: two float32 arrays of shape (seams,), in nats.

    `llr` = log P(head | tail) - log P(end | tail) - log P(head | start), less a constant of the
    model, answers yes or no: does the text go on, or did a unit end and another begin? A model
    sets the constant so that the neutral point lies near +4. `pmi` = log P(head | tail) -
    log P(head) chooses among candidates for one tail; it is 0 where either side is empty.

    >>> from repair.seam import default_model
    >>> scores = default_model().score(["全国人民代表大会常务委"], ["员会第三次会议"])
    >>> bool(scores.llr[0] > 4)
    True
    """

    llr: NDArray[np.float32]
    pmi: NDArray[np.float32]


class SeamModel(Protocol):
    """Anything that scores seams; a stronger model takes the n-gram table's place here (`repair.seam.use`)."""

    def score(self, tails: Sequence[str], heads: Sequence[str]) -> SeamScores:
        """Score `heads[i]` as the continuation of `tails[i]`; both have the same length."""
        ...

    def score_gaps(self, codes: NDArray[np.uint32], ends: NDArray[np.intp], starts: NDArray[np.intp]) -> SeamScores:
        """The same for many seams of one page: tails end before `ends[i]`, heads begin at `starts[i]`.

        `codes` are the code points of the whole page, so that a model may read as far back and ahead as it likes.
        """
        ...
