"""How near a repaired issue comes to its gold: jump links, articles whole over pages, reprints, traps.

An issue's gold is `{"pages": [name], "articles": [{"id", "pages", "blocks", "reprint_of"?}], "furniture", "reprints":
[{"of", "as"}], "traps": [[id]]}`; the output is a document of `repair issue --format json`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import Any

from repair.measure.structure import Counts
from repair.measure.text import Score, blocks_of, f1, score
from repair.typography.plain import plain

__all__ = ["IssueScore", "issue_score"]

_GRAM = 8
_SHARE = 0.3
_EDGE = 200  # characters before a jump, and after it, by which a link is judged

Pair = frozenset[str]


@dataclass(frozen=True)
class IssueScore:
    """`whole`: the text of all articles against gold, where a paragraph counts for `para_f1` only in its own article;
    `jumps`: counts of links, each an end and what it goes on in, so that two articles that have each other's ends are
    two wrong links; `reprints`: counts of pairs; `traps`: pairs of articles of a trap that were taken for one."""

    whole: Score
    jumps: Counts
    reprints: Counts
    traps: int


def issue_score(gold: Mapping[str, Any], output: Mapping[str, Any]) -> IssueScore:
    """Measure a document of an issue.

    >>> said = "去年冬天镇上修好了三座桥，今年春天渠里来了水。"
    >>> blocks = [{"type": "paragraph", "kind": "paragraph", "text": said}]
    >>> gold = {"pages": ["p1"], "articles": [{"id": "a", "pages": ["p1"], "blocks": blocks}]}
    >>> issue_score(gold, {"articles": [{"id": "p1a1", "pages": [0], "blocks": blocks}]}).whole.para_f1
    1.0
    """
    text = "\n".join(
        " ".join(block["text"].split("\n")) for article in output["articles"] for block in article["blocks"]
    )
    known = _Gold(gold)
    names = {
        article["id"]: known.named(_text(article["blocks"]), article["pages"][:1]) for article in _articles(output)
    }
    wanted_links = {
        (article["id"], article["id"], a, b)
        for article in gold["articles"]
        for a, b in pairwise(gold["pages"].index(page) for page in article["pages"])
    }
    found_links = Counter(
        (known.named(_on(article, a)[-_EDGE:], [a]), known.named(_on(article, b)[:_EDGE], [b]), a, b)
        for article in output["articles"]
        for a, b in pairwise(article["pages"])
    )
    wanted, found = set(_wanted(gold)), set(_found(output, names))
    return IssueScore(
        whole=replace(score(dict(gold), text), para_f1=_para_f1(gold, output, names)),
        jumps=_counts(wanted_links, found_links),
        reprints=_counts(wanted, Counter(found)),
        traps=sum(pair <= set(trap) for pair in found for trap in gold.get("traps", ())),
    )


def _counts(wanted: set[Any], found: Counter[Any]) -> Counts:
    right = len(wanted & set(found))
    return Counts(right, found.total(), right, len(wanted))


def _wanted(gold: Mapping[str, Any]) -> Iterator[Pair]:
    """The pairs of articles that are one; several copies of one article make several pairs."""
    groups: dict[str, set[str]] = {}
    for reprint in gold.get("reprints", ()):
        groups.setdefault(reprint["of"], {reprint["of"]}).add(reprint["as"])
    for group in groups.values():
        yield from map(frozenset, combinations(sorted(group), 2))


def _found(output: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Pair]:
    for reprint in output.get("reprints", ()):
        ids = [reprint["article"], *(copy["article"] for copy in reprint["copies"])]
        for a, b in combinations(sorted({names.get(id, id) for id in ids}), 2):
            yield frozenset((a, b))


class _Gold:
    """The articles of gold, by what they say and the pages on which they stand."""

    def __init__(self, gold: Mapping[str, Any]) -> None:
        self._known = [
            (article["id"], {gold["pages"].index(page) for page in article["pages"]}, _grams(_text(article["blocks"])))
            for article in gold["articles"]
        ]

    def named(self, text: str, pages: Sequence[int]) -> str:
        """The article on one of these pages that has most of the text; "" where none has much of it."""
        mine = _grams(text)
        shares = [(len(mine & theirs), id) for id, on, theirs in self._known if not on.isdisjoint(pages)]
        most, id = max(shares, default=(0, ""))
        return id if most > _SHARE * len(mine) else ""


def _on(article: Mapping[str, Any], page: int) -> str:
    """What an article says on a page; all of it where the document does not tell."""
    blocks = article["blocks"]
    if not all("runs" in block for block in blocks):
        return _text(blocks)
    return "".join(block["text"][start:end] for block in blocks for start, end, on, *_ in block["runs"] if on == page)


def _text(blocks: Sequence[Mapping[str, Any]]) -> str:
    return "".join(block["text"] for block in blocks)


def _para_f1(gold: Mapping[str, Any], output: Mapping[str, Any], names: Mapping[str, str]) -> float:
    """F1 over the paragraphs of gold, each in its article, weighted by their characters."""
    wanted = ((article["id"], block) for article in gold["articles"] for block in _paragraphs(article))
    furniture = {plain(line) for line in gold.get("furniture", ())}
    given = (
        (names[article["id"]], block)
        for article in output["articles"]
        for block in _paragraphs(article)
        if block not in furniture
    )
    return f1(Counter(wanted), Counter(given), lambda paragraph: len(paragraph[1]))


def _paragraphs(article: Mapping[str, Any]) -> list[str]:
    lines = "\n".join(" ".join(block["text"].split("\n")) for block in article["blocks"])
    return [plain(block) for block in blocks_of(lines)]


def _articles(output: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The articles, those too that were left out because they stand there again."""
    yield from output["articles"]
    for reprint in output.get("reprints", ()):
        yield from (copy["left_out"] for copy in reprint["copies"] if "left_out" in copy)


def _grams(text: str) -> set[str]:
    text = plain(text)
    return {text[i : i + _GRAM] for i in range(max(1, len(text) - _GRAM + 1))}
