"""Passages read twice: how many are found where they are planted, and what is taken out that was no copy.

    python -m tests.benchmarks.rereads SAMPLES [--pages N] [--articles N]

Recall is the share of the planted characters that goes, by form and by the share of its characters that were misread.
Harm is counted on pages with gold (gold has a stretch more often than the output), and on pages that nobody planted
anything in: single articles, several on a page, articles alike, documents alike but for a name, an office or a number.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain as chained
from pathlib import Path
from random import Random
from typing import Any

from repair.core.chain import Chain
from repair.core.change import Change, Outcome
from repair.core.engine import run
from repair.core.page import Page
from repair.core.text import codes_of
from repair.files.decoding import decode
from repair.rulebook.load import load_chain
from repair.typography.folded import Folded

from . import samples
from .planted import FORMS, planted, sisters
from .table import Table

RULES = ("layout/line-read-ever-shorter", "layout/passage-read-twice")
_SHARES = (0.0, 0.01, 0.03, 0.05)
_GRAM = 8
_SEED = 7
_EXAMPLES = 5
_LONGEST = 2500


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; 1 where a stretch was taken out that was no copy."""
    given = _parser().parse_args(argv)
    table, chain = Table(), _until(load_chain(given.chain))
    articles = _articles(given.samples, max(given.articles, 4 * given.pages))
    wrong = 0
    if articles:
        _recall(table, chain, articles, given.pages)
        for name, texts in _untouched(articles[: given.articles]):
            wrong += _harm(table, chain, name, texts)
    for name, paths in _pages(given.samples):
        wrong += _gold(table, chain, name, paths)
    print("\n".join(table.shown()))
    return int(bool(wrong))


def _until(chain: Chain) -> Chain:
    """The chain up to the rules that are measured."""
    last = max(i for i, rule in enumerate(chain.rules) if rule.id in RULES)
    return replace(chain, rules=chain.rules[: last + 1])


