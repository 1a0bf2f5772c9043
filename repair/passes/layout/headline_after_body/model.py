"""From evidence to choices: what speaks for each place of each group of heads, by the shipped tables."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from repair.evidence.feature import Buckets
from repair.evidence.table import Table, load
from repair.passes.layout.headline_after_body.alignment import Choices, Floats
from repair.passes.layout.headline_after_body.evidence import (
    ENDS,
    NONE,
    OF_WORDS,
    STARTS,
    STAYS,
    STEPS,
    TIED,
    StayLook,
)
from repair.passes.layout.headline_after_body.look import HeadLook

__all__ = ["AFTER_BODY", "LATE", "choices", "stands_late", "table", "words_of"]

AFTER_BODY, LATE = "headline-after-body", "late-headline"
_EVIDENCE = {AFTER_BODY: (STARTS, NONE, STEPS, ENDS, TIED), LATE: (STARTS, STAYS)}


def table(name: str) -> Table:
    """A shipped table: `AFTER_BODY` or `LATE`."""
    return load(name, *_EVIDENCE[name])


def words_of(starts: Buckets) -> Buckets:
    """Of the evidence that an article begins at a body, what the words say."""
    return {name: starts[name] for name in sorted(OF_WORDS)}


def choices(look: HeadLook, weights: Table) -> Choices:
    """What speaks for each choice of each group, in nats."""
    starts, allowed = STARTS.buckets(look), look.allowed
    tied = weights.odds(words_of(starts)) + weights.odds(TIED.buckets(look))[:, None]
    steps = weights.odds(STEPS.buckets(look))
    bodies = np.arange(steps.shape[1])
    later = np.append(bodies[:, None] < bodies, np.ones((1, len(bodies)), np.bool_), axis=0)
    return Choices(
        np.where(allowed, weights.odds(starts), -np.inf),
        np.where(allowed & look.on_end[:, None], tied, -np.inf),
        weights.odds(NONE.buckets(look)),
        np.where(later, steps, -np.inf),
        weights.odds(ENDS.buckets(look)),
    )


def stands_late(look: HeadLook, candidates: NDArray[np.bool_], weights: Table) -> Floats:
    """For each group and candidate body the chance that its article begins there, and not at the body after it."""
    begins = np.where(candidates, weights.odds(STARTS.buckets(look)), -np.inf)
    nats = np.column_stack((begins, weights.odds(STAYS.buckets(StayLook(look, candidates)))))
    chance = np.exp(nats - nats.max(axis=1, keepdims=True))
    found: Floats = (chance / chance.sum(axis=1, keepdims=True))[:, :-1]
    return found
