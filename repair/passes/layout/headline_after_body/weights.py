"""The weights of the evidence: tables, one row a feature. `python -m repair.training.heads` writes them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from repair.passes.layout.headline_after_body.alignment import Choices, Floats
from repair.passes.layout.headline_after_body.evidence import ENDS, NONE, STARTS, STAYS, STEPS, TIED, Evidence

__all__ = ["FOLDER", "NAMES", "choices", "digest", "load", "slope", "stands_late"]

FOLDER = Path(__file__).parents[3] / "evidence" / "tables"
"""Where the tables are."""


def _named(**parts: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{part}: {name}" for part, names in parts.items() for name in names)


NAMES = {
    "headline-after-body": _named(starts=STARTS, none=NONE, steps=STEPS, ends=ENDS, tied=TIED),
    "late-headline": _named(starts=STARTS, stays=STAYS),
}
"""The features of each table."""
_PARTS = np.cumsum([len(part) for part in (STARTS, NONE, STEPS, ENDS)])
# What a head that shares its article with the one before has to show for itself: the words, not the place.
OF_WORDS = np.array(["word" in name or "character" in name for name in STARTS])


@cache
def load(table: str) -> NDArray[np.float64]:
    """The shipped weights of a table, in the order of its `NAMES`, in nats; what it does not name weighs nothing."""
    lines = (FOLDER / f"{table}.tsv").read_text(encoding="utf-8").splitlines()
    told = dict(line.split("\t") for line in lines if not line.startswith("#"))
    return np.array([float(told.get(name, 0)) for name in NAMES[table]])


@cache
def digest(table: str) -> str:
    """Hash of a shipped table."""
    return hashlib.blake2b((FOLDER / f"{table}.tsv").read_bytes(), digest_size=8).hexdigest()


def choices(evidence: Evidence, weights: NDArray[np.float64]) -> Choices:
    """What speaks for each choice of each group, in nats."""
    start, none, step, end, tie = np.split(weights, _PARTS)
    features, allowed = evidence.starts, evidence.allowed
    on_end, kinds = evidence.tied
    tied = np.tensordot(start * OF_WORDS, features, 1) + (tie @ kinds)[:, None]
    steps = np.tensordot(step, evidence.steps, 1)
    bodies = np.arange(steps.shape[1])
    later = np.append(bodies[:, None] < bodies, np.ones((1, len(bodies)), np.bool_), axis=0)
    return Choices(
        np.where(allowed, np.tensordot(start, features, 1), -np.inf),
        np.where(allowed & on_end[:, None], tied, -np.inf),
        none @ evidence.none,
        np.where(later, steps, -np.inf),
        end @ evidence.ends,
    )


def slope(evidence: Evidence, told: Choices) -> Floats:
    """How each weight adds to the sum over the choices, each counted with its chance."""
    features = evidence.starts
    starts = np.tensordot(features, told.starts, 2) + OF_WORDS * np.tensordot(features, told.tied, 2)
    steps = np.tensordot(evidence.steps, told.steps, 2)
    ties = evidence.tied[1] @ told.tied.sum(axis=1)
    return np.concatenate((starts, evidence.none @ told.none, steps, evidence.ends @ told.ends, ties))


def stands_late(evidence: Evidence, candidates: NDArray[np.bool_], weights: NDArray[np.float64]) -> Floats:
    """For each group and candidate body the chance that its article begins there, and not at the body after it."""
    start, stay = np.split(weights, [len(STARTS)])
    begins = np.where(candidates, np.tensordot(start, evidence.starts, 1), -np.inf)
    nats = np.column_stack((begins, stay @ evidence.stays(candidates)))
    chance = np.exp(nats - nats.max(axis=1, keepdims=True))
    found: Floats = (chance / chance.sum(axis=1, keepdims=True))[:, :-1]
    return found