def _articles(shared: Path, count: int) -> list[list[str]]:
    """Articles spread over the corpus, title first."""
    whole = ([*text.rstrip("\n").split("\n")] for _, text in samples.articles(shared, sys.maxsize))
    fit = [article for article in whole if 150 < sum(map(len, article)) < _LONGEST]
    return fit[:: max(1, len(fit) // count)] if fit else []


def _removed(text: str, chain: Chain) -> tuple[str, list[Change]]:
    """What is left of a text, and the changes of the rules that are measured."""
    result = run(Page.of(text), chain)
    return result.text, [r.change for r in result.applied if r.rule in RULES and r.edits]


def _chars(text: str) -> Counter[int]:
    return Counter(Folded.of(codes_of(text)).codes.tolist())


def _recall(table: Table, chain: Chain, articles: Sequence[Sequence[str]], pages: int) -> None:
    rng = Random(_SEED)
    for form in FORMS:
        for share in _SHARES:
            counts: Counter[str] = Counter()
            for at in range(0, 4 * pages, 4):
                page = planted(articles[at : at + 4], form, share, rng)
                if page is None:
                    continue
                left, _ = _removed(page.read, chain)
                clean, read, out = _chars(page.clean), _chars(page.read), _chars(left)
                counts.update(pages=1, planted=(read - clean).total(), left=(out - clean).total())
                counts.update(lost=(clean - out).total())
            gone = 1 - counts["left"] / max(1, counts["planted"])
            table.put(
                "planted",
                f"{form}, {share:.0%} misread",
                {"pages": counts["pages"], "chars": counts["planted"], "recall": gone, "lost": counts["lost"]},
            )


def _untouched(articles: Sequence[Sequence[str]]) -> Iterator[tuple[str, Iterable[str]]]:
    """Pages in which nothing was read twice."""
    rng = Random(_SEED)
    alike: dict[str, list[Sequence[str]]] = defaultdict(list)
    for article in articles:
        alike[article[0][:4]].append(article)
    groups = [group for group in alike.values() if len(group) > 1]
    yield "one article", map(_page, articles)
    yield "six articles", (_page(*articles[at : at + 6]) for at in range(0, len(articles), 6))
    yield "articles alike", (_page(*group[:4]) for group in groups)
    yield "articles alike, wrapped", (_wrapped(_page(*group[:4]), rng.randint(12, 20)) for group in groups)
    short = [article for article in articles if sum(map(len, article)) < 1500]
    yield "documents alike", chained.from_iterable(sisters(article, rng) for article in short)
    yield (
        "documents alike, wrapped",
        (_wrapped(text, rng.randint(12, 20)) for article in short for text in sisters(article, rng)),
    )


def _page(*articles: Sequence[str]) -> str:
    return "\n\n".join("\n\n".join(article) for article in articles) + "\n"


def _wrapped(text: str, width: int) -> str:
    lines = (line[at : at + width] for line in text.split("\n") for at in range(0, len(line), width))
    return "\n".join(lines) + "\n"


def _harm(table: Table, chain: Chain, name: str, texts: Iterable[str]) -> int:
    pages = wrong = 0
    for text in texts:
        pages += 1
        for change in _removed(text, chain)[1]:
            wrong += 1
            if wrong <= _EXAMPLES:
                table.note("nothing planted", f"{name}: {change.reason}: {change.removes[:60]!r}")
    table.put("nothing planted", name, {"pages": pages, "removals": wrong})
    return wrong


def _pages(shared: Path) -> Iterator[tuple[str, list[samples.Sample]]]:
    """The pages with gold, those to train on too, by collection and engine."""
    groups = samples.groups(shared)
    for part in sorted((shared / "pages_train").glob("*/")):
        groups |= {f"train {part.name}": samples.by_engine(part)}
    for name, by_engine in groups.items():
        for engine, pages in by_engine.items():
            yield f"{name} {engine}".strip(), pages


def _gold(table: Table, chain: Chain, name: str, pages: Sequence[samples.Sample]) -> int:
    counts: Counter[str] = Counter()
    for page in pages:
        text, encoding = decode(page.data)
        result = run(Page.of(text, newline=encoding.newline), chain)
        before = run(Page.of(text, newline=encoding.newline), _without(chain))
        done = [record for record in result.applied if record.rule in RULES and record.edits]
        said = [record for record in result.records if record.rule in RULES and record.outcome is Outcome.SUGGESTED]
        counts.update(pages=1, removals=len(done), chars=sum(len(record.change.removes) for record in done))
        counts.update(suggested=len(said))
        if done and page.gold:
            lost = _grams_lost(page.gold, before.text, result.text)
            # Where a passage goes, the grams over its two seams go too.
            if lost > 2 * _GRAM * len(done):
                counts.update(wrong=1)
                table.note("pages with gold", f"{page.name}: {lost} stretches that gold has are gone")
    cells = {key: counts[key] for key in ("pages", "removals", "chars", "suggested", "wrong")}
    table.put("pages with gold", name, {**cells})
    return counts["wrong"]


def _without(chain: Chain) -> Chain:
    return replace(chain, rules=tuple(rule for rule in chain.rules if rule.id not in RULES))


def _grams_lost(gold: dict[str, Any], before: str, after: str) -> int:
    """How many stretches of eight characters gold has more often than the text after, but not than the text before."""
    blocks = [block["text"] for article in gold["articles"] for block in article["blocks"]]
    wanted: Counter[bytes] = Counter()
    for block in [*blocks, *gold.get("furniture", [])]:
        wanted += _grams(block)
    had, has = _grams(before), _grams(after)
    return sum(min(count, had[gram]) - has[gram] for gram, count in wanted.items() if has[gram] < min(count, had[gram]))


def _grams(text: str) -> Counter[bytes]:
    codes = Folded.of(codes_of(text)).codes
    return Counter(codes[at : at + _GRAM].tobytes() for at in range(len(codes) - _GRAM + 1))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.rereads", description=__doc__.split("\n")[0])
    parser.add_argument("samples", type=Path, help="folder of samples")
    parser.add_argument("--chain", default="newspaper", help="name of a chain, or path of a chain file")
    parser.add_argument(
        "--pages", type=int, default=100, help="pages made for each form and share of misread characters"
    )
    parser.add_argument("--articles", type=int, default=3000, help="clean articles that nothing is planted in")
    return parser


if __name__ == "__main__":
    sys.exit(main())
