"""The copies of each article among many, gathered round the best of them.

A cluster has a core, and every member was verified against the core itself. Likeness is not handed on: where A is a
reprint of B and B of C but A not of C, then A and C are members only if B is the core, as where B is the whole article
and A and C were cut from it; if A is the core, C is left to a cluster of its own. An article is in one cluster at most.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from itertools import chain, starmap
from typing import NamedTuple

from repair.reprints.folding import Article
from repair.reprints.index import candidates
from repair.reprints.language import Place, fits
from repair.reprints.match import Match, compare
from repair.reprints.variants import Variant, apparatus

__all__ = ["Cluster", "Entry", "Evidence", "clusters", "pairs"]

_BLOCK, _KEPT = 2000, 4000
# Of the text that a copy may lack and count as whole; and of a passage that most other copies lack too, for it may be
# that the one which has it took it from the next article.
_WHOLE, _WHOLE_AS_MOST = 0.03, 0.15
_AROUND = 8
_ON_ONE_PAGE = 1.5  # nats of evidence for sisters, from which two texts of one page are no reprints


class Entry(NamedTuple):
    """One printed article as it is compared: a unique `id`, and `text`, its blocks joined by line ends.

    `page` names the page it stands on, if known. Two entries of one page are seldom one article printed twice and often
    sister notices: they are reprints only if next to nothing speaks for sisters.
    """

    id: str
    text: str
    page: str = ""


class Evidence(NamedTuple):
    """What speaks for a copy as the best of its cluster.

    `complete`: share of what it and any other copy have together that it has; `as_most` the same for half of the other
    copies. `places`: places where it differs from
    another copy, and `worse`: how many of these speak against it: most copies read otherwise, or, of two, the
    language of the text does. `size`: its length, folded.
    """

    complete: float
    places: int
    worse: int
    size: int
    as_most: float = 1.0


class Cluster(NamedTuple):
    """Copies of one article, as indices of the entries: `members`, in order, and `core`, one of them.

    `matches`: how the core matches each other member. `evidence`: for each member that could have been the core, being
    verified against all others.
    """

    core: int
    members: tuple[int, ...]
    matches: dict[int, Match]
    evidence: dict[int, Evidence]


Pairs = dict[tuple[int, int], Match]


def pairs(entries: Sequence[Entry], *, jobs: int = 1) -> Pairs:
    """All pairs of reprints, verified, by their indices; the lower comes first. `jobs`: processes that verify them.

    The result is the same for any number of processes.
    """
    texts = [entry.text for entry in entries]
    found = [(first, second) for first, second, _ in candidates(texts)]
    blocks = [found[low : low + _BLOCK] for low in range(0, len(found), _BLOCK)]
    work = (({at: texts[at] for pair in block for at in pair}, block) for block in blocks)
    if jobs <= 1 or len(blocks) <= 1:
        return _without_neighbours(entries, chain.from_iterable(starmap(_verified, work)))
    verified: list[tuple[tuple[int, int], Match]] = []
    with ProcessPoolExecutor(jobs) as pool:
        waiting = []
        for block in work:  # few blocks at once, or their texts fill the memory
            waiting.append(pool.submit(_verified, *block))
            if len(waiting) > 2 * jobs:
                verified += waiting.pop(0).result()
        for task in waiting:
            verified += task.result()
    return _without_neighbours(entries, verified)


def _without_neighbours(entries: Sequence[Entry], verified: Iterable[tuple[tuple[int, int], Match]]) -> Pairs:
    """The pairs but those of one page that may be sisters."""
    return {
        (first, second): match
        for (first, second), match in verified
        if match.slots < _ON_ONE_PAGE or not entries[first].page or entries[first].page != entries[second].page
    }


def _verified(texts: Mapping[int, str], block: Sequence[tuple[int, int]]) -> list[tuple[tuple[int, int], Match]]:
    """The matches of those pairs of a block that are reprints."""
    article = lru_cache(_KEPT)(lambda at: Article(texts[at]))
    compared = ((pair, compare(article(pair[0]), article(pair[1]))) for pair in block)
    return [(pair, match) for pair, match in compared if match and match.verified]


def clusters(entries: Sequence[Entry], *, jobs: int = 1) -> list[Cluster]:
    """The reprints among articles, in the order of their first members.

    The article with the most partners that is in no cluster yet, of these the longest, gathers those that were verified
    against it; what is cut from another one comes last. Of the members that were verified against all the others, the
    one becomes the core that is whole and has the least places that speak against it. Raises `ValueError` where two
    entries have one id.

    >>> said = "去年冬天镇上修好了三座桥，今年春天渠里来了水，渠边栽了两千棵白杨树，一直栽到山脚下，来看的人都说好。"
    >>> other = "码头上的灯塔昨夜又亮了，渔船一早出海，晌午前回来了二十条，筐里多半是带鱼，也有几筐虾，价钱比去年低。"
    >>> entries = [Entry("p1", said), Entry("p2", other), Entry("p3", said.replace("修好", "修奸"))]
    >>> [(cluster.core, cluster.members) for cluster in clusters(entries)]
    [(0, (0, 2))]
    """
    if len({entry.id for entry in entries}) < len(entries):
        raise ValueError("two entries have the same id: give each a different one")
    return clusters_of(entries, pairs(entries, jobs=jobs))


def clusters_of(entries: Sequence[Entry], verified: Pairs) -> list[Cluster]:
    """The clusters of verified pairs."""
    near: dict[int, dict[int, Match]] = defaultdict(dict)
    for (first, second), match in verified.items():
        near[first][second] = match
        near[second][first] = match.turned()
    found, free = [], set(near)
    sizes = [len(entry.text) for entry in entries]

    def rank(at: int) -> tuple[bool, int, int, int]:
        part = any(sizes[at] < (1 - _WHOLE_AS_MOST) * sizes[other] for other in near[at])
        return part, -len(near[at]), -sizes[at], at

    for seed in sorted(near, key=rank):
        if seed in free and (others := free & near[seed].keys()):
            members = sorted({seed, *others})
            free -= {seed, *others}
            found.append(_cluster(entries, members, near))
    for at in sorted(free):  # its partners are all in clusters with whose seeds it was not verified
        partner = max(near[at], key=lambda other: (near[at][other].containment, near[at][other].ratio, -other))
        found.append(_cluster(entries, sorted((at, partner)), near))
    return sorted(found, key=lambda cluster: cluster.members)


def _cluster(entries: Sequence[Entry], members: Sequence[int], near: Mapping[int, Mapping[int, Match]]) -> Cluster:
    """The cluster of these members, with the best of those as its core that were verified against all others."""
    evidence = {}
    for at in members:
        others = [other for other in members if other != at]
        if all(other in near[at] for other in others):
            evidence[at] = _evidence(entries, at, others, near[at])
    most = max(one.complete for one in evidence.values())

    def rank(at: int) -> tuple[bool, float, float, int]:
        one = evidence[at]
        whole = one.complete >= most - _WHOLE or (one.complete >= most - _WHOLE_AS_MOST and one.as_most >= 1 - _WHOLE)
        return not whole, one.worse / one.size, -one.complete, at

    core = min(evidence, key=rank)
    return Cluster(core, tuple(members), {at: near[core][at] for at in members if at != core}, evidence)


def _evidence(entries: Sequence[Entry], at: int, others: Sequence[int], matches: Mapping[int, Match]) -> Evidence:
    size = len(Article(entries[at].text))
    missing = sorted(max(0, len(Article(entries[other].text)) - matches[other].size) for other in others)
    usual = missing[(len(missing) - 1) // 2]
    variants = apparatus(entries[at].text, {entries[other].id: entries[other].text for other in others})
    worse = sum(_against(entries[at].text, variants))
    return Evidence(size / (size + missing[-1]), len(variants), worse, size, size / (size + usual))


def _against(base: str, variants: Sequence[Variant]) -> Iterator[bool]:
    """Of each place that differs, whether it speaks against the base."""
    own, other = [], []
    for variant in variants:
        before, after = base[max(0, variant.start - _AROUND) : variant.start], base[variant.end : variant.end + _AROUND]
        first = variant.readings[0].text
        own.append(Place(before, variant.text, after))
        other.append(Place(before, first if len(first) == len(variant.text) else variant.text, after))
    for variant, mine, theirs in zip(variants, fits(own), fits(other), strict=True):
        against, agreeing = len(variant.readings), len(variant.agree) + 1
        yield against > agreeing if against + agreeing > 2 else bool(theirs > mine)
