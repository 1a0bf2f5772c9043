"""Heads and captions that do not stand where their article does: heads below their text or on another part of the page,
captions between other texts. What they share with a text, and their order, says where they belong.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.articles.evidence import BODY, OPENING
from repair.articles.topics import Topics
from repair.blocks import Block

__all__ = ["Member", "adopt_heads", "settle_captions", "with_heads_above"]

# Of two places for a caption, the one where it stands is taken unless another shares so much more of its terms.
_STANDS = 0.35
# The share of a headline's terms that an article without one must have to be given it; and out of order.
_ADOPTS, _ADOPTS_OUT_OF_ORDER = 0.25, 0.45
_BEGINNING = 700  # characters
# What it costs to take heads for those of the text above them, to change from one to the other on a page, to leave text
# without a head, and to give it two; in shares of a head's terms.
_ABOVE, _TURNS, _BARE, _SECOND = 0.15, 0.2, 0.2, 0.3


class Member(NamedTuple):
    """A block of an article, and the line of the evidence that it came from."""

    block: Block
    at: int


def with_heads_above(articles: list[list[Member]], topics: Topics) -> list[list[Member]]:
    """The articles, with heads that stand below their text put above it.

    Some readers give every head after its text. Which heads do is chosen for the page as a whole, by what they share
    with the text on either side: dynamic programming over the heads, with two states.
    """
    cuts = [next((i for i, member in enumerate(a) if member.block.kind not in OPENING), len(a)) for a in articles]
    heads = [article[:cut] for article, cut in zip(articles, cuts, strict=True)]
    texts = [article[cut:] for article, cut in zip(articles, cuts, strict=True)]
    if not any(heads) or (_has_text(texts[-1]) and (heads[0] or not _has_text(texts[0]))):
        return articles  # a page that begins with a head and ends with text has its heads above their text
    shares = _shares(heads, [*texts, []], topics)
    reached = {False: 0.0, True: 0.0}
    paths: dict[bool, list[bool]] = {False: [False], True: [False]}
    for i in range(1, len(articles)):
        below = {
            before: reached[before] + shares[i, i] - _TURNS * before - _BARE * (before or i == 1) for before in reached
        }
        has_head = bool(heads[i - 1] and texts[i - 1])
        above = {
            before: reached[before] + shares[i, i - 1] - _ABOVE - (0 if before else _TURNS + _SECOND * has_head)
            for before in reached
        }
        best = {False: max(below, key=lambda b: below[b]), True: max(above, key=lambda b: above[b])}
        paths = {False: [*paths[best[False]], False], True: [*paths[best[True]], True]}
        reached = {False: below[best[False]], True: above[best[True]]}
    turned = paths[max(reached, key=lambda state: reached[state])]
    if not any(turned):
        return articles
    found: list[list[Member]] = []
    for i, text in enumerate(texts):
        mine = [] if turned[i] else heads[i]
        found.append([*mine, *(heads[i + 1] if i + 1 < len(texts) and turned[i + 1] else []), *text])
    return found


def _has_text(members: Sequence[Member]) -> bool:
    return any(member.block.kind in BODY for member in members)


def _shares(heads: list[list[Member]], texts: list[list[Member]], topics: Topics) -> NDArray[np.float64]:
    """The share of the terms of each set of heads that each text has; shape (heads, texts)."""
    mine = np.stack([topics.terms[[member.at for member in group]].sum(axis=0) for group in heads])
    theirs = np.stack([topics.terms[_beginning(text)].any(axis=0) for text in texts]).astype(np.float32)
    found: NDArray[np.float64] = (mine @ theirs.T).astype(np.float64) / np.maximum(mine.sum(axis=1), 1e-6)[:, None]
    return found


def adopt_heads(articles: list[list[Member]], topics: Topics) -> None:
    """Give heads that have no text below them to the articles without a headline that speak of the same.

    Both come in the same order on most pages: the pairs are those of the best alignment in order, and then what is
    left is paired the likest first.
    """
    heads = [i for i, article in enumerate(articles) if _is_heads(article)]
    bodies = [i for i, article in enumerate(articles) if _has_no_headline(article)]
    if not heads or not bodies:
        return
    shares = _shares([articles[i] for i in heads], [articles[i] for i in bodies], topics)
    for head, body in _aligned(shares):
        mine = articles[heads[head]]
        articles[bodies[body]][:0] = [member for member in mine if member.block.kind in OPENING]
        articles[heads[head]] = [member for member in mine if member.block.kind not in OPENING]


def _is_heads(article: Sequence[Member]) -> bool:
    kinds = {member.block.kind for member in article}
    return "headline" in kinds and kinds <= OPENING | {"caption"}


def _has_no_headline(article: Sequence[Member]) -> bool:
    kinds = {member.block.kind for member in article}
    return bool(kinds & BODY) and not kinds & {"kicker", "headline"}


def _beginning(article: Sequence[Member]) -> list[int]:
    found, size = [], 0
    for block, at in article:
        if size < _BEGINNING and block.kind in BODY:
            found.append(at)
            size += block.end - block.start
    return found


def _aligned(shares: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Pairs of rows and columns: the best in order, then what is left over, the largest first."""
    rows, columns = shares.shape
    best = np.zeros((rows + 1, columns + 1))
    for i in range(rows):
        for j in range(columns):
            best[i + 1, j + 1] = max(best[i, j + 1], best[i + 1, j], best[i, j] + shares[i, j] - _ADOPTS)
    pairs, i, j = list[tuple[int, int]](), rows, columns
    while i and j:
        if best[i, j] == best[i - 1, j]:
            i -= 1
        elif best[i, j] == best[i, j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((i, j))
    taken_rows, taken_columns = {i for i, _ in pairs}, {j for _, j in pairs}
    for i, j in zip(*np.unravel_index(np.argsort(-shares, axis=None, kind="stable"), shares.shape), strict=True):
        if shares[i, j] > _ADOPTS_OUT_OF_ORDER and i not in taken_rows and j not in taken_columns:
            pairs.append((int(i), int(j)))
            taken_rows.add(int(i))
            taken_columns.add(int(j))
    return pairs


def settle_captions(articles: list[list[Member]], topics: Topics) -> None:
    """Put each caption to the article that speaks of the same, at its end."""
    captions = [
        (i, member) for i, article in enumerate(articles) for member in article if member.block.kind == "caption"
    ]
    owners = [[member.at for member in article if member.block.kind != "caption"] for article in articles]
    if not captions or not any(owners):
        return
    said = np.stack([topics.terms[own].any(axis=0) for own in owners]).astype(np.float32)
    for i, member in captions:
        terms = topics.terms[member.at]
        shares = said @ terms / max(float(terms.sum()), 1e-6)
        shares[[not own for own in owners]] = -1
        if owners[i]:
            shares[i] += _STANDS
        if (best := int(shares.argmax())) != i:
            articles[i].remove(member)
            articles[best].append(member)
