"""What repair is worth to a search: recall of words and phrases of gold in a full-text index, raw → repaired.

python -m tests.benchmarks.search SAMPLES [--chain NAME] [--only pages,pages/en] [--json FILE] [--against OLD.json]

SAMPLES is a folder laid out as `samples.py` says. The texts of an engine are loaded into SQLite FTS5, raw and repaired
by the default chain. A row of the index is what a search finds and shows: a line of the text as it stands, which after
the repair is a block ("lines as rows"); or the whole page ("pages as rows"), where only the order of the text counts.

The tokenizer is unicode61, as it comes: case and diacritics are folded, all marks and spaces part words, nothing else
is done. So ２ is not 2, and ⼈ (a radical) is no letter at all. Han characters are set apart by spaces, so that each is
a word of its own, as in Lucene's StandardAnalyzer; a Chinese word is then a phrase. (The tokenizer trigram knows no
words of two characters.)

Queries are drawn from sentences of gold, with a seed that is the page's name: "one", a word (two to four Han characters
in a row, or a word in Latin script); "two", two words of a sentence, both in one row; "phrase", six to twelve
characters (four to six words) of a sentence, which may have marks inside and lie across printed lines. A query is
answered when a row of its page is found.
"""

from __future__ import annotations

import argparse
import random
import re
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import regex
from tqdm import tqdm

from repair.core.chain import Chain
from repair.core.engine import run
from repair.core.page import Page
from repair.files.decoding import decode
from repair.measure import JUMP
from repair.measure.text import sentences_of
from repair.rulebook.load import load_chain

from . import samples
from .samples import Sample
from .table import Cell, Table, kept_options

SORTS = ("one", "two", "phrase")
_A_PAGE = 20  # queries of each sort
_WORD, _PHRASE, _LATIN_PHRASE = (2, 4), (6, 12), (4, 6)
_LEAST_LETTERS = 3
_HAN = regex.compile(r"(\p{Han})")
_TOKEN = regex.compile(r"\p{Han}|(?:(?!\p{Han})[\p{L}\p{N}])+")
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"])")


class Query(NamedTuple):
    """What is looked for: words or a phrase, each as tokens, all of which one row of the page must have."""

    page: str
    sort: str
    phrases: tuple[tuple[str, ...], ...]

    @property
    def match(self) -> str:
        """The query as FTS5 reads it."""
        return " AND ".join(f'"{" ".join(phrase)}"' for phrase in self.phrases)


class Found(NamedTuple):
    """A query and whether it was answered: of lines as rows and of pages as rows, each raw and repaired."""

    query: Query
    lines: tuple[bool, bool]
    pages: tuple[bool, bool]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    given = _parser().parse_args(arguments)
    chain, table = load_chain(given.chain), Table()
    for collection, by_engine in samples.groups(given.samples).items():
        if given.only and collection not in given.only.split(","):
            continue
        right: list[Found] = []
        for engine, pages in by_engine.items():
            shown = tqdm(pages, desc=f"{collection} {engine}", disable=given.quiet or None, leave=False)
            found = searched(shown, chain)
            _report(table, collection, engine or "all", found)
            right += found if engine in samples.RIGHT_ORDER else []
            if given.misses and engine in given.misses.split(","):
                _tell_misses(table, f"{collection} {engine}", found)
        if right:
            _report(table, collection, "right order, pooled", right)
    table.tell(given, {"samples": str(given.samples), "chain": given.chain, "only": given.only})
    return 0


def searched(pages: Iterable[Sample], chain: Chain) -> list[Found]:
    """All queries of the pages that one engine read, and which of them are answered."""
    raw, repaired, asked = dict[str, str](), dict[str, str](), list[Query]()
    for page in pages:
        if page.gold:
            decoded, encoding = decode(page.data, name=page.name)
            given = Page.of(decoded, page.name, encoding.newline)
            raw[page.name], repaired[page.name] = given.text.value, run(given, chain).text
            asked += queries(page.name, page.gold)
    answers = [
        [answered(index, query) for query in asked]
        for split in (True, False)
        for texts in (raw, repaired)
        for index in [index_of(texts, split)]
    ]
    return [Found(query, (a, b), (c, d)) for query, a, b, c, d in zip(asked, *answers, strict=True)]


