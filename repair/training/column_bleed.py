"""Train the evidence of column bleed: `python -m repair.training.column_bleed PAGES_TRAIN [-o DIR]`.

PAGES_TRAIN holds laid-out pages read by engines, with their gold (`pageNNN.gold.json`, `pageNNN.ENGINE.txt`). Each page
goes through the default chain up to the joins and is cut into pieces, which are placed in the gold; then two tables are
fitted by logistic regression (see `repair.training.line_seams`): `bleed-follows`, whether a piece follows another one
in reading order, and, on the stretches that the columns found with it are cut into, `bleed-links`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from repair.core.chain import Chain
from repair.core.engine import run
from repair.core.page import Page
from repair.evidence.table import FOLDER
from repair.measure.align import gold_text, line_places
from repair.passes.layout.column_bleed.evidence import FOLLOWS, LINKS, look_at_candidates, look_at_links
from repair.passes.layout.column_bleed.pieces import Pieces
from repair.passes.layout.column_bleed.unweave import follow_odds, stretches_of
from repair.training.fitting import Rows, chosen, logistic, write
from repair.training.line_seams import ABOUT, chain_before, pages
from repair.typography.lines import printed_lines

ENGINES = ("pdftotext", "pdftotext-layout", "pdfminer", "rapidocr", "tesseract-psm6")
MISREAD = ("rapidocr", "tesseract-psm6")
# How far the places of two pieces that follow one another may lie apart: in misread lines they are not exact.
APART, APART_MISREAD = 1, 3
PENALTY = 2.0
# Of the pairs of stretches, nearly all of them wrong, so many wrong ones are trained on: one in this many.
WRONG_PAIRS = 6

Ints = NDArray[np.intp]


def placed(pieces: Pieces, gold: dict[str, Any]) -> tuple[Ints, Ints]:
    """Where each cell begins and ends in the gold; far before it where it is not to be found."""
    text, value = gold_text(gold), pieces.page.text.value
    spans = zip(pieces.lines.starts.tolist(), pieces.lines.ends.tolist(), strict=True)
    places = line_places([value[start:end] for start, end in spans], text)
    nowhere = -(10**6)
    return (
        np.array([place.start if place else nowhere for place in places]),
        np.array([place.end if place else 2 * nowhere for place in places]),
    )


def samples(folder: Path, chain: Chain) -> Iterator[tuple[Pieces, Ints, Ints, int]]:
    """The pages in pieces, with their places in the gold and how exact those are; pages in order are among them."""
    for engine in ENGINES:
        for raw, gold in tqdm(pages(folder, engine), desc=engine, disable=None):
            page = run(Page.of(raw, newline="crlf" if "\r\n" in raw else "lf"), chain).page
            if not gold.get("vertical") and len(printed_lines(page)) > 3:
                pieces = Pieces.of(page)
                yield pieces, *placed(pieces, gold), APART_MISREAD if engine in MISREAD else APART


def right_pairs(begins: Ints, ends: Ints, tails: Ints, heads: Ints, apart: int) -> tuple[NDArray[np.bool_], ...]:
    """Which pairs of cells follow one another in the gold, and of which that is known."""
    step = begins[heads] - ends[tails]
    low = 0 if apart == APART else -apart
    return (step >= low) & (step <= apart), (begins[heads] >= 0) & (ends[tails] >= 0)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train both tables and write them."""
    parser = argparse.ArgumentParser(description="Train the evidence of column bleed.")
    parser.add_argument("pages", type=Path, help="folder of laid-out pages with gold")
    parser.add_argument("-o", "--output", type=Path, default=FOLDER)
    given = parser.parse_args(arguments)
    source = "laid-out newspaper pages read by " + ", ".join(ENGINES)
    every = list(samples(given.pages, chain_before("layout/column-bleed")))
    found = list[Rows]()
    for pieces, begins, ends, apart in every:
        tails, heads = pieces.candidates
        right, known = right_pairs(begins, ends, pieces.tails[tails], pieces.heads[heads], apart)
        found.append(Rows(chosen(FOLLOWS.buckets(look_at_candidates(pieces)), known), right[known]))
    follows = logistic(found, PENALTY, FOLLOWS)
    write(given.output, "bleed-follows", follows, ABOUT.format(source=source), FOLLOWS)
    found = []
    for pieces, begins, ends, apart in tqdm(every, desc="columns", disable=None):
        stretches = stretches_of(pieces, follow_odds(pieces, follows))
        u, v = stretches.pairs
        i, j = pieces.tails[stretches.tails[u]], pieces.heads[stretches.heads[v]]
        right, known = right_pairs(begins, ends, i, j, apart)
        known &= right | (np.arange(len(right)) % WRONG_PAIRS == 0)
        found.append(Rows(chosen(LINKS.buckets(look_at_links(stretches)), known), right[known]))
    table = logistic(found, PENALTY, LINKS)
    table.weights["bias"][0] -= np.log(WRONG_PAIRS)
    write(given.output, "bleed-links", table, ABOUT.format(source=source), LINKS)


if __name__ == "__main__":
    main()
