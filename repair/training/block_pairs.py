"""Fit the weights of the evidence at pairs of blocks (`pairs`): which block goes on in which, if any.

For each block that ends open the pairs with it compete, and so do, for each block that may go on, the pairs with that
one; to go on nowhere, or to begin here, has weight 0. The weights make the true choices of both kinds as likely as can
be (multinomial logistic regression, with an L2 penalty; L-BFGS, scipy).
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repair.core.chain import Chain
from repair.core.engine import run
from repair.core.page import Page
from repair.evidence.table import Table
from repair.joins.block_ends import kinds_of
from repair.joins.block_pairs import Pairs
from repair.joins.line_seams import seams_of
from repair.joins.pair_evidence import OF_PAIRS
from repair.measure.align import follows, gold_text, line_places
from repair.passes.layout.wrapped_line import kept_apart, wrapped_gaps
from repair.training import column_layout as train_columns
from repair.training.corpus import Article
from repair.training.fitting import chosen, joined, least, matrix, table_of
from repair.typography.lines import printed_lines

__all__ = ["Sample", "articles_of", "clean_sample", "fit", "made_sample", "read_sample"]

PENALTY = 2.0
_ABOVE, _TEXT = ("kicker", "headline", "deck"), ("paragraph", "crosshead", "list_item", "note")
_TO_A_PAGE = (1, 10)


@dataclass(frozen=True)
class Sample:
    """The pairs of a page, with the truth about each (1 goes on, 0 does not, -1 unknown)."""

    pairs: Pairs
    truth: NDArray[np.int8]
    lines: int


def read_sample(raw: str, gold: Mapping[str, Any], chain: Chain) -> Sample | None:
    """A page that an engine has read, or None where it has next to no lines; `chain` is run first."""
    page = run(Page.of(raw, newline="crlf" if "\r\n" in raw else "lf"), chain).page
    pairs = _pairs(page)
    if pairs is None:
        return None
    text, spans = (
        gold_text(gold),
        zip(printed_lines(page).starts.tolist(), printed_lines(page).ends.tolist(), strict=True),
    )
    places = line_places([page.text.value[start:end] for start, end in spans], text)
    found = [
        follows(places[t], places[h], text) for t, h in zip(pairs.tails.tolist(), pairs.heads.tolist(), strict=True)
    ]
    return Sample(pairs, np.array(found, np.int8), len(printed_lines(page)))


def clean_sample(text: str) -> Sample | None:
    """A page of clean articles, where nothing goes on."""
    page = Page.of(text)
    pairs = _pairs(page)
    return Sample(pairs, np.zeros(len(pairs.tails), np.int8), len(printed_lines(page))) if pairs else None


def made_sample(articles: Sequence[train_columns.Article], seed: int) -> Sample | None:
    """A page of some of these articles, laid out anew."""
    rng = random.Random(seed)
    read = train_columns.page(rng.sample(articles, rng.randint(*_TO_A_PAGE)), seed)
    page = Page.of(read.text)
    pairs = _pairs(page)
    if pairs is None or len(printed_lines(page)) != len(read.goes_on):
        return None
    goes_on = np.array(read.goes_on)
    return Sample(pairs, (goes_on[pairs.tails] == pairs.heads).astype(np.int8), len(printed_lines(page)))


def articles_of(golds: Iterable[Mapping[str, Any]], held_out: Iterable[Article]) -> Iterator[train_columns.Article]:
    """What made-up pages are set from: articles of laid-out pages, and articles that the seam model has not seen."""
    for gold in golds:
        for article in gold["articles"]:
            above, text = (
                tuple(block["text"] for block in article["blocks"] if block["type"] in types)
                for types in (_ABOVE, _TEXT)
            )
            if text:
                yield train_columns.Article(above, text)
    for one in held_out:
        if one.held_out and one.paragraphs:
            yield train_columns.Article((one.title,), tuple(one.paragraphs))


def fit(samples: Sequence[Sample]) -> Table:
    """Weights under which the true choices are likeliest."""
    first = np.cumsum([0, *(one.lines for one in samples)])
    known = [one.truth >= 0 for one in samples]
    seen = matrix(
        joined([chosen(OF_PAIRS.buckets(one.pairs), k) for one, k in zip(samples, known, strict=True)]), OF_PAIRS
    )
    true = np.concatenate([one.truth[k] for one, k in zip(samples, known, strict=True)]) == 1
    groups = [
        np.concatenate([by[k] + at for by, k, at in zip(lines, known, first[:-1], strict=True)])
        for lines in ([one.pairs.tails for one in samples], [one.pairs.heads for one in samples])
    ]
    back = seen.T.tocsr()

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = seen @ w
        nats, slope = 0.0, np.zeros(len(odds))
        for by in groups:
            every, right = (
                _log_sum(odds, by, first[-1], none=True),
                _log_sum(odds[true], by[true], first[-1], none=False),
            )
            some = np.bincount(by[true], minlength=first[-1]) > 0
            nats += every.sum() - right[some].sum()
            slope += np.exp(odds - every[by])
            slope[true] -= np.exp(odds[true] - right[by[true]])
        return float(nats / 2 + 0.5 * PENALTY * w @ w), back @ (slope / 2) + PENALTY * w

    print(f"  {len(true)} pairs, {int(true.sum())} go on")
    return table_of(least(loss, seen.shape[1]), float(true.mean()), OF_PAIRS)


def _log_sum(odds: NDArray[np.float64], by: NDArray[np.intp], count: int, none: bool) -> NDArray[np.float64]:
    """For each group the logarithm of the sum of exponentials, with that of 0 for the choice of `none`."""
    top = np.full(count, 0.0 if none else -np.inf)
    np.maximum.at(top, by, odds)
    top = np.where(np.isfinite(top), top, 0)
    total = np.bincount(by, np.exp(odds - top[by]), minlength=count) + (np.exp(-top) if none else 0)
    with np.errstate(divide="ignore"):
        return top + np.log(total)


def _pairs(page: Page) -> Pairs | None:
    lines = printed_lines(page)
    if len(lines) < 2:
        return None
    settled = wrapped_gaps(lines, seams_of(page))
    pairs = Pairs(page, kinds_of(page, kept_apart(page, lines)), settled)
    return pairs if len(pairs.tails) else None
