"""How well the quality estimate puts pages in order: rank correlation with para_f1, its error, and what it costs.

python -m tests.benchmarks.estimate SAMPLES [--chain NAME] [--only pages,pages/en] [--json FILE] [--against OLD.json]

SAMPLES is a folder laid out as `samples.py` says. Spearman's coefficient is Pearson's of the ranks, ties with the mean
of theirs; 1 is the order of para_f1 itself. "within an engine" is the mean over the engines of a collection that have
five pages or more. Time is that of the processor, of the chain and of the estimate before and after together.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from repair.core.chain import Chain
from repair.core.engine import run
from repair.core.page import Page
from repair.estimate import NAMES, Estimate, estimate, figure, load
from repair.files.decoding import decode
from repair.measure import score
from repair.rulebook.load import load_chain

from . import samples
from .samples import Sample
from .table import Cell, Table, kept_options

_LEAST = 5
Floats = NDArray[np.float64]


class Asked(NamedTuple):
    """A text with its estimate and its para_f1; `sort` is "raw" or "repaired"."""

    collection: str
    engine: str
    sort: str
    estimate: Estimate
    para_f1: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    given = _parser().parse_args(arguments)
    chain, table = load_chain(given.chain), Table()
    asked: list[Asked] = []
    seconds: list[tuple[float, float]] = []
    for collection, by_engine in samples.groups(given.samples).items():
        if given.only and collection not in given.only.split(","):
            continue
        for engine, pages in by_engine.items():
            for page in tqdm(pages, desc=f"{collection} {engine}", disable=given.quiet or None, leave=False):
                if page.gold:
                    *texts, spent = _ask(page, collection, engine, chain)
                    asked += texts
                    seconds.append(spent)
    if asked:
        _report(table, asked)
        chain_ms, own_ms = (1000 * float(np.mean(part)) for part in zip(*seconds, strict=True))
        table.put("cost, mean of a page", "ms", {"chain": chain_ms, "estimate": own_ms, "share": own_ms / chain_ms})
    table.tell(given, {"samples": str(given.samples), "chain": given.chain, "only": given.only})
    return 0


def _ask(page: Sample, collection: str, engine: str, chain: Chain) -> tuple[Asked, Asked, tuple[float, float]]:
    """A page before and after, with the seconds that the chain and both estimates took."""
    assert page.gold
    decoded, encoding = decode(page.data, name=page.name)
    raw = Page.of(decoded, page.name, encoding.newline)
    started = time.process_time()
    result = run(raw, chain)
    between = time.process_time()
    estimates = estimate(raw), estimate(result.page, result.records)
    spent = between - started, time.process_time() - between
    before, after = (
        Asked(collection, engine, sort, said, score(page.gold, text.text.value).para_f1)
        for sort, said, text in zip(("raw", "repaired"), estimates, (raw, result.page), strict=True)
    )
    return before, after, spent


def _report(table: Table, asked: Sequence[Asked]) -> None:
    """The rows: texts pooled in several ways, engines one by one, parts one by one."""
    repaired = [one for one in asked if one.sort == "repaired"]
    chosen: dict[str, Callable[[Asked], bool]] = {
        "repaired": lambda one: one.sort == "repaired",
        "raw": lambda one: one.sort == "raw",
        "raw and repaired": lambda one: True,
        "repaired, right order, not English": lambda one: (
            one.sort == "repaired" and one.engine in samples.RIGHT_ORDER and one.collection != "pages/en"
        ),
        "repaired, others, not English": lambda one: (
            one.sort == "repaired" and one.engine not in samples.RIGHT_ORDER and one.collection != "pages/en"
        ),
        "repaired, English": lambda one: one.sort == "repaired" and one.collection == "pages/en",
    }
    for name, holds in chosen.items():
        if texts := [one for one in asked if holds(one)]:
            table.put("figure", name, _cells(texts))
    without = [one._replace(estimate=_without_records(one.estimate)) for one in repaired]
    table.put("figure", "repaired, without the records", _cells(without))
    by_engine: dict[str, list[Asked]] = {}
    for one in repaired:
        by_engine.setdefault(f"{one.collection} {one.engine}".strip(), []).append(one)
    for name, texts in by_engine.items():
        table.put("figure by engine, repaired", name, _cells(texts))
    within = [spearman(*_figures(texts)) for texts in by_engine.values() if len(texts) >= _LEAST]
    if within:
        table.put("figure", "repaired, within an engine", {"texts": len(repaired), "spearman": float(np.mean(within))})
    truth = [one.para_f1 for one in repaired]
    for part, unit in NAMES.items():
        said = [-one.estimate.parts[part] for one in repaired]
        cells: dict[str, Cell] = {"spearman": spearman(said, truth), "mean": -float(np.mean(said)), "unit": unit}
        table.put("parts alone, repaired", part, cells)


def _without_records(said: Estimate) -> Estimate:
    """What the text alone says."""
    found = said.parts | {"doubts": 0.0}
    return Estimate(figure(found, load()), found)


def _figures(texts: Iterable[Asked]) -> tuple[list[float], list[float]]:
    figures, truth = zip(*((one.estimate.figure, one.para_f1) for one in texts), strict=True)
    return list(figures), list(truth)


def _cells(texts: Sequence[Asked]) -> dict[str, Cell]:
    figures, truth = _figures(texts)
    error = float(np.abs(np.array(figures) - truth).mean())
    cells: dict[str, Cell] = {"texts": len(texts), "spearman": spearman(figures, truth), "error": error}
    return cells | {"figure": float(np.mean(figures)), "para_f1": float(np.mean(truth))}


def spearman(first: Sequence[float], second: Sequence[float]) -> float:
    """Rank correlation; 0 where one side does not vary.

    >>> round(spearman([1, 2, 3, 4], [1, 2, 2, 5]), 3)
    0.949
    """
    a, b = (_ranks(np.asarray(each, np.float64)) for each in (first, second))
    return float(np.corrcoef(a, b)[0, 1]) if a.std() and b.std() else 0.0


def _ranks(values: Floats) -> Floats:
    """The rank of each value from 0, ties with the mean of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: Floats = ((2 * last - counts - 1) / 2)[place]
    return ranks


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.estimate", description=__doc__.split("\n")[0])
    parser.add_argument("samples", type=Path, help="folder of samples, laid out as samples.py says")
    parser.add_argument("--chain", default="newspaper", help="name of a chain, or path of a chain file")
    parser.add_argument("--only", default="", help="collections to measure: scans, pages, pages/en, pages/jingbao")
    kept_options(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    return parser


if __name__ == "__main__":
    sys.exit(main())
