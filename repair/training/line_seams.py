"""Train the weights of the evidence at gaps: `python -m repair.training.line_seams PAGES_TRAIN CORPUS [-o DIR]`.

PAGES_TRAIN holds laid-out pages read by engines, with their gold (`pageNNN.gold.json`, `pageNNN.ENGINE.txt`); CORPUS
clean articles (`zh_news.jsonl.gz`), which must not be joined. Each page goes through the default chain up to the joins,
its lines are placed in the gold, and the weights are fitted by logistic regression with an L2 penalty (L-BFGS, scipy:
`pip install scipy`). Tables:

- wraps: gaps in hard-wrapped stretches, text layers and OCR in order;
- wraps-unstopped: the same pages with every mark a pause;
- wraps-latin: pages of made-up English (`typeset`);
- cuts, cuts-latin: gaps between whole blocks, from model-like texts, and clean articles, where nothing goes on;
- pairs: pairs of blocks (`train_pairs`), from these readers, from the same articles and those of the corpus that the
  seam model has not seen, set anew (`columns`), and from clean articles, where nothing goes on.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from repair.core.chain import Chain
from repair.core.engine import run
from repair.core.page import Page
from repair.evidence.table import FOLDER, Table
from repair.joins.line_evidence import AT_SEAM, BY_STATE
from repair.joins.line_seams import Seams, seams_of
from repair.joins.pair_evidence import OF_PAIRS
from repair.measure.align import gold_text, line_places, truth
from repair.passes.layout.wrapped_line import kept_apart, wrapped_gaps
from repair.rulebook.load import load_chain
from repair.training import block_pairs as train_pairs
from repair.training import made_up_english as typeset
from repair.training.corpus import articles
from repair.training.fitting import Rows, chosen, logistic, write
from repair.typography.lines import Lines, printed_lines

ORDERED = ("pdfium", "pymupdf", "pypdf", "pdftotext-raw", "tesseract")
MODEL_READ = "vlm"
PAIRED = ("pdfium", "pymupdf", "pdftotext-raw", "tesseract")
# The same page is read by several engines, so gaps are far from independent; made-up pages are far from real ones.
PENALTY, PENALTY_MADE_UP, PENALTY_CUTS = 2.0, 10.0, 1.0
PAUSES = str.maketrans("。，；：！？", "、" * 6)
ARTICLES_A_PAGE, CLEAN_A_PAGE, CLEAN_PAGES, MADE_UP_PAGES, SET_ANEW = (1, 6), (1, 4), 1500, 400, 4000


@dataclass(frozen=True)
class Sample:
    """The gaps of a page with the truth about each (1 goes on, 0 does not, -1 unknown)."""

    lines: Lines
    gaps: Seams
    truth: NDArray[np.int8]
    wrapped: NDArray[np.bool_]
    marked: NDArray[np.bool_]

    def rows(self, which: NDArray[np.bool_]) -> Rows:
        """Buckets and truth of some of the seams, the state of the line before taken from the truth."""
        goes_on = np.concatenate(([False], self.truth == 1))[:-1]
        opens = self.gaps.opens
        by_state = {name: np.where(goes_on, at, opens[name]) for name, at in self.gaps.goes_on.items()}
        known = which & (self.truth >= 0)
        return Rows(chosen({**self.gaps.buckets, **by_state}, known), self.truth[known] == 1)


def chain_before(rule: str) -> Chain:
    """The default chain up to a rule."""
    chain = load_chain()
    ids = [rule.id for rule in chain.rules]
    return Chain(f"before {rule}", chain.rules[: ids.index(rule)], chain.options)


def sample(raw: str, gold: dict[str, Any] | None, chain: Chain, least: int = 5) -> Sample | None:
    """A page as a sample, or None where it has too few lines; without gold nothing goes on."""
    page = run(Page.of(raw, newline="crlf" if "\r\n" in raw else "lf"), chain).page
    lines = printed_lines(page)
    if len(lines) < least:
        return None
    value, gaps = page.text.value, seams_of(page)
    known = np.zeros(len(lines) - 1, np.int8)
    if gold:
        text = gold_text(gold)
        texts = [value[a:b] for a, b in zip(lines.starts.tolist(), lines.ends.tolist(), strict=True)]
        known = np.array(truth(line_places(texts, text), text), np.int8)
    marked = kept_apart(page, lines)
    return Sample(lines, gaps, known, wrapped_gaps(lines, gaps), marked[:-1] | marked[1:])


def pages(folder: Path, engine: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Raw text and gold of every page below a folder that an engine has read; "*" stands for all engines.

    What a vision model lost is not in the gold of its own.
    """
    for path in sorted(folder.rglob(f"page*.{engine}.txt")):
        number, reader = path.name.split(".")[:2]
        own = path.with_name(f"{number}.{reader}.gold.json")
        gold = own if own.exists() else path.with_name(f"{number}.gold.json")
        with path.open(encoding="utf-8", newline="") as file:
            yield file.read(), json.loads(gold.read_text(encoding="utf-8"))


