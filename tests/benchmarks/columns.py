"""Successor edges on pages whose columns bleed: how many pieces stand right after the one that they go on from.

python -m tests.benchmarks.columns SAMPLES [--engines a,b]

For each engine: `edges`, the pairs of pieces that follow one another in gold; how many of them are neighbours in the
raw text, and in the new order (recall); of the neighbours that the new order makes, how many are right (precision; what
gold does not place is left out). `parts`: changes made, and how many of them have more edges right than the raw order,
as many, or fewer.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from repair.core.change import Safety
from repair.core.engine import run
from repair.core.page import Page
from repair.files.decoding import decode
from repair.passes.layout.column_bleed.pieces import Pieces
from repair.passes.layout.column_bleed.unweave import RULE, Part, bleeds, parts
from repair.training.column_bleed import APART, APART_MISREAD, placed, right_pairs
from repair.training.line_seams import chain_before
from repair.typography.lines import printed_lines

from . import samples
from .table import Cell, Table

ENGINES = ("pdfminer", "pdftotext", "pdftotext-layout", "rapidocr", "tesseract-psm4", "tesseract-psm6", "tesseract")
IN_ORDER = ("pdfium", "pymupdf", "pypdf", "pdftotext-raw", "vlm")
TEXT_LAYERS = ("pdfminer", "pdftotext", "pdftotext-layout", *IN_ORDER)
COUNTS = ("pages", "bleed", "edges", "raw", "new", "made", "known", "right", "parts", "better", "same", "worse")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Successor edges on pages whose columns bleed.")
    parser.add_argument("samples", type=Path)
    parser.add_argument("--engines", default=",".join((*ENGINES, *IN_ORDER)))
    given = parser.parse_args(arguments)
    table = Table()
    for engine, pages in samples.groups(given.samples).get("pages", {}).items():
        if engine in given.engines.split(","):
            counts = dict.fromkeys(COUNTS, 0)
            for sample in tqdm(pages, desc=engine, leave=False, disable=None):
                for name, count in _counted(sample, engine):
                    counts[name] += count
            table.put("successor edges", engine, _row(counts))
    print("\n".join(table.shown()))


def _counted(sample: samples.Sample, engine: str) -> Iterator[tuple[str, int]]:
    """What one page adds to the counts."""
    text, encoding = decode(sample.data)
    page = run(Page.of(text, newline=encoding.newline), chain_before(RULE.id)).page
    if sample.vertical or not sample.gold or len(printed_lines(page)) < 2:
        return
    pieces = Pieces.of(page)
    begins, ends = placed(pieces, sample.gold)
    apart = APART if engine in TEXT_LAYERS else APART_MISREAD

    def judged(order: NDArray[np.intp]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        right, known = right_pairs(begins, ends, pieces.tails[order[:-1]], pieces.heads[order[1:]], apart)
        return right & known, known

    every = np.arange(len(pieces))
    order, raw = every.copy(), int(judged(every)[0].sum())
    yield from (("pages", 1), ("edges", _edges(begins[pieces.heads], ends[pieces.tails], apart)), ("raw", raw))
    if bleeds(page):
        yield "bleed", 1
        for part in parts(pieces):
            if part.safety is not Safety.SUGGEST:
                yield from _judged(part, judged)
                order[part.begin : part.begin + len(part.order)] = [place.piece for place in part.order]
    right, known = judged(order)
    made = np.diff(order) != 1
    yield from (("new", int(right.sum())), ("made", int(made.sum())))
    yield from (("known", int((made & known).sum())), ("right", int((made & right).sum())))


def _judged(part: Part, judged: object) -> Iterator[tuple[str, int]]:
    """Whether the new order of a part has more edges right than the raw one."""
    assert callable(judged)
    new = np.array([place.piece for place in part.order])
    gain = int(judged(new)[0].sum()) - int(judged(np.sort(new))[0].sum())
    yield from (("parts", 1), ("better" if gain > 0 else "worse" if gain < 0 else "same", 1))


def _edges(begins: NDArray[np.intp], ends: NDArray[np.intp], apart: int) -> int:
    """How many pieces have one that goes on from them."""
    step = begins[None, :] - ends[:, None]
    near = (step >= (0 if apart == APART else -apart)) & (step <= apart) & (begins >= 0)[None, :] & (ends >= 0)[:, None]
    return int(near.any(axis=1).sum())


def _row(counts: dict[str, int]) -> dict[str, Cell]:
    edges, known = max(counts["edges"], 1), max(counts["known"], 1)
    return {
        "pages": counts["pages"],
        "bleed": counts["bleed"],
        "edges": counts["edges"],
        "recall": (counts["raw"] / edges, counts["new"] / edges),
        "new seams": counts["made"],
        "precision": counts["right"] / known,
        "parts": counts["parts"],
        "better": counts["better"],
        "as good": counts["same"],
        "worse": counts["worse"],
    }


if __name__ == "__main__":
    main()