def queries(name: str, gold: dict[str, Any]) -> Iterator[Query]:
    """The queries of a page; a vision model's page has those of the gold that its text can reach.

    >>> text = "今年春天渠里来了水，渠边栽了树。"
    >>> [q.match for q in queries("p", {"articles": [{"blocks": [{"text": text}]}]})][0]
    '"渠 边 栽"'
    """
    rng = random.Random(name.split(".")[0])
    sentences = [sentence for sentence in _sentences(gold) if _spans(sentence, "phrase")]
    for sort in SORTS:
        for _ in range(_A_PAGE if sentences else 0):
            sentence = rng.choice(sentences)
            spans = _spans(sentence, "phrase" if sort == "phrase" else "one")
            first = rng.choice(spans or [""])
            chosen = [first]
            if sort == "two":
                chosen += [rng.choice([span for span in spans if span not in first and first not in span] or [""])]
            if all(chosen):
                yield Query(name, sort, tuple(tuple(_TOKEN.findall(span)) for span in chosen))


def _sentences(gold: dict[str, Any]) -> Iterator[str]:
    """The sentences of all blocks, jump marks left out."""
    for article in gold["articles"]:
        for block in article["blocks"]:
            for sentence in sentences_of(JUMP.sub("", block["text"])):
                yield from _SENTENCE_ENDS.split(sentence)


def _spans(sentence: str, sort: str) -> list[str]:
    """All stretches of a sentence that can be asked for: words, or phrases."""
    tokens = list(_TOKEN.finditer(sentence))
    latin = sum(len(token[0]) > 1 for token in tokens) > len(tokens) / 2
    if sort == "one" and latin:
        return [token[0] for token in tokens if token[0].isalpha() and len(token[0]) >= _LEAST_LETTERS]
    least, most = _WORD if sort == "one" else _LATIN_PHRASE if latin else _PHRASE
    spans = [
        sentence[tokens[first].start() : tokens[first + size - 1].end()]
        for size in range(least, most + 1)
        for first in range(len(tokens) - size + 1)
    ]
    return [span for span in spans if sort == "phrase" or regex.fullmatch(r"\p{Han}+", span)]


def index_of(texts: dict[str, str], split: bool) -> sqlite3.Connection:
    """An index of texts by the name of their page, each line that is not blank a row, or each page."""
    index = sqlite3.connect(":memory:")
    index.execute("CREATE VIRTUAL TABLE rows USING fts5(page UNINDEXED, said, tokenize = 'unicode61')")
    rows = (
        (page, _HAN.sub(r" \1 ", line))
        for page, text in texts.items()
        for line in (text.split("\n") if split else [text])
        if line.strip()
    )
    index.executemany("INSERT INTO rows VALUES (?, ?)", rows)
    return index


def answered(index: sqlite3.Connection, query: Query) -> bool:
    """Whether a row of the query's page is found."""
    with closing(index.execute("SELECT page FROM rows WHERE said MATCH ?", (query.match,))) as rows:
        return any(page == query.page for (page,) in rows)


def _report(table: Table, collection: str, row: str, found: Sequence[Found]) -> None:
    """The row of an engine in both tables."""
    for title, answers in (
        ("lines as rows", [one.lines for one in found]),
        ("pages as rows", [one.pages for one in found]),
    ):
        cells: dict[str, Cell] = {"pages": len({one.query.page for one in found}), "queries": len(found)}
        for sort in SORTS:
            if of_sort := [answer for one, answer in zip(found, answers, strict=True) if one.query.sort == sort]:
                before, after = (sum(side) / len(of_sort) for side in zip(*of_sort, strict=True))
                cells[sort] = before, after
        table.put(f"recall, {title}: {collection}", row, cells)


def _tell_misses(table: Table, where: str, found: Sequence[Found]) -> None:
    for one in found:
        if one.query.sort == "phrase" and not one.lines[1]:
            kind = "over lines" if one.pages[1] else "nowhere"
            table.note(f"phrases missed after the repair: {where}", f"{one.query.page} {kind}: {one.query.match}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.search", description=__doc__.split("\n")[0])
    parser.add_argument("samples", type=Path, help="folder of samples, laid out as samples.py says")
    parser.add_argument("--chain", default="newspaper", help="name of a chain, or path of a chain file")
    parser.add_argument("--only", default="", help="collections to measure: scans, pages, pages/en, pages/jingbao")
    parser.add_argument("--misses", default="", help="engines whose missed phrases are printed, with commas between")
    kept_options(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    return parser


if __name__ == "__main__":
    sys.exit(main())
