"""How near a repaired issue comes to its gold: jump links, articles whole over pages, reprints, traps.

An issue's gold is `{"pages": [name], "articles": [{"id", "pages", "blocks", "reprint_of"?}], "furniture", "reprints":
[{"of", "as"}], "traps": [[id]]}`; the output is a document of `repair issue --format json`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

from repair.score.structure import Counts
from repair.score.text import Score, plain, score

__all__ = ["IssueScore", "issue_score"]

_GRAM = 8
_SHARE = 0.3

Pair = frozenset[str]


@dataclass(frozen=True)
class IssueScore:
    """`whole`: the text of all articles against gold; `jumps` and `reprints`: counts of pairs; `traps`: pairs of
    articles of a trap that were taken for one."""

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
    names = _names(gold, output)
    wanted_links = {
        (article["id"], a, b)
        for article in gold["articles"]
        for a, b in pairwise(gold["pages"].index(page) for page in article["pages"])
    }
    found_links = Counter(
        (names.get(article["id"], ""), a, b) for article in output["articles"] for a, b in pairwise(article["pages"])
    )
    wanted, found = set(_wanted(gold)), set(_found(output, names))
    return IssueScore(
        whole=score(dict(gold), text),
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


def _names(gold: Mapping[str, Any], output: Mapping[str, Any]) -> dict[str, str]:
    """For each article of the output the gold article of its first page that has most of its text."""
    grams = [
        (article["id"], {gold["pages"].index(page) for page in article["pages"]}, _grams(article["blocks"]))
        for article in gold["articles"]
    ]
    found = {}
    for article in _articles(output):
        mine = _grams(article["blocks"])
        shares = [(len(mine & theirs), id) for id, pages, theirs in grams if article["pages"][0] in pages]
        best = max(shares, default=(0, ""))
        if best[0] > _SHARE * len(mine):
            found[article["id"]] = best[1]
    return found


def _articles(output: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The articles, those too that were left out because they stand there again."""
    yield from output["articles"]
    for reprint in output.get("reprints", ()):
        yield from (copy["left_out"] for copy in reprint["copies"] if "left_out" in copy)


def _grams(blocks: Sequence[Mapping[str, Any]]) -> set[str]:
    text = plain("".join(block["text"] for block in blocks))
    return {text[i : i + _GRAM] for i in range(max(1, len(text) - _GRAM + 1))}
