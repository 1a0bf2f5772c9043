"""Measures a table on the held-out articles: `python -m repair.training.seam_measure CORPUS_DIR [TABLE]`.

Every figure is of articles that training leaves out (see `corpus.Article.held_out`). Pages are
made of three articles of one source, set in lines of 14 characters: a true seam is a line end
inside a paragraph where no sentence ends, its rivals are line starts of the same page.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.seam.api import SeamModel, SeamScores
from repair.seam.ngram import NGramModel
from repair.training.corpus import Article, articles

LINE = 14
CHOICE = 14
PAGE = 3
_STOPS = "。！？!?…”』」：:；;）"


class Sample(NamedTuple):
    """Seams of one source. `true` in-sentence cuts, `rivals` other heads of the page for each,
    `ends` and `starts` of neighbouring units."""

    tails: list[str]
    heads: list[str]
    rivals: list[list[str]]
    ends: list[str]
    starts: list[str]


def sample(chosen: Sequence[Article], seed: int = 1) -> Sample:
    """Seams of the given articles, page by page; the same seed gives the same sample."""
    random = np.random.default_rng(seed)
    found = Sample([], [], [], [], [])
    for at in range(0, len(chosen) - PAGE + 1, PAGE):
        _page(chosen[at : at + PAGE], random, found)
    return found


def _page(page: Sequence[Article], random: np.random.Generator, found: Sample) -> None:
    cuts, lines = [], []
    for article in page:
        units = [unit for unit in (article.title, *article.paragraphs) if unit]
        found.ends.extend(unit[-40:] for unit in units[:-1])
        found.starts.extend(unit[:40] for unit in units[1:])
        for unit in article.paragraphs[:12]:
            text = "".join(unit.split())
            for cut in range(LINE - 2, len(text) - 4, LINE):
                lines.append(text[cut : cut + LINE])
                if text[cut - 1] not in _STOPS:
                    cuts.append((text[max(0, cut - LINE) : cut], len(lines) - 1))
    if len(lines) < CHOICE + 4:
        return
    for pick in random.permutation(len(cuts))[:24]:
        tail, at = cuts[pick]
        others = [k for k in random.permutation(len(lines))[: CHOICE + 4] if lines[k] != lines[at]]
        found.tails.append(tail)
        found.heads.append(lines[at])
        found.rivals.append([lines[k] for k in others[: CHOICE - 1]])


def auc(right: NDArray[np.float32], wrong: NDArray[np.float32]) -> float:
    """Chance that a right one scores above a wrong one, ties by half.

    >>> auc(np.float32([2, 3]), np.float32([1, 2]))
    0.875
    """
    pool = np.sort(wrong)
    low = np.searchsorted(pool, right, "left")
    return float((low + np.searchsorted(pool, right, "right")).mean() / (2 * pool.size))


class Measures(NamedTuple):
    """AUC of true cuts against heads of the same page and against ends of units; choices of 14."""

    llr_page: float
    pmi_page: float
    llr_unit: float
    pmi_unit: float
    top1: float
    top1_llr: float
    neutral: float


def measure(model: SeamModel, seams: Sample) -> Measures:
    """All measures of one sample. `neutral`: the LLR that parts cuts from ends of units best."""
    true = model.score(seams.tails, seams.heads)
    size = min(len(rivals) for rivals in seams.rivals)
    tails = [tail for tail in seams.tails for _ in range(size)]
    heads = [head for rivals in seams.rivals for head in rivals[:size]]
    others = model.score(tails, heads)
    unit = model.score(seams.ends, seams.starts)
    rows = SeamScores(*(scores.reshape(-1, size) for scores in others))
    return Measures(
        auc(true.llr, others.llr),
        auc(true.pmi, others.pmi),
        auc(true.llr, unit.llr),
        auc(true.pmi, unit.pmi),
        float((true.pmi > rows.pmi.max(axis=1)).mean()),
        float((true.llr > rows.llr.max(axis=1)).mean()),
        _neutral(true.llr, np.concatenate([unit.llr, rows.llr[:, 0]])),
    )


def _neutral(right: NDArray[np.float32], wrong: NDArray[np.float32]) -> float:
    """The threshold at which as large a share of the right is refused as of the wrong is taken."""
    levels = np.arange(-5.0, 15.0, 0.25)
    refused = np.array([(right < level).mean() for level in levels])
    taken = np.array([(wrong >= level).mean() for level in levels])
    return float(levels[np.argmin(np.abs(refused - taken))])


def by_source(chosen: Iterable[Article]) -> dict[str, Sample]:
    """A sample of each source, and one of all cuts after a digit."""
    groups: dict[str, list[Article]] = {}
    for article in chosen:
        groups.setdefault(article.source, []).append(article)
    found = {source: sample(group[:900]) for source, group in groups.items() if len(group) >= 9}
    found["cuts after a digit"] = _after_digit(found.values())
    return found


def _after_digit(samples: Iterable[Sample]) -> Sample:
    """The cuts that follow a digit (`1986|亿元`), against all ends of units."""
    merged = Sample([], [], [], [], [])
    for seams in samples:
        merged.ends.extend(seams.ends)
        merged.starts.extend(seams.starts)
        for tail, head, rivals in zip(seams.tails, seams.heads, seams.rivals, strict=True):
            if tail[-1].isdecimal():
                merged.tails.append(tail)
                merged.heads.append(head)
                merged.rivals.append(rivals)
    return merged


def report(model: SeamModel, samples: dict[str, Sample]) -> str:
    """A Markdown table, a source a row."""
    names = " | ".join(Measures._fields)
    rows = [f"| source | seams | {names} |", "|---" * (len(Measures._fields) + 2) + "|"]
    for source, seams in samples.items():
        figures = " | ".join(f"{value:.3f}" for value in measure(model, seams))
        rows.append(f"| {source} | {len(seams.tails)} | {figures} |")
    return "\n".join(rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m repair.training.seam_measure", description=__doc__)
    parser.add_argument("corpus", type=Path, help="folder that holds zh_news.jsonl.gz")
    parser.add_argument("table", type=Path, nargs="?", help="the shipped table if left out")
    chosen = parser.parse_args(arguments)
    held_out = (article for article in articles(chosen.corpus) if article.held_out)
    print(report(NGramModel.load(chosen.table), by_source(held_out)))


if __name__ == "__main__":
    main()
