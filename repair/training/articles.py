"""Fit the weights of `labels`: python -m repair.training.articles PAGES_DIR... [--corpus CORPUS_DIR]

Each folder holds pages with gold (`pageNNN.gold.json`, `pageNNN.ENGINE.txt`, and `pageNNN.ENGINE.gold.json` where an
engine has gold of its own). Texts are repaired by the default chain, their blocks are placed in gold, and the labels
that gold gives them are learned: maximum likelihood with a normal prior, by gradient ascent (Adam) over all pages.

Kickers, decks and crossheads of laid-out pages are mostly sentences of their article (72 to 83 in 100), those of the
three real pages with gold never are (0 of 19). So each page is learned from twice, once without the figures that say
so. Nor have laid-out pages many plain headlines, one right after the text of another article: pages are made of clean
articles of the corpus (zh_news.jsonl.gz, see `repair.training.corpus`), to learn these from.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from repair.articles.evidence import Evidence, Figures
from repair.articles.labels import FORBIDDEN, HEADS, LABELS, TABLE, Weights, allowed
from repair.blocks.line_rules import HEAD
from repair.core.engine import run
from repair.core.page import Page
from repair.files.decoding import decode
from repair.measure.structure import Printed, paired, printed
from repair.rulebook.load import load_chain
from repair.training.corpus import Article, articles

__all__ = ["Example", "examples", "fit", "told_labels"]

Floats = NDArray[np.float64]

ENGINES = ("pdfium", "pymupdf", "pypdf", "pdftotext-raw", "vlm")
"""Readers that keep the order of the columns."""

_PRIOR, _ROUNDS, _RATE = 5.0, 150, 0.1
_EVERY, _ON_PAGE, _MADE = 37, 10, 150  # of the corpus: one article in so many, so many on a page, so many pages
_LEAST = 30  # a figure is learned that so many blocks have


class Example(NamedTuple):
    """The blocks of a page: their figures, which labels they may have, and which they have."""

    name: str
    figures: list[Figures]
    allowed: NDArray[np.bool_]
    labels: list[str]


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the pages, fit, write the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--corpus", type=Path, help="folder of the corpus")
    parser.add_argument("-o", "--output", type=Path, default=TABLE)
    given = parser.parse_args(arguments)
    laid_out = list(examples(given.folders))
    made = list(made_examples(given.corpus)) if given.corpus else []
    found = [*laid_out, *map(_without_said, laid_out), *made]
    print(f"{len(found)} pages;", Counter(label for example in found for label in example.labels))
    how = f"{len(laid_out)} texts of laid-out pages, {len(made)} pages made of clean articles"
    write(fit(found), given.output, f"python -m repair.training.articles; {how}")


def made_examples(corpus: Path) -> Iterator[Example]:
    """Pages made of clean articles, a headline and its paragraphs one after the other."""
    chain = load_chain()
    usable = (article for article in articles(corpus) if not article.held_out and article.title and article.paragraphs)
    chosen = list(islice(usable, 0, None, _EVERY))
    for number in range(0, min(len(chosen), _MADE * _ON_PAGE) - _ON_PAGE + 1, _ON_PAGE):
        page = chosen[number : number + _ON_PAGE]
        mark, between = ("# ", "\n\n") if number // _ON_PAGE % 3 == 0 else ("", "\n" * (1 + number // _ON_PAGE % 2))
        lines = [line for article in page for line in (mark + article.title, *article.paragraphs)]
        gold = {"articles": [{"blocks": list(_blocks(article))} for article in page]}
        evidence = Evidence(run(Page.of(between.join(lines) + "\n"), chain).page)
        yield Example(f"made {number}", list(evidence.figures()), allowed(evidence.kinds), told_labels(evidence, gold))


def _blocks(article: Article) -> Iterator[dict[str, str]]:
    yield {"type": "headline", "text": article.title}
    yield from ({"type": "paragraph", "text": paragraph} for paragraph in article.paragraphs)


def _without_said(example: Example) -> Example:
    figures = [
        {name: value for name, value in named.items() if not name.startswith("said")} for named in example.figures
    ]
    return example._replace(figures=figures)


def examples(folders: Sequence[Path], engines: Sequence[str] = ENGINES) -> Iterator[Example]:
    """The pages of these folders that are not vertical."""
    chain = load_chain()
    paths = [path for folder in folders for path in sorted(folder.glob("page*.txt")) if path.stem[8:] in engines]
    for path in tqdm(paths, unit="page", disable=None):
        own = path.with_suffix(".gold.json")
        gold = json.loads((own if own.is_file() else path.with_name(f"{path.stem[:7]}.gold.json")).read_bytes())
        if not gold.get("vertical"):
            raw, encoding = decode(path.read_bytes(), name=str(path))
            evidence = Evidence(run(Page.of(raw, str(path), encoding.newline), chain).page)
            yield Example(str(path), list(evidence.figures()), allowed(evidence.kinds), told_labels(evidence, gold))


def told_labels(evidence: Evidence, gold: Mapping[str, Any]) -> list[str]:
    """The labels that gold gives the blocks of a page."""
    wanted = list(printed(gold))
    _, places = paired(wanted, [Printed(line.text, "", 0) for line in evidence.lines])
    labels: list[str] = []
    before: Printed | None = None
    block_before = -1
    for i, kind in enumerate(evidence.kinds):
        at = places.get(i, -1)
        block = wanted[at] if at >= 0 and wanted[at].article >= 0 else None
        same = block is None or before is None or block.article == before.article
        if kind == HEAD:
            goes_on = block is not None and at == block_before and labels and labels[-1].startswith("headline")
            labels.append("headline goes on" if goes_on else _head(block, same))
        else:
            labels.append("goes on" if kind == "caption" or (same and i) else "begins")
        if block and kind != "caption":
            before, block_before = block, at
    return labels


def _head(block: Printed | None, same: bool) -> str:
    if block is None:
        return "headline"
    return block.kind if block.kind in HEADS else "paragraph" if same else "headline"


def fit(found: Sequence[Example]) -> Weights:
    """The most likely weights."""
    counts = Counter(name for example in found for figures in example.figures for name in figures)
    names = sorted(name for name, count in counts.items() if count >= _LEAST)
    if not names:
        raise ValueError(f"no figure stands in {_LEAST} blocks: give more pages")
    figures, bounds, told, real = _padded(found, {name: i for i, name in enumerate(names)})
    weights, steps = np.zeros((len(names), len(LABELS))), np.zeros((len(LABELS), len(LABELS)))
    flat, seen = figures.reshape(-1, len(names)), np.eye(len(LABELS))[told] * real[..., None]
    seen_steps = np.einsum("pta,ptb->ab", seen[:, :-1], seen[:, 1:])
    seen_figures = flat.T @ seen.reshape(-1, len(LABELS))
    moments = [(np.zeros_like(part), np.zeros_like(part)) for part in (weights, steps)]
    for number in tqdm(range(1, _ROUNDS + 1), disable=None):
        scores = (flat @ weights).reshape(seen.shape) + bounds
        chances, step_chances = _expected(scores, steps, real)
        slopes = (
            seen_figures - flat.T @ chances.reshape(-1, len(LABELS)) - _PRIOR * weights,
            seen_steps - step_chances - _PRIOR * steps,
        )
        for part, slope, (first, second) in zip((weights, steps), slopes, moments, strict=True):
            first += 0.1 * (slope - first)
            second += 0.001 * (slope**2 - second)
            rate = _RATE * (1 - 0.9 * number / _ROUNDS)
            part += rate * first / (1 - 0.9**number) / (np.sqrt(second / (1 - 0.999**number)) + 1e-8)
    return Weights(dict(zip(names, weights, strict=True)), steps)


def _padded(
    found: Sequence[Example], place: Mapping[str, int]
) -> tuple[NDArray[np.float32], Floats, NDArray[np.intp], NDArray[np.bool_]]:
    """Figures, bounds of labels, labels, and which blocks are real, all pages made as long as the longest."""
    shape = len(found), max(len(example.labels) for example in found)
    figures = np.zeros((*shape, len(place)), np.float32)
    bounds, told, real = np.zeros((*shape, len(LABELS))), np.zeros(shape, np.intp), np.zeros(shape, np.bool_)
    for page, example in enumerate(found):
        size = len(example.labels)
        bounds[page, :size] = np.where(example.allowed, 0.0, FORBIDDEN)
        told[page, :size] = [LABELS.index(label) for label in example.labels]
        real[page, :size] = True
        for at, named in enumerate(example.figures):
            for name, value in named.items():
                if name in place:
                    figures[page, at, place[name]] = value
    return figures, bounds, told, real


def _expected(scores: Floats, steps: Floats, real: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """The expected labels of all blocks, and the expected number of steps from label to label."""
    length = scores.shape[1]
    ahead, behind = np.zeros_like(scores), np.zeros_like(scores)
    ahead[:, 0] = scores[:, 0]
    for at in range(1, length):
        gone = _summed(ahead[:, at - 1, :, None] + steps, 1) + scores[:, at]
        ahead[:, at] = np.where(real[:, at, None], gone, ahead[:, at - 1])
    for at in range(length - 2, -1, -1):
        come = _summed(steps + (scores[:, at + 1] + behind[:, at + 1])[:, None, :], 2)
        behind[:, at] = np.where(real[:, at + 1, None], come, 0.0)
    whole = _summed(ahead[:, -1], 1)
    chances = np.exp(np.minimum(ahead + behind - whole[:, None, None], 0)) * real[..., None]
    total = np.zeros_like(steps)
    for at in range(1, length):
        both = ahead[:, at - 1, :, None] + steps + (scores[:, at] + behind[:, at])[:, None, :]
        total += (np.exp(np.minimum(both - whole[:, None, None], 0)) * real[:, at, None, None]).sum(axis=0)
    return chances, total


def _summed(logs: Floats, axis: int) -> Floats:
    """log of the sum of what these are logs of."""
    most = logs.max(axis=axis, keepdims=True)
    total: Floats = (most + np.log(np.exp(logs - most).sum(axis=axis, keepdims=True))).squeeze(axis)
    return total


def write(weights: Weights, path: Path, how: str) -> None:
    """Write the table; weights that say nothing are left out."""
    rows = [f"# {how}", "# figure\t" + "\t".join(LABELS)]
    rows += [f"after label {LABELS[i]}\t{_row(row)}" for i, row in enumerate(weights.steps)]
    rows += [f"{name}\t{_row(row)}" for name, row in sorted(weights.figures.items()) if np.abs(row).max() >= 0.005]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _row(numbers: Floats) -> str:
    return "\t".join(f"{number:.2f}".replace("-0.00", "0.00") for number in numbers)


if __name__ == "__main__":
    main()