def whole_page(raw: str, gold: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A page as it is."""
    return raw, gold


def crop(raw: str, gold: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Some forty lines of a page, for there are short pages too; which ones, its length decides."""
    lines = raw.splitlines(keepends=True)
    size = min(len(lines), 80 if raw.count("\n") > 1.8 * sum(1 for line in lines if line.strip()) else 40)
    start = len(raw) * 7919 % max(1, len(lines) - size)
    return "".join(lines[start : start + size]), gold


def unstopped(raw: str, gold: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A page as papers set it before 1930: every mark of a sentence is a pause."""
    blocks = [
        {"blocks": [{"text": block["text"].translate(PAUSES)} for block in a["blocks"]]} for a in gold["articles"]
    ]
    return raw.translate(PAUSES), {
        "articles": blocks,
        "furniture": [line.translate(PAUSES) for line in gold["furniture"]],
    }


def clean(corpus: Path, to_a_page: int) -> Iterator[str]:
    """Clean articles, so many to a page, one paragraph a line."""
    with gzip.open(corpus / "zh_news.jsonl.gz", "rt", encoding="utf-8") as file:
        articles = (json.loads(line) for line in islice(file, 0, None, 11))
        while batch := list(islice(articles, to_a_page)):
            yield "\n".join(text for article in batch for text in (article["title"], *article["paras"]))


def made_up(whole: bool) -> Iterator[Sample]:
    """Pages of made-up English, in printed lines or in whole blocks."""
    for seed in range(MADE_UP_PAGES):
        printed = typeset.page(seed, whole)
        page = Page.of(printed.text)
        everywhere = np.ones(len(printed_lines(page)) - 1, np.bool_)
        yield Sample(printed_lines(page), seams_of(page), np.array(printed.goes_on, np.int8), everywhere, ~everywhere)


def pair_samples(folder: Path, corpus: Path) -> Iterator[train_pairs.Sample]:
    """Pairs of blocks from laid-out pages, from pages that their articles are set anew to, and from clean articles."""
    chain = chain_before("layout/cut-paragraph")
    golds = []
    for engine in (*PAIRED, MODEL_READ):
        for raw, gold in tqdm(pages(folder, engine), desc=f"{engine}, pairs", disable=None):
            golds += [gold] if engine == MODEL_READ else []
            if not gold.get("vertical") and (one := train_pairs.read_sample(raw, gold, chain)):
                yield from (one, one) if engine == MODEL_READ else (one,)  # these are what the rule is for
    laid_out = list(train_pairs.articles_of(golds, ()))
    unseen = list(train_pairs.articles_of((), articles(corpus)))
    for seed in tqdm(range(SET_ANEW), desc="set anew", disable=None):
        if one := train_pairs.made_sample(laid_out if seed % 2 else unseen, seed):
            yield one
    for to_a_page in CLEAN_A_PAGE:
        for raw in islice(clean(corpus, to_a_page), CLEAN_PAGES):
            if one := train_pairs.clean_sample(raw):
                yield one


def fit(samples: Iterable[Sample], chosen: Callable[[Sample], NDArray[np.bool_]], penalty: float) -> Table:
    """Weights of the evidence at seams."""
    return logistic([one.rows(chosen(one)) for one in samples], penalty, AT_SEAM, BY_STATE)


ABOUT = """Weights of the evidence at gaps, in nats: log odds of "the paragraph goes on".
Made by repair.training.line_seams.
Source: {source}
Only these numbers are taken over from the texts, which stay their publishers'."""
ABOUT_PAIRS = """Weights of the evidence at pairs of blocks, in nats: log odds of "it goes on there" against "nowhere".
Made by repair.training.line_seams. Source: {source}
Only these numbers are taken over from the texts, which stay their publishers'."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Train all tables and write them."""
    parser = argparse.ArgumentParser(description="Train the weights of the evidence at gaps.")
    parser.add_argument("pages", type=Path, help="folder of laid-out pages with gold")
    parser.add_argument("corpus", type=Path, help="folder with zh_news.jsonl.gz")
    parser.add_argument("-o", "--output", type=Path, default=FOLDER)
    given = parser.parse_args(arguments)
    chain = chain_before("layout/wrapped-line")

    def read(engine: str, change: Callable[..., tuple[str, dict[str, Any]]] = whole_page) -> list[Sample]:
        found = (
            sample(*change(raw, gold), chain)
            for raw, gold in tqdm(pages(given.pages, engine), desc=engine, disable=None)
        )
        return [one for one in found if one]

    wrapped = [one for engine in (*ORDERED, MODEL_READ) for form in (whole_page, crop) for one in read(engine, form)]
    paused = [one for engine in ORDERED[:2] for one in read(engine, unstopped)]
    whole = read(MODEL_READ) + read(MODEL_READ, crop)
    for to_a_page in ARTICLES_A_PAGE:
        pages_of_it = islice(clean(given.corpus, to_a_page), CLEAN_PAGES)
        whole += [one for raw in pages_of_it if (one := sample(raw, None, chain, least=2))]
    of_seams = (AT_SEAM, BY_STATE)
    source = "laid-out newspaper pages read by " + ", ".join((*ORDERED, MODEL_READ))
    han = fit(wrapped, lambda one: one.wrapped & ~one.marked & ~one.gaps.latin, PENALTY)
    write(given.output, "wraps", han, ABOUT.format(source=source), *of_seams)
    pauses = fit(paused, lambda one: one.wrapped & ~one.marked & one.lines.unstopped, PENALTY)
    write(
        given.output,
        "wraps-unstopped",
        pauses,
        ABOUT.format(source=f"{source}; every mark replaced by a pause"),
        *of_seams,
    )
    latin = fit(made_up(whole=False), lambda one: one.wrapped, PENALTY_MADE_UP)
    write(
        given.output,
        "wraps-latin",
        latin,
        ABOUT.format(source="pages of made-up English (repair.training.made_up_english)"),
        *of_seams,
    )
    said = "laid-out pages as a model reads them; clean news articles"
    cuts = fit(whole, lambda one: ~one.wrapped & ~one.marked, PENALTY_CUTS)
    write(
        given.output,
        "cuts",
        cuts,
        ABOUT.format(source=said),
        *of_seams,
    )
    latin_cuts = fit(made_up(whole=True), lambda one: one.wrapped, PENALTY_MADE_UP)
    write(
        given.output,
        "cuts-latin",
        latin_cuts,
        ABOUT.format(source="blocks of made-up English (repair.training.made_up_english)"),
        *of_seams,
    )
    pairs = train_pairs.fit(list(pair_samples(given.pages, given.corpus)))
    source = ", ".join((*PAIRED, MODEL_READ))
    said = f"laid-out newspaper pages read by {source}; their articles and clean news, set anew"
    write(given.output, "pairs", pairs, ABOUT_PAIRS.format(source=said), OF_PAIRS)


if __name__ == "__main__":
    main()
