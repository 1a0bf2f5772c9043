"""Label the blocks of a page: which head is which, and where an article begins.

A linear-chain conditional random field (Lafferty, McCallum and Pereira 2001) over the figures of `evidence`; its
weights stand in `weights.tsv`, one row a figure, one column a label, and were fitted by `train.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.articles.evidence import Evidence, Figures
from repair.blocks.line_rules import HEAD

__all__ = ["FORBIDDEN", "HEADS", "LABELS", "TABLE", "Labelled", "Weights", "allowed", "label", "load"]

Floats = NDArray[np.float64]

HEADS = ("kicker", "headline", "headline goes on", "deck", "crosshead", "paragraph")
LABELS = (*HEADS, "goes on", "begins")
"""What a line that looks like a head can be, and then whether another block goes on with an article or begins one."""

TABLE = Path(__file__).parents[1] / "evidence" / "tables" / "articles.tsv"
FORBIDDEN = -1e4
_CAPTION = "caption"


class Weights(NamedTuple):
    """`figures`: for each figure what it weighs for each label; `steps`: of each label after each, shape
    (labels, labels). In nats."""

    figures: dict[str, Floats]
    steps: Floats


class Labelled(NamedTuple):
    """The best labels of all blocks together, and for each block the probability of its own."""

    labels: list[str]
    shares: list[float]


def label(evidence: Evidence, weights: Weights | None = None) -> Labelled:
    """The labels of a page's blocks, by the shipped weights or by others."""
    if not len(evidence):
        return Labelled([], [])
    weights = weights or load()
    scores = np.where(allowed(evidence.kinds), 0.0, FORBIDDEN)
    for row, figures in zip(scores, evidence.figures(), strict=True):
        row += _weighed(figures, weights)
    best = _best(scores, weights.steps)
    chances = _chances(scores, weights.steps)
    return Labelled([LABELS[i] for i in best], [float(chances[at, i]) for at, i in enumerate(best)])


def allowed(kinds: Sequence[str]) -> NDArray[np.bool_]:
    """Which labels each block may have, shape (blocks, labels): those of heads are for what looks like one;
    other blocks go on or begin, and captions begin nothing."""
    head = np.array([kind == HEAD for kind in kinds])
    caption = np.array([kind == _CAPTION for kind in kinds])
    return np.stack([head] * len(HEADS) + [~head, ~head & ~caption], axis=1)


@cache
def load() -> Weights:
    """The shipped weights."""
    figures, steps = {}, np.zeros((len(LABELS), len(LABELS)))
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, *numbers = line.split("\t")
            weights = np.array([float(number) for number in numbers])
            if name.startswith("after label "):
                steps[LABELS.index(name.removeprefix("after label "))] = weights
            else:
                figures[name] = weights
    return Weights(figures, steps)


def _weighed(figures: Figures, weights: Weights) -> Floats:
    total = np.zeros(len(LABELS))
    for name, value in figures.items():
        if name in weights.figures:
            total += value * weights.figures[name]
    return total


def _best(scores: Floats, steps: Floats) -> list[int]:
    """The path of the highest score (Viterbi)."""
    reached, came_from = scores[0], []
    for row in scores[1:]:
        options = reached[:, None] + steps
        came_from.append(options.argmax(axis=0))
        reached = options.max(axis=0) + row
    path = [int(reached.argmax())]
    for back in reversed(came_from):
        path.append(int(back[path[-1]]))
    return path[::-1]


def _chances(scores: Floats, steps: Floats) -> Floats:
    """The probability of each label of each block (forward and backward)."""
    ahead, behind = np.empty_like(scores), np.zeros_like(scores)
    ahead[0] = scores[0]
    for at in range(1, len(scores)):
        ahead[at] = np.logaddexp.reduce(ahead[at - 1][:, None] + steps, axis=0) + scores[at]
        back = len(scores) - 1 - at
        behind[back] = np.logaddexp.reduce(steps + scores[back + 1] + behind[back + 1], axis=1)
    chances: Floats = np.exp(ahead + behind - np.logaddexp.reduce(ahead[-1]))
    return chances
