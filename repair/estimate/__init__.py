"""How good a page is, without gold: about which share of its text stands in whole paragraphs, and what speaks against.

The figure puts pages in the order in which they need eyes. It is read off the text as it stands, so a page can be asked
before and after its repair.

>>> from repair.core.page import Page
>>> whole, cut = Page.of("渠里来了水，渠边栽了树。"), Page.of("渠里来了水，渠边\\n栽了树，镇上的人\\n都来看。")
>>> estimate(whole).figure > estimate(cut).figure
True
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from math import exp
from pathlib import Path
from typing import NamedTuple

from repair.core.engine import Record
from repair.core.page import Page
from repair.estimate.parts import DAMAGE, NAMES, parts_of
from repair.evidence.table import FOLDER, read
from repair.typography.lines import printed_lines

__all__ = ["NAMES", "TABLE", "Estimate", "estimate", "figure", "load", "lowered_by"]

TABLE = FOLDER / "estimate.tsv"
"""The shipped weights; `python -m repair.training.estimate` writes them."""


class Estimate(NamedTuple):
    """`figure`: about the share of the text that stands in whole paragraphs (para_f1), 0 to 1, higher is better.

    `parts`: what speaks against it, by name, each 0 where nothing does (`NAMES` says what each is).
    """

    figure: float
    parts: dict[str, float]


def estimate(page: Page, records: Sequence[Record] = ()) -> Estimate:
    """The estimate of a page's text as it stands: `Page.of(raw)` as it was read, `result.page` as it was repaired.

    With `records` (`result.records`) it also counts what the chain itself was not sure of, and tells pages apart whose
    repaired text looks whole. A page without text has 0: somebody should look why.
    """
    found = parts_of(page, records)
    return Estimate(figure(found, load()) if len(printed_lines(page)) else 0.0, found)


def figure(found: dict[str, float], weights: dict[str, float]) -> float:
    """What the parts leave of a page: each takes its share of what the others leave, so more of one never adds.

    >>> round(figure({"open_ends": 0.5, "repeats": 0.0}, {"open_ends": 1.0, "repeats": 0.2}), 3)
    0.607
    """
    return exp(-sum(weights.get(name, 0.0) * found[name] for name in found))


def lowered_by(found: Mapping[str, float], weights: Mapping[str, float]) -> list[tuple[str, float]]:
    """The parts by what they take from the figure, the worst first, each with its share of all that they take.

    >>> lowered_by({"gaps": 2.0, "seams": 0.5, "columns": 0.0}, {"gaps": 0.25, "seams": 3.0, "columns": 1.7})
    [('seams', 0.75), ('gaps', 0.25)]
    """
    costs = {name: value * weights.get(name, 0.0) for name, value in found.items()}
    total = sum(costs.values())
    return sorted(((name, cost / total) for name, cost in costs.items() if cost > 0), key=lambda one: -one[1])


@cache
def load(path: Path = TABLE) -> dict[str, float]:
    """A table of weights: the nats that one unit of a part costs, none below 0.

    >>> all(weight >= 0 for weight in load().values()) and set(load()) <= set(NAMES)
    True
    """
    weights = read(path, DAMAGE).weights
    return {name: float(weights[name][0]) for name in NAMES if weights[name][0]}
